"""Functions of one value and a few arguments, made into closures that check what they get."""

from collections.abc import Callable
from decimal import Decimal

from samspill.base.errors import InvalidExpression
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath.code import Code, Run
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.quantities import Quantity
from samspill.fhir.fhirpath.scope import Function, Scope
from samspill.fhir.fhirpath.syntax import Node
from samspill.fhir.fhirpath.times import Moment
from samspill.fhir.fhirpath.values import NAMES, Json, type_of

Kind = tuple[type, ...]
TEXT: Kind = (str,)
INTEGER: Kind = (int,)
NUMBER: Kind = (int, Decimal)
MEASURE: Kind = (int, Decimal, Quantity)
ORDERED: Kind = (int, Decimal, Quantity, Moment)
QUANTITY: Kind = (Quantity,)
ANY: Kind = ()


def of_value(
    run: Callable[..., Json],
    takes: Kind,
    *arguments: Kind,
    gives: str,
    optional: int = 0,
    unless_literal: int = 0,
) -> Function:
    """A function of one value: empty if it or an argument is, an error if there are several.

    `gives` is the System type of the result, "" if it depends; `optional` counts the arguments at
    the end that may be left out; `unless_literal` is the cost of a call whose arguments are not
    known before.
    """

    def build(scope: Scope, target: Code, nodes: tuple[Node, ...]) -> Code:
        refuse_by_type(scope, target, takes)
        source = expected(codes.scalar(target), takes)
        codes_given = [scope.compile(node) for node in nodes]
        given = [
            expected(codes.scalar(code), kind)
            for code, kind in zip(codes_given, arguments, strict=False)
        ]
        are_literals = all(code.constant is not None for code in codes_given)
        cost = 0 if are_literals else unless_literal
        return codes.single(_closure(run, source, given, cost), gives)

    return Function(build, len(arguments) - optional, len(arguments))


def refuse_by_type(scope: Scope, target: Code, takes: Kind) -> None:
    """An element that is no primitive can never be what the function takes."""
    is_known = target.type and not target.is_system and takes and Quantity not in takes
    if is_known and target.type not in scope.definitions.primitives:
        scope.refuse(
            f"A {target.type} cannot be used here",
            f"{target.type} kan ikke brukes her",
            expected=_names(takes),
        )


def expected(source: Run, takes: Kind) -> Run:
    """The source, which raises if its value is of another type."""
    if not takes:
        return source

    def checked(f: Frame, t: Json) -> Json:
        value = source(f, t)
        if value is not None and value.__class__ not in takes:
            raise InvalidExpression(
                f"A {type_of(value)} cannot be used here",
                f"{type_of(value)} kan ikke brukes her",
                expected=_names(takes),
            )
        return value

    return checked


def _names(takes: Kind) -> str:
    return ", ".join(NAMES.get(kind, "System.DateTime") for kind in takes)


def _closure(run: Callable[..., Json], source: Run, given: list[Run], cost: int) -> Run:
    if not given:

        def alone(f: Frame, t: Json) -> Json:
            value = source(f, t)
            return None if value is None else _paid(f, run(value), value)

        return alone

    def with_arguments(f: Frame, t: Json) -> Json:
        value = source(f, t)
        values = [each(f, t) for each in given]
        if value is None or None in values:
            return None
        f.charge(cost)
        return _paid(f, run(value, *values), value, *values)

    return with_arguments


def _paid(f: Frame, result: Json, *values: Json) -> Json:
    """The result, after paying for the texts that were read and made."""
    for text in (result, *values):
        if text.__class__ is str:
            f.charge_text(text)
    return result
