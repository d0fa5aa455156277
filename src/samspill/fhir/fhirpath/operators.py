"""What the operators do with two values. https://hl7.org/fhirpath/N1/#operations

None stands for the empty collection. Values are those of `values`.
"""

from collections.abc import Callable, Mapping
from decimal import ROUND_DOWN, Decimal

from samspill.base.errors import InvalidExpression, TooCostly
from samspill.base.texts import Text
from samspill.fhir.fhirpath import quantities, times
from samspill.fhir.fhirpath.quantities import NUMBERS, Quantity
from samspill.fhir.fhirpath.times import Moment
from samspill.fhir.fhirpath.values import Json, type_of

SMALLEST_INTEGER, LARGEST_INTEGER = -(2**31), 2**31 - 1
MAX_TEXT = 1_000_000

# In any unit, beyond all calendars.
LONGEST_SPAN = 10**15


def equal(left: Json, right: Json) -> bool | None:
    """`=` of two values; None where dates are of different precision."""
    if isinstance(left, Moment) and isinstance(right, Moment):
        if (left.type == "Time") != (right.type == "Time"):
            return False
        order = times.compare(left, right)
        return None if order is None else order == 0
    if isinstance(left, Quantity) or isinstance(right, Quantity):
        return _equal_quantities(left, right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def equivalent(left: Json, right: Json) -> bool:
    """`~` of two values."""
    if isinstance(left, str) and isinstance(right, str):
        return _folded(left) == _folded(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | Decimal) and isinstance(right, int | Decimal):
        return quantities.is_near(Decimal(left), Decimal(right))
    if isinstance(left, Moment) and isinstance(right, Moment):
        return equal(left, right) is True
    if isinstance(left, Quantity) or isinstance(right, Quantity):
        both = _as_quantities(left, right)
        return both is not None and quantities.equivalent(*both)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equivalent(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return all_equivalent(left, right)
    return bool(left == right)


def all_equal(left: list[Json], right: list[Json]) -> bool | None:
    """`=` of two collections, in order."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    answers = [equal(one, other) for one, other in zip(left, right, strict=True)]
    return False if False in answers else None if None in answers else True


def all_equivalent(left: list[Json], right: list[Json]) -> bool:
    """`~` of two collections, in any order."""
    if len(left) != len(right):
        return False
    remaining = list(right)
    for one in left:
        for at, other in enumerate(remaining):
            if equivalent(one, other):
                del remaining[at]
                break
        else:
            return False
    return True


def compare(left: Json, right: Json) -> int | None:
    """-1, 0 or 1; None where it cannot be told. Raises if the types have no order."""
    if isinstance(left, str) and isinstance(right, str):
        return _order(left, right)
    if isinstance(left, Moment) and isinstance(right, Moment):
        if (left.type == "Time") == (right.type == "Time"):
            return times.compare(left, right)
    elif is_number(left) and is_number(right):
        return _order(left, right)
    elif (pair := _as_quantities(left, right)) is not None:
        both = quantities.comparable(*pair)
        return None if both is None else _order(*both)
    raise mismatch("compared", "sammenlignes", left, right)


def add(left: Json, right: Json) -> Json:
    if isinstance(left, str) and isinstance(right, str):
        return concatenate(left, right)
    if is_number(left) and is_number(right):
        return number(left + right if _integers(left, right) else NUMBERS.add(left, right))
    if isinstance(left, Moment) and isinstance(right, Quantity):
        return _later(left, right, 1)
    if isinstance(left, Quantity) and isinstance(right, Quantity):
        return _sum(left, right, 1)
    raise mismatch("added", "legges sammen", left, right)


def subtract(left: Json, right: Json) -> Json:
    if is_number(left) and is_number(right):
        return number(left - right if _integers(left, right) else NUMBERS.subtract(left, right))
    if isinstance(left, Moment) and isinstance(right, Quantity):
        return _later(left, right, -1)
    if isinstance(left, Quantity) and isinstance(right, Quantity):
        return _sum(left, right, -1)
    raise mismatch("subtracted", "trekkes fra hverandre", left, right)


def multiply(left: Json, right: Json) -> Json:
    if is_number(left) and is_number(right):
        return number(left * right if _integers(left, right) else NUMBERS.multiply(left, right))
    if pair := _as_quantities(left, right):
        return quantities.multiply(*pair)
    raise mismatch("multiplied", "ganges", left, right)


def divide(left: Json, right: Json) -> Json:
    """`/`; always a decimal. By zero it is empty."""
    if is_number(left) and is_number(right):
        return number(NUMBERS.divide(Decimal(left), Decimal(right))) if right else None
    if pair := _as_quantities(left, right):
        return quantities.divide(*pair)
    raise mismatch("divided", "deles", left, right)


def divide_whole(left: Json, right: Json) -> Json:
    """`div`, towards zero."""
    if not (is_number(left) and is_number(right)):
        raise mismatch("divided", "deles", left, right)
    if not right:
        return None
    whole = NUMBERS.divide_int(Decimal(left), Decimal(right))
    return number(int(whole)) if whole.is_finite() else None


def remainder(left: Json, right: Json) -> Json:
    """`mod`, with the sign of the dividend."""
    if not (is_number(left) and is_number(right)):
        raise mismatch("divided", "deles", left, right)
    if not right:
        return None
    rest = NUMBERS.remainder(Decimal(left), Decimal(right))
    return int(rest) if _integers(left, right) else number(rest)


def concatenate(left: Json, right: Json) -> str:
    """`&`, which takes empty for the empty text."""
    texts = ["" if one is None else one for one in (left, right)]
    if not all(isinstance(one, str) for one in texts):
        raise mismatch("joined as texts", "settes sammen som tekst", left, right)
    return bounded("".join(texts))


def negate(value: Json) -> Json:
    if isinstance(value, Quantity):
        return Quantity(-value.value, value.unit)
    if is_number(value):
        return -value
    raise InvalidExpression(
        f"A sign cannot stand before {_name(value)}",
        f"Fortegn kan ikke stå foran {_name(value)}",
        expected=Text("a number or a quantity", "et tall eller en mengde"),
    )


ARITHMETIC: Mapping[str, Callable[[Json, Json], Json]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "div": divide_whole,
    "mod": remainder,
}

ORDERS: Mapping[str, frozenset[int]] = {
    "<": frozenset({-1}),
    "<=": frozenset({-1, 0}),
    ">": frozenset({1}),
    ">=": frozenset({1, 0}),
}


def is_number(value: Json) -> bool:
    return value.__class__ is Decimal or value.__class__ is int


def number(value: Json) -> Json:
    """The number, or None if it is beyond what an Integer or Decimal can hold."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return value if SMALLEST_INTEGER <= value <= LARGEST_INTEGER else None


def bounded(text: str) -> str:
    """Texts can double in each step; they may not grow without end."""
    refuse_length(len(text))
    return text


def refuse_length(length: int) -> None:
    """Raises if a text would become too long."""
    if length > MAX_TEXT:
        raise TooCostly(
            f"A text in the expression grew beyond {MAX_TEXT} characters",
            f"En tekst i uttrykket ble lengre enn {MAX_TEXT} tegn",
        )


def mismatch(en: str, nb: str, left: Json, right: Json) -> InvalidExpression:
    return InvalidExpression(
        f"{_name(left)} and {_name(right)} cannot be {en}",
        f"{_name(left)} og {_name(right)} kan ikke {nb}",
    )


def _name(value: Json) -> str:
    return "an element" if isinstance(value, dict) else type_of(value).removeprefix("System.")


def _order(left: Json, right: Json) -> int:
    return int(left > right) - int(left < right)


def _integers(left: Json, right: Json) -> bool:
    return left.__class__ is int and right.__class__ is int


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _as_quantities(left: Json, right: Json) -> tuple[Quantity, Quantity] | None:
    """Both, if one is a quantity and the other a quantity or a number."""
    if isinstance(left, Quantity) and is_number(right):
        return left, Quantity(Decimal(right), "1")
    if isinstance(right, Quantity) and is_number(left):
        return Quantity(Decimal(left), "1"), right
    if isinstance(left, Quantity) and isinstance(right, Quantity):
        return left, right
    return None


def _equal_quantities(left: Json, right: Json) -> bool | None:
    """Years and months of the calendar against those of UCUM cannot be told."""
    pair = _as_quantities(left, right)
    if pair is None:
        return False
    both = quantities.comparable(*pair)
    if both is not None:
        return both[0] == both[1]
    return None if quantities.is_uncertain(*pair) else False


def _sum(left: Quantity, right: Quantity, sign: int) -> Quantity | None:
    """In the unit of the left one."""
    moved = quantities.convert(right, left.unit)
    return Quantity(left.value + sign * moved.value, left.unit) if moved else None


def _later(moment: Moment, span: Quantity, sign: int) -> Moment | None:
    """Decimals of the span are left out, as HL7's own tests have it."""
    unit = quantities.calendar_unit(span)
    if unit is None:
        raise InvalidExpression(
            f"A time in '{span.unit}' cannot be added to a date",
            f"En tid i '{span.unit}' kan ikke legges til en dato",
            expected=Text(
                "a calendar word such as 3 months, or one of 'wk' 'd' 'h' 'min' 's' 'ms'",
                "et kalenderord som 3 months, eller en av 'wk' 'd' 'h' 'min' 's' 'ms'",
            ),
        )
    if abs(span.value) > LONGEST_SPAN:
        return None
    amount = int(span.value.to_integral_value(ROUND_DOWN))
    return times.add(moment, unit, sign * amount)
