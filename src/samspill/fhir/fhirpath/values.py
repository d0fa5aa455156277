"""What the operators reckon with: the plain value of an element, and the type of a value.

A value is a bool, int, Decimal, str, Moment, Quantity or TypeInfo of the System namespace, or the
JSON object of a FHIR type that is no primitive. https://hl7.org/fhir/R4/fhirpath.html#types
"""

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from samspill.fhir.fhirpath import quantities, times
from samspill.fhir.fhirpath.quantities import Quantity
from samspill.fhir.fhirpath.times import Kind, Moment
from samspill.fhir.items import Item

Json = Any
"""A JSON value, or one of the values above."""
Convert = Callable[[Json], Json]

SYSTEM = "System."


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """What type() gives."""

    namespace: str
    name: str


def plain(value: Json) -> Json:
    """The value to reckon with of an Item or System value; None where an element has none."""
    if value.__class__ is not Item:
        return value
    convert = CONVERT.get(value.type)
    return value.value if convert is None else convert(value.value)


def converter(type: str) -> Convert:
    """The same for raw values of a known type."""
    if not type:
        return plain
    if type.startswith(SYSTEM):
        return _itself
    convert = CONVERT.get(type)
    return _unwrapped if convert is None else lambda value: convert(_unwrapped(value))


def type_of(value: Json) -> str:
    """The type key of an Item or System value."""
    if value.__class__ is Item:
        return str(value.type)
    if isinstance(value, Moment):
        return SYSTEM + value.type
    return NAMES.get(value.__class__, "System.Any")


def key(value: Json) -> Hashable:
    """Two plain values are equal if their keys are: so that sets can be made of them."""
    match value:
        case bool():
            return ("boolean", value)
        case int() | Decimal():
            return value
        case Moment():
            return (value.type, times.normal(value))
        case Quantity():
            return quantities.normal(value)
        case dict() | list():
            return json.dumps(value, sort_keys=True, default=_as_number)
    return (value.__class__, value)


def _as_number(value: Json) -> Json:
    if isinstance(value, Decimal):
        is_short = value == value.to_integral_value() and value.adjusted() < 30
        return int(value) if is_short else str(value.normalize())
    raise TypeError(f"no JSON value: {value.__class__}")


def _itself(value: Json) -> Json:
    return value


def _unwrapped(value: Json) -> Json:
    """A raw primitive is an Item only where it has an id or extensions."""
    return value.value if value.__class__ is Item else value


def _decimal(value: Json) -> Json:
    return quantities.number_of(value)


def _moment(type: Kind) -> Convert:
    def convert(value: Json) -> Json:
        return times.parse(value, type) if value.__class__ is str else None

    return convert


def _quantity(value: Json) -> Json:
    """A Quantity that cannot be reckoned with stays what it is, to be compared as a whole."""
    return quantities.from_fhir(value) or value


CONVERT: Mapping[str, Convert] = {
    "decimal": _decimal,
    "date": _moment("Date"),
    "dateTime": _moment("DateTime"),
    "instant": _moment("DateTime"),
    "time": _moment("Time"),
    **dict.fromkeys(
        ("Quantity", "SimpleQuantity", "Age", "Count", "Distance", "Duration"), _quantity
    ),
}

NAMES: Mapping[type, str] = {
    bool: "System.Boolean",
    int: "System.Integer",
    Decimal: "System.Decimal",
    str: "System.String",
    Quantity: "System.Quantity",
    TypeInfo: "System.TypeInfo",
}
