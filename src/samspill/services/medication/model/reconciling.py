"""Reconciliation (samstemming): the same medicines in several sources, and where these differ.

Reconciliation tells what is used; it does not decide what should be used. Sources and differences
stay visible; a person settles each difference.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from samspill.base.json import Resource

STRENGTH = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:mg|mikrog|µg|mcg|g|ml|IE|%)(?:/\d*\s*(?:mg|ml|dose|time))?"
)


class From(StrEnum):
    """Whose word it is."""

    LIST = "list"
    LETTER = "letter"
    DISPENSED = "dispensed"
    PATIENT = "patient"


class Difference(StrEnum):
    """In what a source differs from the list."""

    NOT_ON_LIST = "not-on-list"
    NOT_IN_LETTER = "not-in-letter"
    STRENGTH = "strength"
    DOSAGE = "dosage"
    BRAND = "brand"
    NOT_TAKEN = "not-taken"
    DUPLICATE = "duplicate"


class Answer(StrEnum):
    """How a difference is settled; the first letters of the Norwegian words are the keys."""

    KEEP = "behold"
    CHANGE = "endre"
    STOP = "seponer"


@dataclass(frozen=True, slots=True)
class Said:
    """One medicine as one source tells of it."""

    source: From
    reference: str
    """Of the resource that says it, with its version."""
    key: str
    """The substance: its ATC code, else its name."""
    name: str
    dosage: str
    strength: str
    is_taken: bool
    line: Resource
    """As a line of a list."""


@dataclass(frozen=True, slots=True)
class Row:
    """One medicine across the sources."""

    id: str
    """Of the line on the list; for what is not on it, the key of the medicine."""
    said: Mapping[From, Said]
    differences: tuple[Difference, ...]

    @property
    def is_open(self) -> bool:
        return bool(self.differences)

    @property
    def listed(self) -> Said | None:
        return self.said.get(From.LIST)

    @property
    def proposed(self) -> Said | None:
        """What the list would say after a change: the letter's word first, then the patient's."""
        order = (From.LETTER, From.PATIENT, From.DISPENSED)
        others = [self.said[each] for each in order if each in self.said]
        differing = [one for one in others if one.is_taken and _differs(self.listed, one)]
        return next(iter(differing), None)

    @property
    def name(self) -> str:
        return (self.listed or next(iter(self.said.values()))).name

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Those that mean something here."""
        change = (Answer.CHANGE,) if self.proposed else ()
        return (Answer.KEEP, *change, Answer.STOP)


def rows(said: Iterable[Said], *, has_letter: bool) -> tuple[Row, ...]:
    """One row for each line of the list and each medicine not on it; open ones first."""
    listed, others = list[Said](), dict[str, list[Said]]()
    for one in said:
        if one.source is From.LIST:
            listed.append(one)
        else:
            others.setdefault(one.key, []).append(one)
    twice = _twice(listed)
    made = []
    for line in listed:
        # Of two lines with one substance, a source is about the one that it resembles most.
        near = [one for one in others.get(line.key, ()) if _nearest(one, listed) is line]
        made.append(_row(line, near, line.key in twice, has_letter))
    keys = {line.key for line in listed}
    made += [_unlisted(key, told) for key, told in others.items() if key not in keys]
    shown = (row for row in made if row.listed or row.is_open)
    return tuple(sorted(shown, key=lambda row: (not row.is_open, row.name.casefold(), row.id)))


def _twice(listed: Sequence[Said]) -> set[str]:
    counted = defaultdict[str, int](int)
    for line in listed:
        counted[line.key] += 1
    return {key for key, count in counted.items() if count > 1}


def _nearest(one: Said, listed: Sequence[Said]) -> Said:
    same = [line for line in listed if line.key == one.key]
    return max(same, key=lambda line: (line.strength == one.strength, line.dosage == one.dosage))


def _row(line: Said, others: Sequence[Said], is_twice: bool, has_letter: bool) -> Row:
    said = {From.LIST: line} | {one.source: one for one in others}
    found = [Difference.DUPLICATE] if is_twice else []
    letter, patient = said.get(From.LETTER), said.get(From.PATIENT)
    if has_letter and letter is None:
        found.append(Difference.NOT_IN_LETTER)
    if patient and not patient.is_taken:
        found.append(Difference.NOT_TAKEN)
    for other in (letter, patient, said.get(From.DISPENSED)):
        if other and other.is_taken:
            found += _parts(line, other)
    return Row(line.reference.split("/")[1], said, tuple(dict.fromkeys(found)))


def _unlisted(key: str, told: Sequence[Said]) -> Row:
    """What the letter or the patient tells of; a dispensing alone may be a course long finished."""
    said = {one.source: one for one in told}
    tells = any(one.is_taken and one.source is not From.DISPENSED for one in told)
    return Row(key, said, (Difference.NOT_ON_LIST,) if tells else ())


def _parts(line: Said, other: Said) -> list[Difference]:
    found = []
    if line.strength and other.strength and line.strength != other.strength:
        found.append(Difference.STRENGTH)
    if line.dosage and other.dosage and line.dosage != other.dosage:
        found.append(Difference.DOSAGE)
    # A pharmacy may hand out another brand with the same substance: that is no difference.
    if other.source is not From.DISPENSED and _brand(line) != _brand(other):
        found.append(Difference.BRAND)
    return found


def _differs(line: Said | None, other: Said) -> bool:
    return line is None or bool(_parts(line, other))


def _brand(said: Said) -> str:
    return said.name.split(" ", 1)[0].casefold()


def strength(name: str) -> str:
    """The strength in a name, in one way of writing: "Metoprolol 50 mg depottabletter" → "50mg"."""
    found = STRENGTH.search(name)
    return found.group().replace(" ", "").replace(",", ".") if found else ""


def settled(row: Row, answer: Answer, reason: str) -> Resource | None:
    """The line as it is after the answer; None where the list stays as it is."""
    listed, proposed = row.listed, row.proposed
    match answer:
        case Answer.KEEP:
            return None
        case Answer.STOP if listed:
            return stopped(listed.line, reason)
        case Answer.CHANGE if proposed and listed is None:
            return {**proposed.line, "derivedFrom": [{"reference": proposed.reference}]}
        case Answer.CHANGE if proposed and listed:
            taken = {n: v for n, v in proposed.line.items() if n in WHAT_IS_TAKEN}
            source = {"derivedFrom": [{"reference": proposed.reference}]}
            return {**listed.line, **taken, **source}
        case _:
            return None


WHAT_IS_TAKEN = frozenset({"medicationCodeableConcept", "dosage"})


def stopped(line: Resource, reason: str) -> Resource:
    return {**line, "status": "stopped", "statusReason": [{"text": reason}]}
