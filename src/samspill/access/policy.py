"""What an actor may see or do, as a closed algebra of predicates over a resource's facts.

One tree, several evaluators: `holds` here in memory, and the search compiler's clause in SQL.
docs: access.md 5.2 of the design.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Const:
    """Always or never."""

    allowed: bool


@dataclass(frozen=True, slots=True)
class And:
    predicates: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Or:
    predicates: tuple["Predicate", ...]


@dataclass(frozen=True, slots=True)
class Not:
    predicate: "Predicate"


@dataclass(frozen=True, slots=True)
class Eq:
    """An attribute of the resource, such as "type", has this value."""

    attribute: str
    value: Value


@dataclass(frozen=True, slots=True)
class In:
    attribute: str
    values: frozenset[Value]


@dataclass(frozen=True, slots=True)
class Exists:
    """A row of a relation of facts (care, grant, block …) has these values."""

    relation: str
    values: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class ForAllPatients:
    """Holds for every patient that the resource refers to; never for a resource without any."""

    predicate: "Predicate"


@dataclass(frozen=True, slots=True)
class ScopeMatch:
    """The resource is found by this search parameter and value of a SMART scope."""

    parameter: str
    value: str


Predicate = Const | And | Or | Not | Eq | In | Exists | ForAllPatients | ScopeMatch

ALL = Const(True)
NONE = Const(False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one resource and the relations about its patients."""

    attributes: Mapping[str, Value]
    patients: tuple[str, ...]
    related: Callable[[str, str, Mapping[str, Value]], bool]
    """Whether relation (name, patient, values) has a row."""
    found_by: Callable[[str, str], bool]
    """Whether the search (parameter, value) finds the resource."""


def holds(predicate: Predicate, facts: Facts, patient: str = "") -> bool:
    """Whether the predicate is true of the facts; a missing attribute is never equal."""
    match predicate:
        case Const(allowed):
            return allowed
        case And(predicates):
            return all(holds(each, facts, patient) for each in predicates)
        case Or(predicates):
            return any(holds(each, facts, patient) for each in predicates)
        case Not(inner):
            return not holds(inner, facts, patient)
        case Eq(attribute, value):
            return facts.attributes.get(attribute) == value
        case In(attribute, values):
            return facts.attributes.get(attribute) in values
        case Exists(relation, values):
            return facts.related(relation, patient, dict(values))
        case ForAllPatients(inner):
            return bool(facts.patients) and all(holds(inner, facts, p) for p in facts.patients)
        case ScopeMatch(parameter, value):
            return facts.found_by(parameter, value)
