"""Quantity search: `[prefix]number[|system|code]`, UCUM units made comparable.

https://hl7.org/fhir/R4/search.html#quantity
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import inf, nextafter
from typing import Any

from samspill.base.errors import InvalidSearch
from samspill.base.texts import Text
from samspill.fhir import ucum
from samspill.fhir.search import escapes
from samspill.fhir.search.query import NumberIs, QuantityIs
from samspill.fhir.search.types import number
from samspill.fhir.search.values import Quantity

UCUM = "http://unitsofmeasure.org"
CURRENCIES = "urn:iso:std:iso:4217"
EXPECTED = Text(
    "number, number|system|code or number||code, after a prefix such as gt or none",
    "tall, tall|system|kode eller tall||kode, etter et prefiks som gt eller uten",
)


def parse(text: str) -> QuantityIs:
    parts = [escapes.unescape(part) for part in escapes.split(text, "|")]
    if len(parts) not in (1, 3):
        raise InvalidSearch("This is not a quantity", "Dette er ikke en mengde", expected=EXPECTED)
    prefix, given = number.split_prefix(parts[0])
    compared = number.compare(prefix, given)
    if len(parts) == 1 or not (parts[1] or parts[2]):
        return QuantityIs(compared, None, None)
    system, code = parts[1] or None, parts[2]
    if not code:
        raise InvalidSearch("The unit has no code", "Enheten har ingen kode", expected=EXPECTED)
    if system != UCUM:
        return QuantityIs(compared, system, code)
    bases = [canonical(each, code) for each in number.bounds(prefix, given)]
    found = [each for each in bases if each is not None]
    if len(found) < 3:
        return QuantityIs(compared, system, code)
    low, value, high = (each[0] for each in found)
    base = NumberIs(prefix, value, min(low, high), max(low, high), given)
    return QuantityIs(compared, system, code, base, found[0][1])


def canonical(value: Decimal, code: str) -> tuple[float, str] | None:
    """The value in UCUM base units, rounded once, and what these are; None for an unknown unit, or
    for more than a float can hold."""
    scale = _scale(code)
    if scale is None:
        return None
    # One division of whole numbers is rounded rightly, and takes a tenth of the time of fractions.
    top, bottom = value.as_integer_ratio()
    top, bottom = top * scale.zero_bottom + scale.zero_top * bottom, bottom * scale.zero_bottom
    try:
        return top * scale.top / (bottom * scale.bottom), scale.base
    except OverflowError:
        return None


@dataclass(frozen=True, slots=True)
class _Scale:
    """A unit as (value + zero) × factor of `base`, the two as quotients of whole numbers."""

    zero_top: int
    zero_bottom: int
    top: int
    bottom: int
    base: str


@lru_cache(maxsize=2048)
def _scale(code: str) -> _Scale | None:
    unit = ucum.parse(code)
    if unit is None:
        return None
    zero, factor = unit.offset, unit.factor
    return _Scale(zero.numerator, zero.denominator, factor.numerator, factor.denominator, unit.base)


def format(test: QuantityIs) -> str:
    amount = number.format(test.number)
    if test.code is None:
        return amount
    return f"{amount}|{escapes.escape(test.system or '')}|{escapes.escape(test.code)}"


def extract(type: str, value: Any) -> Iterator[Quantity]:
    match type:
        case "Money":
            if "value" in value:
                amount = float(value["value"])
                currency = value.get("currency", "")
                yield Quantity(amount, amount, CURRENCIES, currency, currency)
        case "Range":
            yield from _of_range(value.get("low", {}), value.get("high", {}))
        case "SampledData":
            yield from _of_samples(value)
        case _:
            if "value" in value:
                yield _of_quantity(value)


TYPES = frozenset(
    {
        "Quantity",
        "Age",
        "Duration",
        "Count",
        "Distance",
        "SimpleQuantity",
        "Money",
        "Range",
        "SampledData",
    }
)


def _of_quantity(value: dict[str, Any]) -> Quantity:
    amount = float(value["value"])
    system, code = value.get("system", ""), value.get("code", "")
    unit = value.get("unit", "")
    base = canonical(Decimal(value["value"]), code) if system == UCUM and code else None
    low, high = _open(value.get("comparator", ""), amount)
    if base is None:
        return Quantity(low, high, system, code, unit)
    base_low, base_high = _open(value.get("comparator", ""), base[0])
    return Quantity(low, high, system, code, unit, base_low, base_high, base[1])


def _open(comparator: str, amount: float) -> tuple[float, float]:
    """The range that "<5" and its like stand for."""
    match comparator:
        case "<":
            return -inf, nextafter(amount, -inf)
        case "<=":
            return -inf, amount
        case ">=":
            return amount, inf
        case ">":
            return nextafter(amount, inf), inf
    return amount, amount


def _of_range(low: dict[str, Any], high: dict[str, Any]) -> Iterator[Quantity]:
    """From the low to the high end, in the unit of the one that has a unit."""
    ends = [_of_quantity(end) if "value" in end else None for end in (low, high)]
    given = [end for end in ends if end is not None]
    if not given:
        return
    unit = given[0]
    yield Quantity(
        ends[0].low if ends[0] else -inf,
        ends[1].high if ends[1] else inf,
        unit.system,
        unit.code,
        unit.unit,
        (ends[0].base_low if ends[0] else -inf) if unit.base_unit else 0.0,
        (ends[1].base_high if ends[1] else inf) if unit.base_unit else 0.0,
        unit.base_unit,
    )


def _of_samples(value: dict[str, Any]) -> Iterator[Quantity]:
    """From the least to the greatest sample; E, L and U, which are no numbers, do not count."""
    origin = value.get("origin", {})
    samples = [Decimal(each) for each in value.get("data", "").split() if each not in "ELU"]
    if not samples or "value" not in origin:
        return
    factor, zero = Decimal(value.get("factor", 1)), Decimal(origin["value"])
    ends = sorted((min(samples) * factor + zero, max(samples) * factor + zero))
    yield from _of_range({**origin, "value": ends[0]}, {**origin, "value": ends[1]})


def matches(test: QuantityIs, row: Quantity) -> bool:
    if test.base is not None:
        same = row.base_unit == test.base_unit
        return same and number.meets(test.base, row.base_low, row.base_high)
    if test.code is not None:
        if test.system is None and test.code not in (row.code, row.unit):
            return False
        if test.system is not None and (row.system, row.code) != (test.system, test.code):
            return False
    return number.meets(test.number, row.low, row.high)
