"""The query tree: what parse makes of a search, and what stores and `match` answer.

Every part is frozen. `match` is the oracle; a store compiles the same tree to SQL and must find
the same resources. https://hl7.org/fhir/R4/search.html

How SQL reads it: each `Match` is "the resource has an index row of `parameter` for which the test
holds" (an EXISTS, or the driving range); the kind of the test names the table. `_id` and
`_lastUpdated` have no index rows: they are columns of the resource (see `TokenIs`, `DateIs`).
Deleted resources are never found, nor followed by chains.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from samspill.fhir.search.values import Kind

Prefix = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap", "overlaps"]
"""How a range sought compares with the range of a row. "overlaps" is `po` of `_filter` only."""


# Tests of one index value


@dataclass(frozen=True, slots=True)
class TokenIs:
    """`[system|]code`, `|code`, `system|`. None means any; `system=""` means a row without one.

    Holds when `system in (None, row.system)` and, unless `code` is None,
    `row.code == (code.casefold() if row.folded else code)`.
    Never holds for the row Token("", "").
    On `_id`: `resource.id == code`.
    """

    system: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class TokenAmong:
    """Any of the tokens, each with the meaning of `TokenIs`. Made by `rewrite` from the tests
    that need terminology. Empty: never holds."""

    tokens: tuple[TokenIs, ...]


@dataclass(frozen=True, slots=True)
class InValueSet:
    """`:in` a value set, by canonical. `rewrite.resolve` replaces it before a store sees it."""

    url: str


@dataclass(frozen=True, slots=True)
class Subsumed:
    """`:below` (the code and what it subsumes) or `:above` (and what subsumes it).
    `rewrite.resolve` replaces it before a store sees it."""

    direction: Literal["below", "above"]
    system: str
    code: str


@dataclass(frozen=True, slots=True)
class StringStarts:
    """The folded row begins with `folded` (which may hold %, _ and \\ as plain letters).
    `given` is the text as written, for `format`; it does not take part in the test."""

    folded: str
    given: str


@dataclass(frozen=True, slots=True)
class StringContains:
    """`folded` stands anywhere in the folded row. `given` as in StringStarts."""

    folded: str
    given: str


@dataclass(frozen=True, slots=True)
class StringEnds:
    """The folded row ends with `folded` (`ew` of `_filter`)."""

    folded: str
    given: str


@dataclass(frozen=True, slots=True)
class StringEquals:
    """The folded row is `folded` (`eq` of `_filter`)."""

    folded: str
    given: str


@dataclass(frozen=True, slots=True)
class StringIs:
    """`:exact`: row.exact == exact, to the letter and case."""

    exact: str


@dataclass(frozen=True, slots=True)
class DateIs:
    """Compares the period sought, [low, high), with the row's [row.low, row.high):

    eq  low <= row.low and row.high <= high        ne  not eq (of this row)
    gt  row.high > high                            lt  row.low < low
    ge  gt or eq                                   le  lt or eq
    sa  row.low >= high                            eb  row.high <= low
    ap, overlaps  row.low < high and row.high > low      (for ap, low and high are widened already)

    On `_lastUpdated` a row is the millisecond of the version:
    row.low = at - at % 1000, row.high = row.low + 1000.
    """

    prefix: Prefix
    low: int
    high: int
    given: str


@dataclass(frozen=True, slots=True)
class NumberIs:
    """Compares a number with the row's closed range [row.low, row.high]:

    eq  low <= row.low and row.high < high         ne  not eq (of this row)
    gt  row.high > value      ge  row.high >= value      sa  row.low > value
    lt  row.low < value       le  row.low <= value       eb  row.high < value
    ap  row.low <= high and row.high >= low

    `low` and `high` are the implicit precision of eq and ne, the ±10 % of ap; else both `value`.
    """

    prefix: Prefix
    value: float
    low: float
    high: float
    given: str


@dataclass(frozen=True, slots=True)
class QuantityIs:
    """Compares an amount as NumberIs does, in the row's units or in base units.

    `base_unit` not "": row.base_unit == base_unit and `base` compares with [row.base_low,
    row.base_high].
    Otherwise `number` compares with [row.low, row.high], and
    - system None and code None: any unit;
    - system None: row.code == code or row.unit == code;
    - both: row.system == system and row.code == code.
    """

    number: NumberIs
    system: str | None
    code: str | None
    base: NumberIs | None = None
    base_unit: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceIs:
    """A reference to `id` of one of `types` on this server (row.url == ""); no types means any.
    To any version, or only to the one named: row.version == version unless that is ""."""

    types: tuple[str, ...]
    id: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class RefersTo:
    """A reference to any resource of one of `types` on this server: row.url == "" and row.id != ""
    and row.type in types."""

    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReferenceUrl:
    """A reference elsewhere: row.url == url, and row.version == version unless that is "".
    `below`: row.version == version or begins with version + "." (canonical references)."""

    url: str
    version: str = ""
    below: bool = False


@dataclass(frozen=True, slots=True)
class UriIs:
    value: str


@dataclass(frozen=True, slots=True)
class UriBelow:
    """row.value == stem or begins with stem + "/" (`:below`; stem without a slash at its end),
    or is stem + "/"."""

    stem: str


@dataclass(frozen=True, slots=True)
class UriAbove:
    """`:above`: row.value is one of `stems` (the uri itself and its parents, without a slash at
    the end) or one of them with a slash. `given` as written."""

    stems: tuple[str, ...]
    given: str


@dataclass(frozen=True, slots=True)
class Near:
    """row.(x, y, z) lies within `chord` in a straight line:
    (x-row.x)² + (y-row.y)² + (z-row.z)² <= chord². `row.z between z-chord and z+chord` is a
    fitting range to start from. `given` as written."""

    x: float
    y: float
    z: float
    chord: float
    given: str


@dataclass(frozen=True, slots=True)
class Words:
    """Full text, of `_text` (narrative) and `_content` (all of the resource).

    Both index one string of folded words in order with single blanks between (`text.words`).
    Holds when the words stand in it side by side in this order; with `prefix` the last one may
    be the beginning of a word.
    """

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Present:
    """Any row of this kind."""

    kind: Kind


Test: TypeAlias = (
    TokenIs
    | TokenAmong
    | InValueSet
    | Subsumed
    | StringStarts
    | StringContains
    | StringEnds
    | StringEquals
    | StringIs
    | DateIs
    | NumberIs
    | QuantityIs
    | ReferenceIs
    | RefersTo
    | ReferenceUrl
    | UriIs
    | UriBelow
    | UriAbove
    | Near
    | Words
    | Present
)


# Clauses over one resource


@dataclass(frozen=True, slots=True)
class And:
    parts: "tuple[Clause, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    parts: "tuple[Clause, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The resource does not meet `part`; resources without any value are found too."""

    part: "Clause"


