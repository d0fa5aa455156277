"""Bundles: stored resources joined byte by byte, and the requests in a batch or transaction.

https://hl7.org/fhir/R4/bundle.html
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import msgspec

from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource

Fields = Mapping[str, str]
"""The texts of request or response, by name; empty ones are left out."""

METHODS = ("DELETE", "POST", "PUT", "PATCH", "GET", "HEAD")
"""In the order in which a transaction carries them out."""


@dataclass(frozen=True, slots=True)
class Request:
    """One entry of a Bundle that was received, and where it stands in it."""

    index: int
    method: str
    url: str
    """Relative to the base, without a leading slash: "Patient/1" or "Patient?name=x"."""
    full_url: str = ""
    resource: Resource | None = None
    if_match: str = ""
    if_none_match: str = ""
    if_none_exist: str = ""
    if_modified_since: str = ""

    @property
    def expression(self) -> str:
        """Where the entry stands, for issues."""
        return f"Bundle.entry[{self.index}]"

    @property
    def path(self) -> tuple[str, ...]:
        path = self.url.partition("?")[0]
        return tuple(unquote(part) for part in path.split("/")) if path else ()

    @property
    def query(self) -> str:
        return self.url.partition("?")[2]


def join(
    kind: str,
    entries: Sequence[bytes],
    *,
    total: int | None = None,
    links: Sequence[tuple[str, str]] = (),
    id: str = "",
    at: str = "",
) -> bytes:
    """The bytes of a Bundle of entries that are JSON already; links are (relation, url)."""
    parts = [b'{"resourceType":"Bundle"']
    if id:
        parts.append(b',"id":' + _quoted(id))
    if at:
        parts.append(b',"meta":{"lastUpdated":' + _quoted(at) + b"}")
    parts.append(b',"type":' + _quoted(kind))
    if total is not None:
        parts.append(b',"total":%d' % total)
    if links:
        listed = (
            b'{"relation":' + _quoted(name) + b',"url":' + _quoted(url) + b"}"
            for name, url in links
        )
        parts.append(b',"link":[' + b",".join(listed) + b"]")
    # An empty array is not allowed in FHIR's JSON.
    if entries:
        parts.append(b',"entry":[' + b",".join(entries) + b"]")
    parts.append(b"}")
    return b"".join(parts)


def found(url: str, resource: bytes, mode: str) -> bytes:
    """An entry of a searchset; `mode` is match or include, `url` has nothing to escape."""
    parts = (b'{"fullUrl":"', url.encode(), b'","resource":', resource, _MODES[mode])
    return b"".join(parts)


_MODES = {
    mode: b',"search":{"mode":"%b"}}' % mode.encode() for mode in ("match", "include", "outcome")
}


def told(outcome: bytes) -> bytes:
    """The entry of a searchset that tells what was ignored."""
    return b'{"resource":%b,"search":{"mode":"outcome"}}' % outcome


def past(url: str, resource: bytes, request: Fields, response: Fields) -> bytes:
    """An entry of a history; a deletion has no resource."""
    parts = [b'"fullUrl":' + _quoted(url)]
    if resource:
        parts.append(b'"resource":' + resource)
    parts.append(b'"request":' + _object(request))
    parts.append(b'"response":' + _object(response))
    return b"{" + b",".join(parts) + b"}"


def answered(response: Fields, resource: bytes = b"", outcome: bytes = b"") -> bytes:
    """An entry of the response to a batch or transaction."""
    written = _object(response)
    if outcome:
        written = written[:-1] + b',"outcome":' + outcome + b"}"
    return b'{%b"response":%b}' % (b'"resource":%b,' % resource if resource else b"", written)


def requests(bundle: Resource) -> tuple[Request, ...]:
    """What the entries of a batch or transaction ask for, in the order given."""
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise InvalidRequest(
            "Bundle.entry must be a list", "Bundle.entry må være en liste", where="Bundle.entry"
        )
    return tuple(_request(index, entry) for index, entry in enumerate(entries))


def _request(index: int, entry: Any) -> Request:
    where = f"Bundle.entry[{index}]"
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict):
        raise InvalidRequest(
            "Each entry needs a request with method and url",
            "Hver entry må ha en request med method og url",
            where=f"{where}.request",
        )
    method = request.get("method")
    if method not in METHODS:
        raise InvalidRequest(
            "The method of an entry is unknown",
            "Metoden i en entry er ukjent",
            where=f"{where}.request.method",
            expected=", ".join(METHODS),
        )
    resource = entry.get("resource")
    if resource is not None and not isinstance(resource, dict):
        raise InvalidRequest(
            "The resource of an entry must be an object",
            "Ressursen i en entry må være et objekt",
            where=f"{where}.resource",
        )
    return Request(
        index=index,
        method=method,
        url=_text(request, "url", where).removeprefix("/"),
        full_url=_text(entry, "fullUrl", where),
        resource=resource,
        if_match=_text(request, "ifMatch", where),
        if_none_match=_text(request, "ifNoneMatch", where),
        if_none_exist=_text(request, "ifNoneExist", where),
        if_modified_since=_text(request, "ifModifiedSince", where),
    )


def _text(of: Resource, name: str, where: str) -> str:
    value = of.get(name, "")
    if not isinstance(value, str):
        raise InvalidRequest(
            f"{name} must be a text", f"{name} må være en tekst", where=f"{where}.{name}"
        )
    return value


def _object(fields: Fields) -> bytes:
    """An object of texts; empty ones are left out."""
    members = (_quoted(name) + b":" + _quoted(text) for name, text in fields.items() if text)
    return b"{" + b",".join(members) + b"}"


def _quoted(text: str) -> bytes:
    # Most of what is written here is ASCII without anything to escape.
    return b'"' + text.encode() + b'"' if _PLAIN.fullmatch(text) else msgspec.json.encode(text)


_PLAIN = re.compile(r"[ !#-\[\]-~]*")
