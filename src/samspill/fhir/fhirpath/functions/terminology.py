"""Codes, profiles and narratives, asked of the context. https://hl7.org/fhir/R4/fhirpath.html#functions"""

from collections.abc import Mapping

from samspill.base.errors import InvalidExpression
from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath.code import BOOLEAN, Code
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.functions.signature import TEXT, expected
from samspill.fhir.fhirpath.scope import Function, Scope
from samspill.fhir.fhirpath.syntax import Node
from samspill.fhir.fhirpath.values import Json
from samspill.fhir.items import Item

TYPES = "http://hl7.org/fhir/StructureDefinition/"


def member_of(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """memberOf(valueSet); empty where nobody knows."""
    run = codes.one(codes.dynamic(target, scope.definitions))
    value_set = expected(codes.scalar(scope.compile(arguments[0])), TEXT)

    def answer(f: Frame, t: Json) -> bool | None:
        value, url, terminology = run(f, t), value_set(f, t), f.context.terminology
        if value.__class__ is not Item or url is None or terminology is None:
            return None
        return terminology.member_of(value, url)

    return codes.single(answer, BOOLEAN)


def _subsumption(*, is_general: bool) -> Function:
    """subsumes(code) and subsumedBy(code)."""

    def build(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
        types = scope.definitions
        one = codes.one(codes.dynamic(target, types))
        other = codes.one(codes.dynamic(scope.compile(arguments[0]), types))

        def answer(f: Frame, t: Json) -> bool | None:
            left, right, terminology = one(f, t), other(f, t), f.context.terminology
            if left.__class__ is not Item or right.__class__ is not Item or terminology is None:
                return None
            if is_general:
                return terminology.subsumes(left, right)
            return terminology.subsumes(right, left)

        return codes.single(answer, BOOLEAN)

    return Function(build, 1, 1)


def conforms_to(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """conformsTo(profile): by `Context.conforms`; the definitions of types are known without it."""
    run = codes.one(codes.dynamic(target, scope.definitions))
    profile = expected(codes.scalar(scope.compile(arguments[0])), TEXT)
    definitions = scope.definitions

    def answer(f: Frame, t: Json) -> bool | None:
        value, url = run(f, t), profile(f, t)
        if value.__class__ is not Item or url is None:
            return None
        type = url.removeprefix(TYPES)
        if definitions.is_type(type):
            return definitions.is_a(value.type, type)
        return _conforms(f, value, url, definitions)

    return codes.single(answer, BOOLEAN)


def _conforms(f: Frame, value: Item, url: str, definitions: Definitions) -> bool:
    if f.context.conforms is None or definitions.find(url, "StructureDefinition") is None:
        raise InvalidExpression(
            f"The profile {url} is not known here", f"Profilen {url} er ikke kjent her"
        )
    return f.context.conforms(value, url)


def html_checks(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """htmlChecks() of a narrative's `div`; empty of all else, and where nobody knows the rules."""
    run = codes.one(codes.dynamic(target, scope.definitions))

    def answer(f: Frame, t: Json) -> bool | None:
        value, check = run(f, t), f.context.is_narrative
        if value.__class__ is not Item or value.type != "xhtml" or check is None:
            return None
        return check(str(value.value))

    return codes.single(answer, BOOLEAN)


FUNCTIONS: Mapping[str, Function] = {
    "memberOf": Function(member_of, 1, 1),
    "subsumes": _subsumption(is_general=True),
    "subsumedBy": _subsumption(is_general=False),
    "conformsTo": Function(conforms_to, 1, 1),
    "htmlChecks": Function(html_checks),
}
