"""Tests of one index value: what each asks of a row, to the letter.

A store compiles them to SQL and must agree with `types/*.matches`. The kind of a test names the
table of its rows. https://hl7.org/fhir/R4/search.html#prefix
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from samspill.fhir.search.values import Kind

Prefix = Literal["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap", "overlaps"]
"""How a range sought compares with the range of a row. "overlaps" is `po` of `_filter` only."""


class TokenIs(Struct, frozen=True, gc=False):
    """`[system|]code`, `|code`, `system|`. None means any; `system=""` means a row without one.

    Holds when `system in (None, row.system)` and, unless `code` is None,
    `row.code == (code.casefold() if row.folded else code)`.
    Never holds for the row Token("", "").
    On `_id`: `resource.id == code`.
    """

    system: str | None
    code: str | None


class TokenAmong(Struct, frozen=True, gc=False):
    """Any of the tokens, each with the meaning of `TokenIs`. Made by `rewrite` from the tests
    that need terminology. Empty: never holds."""

    tokens: tuple[TokenIs, ...]


class InValueSet(Struct, frozen=True, gc=False):
    """`:in` a value set, by canonical. `rewrite.resolve` replaces it before a store sees it."""

    url: str


class Subsumed(Struct, frozen=True, gc=False):
    """`:below` (the code and what it subsumes) or `:above` (and what subsumes it).
    `rewrite.resolve` replaces it before a store sees it."""

    direction: Literal["below", "above"]
    system: str
    code: str


class StringStarts(Struct, frozen=True, gc=False):
    """The folded row begins with `folded` (which may hold %, _ and \\ as plain letters).
    `given` is the text as written, for `format`; it does not take part in the test."""

    folded: str
    given: str


class StringContains(Struct, frozen=True, gc=False):
    """`folded` stands anywhere in the folded row. `given` as in StringStarts."""

    folded: str
    given: str


class StringEnds(Struct, frozen=True, gc=False):
    """The folded row ends with `folded` (`ew` of `_filter`)."""

    folded: str
    given: str


class StringEquals(Struct, frozen=True, gc=False):
    """The folded row is `folded` (`eq` of `_filter`)."""

    folded: str
    given: str


class StringIs(Struct, frozen=True, gc=False):
    """`:exact`: row.exact == exact, to the letter and case."""

    exact: str


class DateIs(Struct, frozen=True, gc=False):
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


class NumberIs(Struct, frozen=True, gc=False):
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


class QuantityIs(Struct, frozen=True, gc=False):
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


class ReferenceIs(Struct, frozen=True, gc=False):
    """A reference to `id` of one of `types` on this server (row.url == ""); no types means any.
    To any version, or only to the one named: row.version == version unless that is ""."""

    types: tuple[str, ...]
    id: str
    version: str = ""


class RefersTo(Struct, frozen=True, gc=False):
    """A reference to any resource of one of `types` on this server: row.url == "" and row.id != ""
    and row.type in types."""

    types: tuple[str, ...]


class ReferenceUrl(Struct, frozen=True, gc=False):
    """A reference elsewhere: row.url == url, and row.version == version unless that is "".
    `below`: row.version == version or begins with version + "." (canonical references)."""

    url: str
    version: str = ""
    below: bool = False


class UriIs(Struct, frozen=True, gc=False):
    value: str


class UriBelow(Struct, frozen=True, gc=False):
    """row.value == stem or begins with stem + "/" (`:below`; stem without a slash at its end),
    or is stem + "/"."""

    stem: str


class UriAbove(Struct, frozen=True, gc=False):
    """`:above`: row.value is one of `stems` (the uri itself and its parents, without a slash at
    the end) or one of them with a slash. `given` as written."""

    stems: tuple[str, ...]
    given: str


class Near(Struct, frozen=True, gc=False):
    """row.(x, y, z) lies within `chord` in a straight line:
    (x-row.x)² + (y-row.y)² + (z-row.z)² <= chord². `row.z between z-chord and z+chord` is a
    fitting range to start from. `given` as written."""

    x: float
    y: float
    z: float
    chord: float
    given: str


class Words(Struct, frozen=True, gc=False):
    """Full text, of `_text` (narrative) and `_content` (all of the resource).

    Holds when the words stand side by side in this order among those of the narrative, or for
    `_content` among those of all other texts (see `values.Prose`); with `prefix` the last one
    may be the beginning of a word.
    """

    words: tuple[str, ...]
    prefix: bool = False


class Present(Struct, frozen=True, gc=False):
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