@dataclass(frozen=True, slots=True)
class Match:
    """The resource has an index row of `parameter` that meets the test."""

    parameter: str
    test: Test


@dataclass(frozen=True, slots=True)
class Missing:
    """The resource has no index row of `parameter`. `kind` names the table."""

    parameter: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Together:
    """A composite: rows of the same resource and the same `group` that meet each part.
    `parameter` is the composite's code, for `format`; the parts name the rows."""

    parameter: str
    parts: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A reference row of `parameter` with `url == ""` and its type among `types` leads to a
    current resource that meets `where`. The row's version does not matter."""

    parameter: str
    types: tuple[str, ...]
    where: "Clause"


@dataclass(frozen=True, slots=True)
class Has:
    """A current resource of `type` meets `where` and refers to this one by a reference row of
    `parameter` (`row.url == ""`, row.type and row.id are this resource's)."""

    type: str
    parameter: str
    where: "Clause"


@dataclass(frozen=True, slots=True)
class OfType:
    """The resource is of one of the types. Made by rewrites of searches over several types."""

    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InCompartment:
    """The resource is in the compartment of `type`/`id`: the patient himself, or a row of the
    store's `compartment` table. Made by rewrites, for `Patient/1/*` and for access."""

    type: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Every resource."""


@dataclass(frozen=True, slots=True)
class Nothing:
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
        kept.extend(part.parts if isinstance(part, And) else (part,))
    return And(tuple(kept)) if len(kept) > 1 else kept[0] if kept else All()


def any_of(parts: "Iterable[Clause]") -> "Clause":
    """The Or of the parts, those of inner Ors among them, each once: Nothing for none."""
    kept: dict[Clause, None] = {}
    for part in parts:
        kept |= dict.fromkeys(part.parts if isinstance(part, Or) else (part,))
    return Or(tuple(kept)) if len(kept) > 1 else next(iter(kept), Nothing())


# The whole query


@dataclass(frozen=True, slots=True)
class Sort:
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


@dataclass(frozen=True, slots=True)
class Include:
    """`_include` and `_revinclude`: references of `source` by `parameter` to `target`.
    "*" for any parameter, "" for any target type. `iterate`: applied to included ones too."""

    source: str
    parameter: str
    target: str = ""
    iterate: bool = False


Total = Literal["none", "estimate", "accurate"]
Summary = Literal["true", "text", "data", "count", "false"]
ContainedMode = Literal["false", "true", "both"]
ContainedType = Literal["container", "contained"]


@dataclass(frozen=True, slots=True)
class Query:
    """A search of the resources of `types` (empty: of every type)."""

    types: tuple[str, ...]
    where: Clause = All()
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
