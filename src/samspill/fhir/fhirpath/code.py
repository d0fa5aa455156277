"""A compiled part of an expression, and the ways in which another part may read its result.

Where the type of a part is known before any data is seen, its values are raw JSON and nothing is
wrapped; where it is not, they are Items that carry their type. Where at most one value can come
out, no list is made. That is what makes the common paths as fast as code written by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from samspill.base.errors import InvalidExpression
from samspill.base.texts import Text
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.values import SYSTEM, Json, converter, type_of
from samspill.fhir.items import Item, Types

Run = Callable[[Frame, Any], Any]
"""From the frame and `$this`: a list; or for single code one value or None."""

BOOLEAN = "System.Boolean"
INTEGER = "System.Integer"
STRING = "System.String"


@dataclass(frozen=True, slots=True)
class Code:
    """The closure of a part, and what is known of its result before any data is seen."""

    run: Run
    type: str = ""
    """A type key or System type, of raw values; "" if each is an Item or System value."""
    is_single: bool = False
    is_ordered: bool = True
    choices: "Mapping[str, Code]" = field(default_factory=dict)
    """Of a choice element: the same for each type that it may have."""
    constant: Json = None
    """The value of a literal."""
    is_this: bool = False
    """Whether it is `$this` itself."""
    key: str = ""
    """The JSON name, if it is one primitive directly below `$this`."""
    test: tuple[str, str] | None = None
    """The JSON name and the text, if it is `key = 'text'`: the commonest condition."""

    @property
    def is_system(self) -> bool:
        return self.type.startswith(SYSTEM)


def single(run: Run, type: str) -> Code:
    return Code(run, type, is_single=True)


def many(run: Run, type: str = "") -> Code:
    return Code(run, type)


def _nothing(_frame: Frame, _this: Json) -> None:
    return None


EMPTY = Code(_nothing, is_single=True)


def constant(value: Json) -> Code:
    return Code(lambda f, t: value, type_of(value), is_single=True, constant=value)


def listed(code: Code) -> Run:
    """The values in a list."""
    run = code.run
    if not code.is_single:
        return run

    def one(f: Frame, t: Json) -> list[Json]:
        value = run(f, t)
        return [] if value is None else [value]

    return one


def one(code: Code) -> Run:
    """The only value or None; raises if there are more."""
    run = code.run
    if code.is_single:
        return run

    def only(f: Frame, t: Json) -> Json:
        found = run(f, t)
        if len(found) > 1:
            raise too_many(len(found))
        return found[0] if found else None

    return only


def too_many(count: int) -> InvalidExpression:
    return InvalidExpression(
        f"There are {count} values here",
        f"Her er det {count} verdier",
        expected=Text("at most one value", "høyst én verdi"),
    )


def items(code: Code, types: Types) -> Run:
    """A list of Items and System values, whatever is known of the type."""
    run = listed(code)
    if not code.type or code.is_system:
        return run
    type = code.type

    def wrapped(f: Frame, t: Json) -> list[Json]:
        return [v if v.__class__ is Item else Item(v, type, types) for v in run(f, t)]

    return wrapped


def results(code: Code, types: Types) -> Run:
    """A list of Items only, those of computed values with a type such as "System.String"."""
    run, type = code.run, code.type
    if not type:
        several = listed(code)
        return lambda f, t: [
            v if v.__class__ is Item else Item(v, type_of(v), types) for v in several(f, t)
        ]
    if not code.is_single:

        def all_items(f: Frame, t: Json) -> list[Item]:
            return [v if v.__class__ is Item else Item(v, type, types) for v in run(f, t)]

        return all_items

    def one_item(f: Frame, t: Json) -> list[Item]:
        v = run(f, t)
        return [] if v is None else [v if v.__class__ is Item else Item(v, type, types)]

    return one_item


def dynamic(code: Code, types: Types) -> Code:
    """The same code with values that carry their types."""
    if not code.type or code.is_system:
        return replace(code, type="", constant=None)
    if not code.is_single:
        return replace(code, run=items(code, types), type="")
    run, type = code.run, code.type

    def wrapped(f: Frame, t: Json) -> Json:
        value = run(f, t)
        return value if value is None or value.__class__ is Item else Item(value, type, types)

    return Code(wrapped, is_single=True)


def plain(code: Code) -> Run:
    """The values to reckon with: a list, or one or None if the code is single."""
    run = code.run
    if code.is_system:
        return run
    convert = converter(code.type)
    if code.is_single:

        def plain_one(f: Frame, t: Json) -> Json:
            value = run(f, t)
            return None if value is None else convert(value)

        return plain_one
    return lambda f, t: [c for v in run(f, t) if (c := convert(v)) is not None]


def plain_list(code: Code) -> Run:
    return listed(replace(code, run=plain(code)))


def scalar(code: Code) -> Run:
    """The only value to reckon with, or None."""
    return one(replace(code, run=plain(code)))


def truth(code: Code) -> Run:
    """True, False or None; a single value of another type counts as true.

    https://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections
    """
    if code.type == BOOLEAN and code.is_single:
        return code.run
    run = scalar(code)
    if code.type == "boolean":
        return run

    def holds(f: Frame, t: Json) -> bool | None:
        value = run(f, t)
        return value if value is None or value.__class__ is bool else True

    return holds
