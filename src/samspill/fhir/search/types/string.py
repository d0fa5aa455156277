"""String search: begins with, whatever the case and accents. https://hl7.org/fhir/R4/search.html#string"""

from collections.abc import Iterator
from typing import Any

from samspill.base.errors import InvalidSearch
from samspill.base.folding import fold as fold
from samspill.base.texts import Text
from samspill.fhir.search import escapes
from samspill.fhir.search.query import (
    StringContains,
    StringEnds,
    StringEquals,
    StringIs,
    StringStarts,
)
from samspill.fhir.search.values import String

StringTest = StringStarts | StringContains | StringEnds | StringEquals | StringIs


def string(text: str) -> String:
    return String(fold(text), text)


def parse(text: str, modifier: str = "") -> StringTest:
    text = given(text)
    match modifier:
        case "exact":
            return StringIs(text)
        case "contains":
            return StringContains(fold(text), text)
    return StringStarts(fold(text), text)


def given(text: str) -> str:
    """The letters that are meant; blanks alone would find everything and are refused."""
    meant = escapes.unescape(text)
    if not fold(meant):
        raise InvalidSearch(
            "The text is empty", "Teksten er tom", expected=Text("some letters", "noen bokstaver")
        )
    return meant


def format(test: StringTest) -> str:
    return escapes.escape(test.exact if isinstance(test, StringIs) else test.given)


def extract(type: str, value: Any) -> Iterator[String]:
    """The texts of an element: a plain one, or each part of a name or an address."""
    if type == "HumanName":
        yield from _parts(value, ("family", "given", "prefix", "suffix", "text"))
    elif type == "Address":
        yield from _parts(value, _ADDRESS)
    else:
        yield string(str(value))


_ADDRESS = ("line", "city", "district", "state", "postalCode", "country", "text")

TYPES = frozenset(
    {
        "HumanName",
        "Address",
        "string",
        "markdown",
        "code",
        "id",
        "uri",
        "url",
        "canonical",
        "oid",
        "uuid",
    }
)


def _parts(value: dict[str, Any], names: tuple[str, ...]) -> Iterator[String]:
    for name in names:
        part = value.get(name)
        for each in part if isinstance(part, list) else (part,):
            if each:
                yield string(each)


def matches(test: StringTest, row: String) -> bool:
    match test:
        case StringStarts(folded):
            return row.folded.startswith(folded)
        case StringContains(folded):
            return folded in row.folded
        case StringEnds(folded):
            return row.folded.endswith(folded)
        case StringEquals(folded):
            return row.folded == folded
        case StringIs(exact):
            return row.exact == exact
