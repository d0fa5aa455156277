"""Versions → HTTP: status, exact headers, and bodies of stored bytes.

https://hl7.org/fhir/R4/http.html#versions
"""

from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from functools import lru_cache
from time import gmtime
from urllib.parse import quote, urlencode

from msgspec import Struct
from msgspec.structs import replace

from samspill.base import clock, json
from samspill.base.errors import InvalidRequest, Issue
from samspill.base.json import Resource
from samspill.interactions.search import CURSOR, Pairs
from samspill.interactions.versions import Version
from samspill.rest.negotiate import MEDIA_TYPES
from samspill.rest.requests import Request

Header = tuple[str, str]


class Response(Struct, frozen=True):
    """An answer; `body` is FHIR JSON unless the headers name another kind."""

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    issues: Sequence[Issue] = ()
    """What was found in a resource that was written; an entry of a Bundle tells it."""

    @classmethod
    def of_resource(cls, status: int, resource: Resource) -> "Response":
        return cls(status, (_JSON,), json.format(resource))

    @classmethod
    def of_bytes(cls, status: int, body: bytes) -> "Response":
        return cls(status, (_JSON,), body)

    def with_body(self, body: bytes) -> "Response":
        """The same answer with a resource as JSON."""
        return replace(self, headers=(_JSON, *self.headers), body=body)

    def with_headers(self, *headers: Header) -> "Response":
        return replace(self, headers=self.headers + headers)


def of_version(version: Version) -> Response:
    """The answer to a read."""
    return Response(
        200,
        (_JSON, ("etag", f'W/"{version.number}"'), ("last-modified", http_date(version.at))),
        version.body,
    )


def links(
    request: Request, used: Pairs, *, next: str = "", previous: str = "", first: str = ""
) -> list[tuple[str, str]]:
    """Links of a Bundle at the address of the request."""
    return links_at(
        "/".join((request.base, *request.path)), used, next=next, previous=previous, first=first
    )


def links_at(
    address: str, used: Pairs, *, next: str = "", previous: str = "", first: str = ""
) -> list[tuple[str, str]]:
    """self, and the pages around it: the same search with a cursor."""
    kept = _encoded(tuple(pair for pair in used if pair[0] != CURSOR))
    page = f"{address}?{kept}&{CURSOR}=" if kept else f"{address}?{CURSOR}="
    others = (("first", first), ("previous", previous), ("next", next))
    self_url = f"{address}?{kept}" if kept else address
    return [("self", self_url), *((name, page + quote(to)) for name, to in others if to)]


@lru_cache(maxsize=512)
def _encoded(pairs: Pairs) -> str:
    return urlencode(pairs, safe=_SAFE)


def instant(version: Version) -> str:
    return clock.instant(version.at)


def http_date(micros: int) -> str:
    """Last-Modified, in whole seconds: Mon, 23 Nov 2026 08:00:00 GMT."""
    return _of_second(micros // 1_000_000)


@lru_cache(maxsize=4096)
def _of_second(at: int) -> str:
    year, month, day, hour, minute, second, weekday, *_ = gmtime(at)
    return (
        f"{_DAYS[weekday]}, {day:02} {_MONTHS[month - 1]} {year} "
        f"{hour:02}:{minute:02}:{second:02} GMT"
    )


def parse_http_date(text: str, header: str) -> int:
    """Microseconds of an HTTP date."""
    try:
        return clock.to_micros(parsedate_to_datetime(text))
    except (TypeError, ValueError):
        raise InvalidRequest(
            "The header must be an HTTP date",
            "Hodet må være en HTTP-dato",
            where=header,
            expected="Mon, 23 Nov 2026 08:00:00 GMT",
        ) from None


def etag(version: Version) -> str:
    return f'W/"{version.number}"'


def location(base: str, version: Version) -> str:
    return f"{base}/{version.type}/{version.id}/_history/{version.number}"


# English by the standard of HTTP, whatever the language of the process.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SAFE = ":/|,$"
_JSON = ("content-type", MEDIA_TYPES["json"])
