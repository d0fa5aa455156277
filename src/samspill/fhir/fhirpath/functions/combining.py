"""Two collections made into one. https://hl7.org/fhirpath/N1/#combining"""

from collections.abc import Mapping

from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import logic
from samspill.fhir.fhirpath.code import Code
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.scope import Function, Scope
from samspill.fhir.fhirpath.syntax import Node
from samspill.fhir.fhirpath.values import Json


def alike(left: Code, right: Code, scope: Scope) -> tuple[Code, Code]:
    """Both raw if they are of one type, or else both dynamic."""
    if left.type == right.type:
        return left, right
    if left is codes.EMPTY:
        return Code(left.run, right.type, is_single=True), right
    if right is codes.EMPTY:
        return left, Code(right.run, left.type, is_single=True)
    return codes.dynamic(left, scope.definitions), codes.dynamic(right, scope.definitions)


def union(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    return logic.union(*alike(target, scope.compile(arguments[0]), scope))


def combine(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """Both, with what stands twice."""
    left, right = alike(target, scope.compile(arguments[0]), scope)
    one, other = codes.listed(left), codes.listed(right)

    def both(f: Frame, t: Json) -> list[Json]:
        found = [*one(f, t), *other(f, t)]
        f.charge(len(found))
        return found

    return codes.many(both, left.type)


def coalesce(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """The first argument that is not empty."""
    types = scope.definitions
    runs = [codes.items(scope.compile(node), types) for node in arguments]

    def first(f: Frame, t: Json) -> list[Json]:
        return next((found for run in runs if (found := run(f, t))), [])

    return codes.many(first)


FUNCTIONS: Mapping[str, Function] = {
    "union": Function(union, 1, 1),
    "combine": Function(combine, 1, 1),
    "coalesce": Function(coalesce, 1, 20),
}
