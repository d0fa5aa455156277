"""Facts as people read them: days, values with unit and range, and where a fact comes from."""

from dataclasses import dataclass
from decimal import Decimal

from samspill.portals.shared.languages import Language
from samspill.services.care_record.model import Critical
from samspill.services.elements import UNKNOWN, Origin, When
from samspill.services.results.model import Range, Result, Side


@dataclass(frozen=True, slots=True)
class Source:
    """The answer to "where does this come from?"."""

    question: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tag:
    """A short word in a box; the tone is a colour name of the design system."""

    text: str
    tone: str


def source(origin: Origin, language: Language) -> Source:
    say = language.say
    lines = [say("Fra %(who)s", who=origin.who)] if origin.who else []
    if origin.recorded != UNKNOWN:
        lines.append(say("Skrevet %(day)s", day=day(origin.recorded, language)))
    if origin.last_updated != UNKNOWN:
        lines.append(say("Lagret her %(day)s", day=day_and_time(origin.last_updated, language)))
    named = say("Ressurs %(reference)s", reference=origin.reference)
    version = say(", utgave %(number)s", number=origin.version) if origin.version else ""
    return Source(say("Hvor kommer dette fra?"), (*lines, named + version))


def day(when: When, language: Language) -> str:
    """As exactly as it is known: 16. nov. 2026, november 2026, 2026."""
    match when.precision:
        case _ if when == UNKNOWN:
            return language.say("ukjent dato")
        case "year":
            return str(when.on.year)
        case "month":
            return f"{language.month(when.on)} {when.on.year}"
        case _:
            return language.short_day(when.on)


def day_of_year(when: When, language: Language) -> str:
    """16. nov., november, or nothing."""
    match when.precision:
        case "year":
            return ""
        case "month":
            return language.month(when.on)
        case _:
            return language.day_of_year(when.on)


def day_and_time(when: When, language: Language) -> str:
    if when.precision != "time":
        return day(when, language)
    clock = language.time(when.at)
    return language.say("%(day)s kl. %(time)s", day=day(when, language), time=clock)


def critical_detail(one: Critical, language: Language) -> str:
    """What happens, how certain it is, and how it is known."""
    say = language.say
    certainty = {
        "confirmed": say("bekreftet"),
        "likely": say("sannsynlig"),
        "suspected": say("ikke bekreftet"),
    }.get("" if one.is_refuted else one.certainty, "")
    return " · ".join(filter(None, (one.detail, certainty, one.known_by)))


def critical_groups(language: Language) -> dict[str, str]:
    """The names of the fixed groups."""
    say = language.say
    return {
        "allergy": say("Overfølsomhet og allergi"),
        "anaesthesia": say("Problemer ved narkose"),
        "treatment": say("Pågående behandling"),
        "implant": say("Implantater"),
        "infection": say("Smitte"),
        "procedure": say("Avvik fra vanlig framgangsmåte"),
        "other": say("Annet kritisk"),
    }


def period(since: When, until: When, language: Language) -> str:
    """2. mars 2020, or 2. mars 2020–1. mai 2020."""
    ends = [day(one, language) for one in (since, until) if one != UNKNOWN]
    return "–".join(dict.fromkeys(ends))


def status(result: Result, language: Language) -> Tag | None:
    """That a result is not the last word, or that it has been corrected."""
    match result.status:
        case "preliminary" | "registered":
            return Tag(language.say("Foreløpig svar"), "info")
        case "corrected" | "amended":
            return Tag(language.say("Rettet svar"), "info")
        case _:
            return None


def unit(ucum: str) -> str:
    """A unit as it is written in Norway: umol/L → µmol/L, 10*9/L → 10⁹/L.

    >>> unit("mL/min/{1.73_m2}")
    'mL/min/1,73 m²'
    """
    return UNITS.get(ucum, "µ" + ucum[1:] if ucum.startswith(("umol", "ug")) else ucum)


def number(result: Result, language: Language) -> str:
    """The value without its unit: 52, < 5, 134/82, or the text of a result without a number."""
    if result.value is None:
        return result.text
    said = language.number(result.value)
    if result.second is not None:
        said = f"{said}/{language.number(result.second)}"
    return f"{result.comparator} {said}" if result.comparator else said


def value(result: Result, language: Language) -> str:
    """With the unit: 52 mmol/mol."""
    has_unit = result.value is not None and unit(result.unit)
    return (
        f"{number(result, language)} {unit(result.unit)}" if has_unit else number(result, language)
    )


def as_given(result: Result, language: Language) -> str:
    """The value, and beside it what the laboratory wrote where that was another unit."""
    said = value(result, language)
    return f"{said} ({result.written})" if result.written else said


def reach(range: Range | None, language: Language) -> str:
    """A reference range: 28–40, under 300, over 60."""
    match range:
        case Range(None, Decimal() as high):
            return language.say("under %(number)s", number=language.number(high))
        case Range(Decimal() as low, None):
            return language.say("over %(number)s", number=language.number(low))
        case Range(Decimal() as low, Decimal() as high):
            return f"{language.number(low)}–{language.number(high)}"
        case _:
            return ""


def side(side: Side, language: Language) -> str:
    """Where a value lies to the reference range, in words."""
    match side:
        case "over":
            return language.say("Over referanseområdet")
        case "under":
            return language.say("Under referanseområdet")
        case "":
            return language.say("Innenfor referanseområdet")


UNITS = {
    "10*9/L": "10⁹/L",
    "10*12/L": "10¹²/L",
    "mL/min/{1.73_m2}": "mL/min/1,73 m²",
    "m[IU]/L": "mIU/L",
    "[IU]/L": "IU/L",
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "{INR}": "",
    "1": "",
    "kg/m2": "kg/m²",
    "/min": "per min",
    "{beats}/min": "slag/min",
}
