"""What is known at a place in an expression while it is compiled."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from samspill.base.errors import InvalidExpression
from samspill.fhir.definitions import Definitions
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath.code import Code, Run
from samspill.fhir.fhirpath.syntax import Node

# Types of which an actual value is never exactly: only the value says what it is.
ABSTRACT = frozenset({"", "Resource", "DomainResource"})


@dataclass(frozen=True, slots=True)
class Scope:
    definitions: Definitions
    strict: bool
    """Refuse what the types show to be wrong, instead of giving empty."""
    compile_node: "Callable[[Node, Scope], Code]"
    subject: str
    """The type of `%context`."""
    this: Code
    """`$this`."""
    variables: frozenset[str] = frozenset()
    """Those that defineVariable() made."""

    def compile(self, node: Node) -> Code:
        return self.compile_node(node, self)

    def of_each(self, source: Code) -> "Scope":
        """The scope in which each value of a source is `$this`."""
        return replace(self, this=this(source.type))

    def truth(self, node: Node) -> Run:
        return codes.truth(self.compile(node))

    def refuse(self, en: str, nb: str, expected: str = "") -> Code:
        """What is wrong by its type: an error if strict, else empty."""
        if self.strict:
            raise InvalidExpression(en, nb, expected=expected)
        return codes.EMPTY


Build = Callable[[Scope, Code, tuple[Node, ...]], Code]
"""Compiles a call from its target and the trees of its arguments."""


@dataclass(frozen=True, slots=True)
class Function:
    build: Build
    least: int = 0
    most: int = 0


def this(type: str) -> Code:
    """`$this` of a type; what may be of many types is dynamic."""
    return Code(lambda f, t: t, "" if type in ABSTRACT else type, is_single=True, is_this=True)
