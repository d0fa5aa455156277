"""HTTP → one value: the request, read whole under its limits, its path and query taken apart once.

https://hl7.org/fhir/R4/http.html#general
"""

import zlib
from collections.abc import AsyncIterable, Sequence
from functools import lru_cache
from typing import Protocol
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct
from msgspec.structs import replace

from samspill.base import json
from samspill.base.errors import InvalidRequest, SamspillError, TooCostly, TooLarge
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir import xml
from samspill.interactions.platform import Platform
from samspill.rest import negotiate
from samspill.rest.negotiate import UnsupportedMediaType


class Headers(Protocol):
    """The headers by lower-case name; the server's own, or those of an entry of a Bundle."""

    def get(self, name: str) -> str | None: ...


Query = tuple[tuple[str, str], ...]


class MethodNotAllowed(SamspillError):
    """The address is there, but not for this method."""

    code = "not-supported"

    def __init__(self, allowed: Sequence[str]) -> None:
        super().__init__(
            "This method is not offered here",
            "Denne metoden tilbys ikke her",
            expected=", ".join(allowed),
        )
        self.allowed = tuple(allowed)


class Request(Struct, frozen=True):
    """What was asked, before it is known who asks. One is made for every request: see `Session`."""

    method: str
    path: tuple[str, ...]
    """Segments below the FHIR base, decoded: ("Patient", "1")."""
    query_string: str
    headers: Headers
    base: str
    """The FHIR base as the client wrote it: http://127.0.0.1:8000/fhir."""
    id: str = ""
    body: bytes = b""
    given: Resource | None = None
    """The resource, where it came as an entry of a Bundle."""

    def with_body(self, body: bytes) -> "Request":
        """The same request, read to its end."""
        return replace(self, body=body)

    def header(self, name: str) -> str:
        """Value of a header by its lower-case name, or ""."""
        return self.headers.get(name) or ""

    @property
    def query(self) -> Query:
        return decode_query(self.query_string)

    @property
    def condition(self) -> str:
        """The search of a conditional interaction, without parameters of the representation."""
        return urlencode([pair for pair in self.query if pair[0] not in ("_format", "_pretty")])

    def resource(self, platform: Platform) -> Resource:
        """The resource in the body. Raises `InvalidContent`, and `InvalidResource` for XML."""
        if self.given is not None:
            return self.given
        most = platform.settings.largest_body_bytes
        if negotiate.body_format(self.header("content-type")) == "xml":
            return xml.parse(self.body, platform.definitions, at_most=most)
        return json.parse_resource(self.body, at_most=most)

    def parameter(self, name: str) -> str:
        """The first value of a parameter of the address, or ""."""
        return next((value for given, value in self.query if given == name), "")


def segments(path: str) -> tuple[str, ...]:
    """The parts of a path below the base; one slash at the end is allowed, empty parts are not.

    >>> segments("Patient/1/")
    ('Patient', '1')
    """
    trimmed = path[:-1] if path.endswith("/") else path
    return tuple(trimmed.split("/")) if trimmed else ()


@lru_cache(maxsize=512)
def decode_query(text: str) -> Query:
    """Names and values of a query or a form, in the order given. Parts of an answer ask for the
    same query one after the other, so that a few are kept."""
    if not text:
        return ()
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except UnicodeDecodeError:
        raise InvalidRequest(
            "The query is not UTF-8", "Spørringen er ikke UTF-8", where="query"
        ) from None
    except ValueError:
        raise TooCostly(
            "Too many parameters",
            "For mange parametere",
            expected=Text(f"at most {_FIELDS}", f"høyst {_FIELDS}"),
        ) from None
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise InvalidRequest(
            "The query has a NUL character", "Spørringen har et NUL-tegn", where="query"
        )
    return tuple(pairs)


async def body(chunks: AsyncIterable[bytes], *, length: str, encoding: str, at_most: int) -> bytes:
    """The body, inflated if it is packed; refused as soon as it passes the limit."""
    if length.isdigit() and int(length) > at_most:
        raise _too_large(at_most)
    inflater = _inflater(encoding)
    parts: list[bytes] = []
    left = at_most
    async for chunk in chunks:
        part = inflater.add(bytes(chunk), left) if inflater else bytes(chunk)
        left -= len(part)
        if left < 0:
            raise _too_large(at_most)
        parts.append(part)
    if inflater:
        inflater.end()
    return b"".join(parts)


class _Inflater:
    """gzip, piece by piece, never past what is left of the limit."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)

    def add(self, chunk: bytes, left: int) -> bytes:
        """The next bytes; one more than `left` at most, which tells that the limit is passed."""
        try:
            part = self._zlib.decompress(chunk, left + 1)
        except zlib.error:
            raise _not_gzip() from None
        if self._zlib.unused_data:
            raise UnsupportedMediaType(
                "A gzip body is one member and nothing after it",
                "Et gzip-innhold er én del og ingenting etter den",
                where="Content-Encoding",
            )
        return part

    def end(self) -> None:
        if not self._zlib.eof:
            raise _not_gzip()


def _inflater(encoding: str) -> _Inflater | None:
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return _Inflater()
        case _:
            raise UnsupportedMediaType(
                "This content coding is not understood",
                "Denne innholdskodingen forstås ikke",
                where="Content-Encoding",
                expected="gzip",
            )


def _not_gzip() -> InvalidRequest:
    return InvalidRequest(
        "The body is not one whole gzip member",
        "Innholdet er ikke én hel gzip-del",
        where="Content-Encoding",
    )


def _too_large(at_most: int) -> TooLarge:
    return TooLarge(
        f"The body is larger than {at_most} bytes",
        f"Innholdet er større enn {at_most} byte",
        expected=Text(f"at most {at_most} bytes", f"høyst {at_most} byte"),
    )


_FIELDS = 1000
