"""Create, update, patch and delete, also conditional. https://hl7.org/fhir/R4/http.html#create"""

from samspill.base import json
from samspill.base.errors import InvalidRequest, NotFound
from samspill.base.json import Resource
from samspill.fhir import outcome
from samspill.interactions import (
    create as creates,
)
from samspill.interactions import (
    delete as deletes,
)
from samspill.interactions import (
    patch as patches,
)
from samspill.interactions import (
    update as updates,
)
from samspill.interactions.patch import Patch
from samspill.interactions.save import Written, is_id
from samspill.interactions.session import Session
from samspill.interactions.transaction import parse_etag
from samspill.interactions.versions import Version
from samspill.rest import binaries, negotiate, responses
from samspill.rest.negotiate import PATCHES, UnsupportedMediaType
from samspill.rest.replies import Pending
from samspill.rest.requests import Request
from samspill.rest.responses import Response


def create(request: Request, session: Session) -> Pending:
    """create, or conditional create by If-None-Exist."""
    condition = request.header("if-none-exist")
    future = creates.start(
        session,
        _resource(request, session),
        type=request.path[0],
        if_none_exist=condition,
    )
    return Pending(future, lambda written: present(request, session, written))


def update(request: Request, session: Session) -> Pending:
    """update, or update as create."""
    type, id = request.path
    _check_id(id)
    future = updates.start(
        session,
        type,
        id,
        _resource(request, session),
        expected=expected(request),
    )
    return Pending(future, lambda written: present(request, session, written))


def update_where(request: Request, session: Session) -> Pending:
    """Conditional update."""
    future = updates.start_where(
        session,
        request.path[0],
        request.condition,
        request.resource(session.platform),
        expected=expected(request),
    )
    return Pending(future, lambda written: present(request, session, written))


def patch(request: Request, session: Session) -> Pending:
    type, id = request.path
    future = patches.start(session, type, id, _patch(request, session), expected=expected(request))
    return Pending(future, lambda written: present(request, session, written))


def patch_where(request: Request, session: Session) -> Pending:
    """Conditional patch."""
    future = patches.start_where(
        session,
        request.path[0],
        request.condition,
        _patch(request, session),
        expected=expected(request),
    )
    return Pending(future, lambda written: present(request, session, written))


def delete(request: Request, session: Session) -> Pending:
    type, id = request.path
    future = deletes.start(session, type, id, expected=expected(request))
    return Pending(future, _present_deletion)


def delete_where(request: Request, session: Session) -> Pending:
    """Conditional delete."""
    future = deletes.start_where(session, request.path[0], request.condition)
    return Pending(future, lambda number: Response(204))


def expected(request: Request) -> int | None:
    """The version number that the client expects: of If-Match, or 0 for If-None-Match: *."""
    if request.header("if-none-match").strip() == "*":
        return 0
    tag = request.header("if-match").strip()
    return parse_etag(tag, "If-Match") if tag else None


def present(request: Request, session: Session, written: Written) -> Response:
    """The answer to a write, by the client's preference."""
    version = written.version
    headers = (
        ("etag", responses.etag(version)),
        ("last-modified", responses.http_date(version.at)),
        ("location", responses.location(request.base, version)),
    )
    plain = Response(201 if written.created else 200, headers, issues=written.issues)
    match negotiate.preferences(request.header("prefer")).returns:
        case "minimal":
            return plain
        case "OperationOutcome":
            body = json.format(outcome.to_fhir(written.issues, session.language))
            return plain.with_body(body)
        case "representation":
            return plain.with_body(version.body)


def _present_deletion(version: Version | None) -> Response:
    return Response(204, (("etag", responses.etag(version)),) if version else ())


def _patch(request: Request, session: Session) -> Patch:
    """The patch in the body: a JSON Patch, or Parameters for a FHIRPath Patch."""
    media_type = request.header("content-type").partition(";")[0].strip().lower()
    kind = PATCHES.get(media_type)
    if kind is None:
        raise UnsupportedMediaType(
            "This kind of patch is not understood",
            "Denne typen patch forstås ikke",
            where="Content-Type",
            expected=", ".join(PATCHES),
        )
    if kind == "fhirpath-patch":
        return request.resource(session.platform)
    steps = json.parse(request.body, at_most=session.platform.settings.largest_body_bytes)
    if not isinstance(steps, list):
        raise InvalidRequest("A JSON Patch is a list of steps", "En JSON Patch er en liste av steg")
    return steps


def _resource(request: Request, session: Session) -> Resource:
    """The resource in the body; the content of a Binary may come as it is."""
    if binaries.is_content(request):
        return binaries.resource_of(request)
    return request.resource(session.platform)


def _check_id(id: str) -> None:
    if not is_id(id):
        raise NotFound("This is not the address of a resource", "Dette er ikke en ressursadresse")
