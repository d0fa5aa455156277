"""Uri search: the whole address, or what lies below or above it.

https://hl7.org/fhir/R4/search.html#uri
"""

from collections.abc import Iterator
from typing import Any

from samspill.base.errors import InvalidSearch
from samspill.base.texts import Text
from samspill.fhir.search import escapes
from samspill.fhir.search.query import UriAbove, UriBelow, UriIs
from samspill.fhir.search.values import Uri

UriTest = UriIs | UriBelow | UriAbove

TYPES = frozenset({"uri", "url", "canonical", "oid", "uuid", "id", "string", "code"})


def parse(text: str, modifier: str = "") -> UriTest:
    given = escapes.unescape(text)
    if not given.strip():
        raise InvalidSearch(
            "The address is empty", "Adressen er tom", expected=Text("a uri", "en uri")
        )
    match modifier:
        case "below":
            return UriBelow(given.rstrip("/"))
        case "above":
            return UriAbove(parents(given), given)
    return UriIs(given)


def parents(uri: str) -> tuple[str, ...]:
    """
    >>> parents("http://acme.org/fhir/ValueSet/1")
    ('http://acme.org/fhir/ValueSet/1', 'http://acme.org/fhir/ValueSet', 'http://acme.org/fhir', 'http://acme.org')
    """
    scheme, slashes, rest = uri.rstrip("/").partition("://")
    if not slashes:
        return (uri.rstrip("/"),)
    parts = rest.split("/")
    return tuple(scheme + slashes + "/".join(parts[:end]) for end in range(len(parts), 0, -1))


def format(test: UriTest) -> str:
    match test:
        case UriIs(value) | UriBelow(value):
            return escapes.escape(value)
        case UriAbove(_, given):
            return escapes.escape(given)


def extract(type: str, value: Any) -> Iterator[Uri]:
    """The address; a canonical with a version also without it, so that `_profile` finds both."""
    yield Uri(str(value))
    if type == "canonical" and "|" in value:
        yield Uri(value.partition("|")[0])


def matches(test: UriTest, row: Uri) -> bool:
    match test:
        case UriIs(value):
            return row.value == value
        case UriBelow(stem):
            return row.value == stem or row.value.startswith(stem + "/")
        case UriAbove(stems):
            return row.value.removesuffix("/") in stems
