"""From the tree to Python closures, special for the types that are known before any data is seen.

https://hl7.org/fhirpath/N1/#expressions
"""

from samspill.base.errors import InvalidExpression
from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import logic, members, operators, types, variables
from samspill.fhir.fhirpath.code import EMPTY, INTEGER, Code
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.functions import FUNCTIONS
from samspill.fhir.fhirpath.functions.combining import alike
from samspill.fhir.fhirpath.functions.subsetting import at_index
from samspill.fhir.fhirpath.scope import Scope, this
from samspill.fhir.fhirpath.syntax import (
    Binary,
    Call,
    Descending,
    Empty,
    External,
    Indexer,
    Literal,
    Member,
    Node,
    Sign,
    TypeOperator,
    Variable,
)
from samspill.fhir.fhirpath.values import Json


def compile(node: Node, definitions: Definitions, type: str, *, strict: bool) -> Code:
    """The code of a whole expression for a subject of a type; "" if the subject will tell."""
    scope = Scope(definitions, strict, _compile, subject=type, this=this(type))
    return scope.compile(node)


def _compile(node: Node, scope: Scope) -> Code:
    return _chained(node, scope)[0]


def _chained(node: Node, scope: Scope) -> tuple[Code, Scope]:
    """The code, and the scope of what follows it by dots: defineVariable() adds a name to it."""
    match node:
        case Member(None, name):
            return members.first_name(scope, name), scope
        case Member(target, name) if target is not None:
            code, scope = _chained(target, scope)
            return members.member(scope, code, name), scope
        case Call(target, name, arguments):
            code = scope.this
            if target is not None:
                code, scope = _chained(target, scope)
            return _call(scope, code, name, arguments)
        case Indexer(target, index):
            code, inner = _chained(target, scope)
            return at_index(scope, code, index), inner
    return _alone(node, scope), scope


def _call(scope: Scope, target: Code, name: str, arguments: tuple[Node, ...]) -> tuple[Code, Scope]:
    function = FUNCTIONS.get(name)
    if function is None:
        raise InvalidExpression(
            f"There is no function {name}()", f"Det finnes ingen funksjon {name}()"
        )
    if not function.least <= len(arguments) <= function.most:
        raise InvalidExpression(
            f"{name}() got {len(arguments)} arguments",
            f"{name}() fikk {len(arguments)} argumenter",
            expected=f"{function.least}–{function.most}",
        )
    code = function.build(scope, target, arguments)
    if name == "defineVariable":
        scope = variables.extended(scope, arguments)
    return code, scope


def _alone(node: Node, scope: Scope) -> Code:
    match node:
        case Literal(value):
            return codes.constant(value)
        case Empty():
            return EMPTY
        case Variable("this"):
            return scope.this
        case Variable(name):
            return variables.loop(name)
        case External(name):
            return variables.external(scope, name)
        case Sign(sign, operand):
            return _signed(sign, scope.compile(operand))
        case TypeOperator(name, operand, type):
            build = types.is_ if name == "is" else types.as_
            return build(scope, scope.compile(operand), type)
        case Binary(name, left, right):
            return _binary(name, scope.compile(left), scope.compile(right), scope)
        case Descending():
            raise InvalidExpression("Only sort() takes desc", "Bare sort() tar desc")
    raise AssertionError(f"a node that cannot be compiled: {node}")


def _signed(sign: str, operand: Code) -> Code:
    value = operand.constant
    if operators.is_number(value):
        return codes.constant(-value if sign == "-" else value)
    source = codes.scalar(operand)

    def run(f: Frame, t: Json) -> Json:
        found = source(f, t)
        if found is None:
            return None
        negated = operators.negate(found)
        return negated if sign == "-" else found

    return codes.single(run, operand.type if operand.is_system else "")


def _binary(name: str, left: Code, right: Code, scope: Scope) -> Code:
    match name:
        case "and" | "or" | "xor" | "implies":
            return logic.boolean(name, codes.truth(left), codes.truth(right))
        case "=" | "!=":
            return logic.equality(name, left, right)
        case "~" | "!~":
            return logic.equivalence(name, left, right)
        case "<" | "<=" | ">" | ">=":
            return logic.order(name, left, right)
        case "in":
            return logic.membership(left, right)
        case "contains":
            return logic.membership(right, left)
        case "|":
            return logic.union(*alike(left, right, scope))
        case "&":
            return _concatenation(left, right)
    return _arithmetic(name, left, right)


def _concatenation(left: Code, right: Code) -> Code:
    one, other = codes.scalar(left), codes.scalar(right)

    def run(f: Frame, t: Json) -> str:
        text = operators.concatenate(one(f, t), other(f, t))
        f.charge_text(text)
        return text

    return codes.single(run, codes.STRING)


def _arithmetic(name: str, left: Code, right: Code) -> Code:
    one, other, reckon = codes.scalar(left), codes.scalar(right), operators.ARITHMETIC[name]

    def run(f: Frame, t: Json) -> Json:
        value, by = one(f, t), other(f, t)
        result = None if value is None or by is None else reckon(value, by)
        if result.__class__ is str:
            f.charge_text(result)
        return result

    are_integers = left.type == right.type == INTEGER and name != "/"
    return codes.single(run, INTEGER if are_integers else "")
