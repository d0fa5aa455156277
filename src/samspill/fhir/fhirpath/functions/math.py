"""Numbers, and how precise they are. https://hl7.org/fhirpath/N1/#math"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal

from samspill.base.errors import InvalidExpression
from samspill.fhir import ucum
from samspill.fhir.fhirpath import operators, quantities, times
from samspill.fhir.fhirpath.code import BOOLEAN, INTEGER
from samspill.fhir.fhirpath.functions import signature
from samspill.fhir.fhirpath.functions.signature import MEASURE, NUMBER, ORDERED, QUANTITY, of_value
from samspill.fhir.fhirpath.operators import number
from samspill.fhir.fhirpath.quantities import NUMBERS, Quantity
from samspill.fhir.fhirpath.scope import Function
from samspill.fhir.fhirpath.times import Moment
from samspill.fhir.fhirpath.values import Json

# Logarithms and powers are irrational: some digits less than reckoned with.
PRINTED = Context(prec=24, rounding=ROUND_HALF_UP, traps=[])
MAX_DECIMALS = 28
DEFAULT_DECIMALS = 8


def absolute(value: Json) -> Json:
    return Quantity(abs(value.value), value.unit) if isinstance(value, Quantity) else abs(value)


def _whole(rounding: str) -> Function:
    def rounded(value: Json) -> Json:
        return number(int(Decimal(value).to_integral_value(rounding)))

    return of_value(rounded, NUMBER, gives=INTEGER)


def exp(value: Json) -> Json:
    return _printed(NUMBERS.exp(Decimal(value)))


def ln(value: Json) -> Json:
    return _printed(NUMBERS.ln(Decimal(value))) if value > 0 else None


def log(value: Json, base: Json) -> Json:
    if value <= 0 or base <= 0 or base == 1:
        return None
    return _printed(NUMBERS.divide(NUMBERS.ln(Decimal(value)), NUMBERS.ln(Decimal(base))))


def power(value: Json, exponent: Json) -> Json:
    result = NUMBERS.power(Decimal(value), Decimal(exponent))
    if not result.is_finite():
        return None
    if isinstance(value, int) and isinstance(exponent, int) and exponent >= 0:
        return number(int(result)) if abs(result) < operators.LARGEST_INTEGER else None
    return _printed(result)


def round_(value: Json, places: int = 0) -> Json:
    """Half away from zero."""
    if not 0 <= places <= MAX_DECIMALS:
        raise InvalidExpression(
            f"round() takes 0 to {MAX_DECIMALS} decimals",
            f"round() tar 0 til {MAX_DECIMALS} desimaler",
        )
    if isinstance(value, int):
        return Decimal(value)
    decimals = -int(value.as_tuple().exponent)
    if decimals <= places:
        return value
    return number(NUMBERS.quantize(value, Decimal(1).scaleb(-places)))


def sqrt(value: Json) -> Json:
    return _printed(NUMBERS.sqrt(Decimal(value))) if value >= 0 else None


def precision(value: Json) -> int:
    """Decimals of a number, digits of a date or time."""
    if isinstance(value, Moment):
        return times.precision(value)
    return max(0, -int(Decimal(value).as_tuple().exponent))


def _boundary(*, high: bool) -> Function:
    """lowBoundary() and highBoundary(): the ends of what the value may mean."""

    def bound(value: Json, digits: int | None = None) -> Json:
        if isinstance(value, Moment):
            default = {"Date": 8, "DateTime": 17, "Time": 9}[value.type]
            return times.boundary(value, default if digits is None else digits, high=high)
        places = DEFAULT_DECIMALS if digits is None else digits
        if isinstance(value, Quantity):
            end = _decimal_boundary(value.value, places, high=high)
            return None if end is None else Quantity(end, value.unit)
        return _decimal_boundary(Decimal(value), places, high=high)

    return of_value(bound, ORDERED, signature.INTEGER, gives="", optional=1)


def _decimal_boundary(value: Decimal, places: int, *, high: bool) -> Decimal | None:
    if not 0 <= places <= MAX_DECIMALS:
        return None
    half = Decimal(5).scaleb(int(value.as_tuple().exponent) - 1)
    end = value + half if high else value - half
    rounding = ROUND_CEILING if high else ROUND_FLOOR
    found = end.quantize(Decimal(1).scaleb(-places), rounding, Context(prec=60, traps=[]))
    return found if found.is_finite() else None


def comparable(left: Quantity, right: Quantity) -> bool:
    """Whether both units are known and measure the same."""
    codes = [quantities.ucum_code(each) for each in (left, right)]
    units = [ucum.parse(code) for code in codes]
    if None in units:
        return False
    return units[0].dimensions == units[1].dimensions  # type: ignore[union-attr]


def _printed(value: Decimal) -> Decimal | None:
    found = PRINTED.plus(value)
    if not found.is_finite():
        return None
    is_whole = found == found.to_integral_value() and abs(found) < 10**20
    return found.quantize(Decimal("1.0")) if is_whole else found


FUNCTIONS: Mapping[str, Function] = {
    "abs": of_value(absolute, MEASURE, gives=""),
    "ceiling": _whole(ROUND_CEILING),
    "floor": _whole(ROUND_FLOOR),
    "truncate": _whole(ROUND_DOWN),
    "exp": of_value(exp, NUMBER, gives="System.Decimal"),
    "ln": of_value(ln, NUMBER, gives="System.Decimal"),
    "log": of_value(log, NUMBER, NUMBER, gives="System.Decimal"),
    "power": of_value(power, NUMBER, NUMBER, gives=""),
    "round": of_value(round_, NUMBER, signature.INTEGER, gives="System.Decimal", optional=1),
    "sqrt": of_value(sqrt, NUMBER, gives="System.Decimal"),
    "precision": of_value(precision, (*NUMBER, Moment), gives=INTEGER),
    "lowBoundary": _boundary(high=False),
    "highBoundary": _boundary(high=True),
    "comparable": of_value(comparable, QUANTITY, QUANTITY, gives=BOOLEAN),
}
