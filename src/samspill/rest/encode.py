"""The last step of every answer: format, pretty printing, compression.

https://hl7.org/fhir/R4/http.html#mime-type
"""

from dataclasses import dataclass
from functools import lru_cache

import msgspec

from samspill.base import json
from samspill.base.errors import SamspillError
from samspill.fhir import xml
from samspill.fhir.definitions import Definitions
from samspill.rest import binaries, negotiate
from samspill.rest.negotiate import MEDIA_TYPES, Format
from samspill.rest.requests import Request
from samspill.rest.responses import Header, Response

WORTH = 1024
"""Bytes from which compression pays."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the client wants the answer."""

    format: Format = "json"
    pretty: bool = False
    compression: str = ""


PLAIN = Wanted()


def wanted(request: Request) -> Wanted:
    """What the client asks for; raises `NotAcceptable` before anything has been done."""
    accept, encoding = request.header("accept"), request.header("accept-encoding")
    if binaries.wants_content(request):
        accept = ""
    if not request.query_string:
        return _wanted("", accept, encoding, pretty=False)
    pretty = request.parameter("_pretty") == "true"
    return _wanted(request.parameter("_format"), accept, encoding, pretty=pretty)


@lru_cache(maxsize=512)
def _wanted(asked: str, accept: str, encoding: str, *, pretty: bool) -> Wanted:
    return Wanted(negotiate.answer_format(asked, accept), pretty, negotiate.compression(encoding))


def wanted_for_error(request: Request) -> Wanted:
    """The same for an answer that must go out; JSON when the client asks for what we lack."""
    try:
        return wanted(request)
    except SamspillError:
        return PLAIN


def encoded(response: Response, wanted: Wanted, definitions: Definitions) -> Response:
    """The response in the wanted form; the same one when there is nothing to do."""
    body, headers = response.body, response.headers
    if wanted.format == "xml" and body:
        body = xml.format(json.parse(body, at_most=len(body)), definitions)
        headers = (XML, *(each for each in headers if each[0] != "content-type"))
    elif wanted.pretty and body:
        body = msgspec.json.format(body, indent=2)
    if wanted.compression and len(body) >= WORTH:
        body = negotiate.compress(body, wanted.compression)
        headers += (("content-encoding", wanted.compression),)
    return response if body is response.body else Response(response.status, headers, body)


XML = ("content-type", MEDIA_TYPES["xml"])

COMMON: tuple[Header, ...] = (
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("vary", "accept, accept-encoding, accept-language, prefer"),
)
"""Headers that every answer has."""
