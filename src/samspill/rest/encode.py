"""The last step of every answer: format, pretty printing, compression, and the common headers.

https://hl7.org/fhir/R4/http.html#mime-type
"""

from dataclasses import dataclass, replace

import msgspec

from samspill.base.errors import SamspillError
from samspill.rest import negotiate
from samspill.rest.negotiate import Format
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
    has_query = bool(request.query_string)
    return Wanted(
        format=negotiate.answer_format(
            request.parameter("_format") if has_query else "", request.header("accept")
        ),
        pretty=has_query and request.parameter("_pretty") == "true",
        compression=negotiate.compression(request.header("accept-encoding")),
    )


def wanted_for_error(request: Request) -> Wanted:
    """The same for an answer that must go out; JSON when the client asks for what we lack."""
    try:
        return wanted(request)
    except SamspillError:
        return PLAIN


def encoded(response: Response, wanted: Wanted) -> Response:
    """The response in the wanted form, with the headers that all have."""
    headers = response.headers + _ALWAYS
    if not response.body:
        return replace(response, headers=headers)
    body = response.body
    if wanted.pretty:
        body = msgspec.json.format(body, indent=2)
    if wanted.compression and len(body) >= WORTH:
        body = negotiate.compress(body, wanted.compression)
        headers += (("content-encoding", wanted.compression),)
    return Response(response.status, headers, body)


_ALWAYS: tuple[Header, ...] = (
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("vary", "accept, accept-encoding, accept-language, prefer"),
)
