"""People, critical information, diagnoses, documents, appointments, and events of a life."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from samspill.services.elements import Origin, When

EventKind = Literal[
    "result", "document", "medicine", "vaccine", "contact", "measurement", "diagnosis", "referral"
]


@dataclass(frozen=True, slots=True)
class Person:
    """Who the record is about."""

    id: str
    given: str
    family: str
    born_on: date | None
    died_on: date | None
    sex: str
    """FHIR's administrative gender, or ""."""
    number: str
    """National identity number, D-number or help number, if any; 11 digits or as given."""
    municipality: str
    regular_gp: str
    is_protected: bool
    """Whether the address is graded (adressegradering) and nothing of it may be shown."""

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}".strip()

    def age(self, today: date) -> int | None:
        """In whole years, or at death."""
        if self.born_on is None:
            return None
        end = self.died_on or today
        return (
            end.year
            - self.born_on.year
            - ((end.month, end.day) < (self.born_on.month, self.born_on.day))
        )


Group = Literal["allergy", "anaesthesia", "treatment", "implant", "infection", "procedure", "other"]
"""The groups of critical information in the national summary care record, in their order."""
Certainty = Literal["confirmed", "likely", "suspected", ""]


@dataclass(frozen=True, slots=True)
class Critical:
    """What everyone must know before they treat: an allergy, a risk, a reservation."""

    id: str
    title: str
    detail: str
    group: Group
    is_severe: bool
    is_refuted: bool
    is_unconfirmed: bool
    certainty: Certainty
    known_by: str
    """How it is known: seen by a doctor, told by the patient, a test."""
    origin: Origin


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A health problem of the person."""

    id: str
    name: str
    code: str
    system: str
    """Short name of the code system: ICPC-2, ICD-10, SNOMED CT."""
    since: When
    until: When
    is_active: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Document:
    """A note, letter or report. The paragraphs are read only when one document is asked for."""

    id: str
    title: str
    type: str
    author: str
    custodian: str
    when: When
    origin: Origin
    paragraphs: tuple[str, ...] = ()
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A time with someone."""

    id: str
    when: When
    what: str
    whom: str
    instruction: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as a row of the timeline."""

    kind: EventKind
    id: str
    when: When
    names: tuple[str, ...]
    """What it was; several for results of the same day from the same place."""
    codes: tuple[str, ...]
    """Codes of the examinations, beside the names of results."""
    values: int
    """How many results the row stands for."""
    outside: int
    """How many of the examinations have results outside their reference ranges; they come first."""
    is_own: bool
    """Whether the person has measured it."""
    detail: str
    who: str
    origin: Origin
    words: str = ""
    """What else it is found by: the text of a note."""


KINDS: tuple[EventKind, ...] = get_args(EventKind)
GROUPS: tuple[Group, ...] = get_args(Group)


def order(events: Iterable[Event]) -> tuple[Event, ...]:
    """The newest first."""
    return tuple(sorted(events, key=lambda event: (event.when, event.id), reverse=True))


@dataclass(frozen=True, slots=True)
class Line:
    """One fact of a summary, as it is read."""

    title: str
    code: str
    """System and code, as they are known abroad: ICD-10 E11.9."""
    detail: str
    when: When
    reference: str
    """The resource that says it: Condition/1."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the International Patient Summary."""

    code: str
    """LOINC code of what it holds."""
    heading: str
    lines: tuple[Line, ...]
    nothing: str
    """What is said where there are no lines."""


@dataclass(frozen=True, slots=True)
class Summary:
    """An International Patient Summary, ready to read."""

    person: Person
    made: When
    language: str
    sections: tuple[Section, ...]
