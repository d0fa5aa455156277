"""Number search, with the precision that the digits imply. https://hl7.org/fhir/R4/search.html#number"""

import re
from collections.abc import Iterator
from decimal import Decimal
from math import inf
from typing import Any, cast

from samspill.base.errors import InvalidSearch
from samspill.base.texts import Text
from samspill.fhir.search.query import NumberIs, Prefix
from samspill.fhir.search.types.date import PREFIXES
from samspill.fhir.search.values import Number

EXPECTED = Text(
    "a number such as 100, 5.40 or 1e2, after eq, ne, gt, lt, ge, le, sa, eb, ap or nothing",
    "et tall som 100, 5.40 eller 1e2, etter eq, ne, gt, lt, ge, le, sa, eb, ap eller ingenting",
)

_FORM = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?([eE][+-]?\d{1,2})?", re.ASCII)
_TENTH = Decimal("0.1")


def parse(text: str) -> NumberIs:
    return compare(*split_prefix(text))


def split_prefix(text: str) -> tuple[Prefix, str]:
    if text[:2] in PREFIXES:
        return cast(Prefix, text[:2]), text[2:]
    return "eq", text


def compare(prefix: Prefix, given: str) -> NumberIs:
    low, value, high = bounds(prefix, given)
    return NumberIs(prefix, float(value), float(low), float(high), given)


def bounds(prefix: Prefix, given: str) -> tuple[Decimal, Decimal, Decimal]:
    """The low end, the number itself, and the high end of what is sought.

    >>> [str(each) for each in bounds("eq", "100")]
    ['99.5', '100', '100.5']
    """
    if not _FORM.fullmatch(given):
        raise InvalidSearch("This is not a number", "Dette er ikke et tall", expected=EXPECTED)
    value = Decimal(given)
    if prefix in ("eq", "ne"):
        margin = _half_unit(given, value)
    elif prefix == "ap":
        margin = abs(value) * _TENTH
    else:
        margin = Decimal(0)
    return value - margin, value, value + margin


def _half_unit(given: str, value: Decimal) -> Decimal:
    """Half of the last digit's place; see docs/clarifications.md#exponents for 1e2."""
    exponent = cast(int, value.as_tuple().exponent)
    last_place = exponent - 1 if "e" in given.lower() else exponent
    return Decimal(5).scaleb(last_place - 1)


def format(test: NumberIs) -> str:
    return test.given if test.prefix == "eq" else test.prefix + test.given


def extract(type: str, value: Any) -> Iterator[Number]:
    if type == "Range":
        low, high = value.get("low", {}).get("value"), value.get("high", {}).get("value")
        if low is not None or high is not None:
            yield Number(-inf if low is None else float(low), inf if high is None else float(high))
    else:
        yield Number(float(value), float(value))


TYPES = frozenset({"integer", "decimal", "positiveInt", "unsignedInt", "Range"})


def matches(test: NumberIs, row: Number) -> bool:
    return meets(test, row.low, row.high)


def meets(test: NumberIs, low: float, high: float) -> bool:
    match test.prefix:
        case "eq":
            return test.low <= low and high < test.high
        case "ne":
            return low < test.low or test.high <= high
        case "gt":
            return high > test.value
        case "lt":
            return low < test.value
        case "ge":
            return high >= test.value
        case "le":
            return low <= test.value
        case "sa":
            return low > test.value
        case "eb":
            return high < test.value
    return low <= test.high and test.low <= high
