"""What an invariant says when only the names of the elements that are there are known.

Most invariants ask which elements stand together: `code.empty() or system.exists()`. Such a rule is
decided once for each set of names, and costs nothing for the thousands of objects with the same
names. Others, such as `start <= end`, are decided so as long as one of the elements is not there.
"""

from collections.abc import Callable
from enum import Enum

from samspill.fhir.fhirpath.syntax import Binary, Call, Literal, Member, Node

Names = frozenset[str]


class Outcome(Enum):
    """A collection as far as it can be known."""

    TRUE = "true"
    FALSE = "false"
    EMPTY = "empty"
    PRESENT = "one item or more"
    UNKNOWN = "unknown"


TRUE, FALSE, EMPTY = Outcome.TRUE, Outcome.FALSE, Outcome.EMPTY
PRESENT, UNKNOWN = Outcome.PRESENT, Outcome.UNKNOWN

# Functions that give nothing for nothing.
_STRICT_NAMES = """
where select first last tail single ofType as trace repeat children descendants
startsWith endsWith matches contains substring toString toInteger lower upper
"""
_STRICT = frozenset(_STRICT_NAMES.split())


def decide(node: Node, present: Names, known: Names, primitives: Names) -> bool | None:
    """Whether the rule holds for an object with these elements; None if its values decide.

    `known` are all elements of the type, `primitives` those that have a value when they are there.
    """

    def look(node: Node) -> Outcome:
        match node:
            case Literal(bool(value)):
                return TRUE if value else FALSE
            case Member(None, name) if name in known:
                return PRESENT if name in present else EMPTY
            case Member(Member() | Call() as target, _):
                return EMPTY if look(target) is EMPTY else UNKNOWN
            case Call(Member(None, name), "hasValue", ()) if name in primitives:
                return TRUE if name in present else FALSE
            case Call(Member() | Call() | Binary() as target, name, _):
                return _call(look(target), name)
            case Binary(operator, left, right):
                return _binary(operator, look(left), lambda: look(right))
        return UNKNOWN

    found = look(node)
    if found in (UNKNOWN, PRESENT):
        return None
    return found is TRUE


def _call(target: Outcome, name: str) -> Outcome:
    match name:
        case "exists" | "empty" if target is not UNKNOWN:
            return TRUE if (target is EMPTY) == (name == "empty") else FALSE
        case "hasValue" if target is EMPTY:
            return FALSE
        case "all" | "isDistinct" if target is EMPTY:
            return TRUE
        case "not":
            return {TRUE: FALSE, FALSE: TRUE, EMPTY: EMPTY}.get(target, UNKNOWN)
    return EMPTY if target is EMPTY and name in _STRICT else UNKNOWN


def _binary(operator: str, left: Outcome, look_right: Callable[[], Outcome]) -> Outcome:
    left = UNKNOWN if left is PRESENT and operator in ("and", "or", "xor", "implies") else left
    right = look_right()
    match operator:
        case "or":
            return _or(left, right)
        case "and":
            return _not(_or(_not(left), _not(right)))
        case "implies":
            return _or(_not(left), right)
        case "=" | "!=" | "xor" if {left, right} <= {TRUE, FALSE}:
            return TRUE if (left is right) == (operator == "=") else FALSE
        case "=" | "!=" | "<" | ">" | "<=" | ">=" if EMPTY in (left, right):
            return EMPTY
        case "|" if left is right is EMPTY:
            return EMPTY
    return UNKNOWN


def _or(left: Outcome, right: Outcome) -> Outcome:
    if TRUE in (left, right):
        return TRUE
    if {left, right} == {FALSE}:
        return FALSE
    return EMPTY if {left, right} <= {FALSE, EMPTY} else UNKNOWN


def _not(one: Outcome) -> Outcome:
    return {TRUE: FALSE, FALSE: TRUE}.get(one, one)
