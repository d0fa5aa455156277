"""Functions that go through a collection with an expression for each value.

https://hl7.org/fhirpath/N1/#filtering-and-projection, https://hl7.org/fhirpath/N1/#aggregates
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cmp_to_key

from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import logic, operators, types
from samspill.fhir.fhirpath.code import Code, Run
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.scope import Function, Scope
from samspill.fhir.fhirpath.syntax import Call, Descending, Node, Sign, Variable, uses, walk
from samspill.fhir.fhirpath.values import Json, converter, type_of


def each(source: Run, body: Run, node: Node) -> tuple[Run, Run]:
    """The source, which pays for each of its values, and the body with `$index` set if it is used.

    A body that uses `$index` gets pairs of place and value, made by the source.
    """

    def charged(f: Frame, t: Json) -> Sequence[Json]:
        found: Sequence[Json] = source(f, t)
        f.charge(1 + len(found))
        return found

    if not uses(node, "index"):
        return charged, body

    def numbered(f: Frame, pair: tuple[int, Json]) -> Json:
        outer = f.index
        f.index, value = pair
        answer = body(f, value)
        f.index = outer
        return answer

    return lambda f, t: list(enumerate(charged(f, t))), numbered


def where(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    criterion = scope.of_each(target).compile(arguments[0])
    test = codes.truth(criterion)
    if target.is_single and not uses(arguments[0], "index"):
        return replace(target, run=_where_one(target.run, test), choices={}, is_this=False, key="")
    if criterion.test and target.type:
        run = _where_text(target.run, *criterion.test)
    else:
        run = _where(*each(codes.listed(target), test, arguments[0]), test)
    return Code(run, target.type, is_ordered=target.is_ordered)


def _where(run: Run, holds: Run, test: Run) -> Run:
    if holds is test:
        return lambda f, t: [value for value in run(f, t) if test(f, value)]
    return lambda f, t: [value for at, value in run(f, t) if holds(f, (at, value))]


def _where_text(run: Run, key: str, text: str) -> Run:
    """`where(key = 'text')` with nothing called for each value."""

    def having_text(f: Frame, t: Json) -> list[Json]:
        found = run(f, t)
        f.charge(len(found))
        return [value for value in found if value.get(key) == text]

    return having_text


def _where_one(run: Run, test: Run) -> Run:
    def one(f: Frame, t: Json) -> Json:
        value = run(f, t)
        return value if value is not None and test(f, value) else None

    return one


def select(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    body = scope.of_each(target).compile(arguments[0])
    if target.is_single and body.is_single and not uses(arguments[0], "index"):
        source, project = target.run, body.run

        def one(f: Frame, t: Json) -> Json:
            value = source(f, t)
            return None if value is None else project(f, value)

        return codes.single(one, body.type)
    run, projected = each(codes.listed(target), codes.listed(body), arguments[0])

    def several(f: Frame, t: Json) -> list[Json]:
        found = [part for value in run(f, t) for part in projected(f, value)]
        f.charge(len(found))
        return found

    return codes.many(several, body.type)


def repeat(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """What the expression gives, and what it gives of that, each once."""
    target, type, first, again = _repeated(scope, target, arguments[0])
    run, start, project = codes.listed(target), codes.listed(first), codes.listed(again)
    convert = converter(type)

    def several(f: Frame, t: Json) -> list[Json]:
        found: dict[object, Json] = {}
        f.charge(2)
        waiting = [child for value in run(f, t) for child in start(f, value)]
        while waiting:
            f.charge(len(waiting))
            fresh = []
            marks = logic.keys(f, map(convert, waiting))
            for mark, value in zip(marks, waiting, strict=True):
                if mark not in found:
                    found[mark] = value
                    fresh.append(value)
            waiting = [child for value in fresh for child in project(f, value)]
        return list(found.values())

    return codes.many(several, type)


def _repeated(scope: Scope, target: Code, body: Node) -> tuple[Code, str, Code, Code]:
    """The type that the body gives of the target and of what it gave, and the code for both.

    Bodies with another repeat() in them are compiled once only: it would be 3, 9, 27 … times.
    """
    if target.type and not any(isinstance(n, Call) and n.name == "repeat" for n in walk(body)):
        first = scope.of_each(target).compile(body)
        if first.type:
            again = scope.of_each(first).compile(body)
            if again.type == first.type:
                return target, first.type, first, again
    target = codes.dynamic(target, scope.definitions)
    code = codes.dynamic(scope.of_each(target).compile(body), scope.definitions)
    return target, "", code, code


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
    body = codes.items(scope.of_each(target).compile(arguments[0]), types)
    run, body = each(codes.listed(target), body, arguments[0])
    start = codes.items(scope.compile(arguments[1]), types) if len(arguments) > 1 else None

    def total(f: Frame, t: Json) -> list[Json]:
        found = run(f, t)
        outer = f.total
        sum: list[Json] = list(start(f, t)) if start else []
        for value in found:
            f.total = sum
            sum = body(f, value)
            f.charge(len(sum))
        f.total = outer
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
        f.charge(len(found) * len(found).bit_length())
        rows = [([read(f, value) for read, _ in keys], value) for value in found]
        rows.sort(key=cmp_to_key(before))
        return [value for _, value in rows]

    def before(left: tuple[list[Json], Json], right: tuple[list[Json], Json]) -> int:
        pairs = zip(left[0], right[0], keys, strict=True)
        orders = (_order(one, other, sign) for one, other, (_, sign) in pairs)
        return next((order for order in orders if order), 0)

    return Code(several, target.type)


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
