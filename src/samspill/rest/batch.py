"""A Bundle POSTed to the base: batch or transaction. https://hl7.org/fhir/R4/http.html#transaction

Every entry of a batch is a whole request of its own, through the same table and the same door; so
is every GET of a transaction, which reads inside it.
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from samspill.base import json
from samspill.base.errors import InvalidRequest, Issue, SamspillError, TooLarge
from samspill.base.json import Resource
from samspill.fhir import bundle, outcome
from samspill.interactions import transaction
from samspill.interactions.session import Session
from samspill.interactions.transaction import Answer
from samspill.rest import errors, negotiate, responses
from samspill.rest.replies import Pending, Reply
from samspill.rest.requests import Request
from samspill.rest.responses import Response

Answerer = Callable[[Request, Session], Reply]
"""`routes.answer`, which is handed in because the table of routes leads here."""


def run(request: Request, session: Session, answer: Answerer) -> Reply:
    """Carries out a batch or transaction."""
    resource = request.resource(session.platform)
    match resource:
        case {"resourceType": "Bundle", "type": "transaction"}:
            return _transaction(request, session, resource, answer)
        case {"resourceType": "Bundle", "type": "batch"}:
            return _batch(request, session, resource, answer)
        case _:
            raise InvalidRequest(
                "Only a Bundle of type batch or transaction can be sent here",
                "Hit kan bare en Bundle av typen batch eller transaction sendes",
                where="Bundle.type",
                expected="batch, transaction",
            )


def _transaction(
    request: Request, session: Session, resource: Resource, answer: Answerer
) -> Pending:
    def read(inner: Session, entry: bundle.Request) -> Response:
        return _settled(answer(_entry_request(request, entry), inner))

    with_bodies = negotiate.preferences(request.header("prefer")).asks_representation

    def present(answers: Sequence[Answer[Response]]) -> Response:
        entries = [_of_answer(request, session, each, with_bodies) for each in answers]
        return Response.of_bytes(200, bundle.join("transaction-response", entries))

    return Pending(transaction.start(session, resource, read), present)


def _of_answer(
    request: Request, session: Session, answer: Answer[Response], with_bodies: bool
) -> bytes:
    """An entry of the response to a transaction."""
    if answer.read is not None:
        return _of_response(session, answer.read)
    version = answer.version
    if version is None or version.deleted:
        return bundle.answered({"status": _line(answer.status)})
    response = {
        "status": _line(answer.status),
        "location": responses.location(request.base, version),
        "etag": responses.etag(version),
        "lastModified": responses.instant(version),
    }
    body = version.body if with_bodies else b""
    return bundle.answered(response, body, _warnings(session, answer.issues))


def _batch(request: Request, session: Session, resource: Resource, answer: Answerer) -> Response:
    """Runs the entries in FHIR's order; the writes become durable together."""
    entries = bundle.requests(resource)
    most = session.platform.settings.largest_bundle_entries
    if len(entries) > most:
        raise TooLarge(
            f"The bundle has more than {most} entries", f"Bunten har mer enn {most} entries"
        )
    ordered = sorted(entries, key=lambda entry: bundle.METHODS.index(entry.method))
    writes = [entry for entry in ordered if entry.method not in ("GET", "HEAD")]
    reads = ordered[len(writes) :]
    begun = {entry.index: _begun(request, session, entry, answer) for entry in writes}
    settled = {index: _caught(session, reply) for index, reply in begun.items()}
    # Reads come last, and see what was written.
    for entry in reads:
        settled[entry.index] = _caught(session, _begun(request, session, entry, answer))
    shown = [_of_response(session, settled[entry.index]) for entry in entries]
    return Response.of_bytes(200, bundle.join("batch-response", shown))


def _begun(request: Request, session: Session, entry: bundle.Request, answer: Answerer) -> Reply:
    """One entry as a request of its own; an error of it is the answer of it."""
    try:
        return answer(_entry_request(request, entry), session)
    except SamspillError as error:
        return errors.respond(error, session)


def _caught(session: Session, reply: Reply) -> Response:
    try:
        return _settled(reply)
    except SamspillError as error:
        return errors.respond(error, session)


def _settled(reply: Reply) -> Response:
    return reply.wait() if isinstance(reply, Pending) else reply


def _entry_request(request: Request, entry: bundle.Request) -> Request:
    """The request that an entry stands for."""
    headers = {
        "if-match": entry.if_match,
        "if-none-match": entry.if_none_match,
        "if-none-exist": entry.if_none_exist,
        "if-modified-since": entry.if_modified_since,
        "prefer": request.header("prefer"),
        "content-type": "application/json",
    }
    if entry.path[:1] == () and entry.method == "POST":
        raise InvalidRequest(
            "A bundle cannot hold a batch or transaction",
            "En bunt kan ikke inneholde en batch eller transaction",
            where=f"{entry.expression}.request.url",
        )
    return Request(
        method="GET" if entry.method == "HEAD" else entry.method,
        path=entry.path,
        query_string=entry.query,
        headers=headers,
        base=request.base,
        id=request.id,
        given=entry.resource,
    )


def _of_response(session: Session, response: Response) -> bytes:
    """A whole response as an entry of a Bundle."""
    headers = dict(response.headers)
    told = {
        "status": _line(response.status),
        "location": headers.get("location", ""),
        "etag": headers.get("etag", ""),
    }
    if response.status >= 400:
        return bundle.answered(told, outcome=response.body)
    return bundle.answered(told, response.body, _warnings(session, response.issues))


def _warnings(session: Session, issues: Sequence[Issue]) -> bytes:
    """What was found in a resource and let pass, for `response.outcome`."""
    return json.format(outcome.to_fhir(issues, session.language)) if issues else b""


def _line(status: int) -> str:
    """200 → "200 OK"."""
    return f"{status} {HTTPStatus(status).phrase}"
