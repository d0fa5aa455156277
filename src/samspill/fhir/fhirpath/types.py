"""Type specifiers, and the operators `is` and `as` with their functions.

https://hl7.org/fhirpath/N1/#types, https://hl7.org/fhir/R4/fhirpath.html#types
"""

from collections.abc import Callable
from dataclasses import replace

from samspill.base.errors import InvalidExpression
from samspill.base.texts import Text
from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath.code import BOOLEAN, EMPTY, Code
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.scope import Scope
from samspill.fhir.fhirpath.syntax import Member, Node
from samspill.fhir.fhirpath.values import SYSTEM, Json, TypeInfo, type_of

_NAMES = "Any Boolean String Integer Decimal Date DateTime Time Quantity TypeInfo"
SYSTEM_TYPES = frozenset(_NAMES.split())

Matcher = Callable[[str], bool]
"""Whether a type key is of the type."""


def specifier(node: Node) -> str:
    """The name of a type where it stands as an argument: `ofType(FHIR.Patient)`."""
    match node:
        case Member(None, name):
            return name
        case Member(Member(None, namespace), name):
            return f"{namespace}.{name}"
    raise InvalidExpression(
        "This is not the name of a type",
        "Dette er ikke navnet på en type",
        expected="Patient, FHIR.Patient, System.String",
    )


def matcher(definitions: Definitions, name: str, *, exactly: bool) -> Matcher:
    """Whether a type is the named one, or descends from it.

    `exactly` leaves out what descends from a primitive: a code is a string, but as(string) leaves
    it out, as HL7's own tests have it.
    """
    namespace, _, local = name.rpartition(".")
    in_fhir = namespace in ("", "FHIR") and definitions.is_type(local)
    in_system = namespace in ("", "System") and local in SYSTEM_TYPES
    if not in_fhir and not in_system and namespace != "System":
        raise InvalidExpression(
            f"There is no type {name}",
            f"Det finnes ingen type {name}",
            expected=Text("a FHIR type", "en FHIR-type"),
        )
    exactly = exactly and local in definitions.primitives
    answers: dict[str, bool] = {}

    def matches(type: str) -> bool:
        answer = answers.get(type)
        if answer is None:
            if type.startswith(SYSTEM):
                answer = in_system and type == SYSTEM + local
            else:
                answer = in_fhir and (
                    type == local or (not exactly and definitions.is_a(type, local))
                )
            answers[type] = answer
        return answer

    return matches


def is_(scope: Scope, target: Code, name: str) -> Code:
    """True, false, or empty of nothing; more than one value is an error."""
    matches = matcher(scope.definitions, name, exactly=False)
    run, type = codes.one(target), target.type

    def answer(f: Frame, t: Json) -> bool | None:
        value = run(f, t)
        return None if value is None else matches(type or type_of(value))

    return codes.single(answer, BOOLEAN)


def as_(scope: Scope, target: Code, name: str) -> Code:
    """The value if it is of the type. The search parameters of R4 use it on several values."""
    if scope.strict and not target.is_single:
        target = replace(target, run=codes.one(target), is_single=True, choices={})
    return of_type(scope, target, name)


def of_type(scope: Scope, target: Code, name: str) -> Code:
    """The values that are of the type; of a choice element it is just one more step."""
    matches = matcher(scope.definitions, name, exactly=True)
    if target.choices:
        fitting = [each for type, each in target.choices.items() if matches(type)]
        if len(fitting) < 2:
            return fitting[0] if fitting else EMPTY
    elif target.type:
        return target if matches(target.type) else EMPTY
    run = target.run
    if target.is_single:

        def one(f: Frame, t: Json) -> Json:
            value = run(f, t)
            return value if value is not None and matches(type_of(value)) else None

        return replace(target, run=one, choices={}, is_this=False)
    return codes.many(lambda f, t: [v for v in run(f, t) if matches(type_of(v))])


def type_info(type: str) -> TypeInfo:
    """What type() gives for a value of this type key."""
    if type.startswith(SYSTEM):
        return TypeInfo("System", type.removeprefix(SYSTEM))
    return TypeInfo("FHIR", type)
