"""An International Patient Summary as it is read: on the page, by one abroad, and on paper."""

from dataclasses import dataclass

from samspill.portals.shared import facts
from samspill.portals.shared.languages import Language
from samspill.services.care_record.mapping import lines
from samspill.services.care_record.model import Line, Section, Summary


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    detail: str
    code: str
    when: str
    source: str
    """Which resource says it."""


@dataclass(frozen=True, slots=True)
class Part:
    id: str
    heading: str
    rows: tuple[Row, ...]
    nothing: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The summary, with the texts around it in the reader's language."""

    heading: str
    person: str
    facts: tuple[tuple[str, str], ...]
    made: str
    origin: str
    parts: tuple[Part, ...]
    what: str
    when: str
    language: str
    """Of the facts, as they were written."""
    note: str


def present(summary: Summary, language: Language) -> Sheet:
    say = language.say
    person = summary.person
    born = person.born_on.isoformat() if person.born_on else ""
    told = (
        (say("Født"), born),
        (say("Kjønn"), sex(person.sex, language)),
        (say("Nummer"), person.number),
        (say("Fastlege"), person.regular_gp),
    )
    return Sheet(
        heading=say("Pasientoppsummering"),
        person=person.name,
        facts=tuple((name, value) for name, value in told if value),
        made=say("Laget %(day)s", day=facts.day_and_time(summary.made, language)),
        origin=say("Hentet fra journalen av Samspill, etter International Patient Summary (HL7)."),
        parts=tuple(_part(one) for one in summary.sections),
        what=say("Hva"),
        when=say("Når"),
        language="nb",
        note=say("Opplysningene står slik de ble skrevet på norsk, med koder ved siden av."),
    )


def sex(code: str, language: Language) -> str:
    say = language.say
    return {
        "female": say("Kvinne"),
        "male": say("Mann"),
        "other": say("Annet"),
        "unknown": say("Ukjent"),
    }.get(code, "")


def _part(section: Section) -> Part:
    rows = tuple(_row(one) for one in section.lines)
    return Part(f"s{section.code}", section.heading, rows, section.nothing)


def _row(line: Line) -> Row:
    return Row(line.title, line.detail, line.code, lines.day(line.when), line.reference)
