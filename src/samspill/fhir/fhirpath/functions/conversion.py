"""iif() and the conversions between types. https://hl7.org/fhirpath/N1/#conversion"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import operators, quantities, times
from samspill.fhir.fhirpath.code import BOOLEAN, Code
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.functions.combining import alike
from samspill.fhir.fhirpath.functions.signature import ANY, TEXT, of_value
from samspill.fhir.fhirpath.quantities import Quantity
from samspill.fhir.fhirpath.scope import Function, Scope
from samspill.fhir.fhirpath.syntax import Node
from samspill.fhir.fhirpath.times import Moment
from samspill.fhir.fhirpath.values import Json

WHOLE_NUMBER = re.compile(r"[+-]?\d{1,10}")
DECIMAL_NUMBER = re.compile(r"[+-]?\d{1,28}(\.\d{1,28})?")
TRUE_TEXTS = frozenset({"true", "t", "yes", "y", "1", "1.0"})
FALSE_TEXTS = frozenset({"false", "f", "no", "n", "0", "0.0"})


def iif(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """iif(criterion, then [, otherwise]); only the branch that is taken is evaluated.

    `$this` is the input, which may be one value at most.
    """
    inner = scope if target.is_this else scope.of_each(target)
    criterion = inner.compile(arguments[0])
    if criterion.type not in ("", "boolean", BOOLEAN):
        scope.refuse(
            "The criterion of iif() is no boolean", "Kriteriet i iif() er ikke boolsk", "a boolean"
        )
    then = inner.compile(arguments[1])
    otherwise = inner.compile(arguments[2]) if len(arguments) > 2 else codes.EMPTY
    then, otherwise = alike(then, otherwise, scope)
    test, subject = codes.truth(criterion), codes.one(target)
    is_single = then.is_single and otherwise.is_single
    yes, no = (each.run if is_single else codes.listed(each) for each in (then, otherwise))

    def chosen(f: Frame, t: Json) -> Json:
        this = subject(f, t)
        return yes(f, this) if test(f, this) else no(f, this)

    return Code(chosen, then.type, is_single=is_single)


def to_boolean(value: Json) -> bool | None:
    if isinstance(value, str):
        text = value.lower()
        return True if text in TRUE_TEXTS else False if text in FALSE_TEXTS else None
    if isinstance(value, bool):
        return value
    if operators.is_number(value) and value in (0, 1):
        return bool(value)
    return None


def to_integer(value: Json) -> int | None:
    if isinstance(value, bool | int):
        return int(value)
    if isinstance(value, str) and WHOLE_NUMBER.fullmatch(value):
        number: int | None = operators.number(int(value))
        return number
    return None


def to_decimal(value: Json) -> Decimal | None:
    if isinstance(value, bool):
        return Decimal("1.0") if value else Decimal("0.0")
    if operators.is_number(value):
        return Decimal(value)
    if isinstance(value, str) and DECIMAL_NUMBER.fullmatch(value):
        return Decimal(value)
    return None


def to_text(value: Json) -> str | None:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case Decimal():
            return f"{value:f}"
        case int() | Moment() | Quantity():
            return str(value)
    return None


def to_date(value: Json) -> Moment | None:
    if isinstance(value, str):
        moment = times.parse(value, "Date") or times.parse(value, "DateTime")
        return to_date(moment) if moment else None
    if isinstance(value, Moment) and value.type != "Time":
        return Moment("Date", value.fields[:3])
    return None


def to_date_time(value: Json) -> Moment | None:
    if isinstance(value, str):
        return times.parse(value, "DateTime")
    if isinstance(value, Moment) and value.type != "Time":
        return Moment("DateTime", value.fields, value.offset)
    return None


def to_time(value: Json) -> Moment | None:
    if isinstance(value, str):
        return times.parse(value, "Time")
    return value if isinstance(value, Moment) and value.type == "Time" else None


def to_quantity(value: Json, unit: str | None = None) -> Quantity | None:
    found: Quantity | None = None
    if isinstance(value, Quantity):
        found = value
    elif isinstance(value, str):
        found = quantities.parse(value)
    elif (number := to_decimal(value)) is not None:
        found = Quantity(number, "1")
    return quantities.convert(found, unit) if found and unit else found


def _converts(convert: Callable[..., Json], *arguments: tuple[type, ...]) -> Function:
    return of_value(
        lambda value, *rest: convert(value, *rest) is not None,
        ANY,
        *arguments,
        gives=BOOLEAN,
        optional=len(arguments),
    )


FUNCTIONS: Mapping[str, Function] = {
    "iif": Function(iif, 2, 3),
    "toBoolean": of_value(to_boolean, ANY, gives=BOOLEAN),
    "convertsToBoolean": _converts(to_boolean),
    "toInteger": of_value(to_integer, ANY, gives="System.Integer"),
    "convertsToInteger": _converts(to_integer),
    "toDecimal": of_value(to_decimal, ANY, gives="System.Decimal"),
    "convertsToDecimal": _converts(to_decimal),
    "toString": of_value(to_text, ANY, gives="System.String"),
    "convertsToString": _converts(to_text),
    "toDate": of_value(to_date, ANY, gives="System.Date"),
    "convertsToDate": _converts(to_date),
    "toDateTime": of_value(to_date_time, ANY, gives="System.DateTime"),
    "convertsToDateTime": _converts(to_date_time),
    "toTime": of_value(to_time, ANY, gives="System.Time"),
    "convertsToTime": _converts(to_time),
    "toQuantity": of_value(to_quantity, ANY, TEXT, gives="System.Quantity", optional=1),
    "convertsToQuantity": _converts(to_quantity, TEXT),
}
