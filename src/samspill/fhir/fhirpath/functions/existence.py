"""Whether and how many. https://hl7.org/fhirpath/N1/#existence"""

from collections.abc import Callable, Mapping

from samspill.base.errors import InvalidExpression
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import logic
from samspill.fhir.fhirpath.code import BOOLEAN, INTEGER, Code
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.functions.filtering import each, where
from samspill.fhir.fhirpath.scope import Function, Scope
from samspill.fhir.fhirpath.syntax import Node
from samspill.fhir.fhirpath.values import Json, converter
from samspill.fhir.items import Item


def exists(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """exists(criteria) is where(criteria).exists()."""
    found = where(scope, target, arguments) if arguments else target
    run = found.run
    if found.is_single:
        return codes.single(lambda f, t: run(f, t) is not None, BOOLEAN)
    return codes.single(lambda f, t: bool(run(f, t)), BOOLEAN)


def empty(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    run = target.run
    if target.is_single:
        return codes.single(lambda f, t: run(f, t) is None, BOOLEAN)
    return codes.single(lambda f, t: not run(f, t), BOOLEAN)


def count(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    run = codes.listed(target)
    return codes.single(lambda f, t: len(run(f, t)), INTEGER)


def not_(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    run = codes.truth(target)

    def negated(f: Frame, t: Json) -> bool | None:
        value = run(f, t)
        return None if value is None else not value

    return codes.single(negated, BOOLEAN)


def all_(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """True of nothing."""
    run, test = each(codes.listed(target), scope.of_each(target).truth(arguments[0]), arguments[0])
    return codes.single(lambda f, t: all(test(f, value) is True for value in run(f, t)), BOOLEAN)


def _of_booleans(answer: Callable[[list[bool]], bool]) -> Function:
    def build(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
        run = codes.plain_list(target)

        def answered(f: Frame, t: Json) -> bool:
            found = run(f, t)
            if not all(isinstance(value, bool) for value in found):
                raise InvalidExpression(
                    "Found a value that is no boolean", "Fant en verdi som ikke er boolsk"
                )
            return answer(found)

        return codes.single(answered, BOOLEAN)

    return Function(build)


def _of_sets(answer: Callable[[set[object], set[object]], bool]) -> Function:
    def build(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
        one, other = codes.plain_list(target), codes.plain_list(scope.compile(arguments[0]))

        def answered(f: Frame, t: Json) -> bool:
            lefts, rights = one(f, t), other(f, t)
            f.charge(len(lefts) + len(rights))
            return answer(set(logic.keys(f, lefts)), set(logic.keys(f, rights)))

        return codes.single(answered, BOOLEAN)

    return Function(build, 1, 1)


def distinct(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    run, unique = codes.listed(target), logic.unique(target.type)
    return codes.many(lambda f, t: unique(f, list(run(f, t))), target.type)


def is_distinct(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    run, unique = codes.listed(target), logic.unique(target.type)

    def answer(f: Frame, t: Json) -> bool:
        found = list(run(f, t))
        return len(unique(f, found)) == len(found)

    return codes.single(answer, BOOLEAN)


def has_value(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """Whether it is a single primitive with a value. https://hl7.org/fhir/R4/fhirpath.html"""
    run = get_value(scope, target, arguments).run
    return codes.single(lambda f, t: run(f, t) is not None, BOOLEAN)


def get_value(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    run, convert = codes.listed(target), converter(target.type)

    def value(f: Frame, t: Json) -> Json:
        found = run(f, t)
        if len(found) != 1:
            return None
        raw = found[0].value if found[0].__class__ is Item else found[0]
        return None if raw is None or isinstance(raw, dict) else convert(found[0])

    return Code(value, is_single=True)


FUNCTIONS: Mapping[str, Function] = {
    "exists": Function(exists, 0, 1),
    "empty": Function(empty),
    "count": Function(count),
    "not": Function(not_),
    "all": Function(all_, 1, 1),
    "allTrue": _of_booleans(all),
    "anyTrue": _of_booleans(any),
    "allFalse": _of_booleans(lambda found: not any(found)),
    "anyFalse": _of_booleans(lambda found: not all(found)),
    "subsetOf": _of_sets(lambda one, other: one <= other),
    "supersetOf": _of_sets(lambda one, other: one >= other),
    "distinct": Function(distinct),
    "isDistinct": Function(is_distinct),
    "hasValue": Function(has_value),
    "getValue": Function(get_value),
}
