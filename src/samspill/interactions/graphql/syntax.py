"""The tree of a GraphQL document. https://spec.graphql.org/October2021/#sec-Language"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name` where a value is asked for."""

    name: str


Value: TypeAlias = Any
"""A JSON value, which may hold Variables; names of enumerations are texts."""

Arguments: TypeAlias = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Directive:
    name: str
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Field:
    """`alias: name(arguments) @directives { selections }`."""

    name: str
    alias: str
    arguments: Arguments = field(default_factory=dict)
    directives: tuple[Directive, ...] = ()
    selections: "tuple[Selection, ...]" = ()


@dataclass(frozen=True, slots=True)
class Spread:
    """`...Name`."""

    fragment: str
    directives: tuple[Directive, ...] = ()


@dataclass(frozen=True, slots=True)
class Inline:
    """`... on Type { selections }`; the type may be ""."""

    type: str
    selections: "tuple[Selection, ...]"
    directives: tuple[Directive, ...] = ()


Selection: TypeAlias = Field | Spread | Inline


@dataclass(frozen=True, slots=True)
class Fragment:
    """`fragment Name on Type { selections }`."""

    name: str
    type: str
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Declaration:
    """`$name: Type! = default`."""

    name: str
    is_required: bool
    default: Value = None


@dataclass(frozen=True, slots=True)
class Query:
    """`query Name($declarations) { selections }`, or a mutation."""

    name: str
    declarations: tuple[Declaration, ...]
    selections: tuple[Selection, ...]
    is_mutation: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    queries: tuple[Query, ...]
    fragments: Mapping[str, Fragment]
