"""What an actor may see or do, as a closed algebra of predicates over a resource and its patients.

One tree, several evaluators: `holds` here in memory, `narrow` in SQL. Those marked (patient) are
asked of one patient, and so stand inside `ForAllPatients` or `Of`. docs/adr/0020.
"""

from collections.abc import Callable, Collection, Iterable
from typing import assert_never

from msgspec import Struct

from samspill.store.facts import About, Known, Stated


class Const(Struct, frozen=True):
    """Always or never."""

    allowed: bool


class And(Struct, frozen=True):
    parts: tuple["Predicate", ...]


class Or(Struct, frozen=True):
    parts: tuple["Predicate", ...]


class Not(Struct, frozen=True):
    part: "Predicate"


class ForAllPatients(Struct, frozen=True):
    """Holds for every patient that the resource is about or names; never when there is none."""

    part: "Predicate"


class NamesNobody(Struct, frozen=True):
    """The resource is about no patient, and names none."""


class Of(Struct, frozen=True):
    """Holds for this one patient, whomever the resource is about."""

    patient: str
    part: "Predicate"


class Labelled(Struct, frozen=True):
    """The resource, or what it is made of, has one of the labels ("system|code")."""

    labels: frozenset[str]


class LabelledBut(Struct, frozen=True):
    """The resource has a label of the system other than these."""

    system: str
    labels: frozenset[str]


class Is(Struct, frozen=True):
    """It is this resource."""

    type: str
    id: str


class ScopeMatch(Struct, frozen=True):
    """The resource is found by the search parameters of a SMART scope."""

    pairs: tuple[tuple[str, str], ...]


class PatientIs(Struct, frozen=True):
    """(patient) It is this one."""

    id: str


class Related(Struct, frozen=True):
    """(patient) A relation of the name is in force with one of the subjects."""

    relation: str
    subjects: frozenset[str]
    bases: frozenset[str] = frozenset()
    """Empty: any."""
    types: frozenset[str] = frozenset()
    """What the relation may be limited to; empty: any."""


class Applies(Struct, frozen=True):
    """(patient) A relation of the name is in force with one of the subjects, and the resource is
    among those that it is about. `spared` names the relation that makes exceptions from it."""

    relation: str
    subjects: frozenset[str]
    purpose: str = ""
    spared: str = ""


class BornBy(Struct, frozen=True):
    """(patient) Was born on this day (an ordinal) or before, certainly."""

    day: int


class BornAfter(Struct, frozen=True):
    """(patient) Was born after this day, certainly."""

    day: int


class Living(Struct, frozen=True):
    """(patient) Is known and has not died."""


class Hidden(Struct, frozen=True):
    """(patient) Has whereabouts that are protected, or is not known."""


class LivesWithParent(Struct, frozen=True):
    """(patient) Has the same registered address as at least one parent."""


Predicate = (
    Const
    | And
    | Or
    | Not
    | ForAllPatients
    | NamesNobody
    | Of
    | Labelled
    | LabelledBut
    | Is
    | ScopeMatch
    | PatientIs
    | Related
    | Applies
    | BornBy
    | BornAfter
    | Living
    | Hidden
    | LivesWithParent
)

ALL = Const(True)
NONE = Const(False)


def all_of(parts: Iterable[Predicate]) -> Predicate:
    """Both … and, as simple as can be."""
    kept = [part for part in parts if part != ALL]
    if NONE in kept:
        return NONE
    return kept[0] if len(kept) == 1 else And(tuple(kept)) if kept else ALL


def any_of(parts: Iterable[Predicate]) -> Predicate:
    """Either … or, as simple as can be."""
    kept = [part for part in parts if part != NONE]
    if ALL in kept:
        return ALL
    return kept[0] if len(kept) == 1 else Or(tuple(kept)) if kept else NONE


def no(part: Predicate) -> Predicate:
    return Const(not part.allowed) if isinstance(part, Const) else Not(part)


