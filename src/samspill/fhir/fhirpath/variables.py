"""`$index`, `$total`, `%name` and defineVariable().

https://hl7.org/fhirpath/N1/#environment-variables, https://hl7.org/fhir/R4/fhirpath.html#vars
"""

from collections.abc import Mapping
from dataclasses import replace

from samspill.base.errors import InvalidExpression
from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath.code import INTEGER, Code
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.scope import Scope, this
from samspill.fhir.fhirpath.syntax import Literal, Node
from samspill.fhir.fhirpath.values import Json
from samspill.fhir.items import Item, of

SYSTEMS: Mapping[str, str] = {
    "ucum": "http://unitsofmeasure.org",
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
}
# The canonical addresses that %`vs-name` and %`ext-name` stand for.
PREFIXES: Mapping[str, str] = {
    "vs-": "http://hl7.org/fhir/ValueSet/",
    "ext-": "http://hl7.org/fhir/StructureDefinition/",
}
GIVEN = frozenset({"context", "resource", "rootResource", *SYSTEMS})


def loop(name: str) -> Code:
    """`$index` and `$total`, in the functions that go through a collection."""
    if name == "index":
        return codes.single(lambda f, t: f.index, INTEGER)
    return codes.many(lambda f, t: f.total)


def external(scope: Scope, name: str) -> Code:
    """`%name`; raises when it is evaluated if nobody gave it a value."""
    types = scope.definitions
    if name in scope.variables:
        return codes.many(lambda f, t: f.variables[name])
    if name in SYSTEMS:
        return codes.constant(SYSTEMS[name])
    for prefix, address in PREFIXES.items():
        if name.startswith(prefix):
            return codes.constant(address + name.removeprefix(prefix))
    match name:
        case "context":
            return replace(this(scope.subject), run=lambda f, t: f.subject, is_this=False)
        case "resource":
            return Code(lambda f, t: _resource(f, f.context.resource, types), is_single=True)
        case "rootResource":
            return Code(lambda f, t: _root(f, types), is_single=True)
    return codes.many(lambda f, t: _given(f, name))


def define(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """defineVariable(name [, value]): gives back its input."""
    name = _name(scope, arguments)
    input = replace(target, run=lambda f, t: t, is_this=target.is_single, key="")
    inner = replace(scope, this=input)
    value = inner.compile(arguments[1]) if len(arguments) > 1 else input
    values, run = codes.items(value, scope.definitions), target.run

    def defined(f: Frame, t: Json) -> Json:
        found = run(f, t)
        f.variables = {**f.variables, name: values(f, found)}
        return found

    return replace(target, run=defined, is_this=False, constant=None, key="")


def extended(scope: Scope, arguments: tuple[Node, ...]) -> Scope:
    """The scope of what follows a defineVariable()."""
    return replace(scope, variables=scope.variables | {_name(scope, arguments)})


def _name(scope: Scope, arguments: tuple[Node, ...]) -> str:
    if not arguments or not isinstance(arguments[0], Literal):
        raise InvalidExpression(
            "defineVariable() needs a name in quotes", "defineVariable() trenger et navn i anførsel"
        )
    name = str(arguments[0].value)
    if name in GIVEN or name in scope.variables:
        raise InvalidExpression(f"%{name} is already defined", f"%{name} finnes allerede")
    return name


def _resource(f: Frame, given: Json, types: Definitions) -> Item | None:
    """What is given, or else the subject if it is a resource."""
    if given is not None:
        return of(given, types)
    subject = f.subject
    if subject.__class__ is Item:
        return subject if types.is_resource(subject.type) else None
    return of(subject, types) if isinstance(subject, dict) and "resourceType" in subject else None


def _root(f: Frame, types: Definitions) -> Item | None:
    return _resource(f, f.context.root or f.context.resource, types)


def _given(f: Frame, name: str) -> list[Json]:
    if name not in f.context.variables:
        raise InvalidExpression(f"%{name} has no value", f"%{name} har ingen verdi")
    value = f.context.variables[name]
    return list(value) if isinstance(value, list | tuple) else [value]
