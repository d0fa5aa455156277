"""The tree of an expression. https://hl7.org/fhirpath/N1/grammar.html"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from samspill.fhir.fhirpath.quantities import Quantity
from samspill.fhir.fhirpath.times import Moment

Value: TypeAlias = bool | int | str | Quantity | Moment | object
"""Of a literal: bool, int, Decimal, str, Moment or Quantity."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Empty:
    """`{}`"""


@dataclass(frozen=True, slots=True)
class Variable:
    """`$this`, `$index` or `$total`, without the sign."""

    name: str


@dataclass(frozen=True, slots=True)
class External:
    """`%name`, without the sign."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """`target.name`; without a target, a member of `$this` or the name of its type."""

    target: "Node | None"
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """`target.name(arguments)`; without a target, called on `$this`."""

    target: "Node | None"
    name: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Indexer:
    target: "Node"
    index: "Node"


@dataclass(frozen=True, slots=True)
class Sign:
    """`-operand` or `+operand`."""

    sign: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class TypeOperator:
    """`operand is type` or `operand as type`."""

    operator: str
    operand: "Node"
    type: str


@dataclass(frozen=True, slots=True)
class Descending:
    """`key desc` among the arguments of sort()."""

    key: "Node"


Node: TypeAlias = (
    Literal
    | Empty
    | Variable
    | External
    | Member
    | Call
    | Indexer
    | Sign
    | Binary
    | TypeOperator
    | Descending
)


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes directly below a node."""
    match node:
        case Member(target):
            return (target,) if target else ()
        case Call(target, _, arguments):
            return (target, *arguments) if target else arguments
        case Indexer(target, index):
            return (target, index)
        case Binary(_, left, right):
            return (left, right)
        case Sign(_, operand) | TypeOperator(_, operand) | Descending(operand):
            return (operand,)
    return ()


def walk(node: Node) -> Iterator[Node]:
    """A node and all nodes below."""
    yield node
    for part in parts(node):
        yield from walk(part)


def uses(node: Node, variable: str) -> bool:
    """Whether a variable such as "index" occurs anywhere in it."""
    return any(each == Variable(variable) for each in walk(node))