class Evidence(Struct, frozen=True):
    """What the predicates are asked of: one version of a resource, and what is stated of people."""

    now: int
    type: str
    id: str
    about: About
    known: Callable[[str], Known | None]
    """Everything stated of a patient, by id."""
    people: Callable[[Collection[str]], Collection[str]]
    """Ids of the patients with one of these numbers."""
    found: Callable[[ScopeMatch], bool]
    """Whether a search finds the resource."""


def holds(predicate: Predicate, of: Evidence, patient: str = "") -> bool:
    """Whether the predicate is true; what is not known is never true."""
    match predicate:
        case Const(allowed):
            return allowed
        case And(parts):
            return all(holds(each, of, patient) for each in parts)
        case Or(parts):
            return any(holds(each, of, patient) for each in parts)
        case Not(part):
            return not holds(part, of, patient)
        case ForAllPatients(part):
            return bool(of.about.patients) and all(holds(part, of, p) for p in of.about.patients)
        case NamesNobody():
            return not of.about.patients
        case Of(one, part):
            return holds(part, of, one)
        case Labelled(labels):
            return not labels.isdisjoint(of.about.labels)
        case LabelledBut(system, labels):
            return any(each.startswith(f"{system}|") for each in of.about.labels - labels)
        case Is(type, id):
            return (of.type, of.id) == (type, id)
        case ScopeMatch():
            return of.found(predicate)
        case _:
            return _of_patient(predicate, of, patient)


def _of_patient(
    predicate: PatientIs
    | Related
    | Applies
    | BornBy
    | BornAfter
    | Living
    | Hidden
    | LivesWithParent,
    of: Evidence,
    patient: str,
) -> bool:
    known = of.known(patient)
    person = known.person if known else None
    match predicate:
        case PatientIs(id):
            return patient == id
        case Related(relation, subjects, bases, types):
            return any(
                row.subject in subjects
                and (not bases or row.basis in bases)
                and (not types or row.type in types)
                for row in _in_force(known, relation, of.now)
            )
        case Applies():
            return any(
                _is_meant(row, predicate, of) and not _is_spared(row, predicate, known, of)
                for row in _in_force(known, predicate.relation, of.now)
            )
        case BornBy(day):
            return person is not None and 0 < person.born_to <= day
        case BornAfter(day):
            return person is not None and person.born_from > day
        case Living():
            return person is not None and (person.died_at is None or of.now < person.died_at)
        case Hidden():
            return person is None or person.hidden
        case LivesWithParent():
            return person is not None and _lives_with_parent(person.home, known, of)
        case _:
            assert_never(predicate)


def _in_force(known: Known | None, relation: str, now: int) -> Iterable[Stated]:
    rows = known.relations if known else ()
    return (row for row in rows if row.name == relation and row.low <= now < row.high)


def _is_meant(row: Stated, asked: Applies, of: Evidence) -> bool:
    """Whether a relation is about this actor, this purpose and this resource."""
    return (
        (row.subject == "" or row.subject in asked.subjects)
        and row.purpose in ("", asked.purpose)
        and row.type in ("", of.type)
        and (row.label == "" or row.label in of.about.labels)
        and (row.target == 0 or row.target in of.about.targets)
    )


def _is_spared(row: Stated, asked: Applies, known: Known | None, of: Evidence) -> bool:
    return asked.spared != "" and any(
        (each.source, each.node) == (row.source, row.node) and _is_meant(each, asked, of)
        for each in _in_force(known, asked.spared, of.now)
    )


def _lives_with_parent(home: str, known: Known | None, of: Evidence) -> bool:
    parents = {row.subject for row in _in_force(known, "rep", of.now) if row.basis == "parent"}
    if not home or not parents:
        return False
    found = (of.known(each) for each in of.people(parents))
    return any(each.person is not None and each.person.home == home for each in found if each)
