"""What can be said of results in one plain sentence to the one whose results they are."""

from samspill.portals.shared import facts
from samspill.portals.shared.facts import Tag
from samspill.portals.shared.languages import Language
from samspill.services.results.model import Result, Series


def tag(result: Result, language: Language) -> Tag | None:
    """Where the value lies to the reference range; None where there is no range."""
    if result.range is None or result.value is None:
        return None
    return Tag(facts.side(result.side, language), "warning" if result.side else "success")


def direction(series: Series, language: Language) -> str:
    """Lower, higher or as before, and whether that is towards the reference range."""
    say, latest, previous = language.say, series.latest, series.previous
    if latest.value is None:
        return ""
    if previous is None or series.direction == "first":
        return say("Dette er det første svaret ditt.")
    before = facts.number(previous, language)
    if series.direction == "same":
        return say("Det er det samme som forrige gang (%(before)s).", before=before)
    if series.direction == "up":
        text = say("Det er høyere enn forrige gang (%(before)s)", before=before)
    else:
        text = say("Det er lavere enn forrige gang (%(before)s)", before=before)
    return text + _nearer(series, language) + "."


def goal(series: Series, language: Language) -> str:
    """How the latest value lies to the person's own goal, or ""."""
    if series.goal is None or series.latest.value is None:
        return ""
    number = language.number(series.goal.value)
    is_met = series.goal.is_met_by(series.latest.value)
    say = language.say
    match series.goal.is_ceiling, is_met:
        case True, True:
            return say("Du har nådd målet du og legen har satt: under %(number)s.", number=number)
        case True, False:
            return say("Målet du og legen har satt, er under %(number)s.", number=number)
        case False, True:
            return say("Du har nådd målet du og legen har satt: over %(number)s.", number=number)
        case _:
            return say("Målet du og legen har satt, er over %(number)s.", number=number)


def usual(result: Result, language: Language) -> str:
    """The reference range as a sentence, or ""."""
    reach = facts.reach(result.range, language) or result.range_text
    return language.say("Referanseområdet er %(range)s.", range=reach) if reach else ""


def _nearer(series: Series, language: Language) -> str:
    if series.comes_closer is None:
        return ""
    if not series.latest.side:
        return language.say(", og nå innenfor referanseområdet")
    if series.comes_closer:
        return language.say(", og nærmere referanseområdet")
    return ""
