"""The query tree: what parse makes of a search, and what stores and `match` answer.

Every part is frozen. `match` is the oracle; a store compiles the same tree to SQL and must find
the same resources. https://hl7.org/fhir/R4/search.html

How SQL reads it: each `Match` is "the resource has an index row of `parameter` for which the test
holds" (an EXISTS, or the driving range); the kind of the test names the table. `_id` and
`_lastUpdated` have no index rows: they are columns of the resource (see `TokenIs`, `DateIs`).
Deleted resources are never found, nor followed by chains.
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct

from samspill.fhir.search.conditions import (
    DateIs,
    InValueSet,
    Near,
    NumberIs,
    Prefix,
    Present,
    QuantityIs,
    ReferenceIs,
    ReferenceUrl,
    RefersTo,
    StringContains,
    StringEnds,
    StringEquals,
    StringIs,
    StringStarts,
    Subsumed,
    Test,
    TokenAmong,
    TokenIs,
    UriAbove,
    UriBelow,
    UriIs,
    Words,
)
from samspill.fhir.search.values import Kind

__all__ = [
    "All",
    "And",
    "Chain",
    "Clause",
    "ContainedMode",
    "ContainedType",
    "DateIs",
    "Has",
    "InCompartment",
    "InValueSet",
    "Include",
    "Match",
    "Missing",
    "Near",
    "Not",
    "Nothing",
    "NumberIs",
    "OfType",
    "Or",
    "Prefix",
    "Present",
    "QuantityIs",
    "Query",
    "ReferenceIs",
    "ReferenceUrl",
    "RefersTo",
    "Sort",
    "StringContains",
    "StringEnds",
    "StringEquals",
    "StringIs",
    "StringStarts",
    "Subsumed",
    "Summary",
    "Test",
    "Together",
    "TokenAmong",
    "TokenIs",
    "Total",
    "UriAbove",
    "UriBelow",
    "UriIs",
    "Words",
    "all_of",
    "any_of",
]


# Clauses over one resource


class And(Struct, frozen=True, gc=False):
    parts: "tuple[Clause, ...]"


class Or(Struct, frozen=True, gc=False):
    parts: "tuple[Clause, ...]"


class Not(Struct, frozen=True, gc=False):
    """The resource does not meet `part`; resources without any value are found too."""

    part: "Clause"


class Match(Struct, frozen=True, gc=False):
    """The resource has an index row of `parameter` that meets the test."""

    parameter: str
    test: Test


class Missing(Struct, frozen=True, gc=False):
    """The resource has no index row of `parameter`. `kind` names the table."""

    parameter: str
    kind: Kind


class Together(Struct, frozen=True, gc=False):
    """A composite: rows of the same resource and the same `group` that meet each part.
    `parameter` is the composite's code, for `format`; the parts name the rows."""

    parameter: str
    parts: tuple[Match, ...]


class Chain(Struct, frozen=True, gc=False):
    """A reference row of `parameter` with `url == ""` and its type among `types` leads to a
    current resource that meets `where`. The row's version does not matter."""

    parameter: str
    types: tuple[str, ...]
    where: "Clause"


class Has(Struct, frozen=True, gc=False):
    """A current resource of `type` meets `where` and refers to this one by a reference row of
    `parameter` (`row.url == ""`, row.type and row.id are this resource's)."""

    type: str
    parameter: str
    where: "Clause"


class OfType(Struct, frozen=True, gc=False):
    """The resource is of one of the types. Made by rewrites of searches over several types."""

    types: tuple[str, ...]


class InCompartment(Struct, frozen=True, gc=False):
    """The resource is in the compartment of `type`/`id`: the patient himself, or a row of the
    store's `compartment` table. Made by rewrites, for `Patient/1/*` and for access."""

    type: str
    ids: tuple[str, ...]


class All(Struct, frozen=True, gc=False):
    """Every resource."""


class Nothing(Struct, frozen=True, gc=False):
    """No resource."""


Clause: TypeAlias = (
    And
    | Or
    | Not
    | Match
    | Missing
    | Together
    | Chain
    | Has
    | OfType
    | InCompartment
    | All
    | Nothing
)


def all_of(parts: "Iterable[Clause]") -> "Clause":
    """The And of the parts, those of inner Ands among them: All for none, the part for one."""
    kept: list[Clause] = []
    for part in parts:
        if not isinstance(part, All):
            kept.extend(part.parts if isinstance(part, And) else (part,))
    return And(tuple(kept)) if len(kept) > 1 else kept[0] if kept else All()


def any_of(parts: "Iterable[Clause]") -> "Clause":
    """The Or of the parts, those of inner Ors among them, each once: Nothing for none."""
    kept: dict[Clause, None] = {}
    for part in parts:
        kept |= dict.fromkeys(part.parts if isinstance(part, Or) else (part,))
    return Or(tuple(kept)) if len(kept) > 1 else next(iter(kept), Nothing())


# The whole query


class Sort(Struct, frozen=True, gc=False):
    """By the least value of the resource upwards, or its greatest downwards (`descending`);
    resources without a value come last in both. What is compared, per kind: token code and
    system, string folded, date low, number and quantity low (downwards: high), of a quantity in
    base units where it has them, reference type and id (or url), uri value.
    `_id` and `_lastUpdated` are columns. Equal ones follow the store's own row order."""

    parameter: str
    kind: Kind
    descending: bool = False
    also: tuple[str, ...] = ()
    """More parameters whose rows count like those of `parameter`. Made by `lower`."""


class Include(Struct, frozen=True, gc=False):
    """`_include` and `_revinclude`: references of `source` by `parameter` to `target`.
    "*" for any parameter, "" for any target type. `iterate`: applied to included ones too."""

    source: str
    parameter: str
    target: str = ""
    iterate: bool = False


EVERYTHING = All()

Total = Literal["none", "estimate", "accurate"]
Summary = Literal["true", "text", "data", "count", "false"]
ContainedMode = Literal["false", "true", "both"]
ContainedType = Literal["container", "contained"]


class Query(Struct, frozen=True, gc=False, cache_hash=True):
    """A search of the resources of `types` (empty: of every type)."""

    types: tuple[str, ...]
    where: Clause = EVERYTHING
    sort: tuple[Sort, ...] = ()
    count: int | None = None
    """Resources on a page; 0 asks for the number only; None leaves it to the server."""
    include: tuple[Include, ...] = ()
    revinclude: tuple[Include, ...] = ()
    total: Total | None = None
    summary: Summary | None = None
    elements: tuple[str, ...] = ()
    contained: ContainedMode = "false"
    contained_type: ContainedType = "container"
    most: int | None = None
    """`_maxresults`: no more than this many in all pages together."""
