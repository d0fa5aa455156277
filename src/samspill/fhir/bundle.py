"""Bundles: stored resources joined byte by byte, and the requests in a batch or transaction.

https://hl7.org/fhir/R4/bundle.html
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import msgspec

from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource

METHODS = ("DELETE", "POST", "PUT", "PATCH", "GET", "HEAD")
"""In the order in which a transaction carries them out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a Bundle that is sent. `resource` is stored JSON, put in as it is."""

    full_url: str = ""
    resource: bytes = b""
    mode: str = ""
    """search.mode: match, include or outcome."""
    method: str = ""
    """request.method, in a history."""
    url: str = ""
    """request.url, in a history."""
    status: str = ""
    """response.status, such as "201 Created"; the rest of response goes with it."""
    location: str = ""
    etag: str = ""
    last_modified: str = ""
    outcome: bytes = b""


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
    entries: Iterable[Entry],
    *,
    total: int | None = None,
    links: Sequence[tuple[str, str]] = (),
    id: str = "",
    at: str = "",
) -> bytes:
    """The bytes of a Bundle; links are (relation, url)."""
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
    if written := [_entry(entry) for entry in entries]:
        parts.append(b',"entry":[' + b",".join(written) + b"]")
    parts.append(b"}")
    return b"".join(parts)


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


def _entry(entry: Entry) -> bytes:
    parts = []
    if entry.full_url:
        parts.append(b'"fullUrl":' + _quoted(entry.full_url))
    if entry.resource:
        parts.append(b'"resource":' + entry.resource)
    if entry.mode:
        parts.append(b'"search":{"mode":' + _quoted(entry.mode) + b"}")
    if entry.method:
        fields = [("method", entry.method), ("url", entry.url)]
        parts.append(b'"request":{' + _fields(fields) + b"}")
    if entry.status:
        fields = [
            ("status", entry.status),
            ("location", entry.location),
            ("etag", entry.etag),
            ("lastModified", entry.last_modified),
        ]
        outcome = b',"outcome":' + entry.outcome if entry.outcome else b""
        parts.append(b'"response":{' + _fields(fields) + outcome + b"}")
    return b"{" + b",".join(parts) + b"}"


def _fields(fields: Sequence[tuple[str, str]]) -> bytes:
    return b",".join(_quoted(name) + b":" + _quoted(value) for name, value in fields if value)


def _quoted(text: str) -> bytes:
    # Most of what is written here is ASCII without anything to escape.
    return b'"' + text.encode() + b'"' if _PLAIN.fullmatch(text) else msgspec.json.encode(text)


_PLAIN = re.compile(r"[ !#-\[\]-~]*")
