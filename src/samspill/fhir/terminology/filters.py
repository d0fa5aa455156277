"""Filters of a value set's include: property, operator and value.

https://hl7.org/fhir/R4/valueset-filter-operator.html
"""

from collections.abc import Iterable
from typing import Any

import re2
from pyroaring import BitMap

from samspill.base.errors import InvalidRequest, NotSupported
from samspill.base.texts import Text
from samspill.fhir.terminology import ecl
from samspill.fhir.terminology.ecl import Refset
from samspill.fhir.terminology.systems import Concept, Places, System, texts

HIERARCHICAL = frozenset({"is-a", "descendent-of", "is-not-a"})
"""The operators whose codes keep their place in the hierarchy."""


def select(
    system: System, given: Iterable[dict[str, Any]], refset: Refset = ecl.no_refsets
) -> Places:
    """The concepts that pass all filters; those that must be read through come last."""
    found = system.all()
    for each in sorted(given, key=lambda each: each.get("op") == "regex"):
        if _is_constraint(each):
            found &= ecl.select(system, str(each.get("value", "")), refset)
        else:
            found = _select(system, each, found)
    return found


def _is_constraint(filter: dict[str, Any]) -> bool:
    """Whether a filter is an expression of SNOMED CT.
    https://hl7.org/fhir/R4/snomedct.html#4.3.1.0.5"""
    return (filter.get("property"), filter.get("op")) == ("constraint", "=")


def _select(system: System, filter: dict[str, Any], among: Places) -> Places:
    name, operator, value = (str(filter.get(key, "")) for key in ("property", "op", "value"))
    match operator:
        case "is-a":
            return among & (system.below(value) | _only(system, value))
        case "descendent-of":
            return among & system.below(value)
        case "is-not-a":
            return among - system.below(value) - _only(system, value)
        case "generalizes":
            return among & (system.above(value) | _only(system, value))
        case "child-of":
            return among & system.children(value)
        case "descendent-leaf":
            return among & system.below(value) & system.leaves()
        case "=":
            return among & system.having(name, value)
        case "in":
            return among & _having(system, name, value)
        case "not-in":
            return among - _having(system, name, value)
        case "exists":
            held = system.having_any(name)
            return among & held if value == "true" else among - held
        case "regex":
            return system.matching(name, _compile(value), among)
    raise _unknown(operator)


def passes(
    system: System,
    filter: dict[str, Any],
    concept: Concept,
    refset: Refset = ecl.no_refsets,
) -> bool:
    """Whether one concept passes one filter, without a look at the others."""
    if _is_constraint(filter):
        return not _only(system, concept.code).isdisjoint(select(system, [filter], refset))
    name, operator, value = (str(filter.get(key, "")) for key in ("property", "op", "value"))
    match operator:
        case "is-a":
            return system.is_under(concept.code, value)
        case "descendent-of":
            return concept.code != value and system.is_under(concept.code, value)
        case "is-not-a":
            return not system.is_under(concept.code, value)
        case "generalizes":
            return system.is_under(value, concept.code)
        case "child-of":
            return value in concept.parents
        case "descendent-leaf":
            is_below = concept.code != value and system.is_under(concept.code, value)
            return is_below and not system.children(concept.code)
        case "=":
            return value in texts(concept, name)
        case "in":
            return not _wanted(value).isdisjoint(texts(concept, name))
        case "not-in":
            return _wanted(value).isdisjoint(texts(concept, name))
        case "exists":
            return bool(texts(concept, name)) == (value == "true")
        case "regex":
            pattern = _compile(value)
            return any(pattern.fullmatch(text) for text in texts(concept, name))
    raise _unknown(operator)


def _only(system: System, code: str) -> Places:
    place = system.place(code)
    return BitMap() if place is None else BitMap((place,))


def _having(system: System, name: str, value: str) -> Places:
    return BitMap().union(*(system.having(name, each) for each in _wanted(value)))


def _wanted(value: str) -> set[str]:
    return {part.strip() for part in value.split(",")}


def _unknown(operator: str) -> NotSupported:
    return NotSupported(
        f"The filter operator '{operator}' is not known",
        f"Filteroperatoren «{operator}» er ikke kjent",
        expected=Text(
            "=, is-a, descendent-of, is-not-a, generalizes, regex, in, not-in or exists",
            "=, is-a, descendent-of, is-not-a, generalizes, regex, in, not-in eller exists",
        ),
    )


def _compile(pattern: str) -> Any:
    try:
        return re2.compile(pattern)
    except re2.error as fault:
        raise InvalidRequest(
            "The regular expression of a filter cannot be read",
            "Det regulære uttrykket i et filter kan ikke leses",
            expected=Text(
                "an expression without look-around and back-references",
                "et uttrykk uten look-around og tilbakereferanser",
            ),
        ) from fault
