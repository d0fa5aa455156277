"""What the client can read and prefers: format, language, compression, and the Prefer header.

https://hl7.org/fhir/R4/http.html#mime-type and https://www.rfc-editor.org/rfc/rfc9110#section-12
"""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import brotli  # type: ignore[import-untyped]  # the package has no types
import zstandard

from samspill.base.errors import SamspillError

Format = Literal["json", "xml"]

MEDIA_TYPES: dict[Format, str] = {
    "json": "application/fhir+json; charset=utf-8",
    "xml": "application/fhir+xml; charset=utf-8",
}

PATCHES: dict[str, Literal["json-patch", "fhirpath-patch"]] = {
    "application/json-patch+json": "json-patch",
    "application/fhir+json": "fhirpath-patch",
    "application/json": "fhirpath-patch",
    "application/fhir+xml": "fhirpath-patch",
    "application/xml": "fhirpath-patch",
}
"""Media type of a PATCH → the kind of patch."""


class NotAcceptable(SamspillError):
    """The client reads none of the formats that are offered."""

    code = "not-supported"


class UnsupportedMediaType(SamspillError):
    """The body is of a kind that is not understood."""

    code = "not-supported"


@dataclass(frozen=True, slots=True)
class Preferences:
    """The Prefer header. https://hl7.org/fhir/R4/http.html#ops"""

    returns: Literal["minimal", "representation", "OperationOutcome"] = "representation"
    asks_representation: bool = False
    """`return=representation` was said, and not merely not denied."""
    lenient: bool = False
    asynchronous: bool = False


@lru_cache(maxsize=512)
def answer_format(asked: str, accept: str) -> Format:
    """The format to answer in; `asked` is `_format`, which is stronger than Accept."""
    if asked:
        if found := _named(asked.replace(" ", "+").partition(";")[0].strip().lower()):
            return found
        raise NotAcceptable(
            "The format asked for is not offered",
            "Formatet det spørres om, tilbys ikke",
            where="_format",
            expected="json, xml",
        )
    if not accept:
        return "json"
    for media_type in _by_quality(accept):
        if found := _named(media_type):
            return found
    raise NotAcceptable(
        "None of the accepted formats is offered",
        "Ingen av formatene som godtas, tilbys",
        where="Accept",
        expected="application/fhir+json, application/fhir+xml",
    )


@lru_cache(maxsize=512)
def body_format(content_type: str) -> Format:
    """The format of a resource in a request."""
    media_type = content_type.partition(";")[0].strip().lower()
    if not media_type:
        return "json"
    for parameter in content_type.lower().split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name == "charset" and value.strip('"') not in ("utf-8", "utf8", "us-ascii"):
            raise UnsupportedMediaType(
                "Bodies must be in UTF-8", "Innhold må være i UTF-8", where="Content-Type"
            )
    if media_type in _OF_MEDIA_TYPE and media_type != "text/html":
        return _OF_MEDIA_TYPE[media_type]
    raise UnsupportedMediaType(
        "This kind of body is not understood",
        "Denne typen innhold forstås ikke",
        where="Content-Type",
        expected="application/fhir+json, application/fhir+xml",
    )


def names_fhir(header: str) -> bool:
    """Whether Accept or Content-Type names JSON or XML, which are read as FHIR's."""
    return any(
        name in _OF_MEDIA_TYPE and "*" not in name and name != "text/html"
        for name, _ in _with_quality(header)
    )


@lru_cache(maxsize=512)
def language(accept_language: str, otherwise: str) -> str:
    """The language for messages: "nb" for Norwegian and Sami, "en", or the installation's own."""
    for tag in _by_quality(accept_language):
        primary = tag[:2]
        if primary in ("nb", "nn", "no", "se"):
            return "nb"
        if primary == "en":
            return "en"
    return otherwise


@lru_cache(maxsize=512)
def preferences(prefer: str) -> Preferences:
    """The Prefer header; what is not known is ignored, as the RFC asks."""
    stated: dict[str, str] = {}
    for preference in prefer.replace(";", ",").split(","):
        name, _, value = preference.strip().partition("=")
        stated.setdefault(name.strip().lower(), value.strip().strip('"'))
    returns = stated.get("return", "")
    return Preferences(
        returns=_RETURNS.get(returns.lower(), "representation"),
        asks_representation=returns.lower() == "representation",
        lenient=stated.get("handling", "").lower() == "lenient",
        asynchronous="respond-async" in stated,
    )


@lru_cache(maxsize=512)
def compression(accept_encoding: str) -> str:
    """The best coding that the client accepts and we offer, or "" for none."""
    accepted = dict(_with_quality(accept_encoding))
    otherwise = accepted.get("*", 0.0)
    offered = [(accepted.get(name, otherwise), name) for name in _COMPRESS]
    # max keeps the first of equals: our order is the fastest first.
    quality, name = max(offered, key=lambda pair: pair[0])
    return name if quality > 0 else ""


def compress(body: bytes, coding: str) -> bytes:
    """The body in a coding that `compression` named."""
    return _COMPRESS[coding](body)


def _named(media_type: str) -> Format | None:
    return _OF_MEDIA_TYPE.get(media_type)


def _by_quality(header: str) -> Iterator[str]:
    weighted = sorted(_with_quality(header), key=lambda pair: -pair[1])
    return (name for name, quality in weighted if quality > 0)


def _with_quality(header: str) -> Iterator[tuple[str, float]]:
    for part in header.split(","):
        name, *parameters = part.split(";")
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.strip().partition("=")
            if key.lower() == "q":
                quality = _quality(value)
        if name := name.strip().lower():
            yield name, quality


def _quality(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0


_RETURNS: dict[str, Literal["minimal", "representation", "OperationOutcome"]] = {
    "minimal": "minimal",
    "representation": "representation",
    "operationoutcome": "OperationOutcome",
}

_OF_MEDIA_TYPE: dict[str, Format] = {
    "json": "json",
    "application/fhir+json": "json",
    "application/json": "json",
    "application/json+fhir": "json",
    "text/json": "json",
    "application/*": "json",
    "*/*": "json",
    # A browser that opens the address gets JSON.
    "text/html": "json",
    "xml": "xml",
    "application/fhir+xml": "xml",
    "application/xml": "xml",
    "application/xml+fhir": "xml",
    "text/xml": "xml",
}


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(body)


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=4))


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=5)


_COMPRESS: dict[str, Callable[[bytes], bytes]] = {"zstd": _zstd, "br": _brotli, "gzip": _gzip}
