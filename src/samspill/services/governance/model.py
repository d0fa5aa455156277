"""What the access log tells, as values: looks, cases, standings, and patterns that stand out. Pure.

The citizen's right to know who looked: pasientjournalloven § 18; the ban on snooping:
helsepersonelloven § 21 a.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from samspill.access.entry import Who
from samspill.base.texts import Text
from samspill.interactions.audit import Line

TOGETHER = 30 * 60 * 1_000_000
"""Lines of one reader with at most this between them (microseconds) are one look."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A need or an emergency that a professional has stated for one patient."""

    task: str
    who: str
    is_emergency: bool
    purpose: str
    """A code of PurposeOfUse."""
    reason: str
    at: int
    until: int


@dataclass(frozen=True, slots=True)
class Look:
    """What one reader did with one record, without a longer break."""

    position: int
    """Of its last line."""
    first: int
    """Of its first line."""
    who: Who
    on_behalf_of: str
    at: int
    until: int
    types: tuple[str, ...]
    """The kinds of resources that were shown or written, the most frequent first."""
    has_written: bool
    was_refused: bool
    purpose: str
    basis: tuple[str, ...]
    statement: Statement | None

    @property
    def is_emergency(self) -> bool:
        return self.statement is not None and self.statement.is_emergency


Kind = Literal["others", "emergency", "own", "systems"]
KINDS: tuple[Kind, ...] = ("others", "emergency", "own", "systems")


def kind(look: Look, patient: str) -> Kind:
    """Under which filter a look is found."""
    if look.is_emergency:
        return "emergency"
    if look.who.reference == f"Patient/{patient}":
        return "own"
    return "others" if look.who.reference else "systems"


def together(
    lines: Iterable[Line], patient: str, statements: Sequence[Statement]
) -> Iterator[Look]:
    """Looks, the newest first, of lines that are the newest first."""
    open = list[Line]()
    for line in lines:
        if open and not _belongs(line, open[-1]):
            yield _look(open, patient, statements)
            open = []
        open.append(line)
    if open:
        yield _look(open, patient, statements)


def _belongs(line: Line, later: Line) -> bool:
    return (
        line.who.reference == later.who.reference
        and line.who.name == later.who.name
        and line.done.on_behalf_of == later.done.on_behalf_of
        and bool(line.outcome) == bool(later.outcome)
        and later.at - line.at <= TOGETHER
    )


def _look(lines: Sequence[Line], patient: str, statements: Sequence[Statement]) -> Look:
    last, first = lines[0], lines[-1]
    counts: dict[str, int] = {}
    for line in lines:
        named = {each.partition("/")[0] for each in line.seen} if line.seen else {line.type}
        # A page of a search over several people tells only what it was a search for.
        for type in {line.type} if line.type and len(line.patients) > 1 else named - {""}:
            counts[type] = counts.get(type, 0) + 1
    fitting = [
        each
        for each in statements
        if each.who == last.who.reference and each.at <= last.at and first.at <= each.until
    ]
    return Look(
        position=last.position,
        first=first.position,
        who=last.who,
        on_behalf_of=last.done.on_behalf_of,
        at=first.at,
        until=last.at,
        types=tuple(sorted(counts, key=lambda each: -counts[each])),
        has_written=any(each.done.action in WRITES for each in lines),
        was_refused=bool(last.outcome),
        purpose=next((each.done.purpose for each in lines if each.done.purpose), ""),
        basis=tuple(dict.fromkeys(name for each in lines for name in each.done.basis)),
        statement=max(fitting, key=lambda each: each.is_emergency, default=None),
    )


WRITES = frozenset({"create", "update", "patch", "delete", "load"})


@dataclass(frozen=True, slots=True)
class Standing:
    """On what grounds a professional has a patient open, now."""

    may: bool
    statement: Statement | None
    bases: tuple[Text, ...] = ()
    """What lets the professional in, in words."""


CaseKind = Literal["question", "complaint"]


@dataclass(frozen=True, slots=True)
class Case:
    """A question or complaint of a patient about a look, and its answer."""

    id: str
    patient: str
    kind: CaseKind
    position: int
    about: str
    """Whom and when it is about, in words."""
    text: str
    at: str
    deadline: str
    answer: str = ""
    answered_by: str = ""

    @property
    def is_open(self) -> bool:
        return not self.answer


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a person that can tell a tie between two."""

    family: str = ""
    name: str = ""
    born_on: str = ""
    street: str = ""
    """Street and postcode, without the house number."""
    workplaces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Pair:
    """All that one professional did with one record within the time."""

    who: Who
    patient: str
    looks: int
    last: int
    has_written: bool
    has_care_relation: bool
    is_stated: bool
    readers: int
    """How many professionals without a care relation have read this record."""


@dataclass(frozen=True, slots=True)
class Unusual:
    """A pattern that stands out, with its reasons."""

    who: Who
    patient: str
    born: str
    """Year of birth: the name is not needed to rank."""
    last: int
    looks: int
    score: float
    reasons: tuple[Text, ...]


REASONS: Mapping[str, tuple[float, Text]] = {
    "no-care": (2.0, Text("No care relation now", "Ingen behandlingsrelasjon nå")),
    "not-stated": (1.0, Text("No need was stated", "Ikke oppgitt tjenstlig behov")),
    "no-writing": (0.5, Text("Nothing was documented", "Ingenting ble dokumentert")),
    "family": (3.0, Text("Same family name", "Samme etternavn")),
    "neighbour": (3.0, Text("Lives in the same street", "Bor i samme gate")),
    "colleague": (3.5, Text("Works at the same place", "Arbeider samme sted")),
    "own": (4.0, Text("Their own record, at work", "Egen journal, på jobb")),
    "many-readers": (
        2.5,
        Text("Many readers without a care relation", "Mange lesere uten behandlingsrelasjon"),
    ),
}
"""What speaks for asking, with its weight."""


def reasons(pair: Pair, reader: Traits, read: Traits, many: int) -> tuple[str, ...]:
    """Names of `REASONS` that hold; a care relation explains all but one's own record."""
    if _same(reader, read):
        return ("own",)
    if pair.has_care_relation:
        return ()
    holds = {
        "no-care": True,
        "not-stated": not pair.is_stated,
        "no-writing": not pair.has_written,
        "family": bool(reader.family) and reader.family == read.family,
        "neighbour": bool(reader.street) and reader.street == read.street,
        "colleague": bool(reader.workplaces & read.workplaces),
        "many-readers": pair.readers >= many,
    }
    return tuple(name for name, is_so in holds.items() if is_so)


def _same(one: Traits, other: Traits) -> bool:
    """The name and the day of birth are the same: one person in two parts."""
    return bool(one.born_on) and (one.name, one.born_on) == (other.name, other.born_on)


def score(names: Sequence[str]) -> float:
    return sum(REASONS[name][0] for name in names)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the last days, without people."""

    looks: int
    refused: int
    emergencies: int
    reviewed: int
    open_cases: int
