"""Bodies as asked for: stored bytes as they are, or the part that `_summary` or `_elements` name.

https://hl7.org/fhir/R4/search.html#summary
"""

from collections.abc import Iterator, Sequence
from typing import Literal, cast

from samspill.base import json
from samspill.base.errors import InvalidRequest
from samspill.fhir import subset
from samspill.fhir.search.query import Query
from samspill.interactions import read
from samspill.interactions.session import Session
from samspill.interactions.versions import Version
from samspill.rest import responses
from samspill.rest.requests import Request
from samspill.rest.responses import Response


def of_version(request: Request, session: Session, version: Version) -> Response:
    """The answer to a read."""
    response = responses.of_version(version)
    if not request.query_string:
        return response
    summary = request.parameter("_summary")
    elements = tuple(name for name in request.parameter("_elements").split(",") if name)
    if summary not in ("", "true", "text", "data", "false"):
        raise InvalidRequest(
            "This is not a kind of summary",
            "Dette er ikke en type sammendrag",
            where="_summary",
            expected="true, text, data, false",
        )
    if summary in ("", "false") and not elements:
        return response
    body = _part(session, version, summary, elements)
    return Response.of_bytes(200, body).with_headers(*response.headers[1:])


def of_versions(
    session: Session, query: Query, versions: Sequence[Version]
) -> Iterator[tuple[Version, bytes]]:
    """Each version with the body to show."""
    if query.summary in (None, "false") and not query.elements:
        return ((version, version.body) for version in versions)
    summary = query.summary or ""
    return ((each, _part(session, each, summary, query.elements)) for each in versions)


def _part(session: Session, version: Version, summary: str, elements: tuple[str, ...]) -> bytes:
    resource = read.parsed(version)
    definitions = session.platform.definitions
    if elements:
        return json.format(subset.elements(resource, elements, definitions))
    mode = cast(Literal["true", "text", "data"], summary)
    return json.format(subset.summary(resource, mode, definitions))
