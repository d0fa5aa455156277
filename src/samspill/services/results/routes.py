"""Messages over HTTP: `POST /results/messages` takes one in and answers with its receipt; `GET`
lists those that could not be taken in.

The caller is an application with a token for the FHIR base (`system/DiagnosticReport.c`).
https://www.rfc-editor.org/rfc/rfc6750
"""

from collections.abc import Callable
from functools import partial

import anyio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from samspill.base import json
from samspill.base.errors import SamspillError
from samspill.fhir import outcome
from samspill.identity import modes, tokens
from samspill.identity.tokens import Verifier
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session
from samspill.services.results import service
from samspill.services.results.mapping import receipt
from samspill.web import problems

MESSAGES = "/results/messages"
JSON = "application/fhir+json"


def application(platform: Platform, verifier: Verifier | None) -> Starlette:
    """The addresses of this service, for callers whom the verifier knows."""

    async def serve(request: Request) -> Response:
        body = await request.body()
        language = request.headers.get("accept-language", platform.settings.language)
        try:
            session = await _session(platform, verifier, request, language)
            act = (
                partial(_take, session, body)
                if request.method == "POST"
                else partial(_list, session)
            )
            return await anyio.to_thread.run_sync(_settled(session, act))
        except SamspillError as error:
            return _failed(error, language)

    return Starlette(routes=[Route(MESSAGES, serve, methods=["GET", "POST"])])


async def _session(
    platform: Platform, verifier: Verifier | None, request: Request, language: str
) -> Session:
    """The session of the bearer. Raises `InvalidToken`, or `LoginRequired` when nobody calls."""
    session = Session(
        platform, modes.anonymous(platform.settings), language=language[:2], receipts=[]
    )
    if verifier is not None and not tokens.bring_nothing(request.headers):
        url = platform.settings.base_url + request.url.path
        presented = verifier.verify(request.headers, request.method, url)
        if presented.claim is not None:
            claim = presented.claim
            if not await anyio.to_thread.run_sync(claim.result):
                raise tokens.replayed()
        session = Session(
            platform, presented.caller.actor, language=language[:2], receipts=[],
            scopes=presented.caller.scopes, purpose=presented.caller.purpose,
        )  # fmt: skip
    session.refuse_nobody()
    return session


def _settled(session: Session, act: Callable[[], Response]) -> Callable[[], Response]:
    """What is seen stands in the access log before the answer leaves."""

    def run() -> Response:
        answer = act()
        session.settle()
        return answer

    return run


def _take(session: Session, body: bytes) -> Response:
    """200 with a receipt; 422 when the message was refused (it is kept all the same)."""
    done = service.receive(session, body)
    status = 422 if done.outcome == receipt.REFUSED else 200
    return Response(done.receipt, status, media_type="application/xml")


def _list(session: Session) -> Response:
    entries = [{"resource": each} for each in service.faulty(session)]
    bundle = {"resourceType": "Bundle", "type": "collection"}
    return Response(json.format(bundle | ({"entry": entries} if entries else {})), media_type=JSON)


def _failed(error: SamspillError, language: str) -> Response:
    status = problems.describe(error).status
    headers = {}
    if isinstance(error, tokens.InvalidToken):
        status, headers = 401, {"www-authenticate": error.challenge}
    found = outcome.to_fhir(error.issues, language[:2])
    return Response(json.format(found), status, headers, JSON)
