"""Functions that go through a collection with an expression for each value.

https://hl7.org/fhirpath/N1/#filtering-and-projection, https://hl7.org/fhirpath/N1/#aggregates
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cmp_to_key

from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import operators, types
from samspill.fhir.fhirpath.code import Code, Run
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.scope import Function, Scope
from samspill.fhir.fhirpath.syntax import Descending, Node, Sign, Variable, uses
from samspill.fhir.fhirpath.values import Json, key, type_of


def where(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    run, test = target.run, scope.of_each(target).truth(arguments[0])
    if uses(arguments[0], "index"):
        return replace(target, run=_where_indexed(codes.listed(target), test), is_single=False)
    if target.is_single:

        def one(f: Frame, t: Json) -> Json:
            value = run(f, t)
            return value if value is not None and test(f, value) else None

        return replace(target, run=one, choices={}, is_this=False, constant=None)

    def several(f: Frame, t: Json) -> list[Json]:
        found = run(f, t)
        f.charge(len(found))
        return [value for value in found if test(f, value)]

    return replace(target, run=several, choices={})


def _where_indexed(run: Run, test: Run) -> Run:
    def several(f: Frame, t: Json) -> list[Json]:
        found = run(f, t)
        f.charge(len(found))
        outer, kept = f.index, []
        for f.index, value in enumerate(found):
            if test(f, value):
                kept.append(value)
        f.index = outer
        return kept

    return several


def select(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    run, body = codes.listed(target), scope.of_each(target).compile(arguments[0])
    each = codes.listed(body)
    if target.is_single and body.is_single and not uses(arguments[0], "index"):
        source, project = target.run, body.run

        def one(f: Frame, t: Json) -> Json:
            value = source(f, t)
            return None if value is None else project(f, value)

        return codes.single(one, body.type)

    def several(f: Frame, t: Json) -> list[Json]:
        found = run(f, t)
        f.charge(len(found))
        outer, projected = f.index, []
        for f.index, value in enumerate(found):
            projected += each(f, value)
        f.charge(len(projected))
        f.index = outer
        return projected

    return codes.many(several, body.type)


def repeat(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """What the expression gives, and what it gives of that, each once."""
    type = scope.of_each(target).compile(arguments[0]).type
    of_itself = scope.of_each(Code(target.run, type)).compile(arguments[0]).type if type else ""
    if not type or type != of_itself:
        target, type = codes.dynamic(target, scope.definitions), ""
    first = scope.of_each(target).compile(arguments[0])
    again = scope.of_each(Code(target.run, type)).compile(arguments[0])
    if not type:
        first, again = (codes.dynamic(each, scope.definitions) for each in (first, again))
    run, start, project = codes.listed(target), codes.listed(first), codes.listed(again)
    convert = codes.converter(type)

    def several(f: Frame, t: Json) -> list[Json]:
        found: dict[object, Json] = {}
        waiting = [child for value in run(f, t) for child in start(f, value)]
        while waiting:
            f.charge(len(waiting))
            fresh = []
            for value in waiting:
                mark = key(convert(value))
                if mark not in found:
                    found[mark] = value
                    fresh.append(value)
            waiting = [child for value in fresh for child in project(f, value)]
        return list(found.values())

    return codes.many(several, type)


def of_type(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    return types.of_type(scope, target, types.specifier(arguments[0]))


def is_(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    return types.is_(scope, target, types.specifier(arguments[0]))


def as_(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    return types.as_(scope, target, types.specifier(arguments[0]))


def type_(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    run, type = codes.listed(target), target.type
    return codes.many(
        lambda f, t: [types.type_info(type or type_of(value)) for value in run(f, t)],
        "System.TypeInfo",
    )


def aggregate(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    types = scope.definitions
    run = codes.listed(target)
    body = codes.items(scope.of_each(target).compile(arguments[0]), types)
    start = codes.items(scope.compile(arguments[1]), types) if len(arguments) > 1 else None

    def total(f: Frame, t: Json) -> list[Json]:
        found = run(f, t)
        f.charge(len(found))
        outer, outer_index = f.total, f.index
        sum: list[Json] = list(start(f, t)) if start else []
        for f.index, value in enumerate(found):
            f.total = sum
            sum = body(f, value)
            f.charge(len(sum))
        f.total, f.index = outer, outer_index
        return sum

    return codes.many(total)


def _folded(fold: Callable[[Json, Json], Json]) -> Function:
    """sum(), min() and max(); empty of nothing."""

    def build(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
        run = codes.plain_list(target)

        def result(f: Frame, t: Json) -> Json:
            found = run(f, t)
            total = found[0] if found else None
            for value in found[1:]:
                total = None if total is None else fold(total, value)
            return total

        return Code(result, is_single=True)

    return Function(build)


def _average(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    total = _folded(operators.add).build(scope, target, ()).run
    run = codes.plain_list(target)

    def result(f: Frame, t: Json) -> Json:
        sum = total(f, t)
        return None if sum is None else operators.divide(sum, len(run(f, t)))

    return Code(result, is_single=True)


def sort(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """sort([key [asc|desc], …]); what has no key comes first."""
    run, inner = codes.listed(target), scope.of_each(target)
    keys = [_sort_key(inner, node) for node in arguments or (Variable("this"),)]

    def several(f: Frame, t: Json) -> list[Json]:
        found = run(f, t)
        f.charge(len(found))
        rows = [([each(f, value) for each, _ in keys], value) for value in found]
        for at in range(len(keys) - 1, -1, -1):
            sign = keys[at][1]
            rows.sort(
                key=cmp_to_key(lambda a, b, at=at, sign=sign: _order(a[0][at], b[0][at], sign))
            )
        return [value for _, value in rows]

    return replace(target, run=several, is_single=False, choices={}, is_this=False, constant=None)


def _sort_key(inner: Scope, node: Node) -> tuple[Run, int]:
    """A minus turns the order round, for texts too."""
    match node:
        case Descending(operand) | Sign("-", operand):
            return codes.scalar(inner.compile(operand)), -1
    return codes.scalar(inner.compile(node)), 1


def _order(left: Json, right: Json, sign: int) -> int:
    if left is None or right is None:
        return (right is None) - (left is None)
    return sign * (operators.compare(left, right) or 0)


def _least(left: Json, right: Json) -> Json:
    order = operators.compare(left, right)
    return None if order is None else left if order <= 0 else right


def _greatest(left: Json, right: Json) -> Json:
    order = operators.compare(left, right)
    return None if order is None else left if order >= 0 else right


FUNCTIONS: Mapping[str, Function] = {
    "where": Function(where, 1, 1),
    "select": Function(select, 1, 1),
    "repeat": Function(repeat, 1, 1),
    "ofType": Function(of_type, 1, 1),
    "is": Function(is_, 1, 1),
    "as": Function(as_, 1, 1),
    "type": Function(type_),
    "aggregate": Function(aggregate, 1, 2),
    "sum": _folded(operators.add),
    "min": _folded(_least),
    "max": _folded(_greatest),
    "avg": Function(_average),
    "sort": Function(sort, 0, 8),
}
