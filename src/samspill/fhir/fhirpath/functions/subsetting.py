"""Parts of a collection by place. https://hl7.org/fhirpath/N1/#subsetting"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import logic
from samspill.fhir.fhirpath.code import Code, Run
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.functions import signature
from samspill.fhir.fhirpath.scope import Function, Scope
from samspill.fhir.fhirpath.syntax import Node
from samspill.fhir.fhirpath.values import Json, converter


def at_index(scope: Scope, target: Code, index: Node) -> Code:
    """`target[index]`, from 0; empty outside."""
    _refuse_unordered(scope, target)
    run, place = codes.listed(target), _integer(scope, index)

    def one(f: Frame, t: Json) -> Json:
        found, at = run(f, t), place(f, t)
        return found[at] if at is not None and 0 <= at < len(found) else None

    return codes.single(one, target.type)


def single(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """The only value; an error if there are more."""
    return codes.single(codes.one(target), target.type)


def first(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    _refuse_unordered(scope, target)
    run = target.run
    if target.is_single:
        return target

    def one(f: Frame, t: Json) -> Json:
        found = run(f, t)
        return found[0] if found else None

    return codes.single(one, target.type)


def last(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    _refuse_unordered(scope, target)
    run = target.run
    if target.is_single:
        return target

    def one(f: Frame, t: Json) -> Json:
        found = run(f, t)
        return found[-1] if found else None

    return codes.single(one, target.type)


def tail(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    _refuse_unordered(scope, target)
    run = codes.listed(target)
    return codes.many(lambda f, t: run(f, t)[1:], target.type)


def _by_number(cut: Callable[[Sequence[Json], int], Sequence[Json]]) -> Function:
    """skip() and take(); of no number they give nothing."""

    def build(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
        _refuse_unordered(scope, target)
        run, number = codes.listed(target), _integer(scope, arguments[0])

        def several(f: Frame, t: Json) -> Sequence[Json]:
            count = number(f, t)
            return () if count is None else cut(run(f, t), max(0, count))

        return codes.many(several, target.type)

    return Function(build, 1, 1)


def _against(keep: Callable[[bool], bool], *, once: bool) -> Function:
    """intersect() gives each value once, exclude() keeps what stands twice."""

    def build(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
        run, other = codes.listed(target), codes.plain_list(scope.compile(arguments[0]))
        convert, unique = converter(target.type), logic.unique(target.type)

        def several(f: Frame, t: Json) -> list[Json]:
            others = set(logic.keys(f, other(f, t)))
            found = run(f, t)
            f.charge(len(others) + len(found))
            marks = logic.keys(f, map(convert, found))
            kept = [v for v, mark in zip(found, marks, strict=True) if keep(mark in others)]
            return unique(f, kept) if once else kept

        return replace(codes.many(several), type=target.type)

    return Function(build, 1, 1)


def _integer(scope: Scope, node: Node) -> Run:
    return signature.expected(codes.scalar(scope.compile(node)), signature.INTEGER)


def _refuse_unordered(scope: Scope, target: Code) -> None:
    if not target.is_ordered:
        scope.refuse(
            "The children of an element have no order to count in",
            "Elementer under et element har ingen rekkefølge å telle i",
        )


FUNCTIONS: Mapping[str, Function] = {
    "single": Function(single),
    "first": Function(first),
    "last": Function(last),
    "tail": Function(tail),
    "skip": _by_number(lambda found, count: found[count:]),
    "take": _by_number(lambda found, count: found[:count]),
    "intersect": _against(lambda is_in: is_in, once=True),
    "exclude": _against(lambda is_in: not is_in, once=False),
}
