"""The edge: requests of the RSGI server in, answers out; the only place with async and threads.

Short reads run here on the event loop under a budget of database steps; what takes longer, and what
has a large body, goes to a small pool of threads; a write waits for its durable commit without
blocking anything. https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from time import perf_counter

from samspill.base.errors import Busy, SamspillError, TooCostly
from samspill.base.texts import Text
from samspill.identity import modes
from samspill.identity.discovery import SMART_PATH
from samspill.identity.tokens import Verifier
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session
from samspill.interactions.versions import BudgetSpent
from samspill.rest import asgi, cors, encode, errors, negotiate, requests, routes
from samspill.rest.asgi import Application
from samspill.rest.callers import called
from samspill.rest.durable import Durable
from samspill.rest.measures import Measures
from samspill.rest.replies import Pending, Reply
from samspill.rest.requests import Request
from samspill.rest.responses import Response
from samspill.rest.rsgi import Protocol, Scope

PREFIX = "/fhir"
_BODILESS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})
SMALL = 16 * 1024
"""Bytes of a body that may be parsed and checked on the event loop."""


class Server:
    """The RSGI application of one process."""

    def __init__(
        self,
        platform: Platform,
        pages: Application | None = None,
        verifier: Verifier | None = None,
    ) -> None:
        self._platform = platform
        self._settings = platform.settings
        self._pages = pages
        self._verifier = verifier
        self._measures = Measures()
        self._durable = Durable()
        self._pool = ThreadPoolExecutor(self._settings.threads, thread_name_prefix="request")
        self._actor = modes.anonymous(self._settings)
        self._base = self._settings.base_url + PREFIX
        self._origins = cors.parse(self._settings.cors_origins)
        self._numbers = count(1)
        self._open = 0
        self._run = platform.ids()[:8]

    async def drain(self) -> None:
        """Waits for the requests under way, as long as the settings allow."""
        until = perf_counter() + self._settings.stop_seconds
        while self._open and perf_counter() < until:
            await asyncio.sleep(0.01)
        self._pool.shutdown(cancel_futures=True)

    async def __rsgi__(self, scope: Scope, protocol: Protocol) -> None:
        begun = perf_counter()
        self._open += 1
        try:
            status = await self._route(scope, protocol)
        finally:
            self._open -= 1
        self._measures.count(scope.method, status, perf_counter() - begun)

    async def _route(self, scope: Scope, protocol: Protocol) -> int:
        path: str = scope.path
        if path == SMART_PATH:
            return await self._other(scope, protocol, path)
        if path.startswith(PREFIX) and path[len(PREFIX) : len(PREFIX) + 1] in ("", "/"):
            return await self._fhir(scope, protocol, path[len(PREFIX) + 1 :])
        return await self._other(scope, protocol, path)

    async def _fhir(self, scope: Scope, protocol: Protocol, path: str) -> int:
        request = self._request(scope, path)
        session = self._session(request)
        try:
            if self._open > self._settings.most_requests:
                raise Busy("Too many requests at once", "For mange forespørsler på én gang")
            if self._verifier is not None:
                url = self._settings.base_url + scope.path
                session = await called(self._verifier, request, scope.method, url, session)
            wanted = encode.wanted(request)
            if scope.method not in _BODILESS:
                request = request.with_body(await self._body(request, session, protocol))
            reply = self._inline(request, session) or await self._threaded(request, session)
            if isinstance(reply, Pending):
                reply = reply.present(await asyncio.wrap_future(reply.future))
            if session.receipts:
                await self._durable.wait(session.receipts)
        except Exception as error:
            wanted = encode.wanted_for_error(request)
            sent = b"" if scope.method == "PATCH" else request.body
            reply = errors.respond(error, session.sending(sent))
        response = encode.encoded(reply, wanted, self._platform.definitions)
        if self._origins:
            response = response.with_headers(*cors.headers(request, self._origins))
        return _send(protocol, response, request.id)

    def _request(self, scope: Scope, path: str) -> Request:
        method = scope.method
        return Request(
            method="GET" if method == "HEAD" else method,
            path=requests.segments(path),
            query_string=scope.query_string,
            headers=dict(scope.headers.items()),
            base=self._base,
            id=f"{self._run}-{next(self._numbers)}",
        )

    def _session(self, request: Request) -> Session:
        return Session(
            platform=self._platform,
            actor=self._actor,
            language=negotiate.language(request.header("accept-language"), self._settings.language),
            accept_language=request.header("accept-language"),
            request=request.id,
            base=self._base,
            lenient=negotiate.preferences(request.header("prefer")).lenient,
            budget=self._settings.inline_steps,
            receipts=[],
        )

    def _inline(self, request: Request, session: Session) -> Reply | None:
        """The reply, if the handler is short enough for the event loop."""
        if not _is_short(request):
            return None
        try:
            return routes.answer(request, session)
        except BudgetSpent:
            return None

    async def _threaded(self, request: Request, session: Session) -> Reply:
        steps = self._settings.search_steps if self._platform.store.counts_steps else None
        unhurried = session.within_budget(steps)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, routes.answer, request, unhurried)
        except BudgetSpent:
            raise TooCostly(
                "This request takes more work than is allowed",
                "Denne forespørselen krever mer arbeid enn det som er lov",
                expected=Text(
                    "a narrower search: by patient, code or date",
                    "et smalere søk: etter pasient, kode eller dato",
                ),
            ) from None

    async def _body(self, request: Request, session: Session, protocol: Protocol) -> bytes:
        # Who may do nothing at all is told so before a byte of the body is looked at.
        session.refuse_nobody()
        return await requests.body(
            protocol,
            length=request.header("content-length"),
            encoding=request.header("content-encoding"),
            at_most=self._settings.largest_body_bytes,
        )

    async def _other(self, scope: Scope, protocol: Protocol, path: str) -> int:
        match path:
            case "/health/live":
                return _text(protocol, 200, "alive\n")
            case "/health" | "/health/ready":
                return self._ready(protocol)
            case "/metrics":
                return _text(protocol, 200, self._measures.exposition().decode())
            case _ if not path.startswith("/"):
                # CONNECT and OPTIONS * are for proxies.
                return _text(protocol, 400, "This is no address of a page\n")
            case _ if self._pages is not None:
                return await self._page(self._pages, scope, protocol)
            case _:
                return _text(protocol, 404, "There is no such page; FHIR is at /fhir\n")

    async def _page(self, pages: Application, scope: Scope, protocol: Protocol) -> int:
        try:
            most = self._settings.largest_body_bytes
            return await asgi.serve(pages, scope, protocol, most)
        except SamspillError as error:
            text = error.text.said_in(self._settings.language)
            return _text(protocol, errors.status_of(error), f"{text}\n")

    def _ready(self, protocol: Protocol) -> int:
        """Ready when the record can be read."""
        try:
            self._platform.store.read("Patient", "ready")
        except SamspillError as error:
            return _text(protocol, 503, f"{error}\n")
        return _text(protocol, 200, "ready\n")


def _is_short(request: Request) -> bool:
    """Whether a handler may run on the event loop: no bundles, operations, large bodies or logs."""
    path = request.path
    if "AuditEvent" in path or (request.method == "POST" and not path):
        return False
    return len(request.body) <= SMALL and not (path and path[-1].startswith("$"))


def _send(protocol: Protocol, response: Response, request_id: str) -> int:
    headers = [*response.headers, *encode.COMMON, ("x-request-id", request_id)]
    protocol.response_bytes(response.status, headers, response.body)
    return response.status


def _text(protocol: Protocol, status: int, text: str) -> int:
    protocol.response_str(status, [("content-type", "text/plain; charset=utf-8")], text)
    return status
