"""Values that a profile fixes, gives a pattern or a range for.

https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_
"""

from decimal import Decimal
from functools import lru_cache
from typing import Any

import re2

from samspill.fhir.definitions import Value

Json = Any


def equals(value: Json, fixed: Json) -> bool:
    """Whether a value is the fixed one, element by element; numbers as they count."""
    if isinstance(fixed, dict):
        return (
            isinstance(value, dict)
            and value.keys() == fixed.keys()
            and all(equals(value[name], each) for name, each in fixed.items())
        )
    if isinstance(fixed, list):
        return (
            isinstance(value, list) and len(value) == len(fixed) and all(map(equals, value, fixed))
        )
    return _same(value, fixed)


def fits(value: Json, pattern: Json) -> bool:
    """Whether all that the pattern has is in the value; lists may hold more, in any order."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            name in value and fits(value[name], each) for name, each in pattern.items()
        )
    if isinstance(pattern, list):
        return isinstance(value, list) and all(
            any(fits(one, each) for one in value) for each in pattern
        )
    return _same(value, pattern)


def _same(value: Json, other: Json) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    return bool(value == other)


def matches(value: Json, pattern: str) -> bool:
    """Whether a text has the form of a regular expression; one that cannot be read is none."""
    compiled = _compile(pattern)
    text = value if isinstance(value, str) else str(value)
    return compiled is None or compiled.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _compile(pattern: str) -> Any:
    # Patterns come from strangers; this engine takes a time that grows with the text alone.
    try:
        return re2.compile(pattern)
    except re2.error:
        return None


def order(value: Json, limit: Value) -> int | None:
    """-1, 0 or 1 as a value is below, at or above a limit; None where they do not compare."""
    if isinstance(value, dict) or isinstance(limit.value, dict):
        return _order_quantities(value, limit.value)
    try:
        if isinstance(value, str):
            # Dates and times of one precision are ordered as their texts.
            length = min(len(value), len(str(limit.value)))
            one, other = value[:length], str(limit.value)[:length]
            return (one > other) - (one < other)
        number, most = Decimal(value), Decimal(limit.value)
    except (ArithmeticError, TypeError, ValueError):
        return None
    return (number > most) - (number < most)


def _order_quantities(value: Json, limit: Json) -> int | None:
    if not isinstance(value, dict) or not isinstance(limit, dict):
        return None
    if (value.get("system"), value.get("code")) != (limit.get("system"), limit.get("code")):
        return None
    try:
        number, most = Decimal(value["value"]), Decimal(limit["value"])
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return None
    return (number > most) - (number < most)
