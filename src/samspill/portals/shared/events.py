"""Rows of a timeline: what happened, when, who said so, and where to read more."""

from collections.abc import Callable
from dataclasses import dataclass

from samspill.portals.shared import facts
from samspill.portals.shared.facts import Source, Tag
from samspill.portals.shared.languages import SOURCE, Language
from samspill.services.care_record.model import Event, EventKind

ICONS: dict[EventKind, str] = {
    "result": "TestFlask",
    "document": "FileText",
    "medicine": "PillRectangle",
    "vaccine": "ShieldCheckmark",
    "contact": "Hospital",
    "measurement": "Vitals",
    "diagnosis": "ClipboardCheckmark",
    "referral": "ArrowRight",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One event, ready to show."""

    icon: str
    kind: str
    title: str
    language: str
    """Of the title: the record's own, unless it is said in plain words."""
    detail: str
    day: str
    day_of_year: str
    """The day without its year, or "" if only the year is known."""
    iso_day: str
    address: str
    """Where to read more, or ""."""
    source: Source
    year: int
    mark: Tag | None
    """How many results lie outside their ranges."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How one portal speaks of events: the names of examinations, and where rows lead."""

    language: Language
    name: Callable[[str, str], str]
    """(code, name in the record) → name to show."""
    address: Callable[[Event], str]


def row(event: Event, manner: Manner) -> Row:
    language = manner.language
    measured = ""
    if event.is_own:
        measured = language.count("%(number)s måling", "%(number)s målinger", event.values)
    about = [event.detail, measured, event.who]
    return Row(
        icon=ICONS[event.kind],
        kind=kind(event.kind, language),
        title=_title(event, manner),
        language=language.tag if event.codes else SOURCE,
        detail=" · ".join(filter(None, about)),
        day=facts.day(event.when, language),
        day_of_year=facts.day_of_year(event.when, language),
        iso_day=event.when.on.isoformat(),
        address=manner.address(event),
        source=facts.source(event.origin, language),
        year=event.when.on.year,
        mark=_mark(event, language),
    )


def kind(kind: EventKind, language: Language) -> str:
    """One event of the kind."""
    say = language.say
    match kind:
        case "result":
            return say("Prøvesvar")
        case "document":
            return say("Dokument")
        case "medicine":
            return say("Legemiddel")
        case "vaccine":
            return say("Vaksine")
        case "contact":
            return say("Kontakt")
        case "measurement":
            return say("Måling")
        case "diagnosis":
            return say("Diagnose")
        case "referral":
            return say("Henvisning")


def kinds(kind: EventKind, language: Language) -> str:
    """All events of the kind, as a choice in a filter."""
    say = language.say
    match kind:
        case "result":
            return say("Prøver")
        case "document":
            return say("Notater og brev")
        case "medicine":
            return say("Legemidler")
        case "vaccine":
            return say("Vaksiner")
        case "contact":
            return say("Kontakter")
        case "measurement":
            return say("Målinger")
        case "diagnosis":
            return say("Diagnoser")
        case "referral":
            return say("Henvisninger")


def _mark(event: Event, language: Language) -> Tag | None:
    if not event.outside:
        return None
    said = language.count(
        "%(number)s utenfor referanse", "%(number)s utenfor referanse", event.outside
    )
    return Tag(said, "warning")


def _title(event: Event, manner: Manner) -> str:
    if not event.codes:
        return event.names[0] or kind(event.kind, manner.language)
    pairs = zip(event.codes, event.names, strict=True)
    names = [manner.name(code, name) for code, name in pairs]
    shown, more = names[:3], len(names) - 3
    if more <= 0:
        return ", ".join(shown)
    listed = ", ".join(shown)
    return manner.language.say("%(listed)s og %(more)s til", listed=listed, more=more)
