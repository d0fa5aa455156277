"""Innsyn: who has read my record, in sentences, by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from samspill.portals.citizen import layout
from samspill.portals.shared import reading
from samspill.portals.shared.languages import Language
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.reading import Told
from samspill.portals.shared.visit import Visit
from samspill.services.governance.model import KINDS, Case, Kind, Look


@dataclass(frozen=True, slots=True)
class Entry:
    """One look, and what one can do about it."""

    told: Told
    tag: str
    """That it was an emergency access or was refused."""
    tone: str
    ask: Link | None
    block: str
    """Id of the professional that can be blocked, or ""."""


@dataclass(frozen=True, slots=True)
class Day:
    id: str
    heading: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class CaseLine:
    heading: str
    about: str
    text: str
    deadline: str
    answer: str


@dataclass(frozen=True, slots=True)
class LogPage:
    frame: Frame
    heading: str
    lead: str
    notice: str
    places: tuple[Link, ...]
    places_label: str
    filter_label: str
    filters: tuple[Link, ...]
    days: tuple[Day, ...]
    nothing: str
    older: Link | None
    cases_heading: str
    cases: tuple[CaseLine, ...]
    block: str


def present(
    visit: Visit,
    patient: str,
    kind: Kind,
    looks: Sequence[Look],
    next: int,
    cases: Sequence[Case],
) -> LogPage:
    language, say = visit.language, visit.language.say
    named = reading.names(visit)
    days = groupby(looks, key=reading.on_day)
    address = f"{layout.LOG}?vis={kind}&foer={next}"
    return LogPage(
        frame=layout.frame(visit, say("Innsyn")),
        heading=say("Hvem har sett i journalen?"),
        lead=say("Her står alle som har åpnet journalen: hvem, når, hva og hvorfor."),
        notice=said(visit),
        places_label=say("Tilgang til journalen"),
        places=places(visit),
        filter_label=say("Vis"),
        filters=tuple(
            Link(f"{layout.LOG}?vis={each}", _filter(each, language), "", each == kind)
            for each in KINDS
        ),
        days=tuple(
            Day(
                id=f"dag-{on.isoformat()}",
                heading=_heading(on, visit),
                entries=tuple(_entry(each, patient, language, named) for each in group),
            )
            for on, group in days
        ),
        nothing=say("Ingen har gjort dette i journalen."),
        older=Link(address, say("Vis eldre")) if next else None,
        cases_heading=say("Spørsmål og klager"),
        cases=tuple(_case(each, language) for each in cases),
        block=say("Blokker personen"),
    )


def places(visit: Visit) -> tuple[Link, ...]:
    """The pages on access, as tabs."""
    say = visit.language.say
    listed = (
        (layout.LOG, say("Hvem har sett")),
        (layout.RESTRICT, say("Sperre og blokkere")),
        (layout.PROXY, say("Fullmakt")),
        (layout.SETTINGS, say("Innstillinger")),
    )
    return tuple(Link(address, text, "", visit.path == address) for address, text in listed)


def said(visit: Visit) -> str:
    """What was just done, told on the page that one is led to."""
    say = visit.language.say
    done = {
        "spurt": say("Saken er opprettet. Du får svar her."),
        "sperret": say("Sperren gjelder fra nå."),
        "blokkert": say("Personen er blokkert fra nå."),
        "opphevet": say("Det er opphevet."),
        "fullmakt": say("Fullmakten gjelder fra nå."),
        "samtykket": say("Ungdommen kan nå se egen journal."),
    }
    return done.get(visit.query.get("gjort", ""), "")


def _entry(look: Look, patient: str, language: Language, named: reading.Named) -> Entry:
    say = language.say
    told = reading.tell(look, patient, language, named)
    type, _, id = look.who.reference.partition("/")
    is_own = look.who.reference == f"Patient/{patient}"
    tag, tone = "", "neutral"
    if look.is_emergency:
        tag, tone = say("Nødtilgang"), "warning"
    elif look.was_refused:
        tag = say("Avvist")
    place = f"{layout.LOG}/sporsmal?linje={look.position}"
    text = say("Spør om dette")
    return Entry(
        told=told,
        tag=tag,
        tone=tone,
        ask=None if is_own or not look.who.reference else Link(place, text),
        block=id if type == "Practitioner" else "",
    )


def _heading(on: date, visit: Visit) -> str:
    say, language = visit.language.say, visit.language
    if on == visit.today:
        return say("I dag")
    weekday = language.weekday(on)
    return (
        weekday[:1].upper() + weekday[1:] + ("" if on.year == visit.today.year else f" {on.year}")
    )


def _filter(kind: Kind, language: Language) -> str:
    say = language.say
    match kind:
        case "others":
            return say("Andre enn deg")
        case "emergency":
            return say("Nødtilgang")
        case "own":
            return say("Deg selv")
        case "systems":
            return say("Systemer")


def _case(case: Case, language: Language) -> CaseLine:
    say = language.say
    heading = say("Klage") if case.kind == "complaint" else say("Spørsmål")
    deadline = language.day(date.fromisoformat(case.deadline[:10]))
    return CaseLine(
        heading=heading,
        about=case.about,
        text=case.text,
        deadline="" if case.answer else say("Svar innen %(day)s", day=deadline),
        answer=say("Svar: %(answer)s", answer=case.answer) if case.answer else "",
    )
