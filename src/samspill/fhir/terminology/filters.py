"""Filters of a value set's include: property, operator and value.

https://hl7.org/fhir/R4/valueset-filter-operator.html
"""

from collections.abc import Callable, Iterator
from typing import Any

import re2

from samspill.base.errors import InvalidRequest, NotSupported
from samspill.base.texts import Text
from samspill.fhir.terminology.systems import Concept, System

HIERARCHICAL = frozenset({"is-a", "descendent-of", "is-not-a"})
"""The operators whose codes keep their place in the hierarchy."""


def select(system: System, filter: dict[str, Any]) -> Iterator[str]:
    """The codes that pass one filter, in the order of the system (or of the hierarchy)."""
    name, operator, value = (str(filter.get(key, "")) for key in ("property", "op", "value"))
    match operator:
        case "is-a":
            if value in system.concepts:
                yield value
            yield from system.descendants(value)
        case "descendent-of":
            yield from system.descendants(value)
        case "is-not-a":
            below = {value, *system.descendants(value)}
            yield from (code for code in system.concepts if code not in below)
        case "generalizes":
            yield from (code for code in system.concepts if system.subsumes(code, value))
        case "child-of":
            yield from system.children.get(value, ())
        case "descendent-leaf":
            yield from (c for c in system.descendants(value) if c not in system.children)
        case _:
            passes = _test(name, operator, value)
            yield from (each.code for each in system.concepts.values() if passes(each))


def passes(system: System, filter: dict[str, Any], concept: Concept) -> bool:
    """Whether one concept passes one filter, without a look at the others."""
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
            return concept.code not in system.children and system.is_under(concept.code, value)
    return _test(name, operator, value)(concept)


def _test(name: str, operator: str, value: str) -> Callable[[Concept], bool]:
    match operator:
        case "=":
            return lambda concept: value in _texts(concept, name)
        case "in" | "not-in":
            wanted = {part.strip() for part in value.split(",")}
            is_in = operator == "in"
            return lambda concept: bool(wanted.intersection(_texts(concept, name))) == is_in
        case "regex":
            pattern = _compile(value)
            return lambda concept: any(pattern.fullmatch(text) for text in _texts(concept, name))
        case "exists":
            wants = value == "true"
            return lambda concept: bool(_texts(concept, name)) == wants
    raise NotSupported(
        f"The filter operator '{operator}' is not known",
        f"Filteroperatoren «{operator}» er ikke kjent",
        expected=Text(
            "=, is-a, descendent-of, is-not-a, generalizes, regex, in, not-in or exists",
            "=, is-a, descendent-of, is-not-a, generalizes, regex, in, not-in eller exists",
        ),
    )


def _texts(concept: Concept, name: str) -> list[str]:
    match name:
        case "code" | "concept":
            return [concept.code]
        case "display":
            return [concept.display]
        case "parent":
            return list(concept.parents)
    return [_text(value) for value in concept.values(name)]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.get("code", "")) if isinstance(value, dict) else str(value)


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
