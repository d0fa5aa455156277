"""Quantities: a number with a UCUM unit or a calendar word.

https://hl7.org/fhirpath/N1/#quantity, https://hl7.org/fhirpath/N1/#time-valued-quantities
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

from samspill.fhir import ucum

# 28 digits, and no exceptions: what cannot be reckoned is empty.
NUMBERS = Context(prec=28, rounding=ROUND_HALF_UP, Emax=999, Emin=-999, traps=[])
LARGEST_EXPONENT = 100

UCUM = "http://unitsofmeasure.org"

CALENDAR: Mapping[str, str] = {
    word + ending: word
    for word in ("year", "month", "week", "day", "hour", "minute", "second", "millisecond")
    for ending in ("", "s")
}
"""Every calendar word and its singular."""

# A day of the calendar is taken for 24 hours, but a year is no fixed span of time.
FIXED_WORDS = {
    "week": "wk",
    "day": "d",
    "hour": "h",
    "minute": "min",
    "second": "s",
    "millisecond": "ms",
}
WORDS_OF_UCUM = {code: word for word, code in FIXED_WORDS.items()}
APPROXIMATE = {"year": "a", "month": "mo"}

TEXT = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*(?:'([^']+)'|([a-z]+))?\s*")


@dataclass(frozen=True, slots=True)
class Quantity:
    value: Decimal
    unit: str
    """A UCUM code, or a calendar word as it was written: "week", "days"."""

    def __str__(self) -> str:
        unit = self.unit if self.unit in CALENDAR else f"'{self.unit}'"
        return f"{self.value} {unit}"


def parse(text: str) -> Quantity | None:
    """`4 days`, `10 'mg'` or a bare number."""
    found = TEXT.fullmatch(text)
    if found is None or len(found[1]) > 40 or (found[3] and found[3] not in CALENDAR):
        return None
    return Quantity(Decimal(found[1]), found[2] or found[3] or "1")


def from_fhir(value: dict[str, Any]) -> Quantity | None:
    """A FHIR Quantity; None without a value. A comparator makes it no exact quantity."""
    number = number_of(value.get("value"))
    if number is None or value.get("comparator"):
        return None
    unit = value.get("code") or value.get("unit") or "1"
    if value.get("system") == UCUM and unit in APPROXIMATE.values():
        unit = {"a": "year", "mo": "month"}[unit]
    return Quantity(number, str(unit))


def number_of(value: Any) -> Decimal | None:
    """The decimal of a JSON number; None if it is none, or beyond reckoning."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(str(value))
    return number if abs(number.adjusted()) <= LARGEST_EXPONENT else None


def comparable(left: Quantity, right: Quantity) -> tuple[Fraction, Fraction] | None:
    """Both values in one unit; None if they measure different things."""
    (one, unit), (other, other_unit) = _parts(left), _parts(right)
    return (one, other) if unit == other_unit else None


def is_uncertain(left: Quantity, right: Quantity) -> bool:
    """Whether both are times, but one of the calendar: a month is no fixed number of days."""
    words = [CALENDAR.get(one.unit) in APPROXIMATE for one in (left, right)]
    others = [_parts(one)[1] == "s" for one in (left, right)]
    return (words[0] and others[1]) or (words[1] and others[0])


def normal(quantity: Quantity) -> tuple[Fraction, str]:
    """The same for two quantities that are equal."""
    return _parts(quantity)


def equivalent(left: Quantity, right: Quantity) -> bool:
    """Equal when rounded to the decimals of the coarser one, in the larger of the two units."""
    left, right = (Quantity(each.value, ucum_code(each)) for each in (left, right))
    if left.unit != right.unit:
        one, other = ucum.parse(left.unit), ucum.parse(right.unit)
        if one is None or other is None or one.dimensions != other.dimensions:
            return False
        if one.factor < other.factor:
            left, right = right, left
        moved = ucum.convert(right.value, right.unit, left.unit)
        right = Quantity(moved if moved is not None else right.value, left.unit)
    return is_near(left.value, right.value)


def convert(quantity: Quantity, unit: str) -> Quantity | None:
    """The quantity in another unit."""
    if quantity.unit == unit:
        return quantity
    target = Quantity(Decimal(1), unit)
    both = comparable(quantity, target)
    if both is None or not both[1]:
        return None
    moved = ucum.convert(quantity.value, ucum_code(quantity), ucum_code(target))
    if moved is None:
        moved = Decimal((both[0] / both[1]).numerator) / Decimal((both[0] / both[1]).denominator)
    return Quantity(moved, unit)


def multiply(left: Quantity, right: Quantity) -> Quantity | None:
    return _combine(NUMBERS.multiply(left.value, right.value), left.unit, right.unit, ".")


def divide(left: Quantity, right: Quantity) -> Quantity | None:
    return _combine(NUMBERS.divide(left.value, right.value), left.unit, right.unit, "/")


def calendar_unit(quantity: Quantity) -> str | None:
    """The calendar word to reckon with; UCUM's years and months are no calendar years."""
    return CALENDAR.get(quantity.unit) or WORDS_OF_UCUM.get(quantity.unit)


def ucum_code(quantity: Quantity) -> str:
    """The unit as UCUM has it; of a calendar year or month the nearest one."""
    word = CALENDAR.get(quantity.unit)
    if word is None:
        return quantity.unit
    return FIXED_WORDS.get(word) or APPROXIMATE[word]


def is_near(left: Decimal, right: Decimal) -> bool:
    """Equal when rounded to the decimals of the less precise one."""
    step = Decimal(1).scaleb(-min(decimals(left), decimals(right)))
    one, other = (NUMBERS.quantize(each, step) for each in (left, right))
    return left == right or one == other


def decimals(value: Decimal) -> int:
    """How many decimals it is written with, zeroes at the end left out."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _parts(quantity: Quantity) -> tuple[Fraction, str]:
    """The value in a base unit and what it measures."""
    word = CALENDAR.get(quantity.unit)
    if word in APPROXIMATE:
        return Fraction(quantity.value) * (12 if word == "year" else 1), "month of the calendar"
    code = FIXED_WORDS[word] if word else quantity.unit
    unit = ucum.parse(code)
    if unit is None:
        return Fraction(quantity.value), f"in {code}"
    return (Fraction(quantity.value) + unit.offset) * unit.factor, unit.base


def _combine(value: Decimal, left: str, right: str, sign: str) -> Quantity | None:
    """Keeps the unit where one side is a number, else goes to base units."""
    if not value.is_finite():
        return None
    if right == "1":
        return Quantity(value, left)
    if sign == "." and left == "1":
        return Quantity(value, right)
    if sign == "/" and left == right:
        return Quantity(value, "1")
    codes = [ucum_code(Quantity(value, unit)) for unit in (left, right)]
    found = ucum.canonical(value, f"({codes[0]}){sign}({codes[1]})")
    return Quantity(*found) if found else None
