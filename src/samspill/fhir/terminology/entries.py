"""Concepts made from the plain facts that published tables hold, for loaders of code systems.

https://hl7.org/fhir/R4/codesystem-definitions.html#CodeSystem.concept
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from samspill.fhir.terminology.systems import Concept

Resource = dict[str, Any]
Value = str | bool | int | Decimal | Resource


def concept(
    code: str,
    display: str = "",
    *,
    parents: Sequence[str] = (),
    properties: Iterable[tuple[str, Value]] = (),
    designations: Iterable[Resource] = (),
    definition: str = "",
    is_active: bool = True,
) -> Concept:
    """A concept; `parents` are codes, which may come later in the list, or never.

    Values of properties are told by their type: text is `valueString`, a Coding is a dict, and
    `Code` marks a code. Designations are made by `designation`.
    """
    held = [_property(name, value) for name, value in properties]
    if not is_active:
        held.append({"code": "inactive", "valueBoolean": True})
    raw: Resource = {"code": code}
    if display:
        raw["display"] = display
    if definition:
        raw["definition"] = definition
    named = list(designations)
    if named:
        raw["designation"] = named
    if held:
        raw["property"] = held
    return Concept(code, display, definition, tuple(parents), raw)


class Code(str):
    """A text that is a code of the same system."""

    __slots__ = ()


def designation(value: str, language: str = "", use: Resource | None = None) -> Resource:
    """A name of a concept; `use` is a Coding."""
    made: Resource = {}
    if language:
        made["language"] = language
    if use:
        made["use"] = use
    made["value"] = value
    return made


def _property(name: str, value: Value) -> Resource:
    match value:
        case bool():
            kind = "valueBoolean"
        case int():
            kind = "valueInteger"
        case Decimal():
            kind = "valueDecimal"
        case Code():
            kind, value = "valueCode", str(value)
        case str():
            kind = "valueString"
        case _:
            kind = "valueCoding"
    return {"code": name, kind: value}
