"""What a search parameter indexes: one small frozen value per way in which a resource is found.

Ranges keep both ends, so that partial dates, periods, ranges and comparators are exact. These and
the parts of the query tree are Structs, since dozens are made for each write and each search, in a
fifth of the time that frozen dataclasses take.
https://hl7.org/fhir/R4/search.html#ptypes
"""

from typing import Literal, TypeAlias

from msgspec import Struct

Kind = Literal[
    "token", "string", "date", "number", "quantity", "reference", "uri", "position",
    "words", "contained",
]  # fmt: skip
"""The kind of a value, and so the index table that holds it."""

Type = Literal[
    "token", "string", "date", "number", "quantity", "reference", "uri", "composite", "special"
]
"""The types of search parameters."""

BEGINNING = -(2**63)
"""The low end of a period that has no start."""
END = 2**63 - 1
"""The high end of a period that has no end."""


class Token(Struct, frozen=True, gc=False):
    """A code in a system; "" where the element gives none.

    `folded` says that the code system does not tell cases apart: `code` is then case-folded.
    Token("", "") stands for an element without any code (a text only): nothing finds it, but
    the parameter is not missing.
    """

    system: str
    code: str
    folded: bool = False


class String(Struct, frozen=True, gc=False):
    """A text, folded for the ordinary search (see `types.string.fold`), and as it was given."""

    folded: str
    exact: str


class Period(Struct, frozen=True, gc=False):
    """From `low` to before `high`, in microseconds since 1970 UTC; BEGINNING and END when open."""

    low: int
    high: int


class Number(Struct, frozen=True, gc=False):
    """From `low` to `high`, both included; the same twice for a plain number, ±inf when open."""

    low: float
    high: float


class Quantity(Struct, frozen=True, gc=False):
    """An amount as given, and in UCUM base units where the unit is a known UCUM unit.

    `low` to `high` are both included. `system`, `code` and `unit` are "" where not given.
    `base_unit` is "" where there is no canonical form; the base values are then 0.
    """

    low: float
    high: float
    system: str
    code: str
    unit: str
    base_low: float = 0.0
    base_high: float = 0.0
    base_unit: str = ""


class Reference(Struct, frozen=True, gc=False):
    """Where a reference points.

    To a resource of this server: `type` and `id`, and `version` where it names one.
    To anywhere else (absolute, canonical, urn:uuid, #contained): `url`, without the version,
    and `version` ("" if none). All empty: a reference by identifier or display only; such a row
    makes the parameter not missing. Its identifier stands under "<parameter>:identifier".
    """

    type: str
    id: str
    url: str = ""
    version: str = ""


class Uri(Struct, frozen=True, gc=False):
    value: str


class Position(Struct, frozen=True, gc=False):
    """A place on the unit sphere. Neighbours are found by straight-line distance, which is plain
    arithmetic and so the same in every database."""

    x: float
    y: float
    z: float


class Prose(Struct, frozen=True, gc=False):
    """The words of a resource, folded, with single blanks between: those of its narrative, and
    those of all other texts in it."""

    narrative: str
    rest: str


class Inside(Struct, frozen=True, gc=False):
    """A contained resource, with its local id and its own entries and patients."""

    type: str
    id: str
    entries: "tuple[IndexEntry, ...]"
    patients: tuple[str, ...]


Value: TypeAlias = (
    Token | String | Period | Number | Quantity | Reference | Uri | Position | Prose | Inside
)

KINDS: dict[type[Value], Kind] = {
    Token: "token",
    String: "string",
    Period: "date",
    Number: "number",
    Quantity: "quantity",
    Reference: "reference",
    Uri: "uri",
    Position: "position",
    Prose: "words",
    Inside: "contained",
}


class IndexEntry(Struct, frozen=True, gc=False):
    """One row of the index of one resource.

    `parameter` is the code of the search parameter for the resource's type, or a pseudo-parameter
    that serves a modifier or a composite:

    - "<token>:text"          String: texts and displays of the coded element
    - "<identifier>:of-type"  Token("<type system>|<type code>", value)
    - "<reference>:identifier" Token: Reference.identifier
    - "<composite>$<n>"       a component that no ordinary parameter indexes alike

    The words of `_text` and `_content` stand in one entry, under `_content`; each contained
    resource in one under `_contained`.

    `group` tells which repetition of an element the value came from, where a composite parameter
    needs it: 0 for the resource itself, 1, 2, … for the repetitions of the backbone element.
    """

    parameter: str
    value: Value
    group: int = 0
