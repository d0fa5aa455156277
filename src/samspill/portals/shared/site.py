"""From a request to a page: cookie → actor → session → endpoint → template → answer.

The endpoints are synchronous and run on a few threads; all that is asynchronous is here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

import anyio
import anyio.to_thread
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from samspill.access import actor as actors
from samspill.access.actor import Actor, Kind
from samspill.base import logs
from samspill.base.errors import Forbidden, LoginRequired, NotFound, SamspillError
from samspill.identity import sessions
from samspill.identity.parts import Identity
from samspill.identity.sessions import SignIn
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session
from samspill.portals.shared import languages, login, problem
from samspill.portals.shared.languages import Language
from samspill.portals.shared.login import Login
from samspill.portals.shared.visit import Answer, Entered, Page, Paper, Redirect, Visit
from samspill.services.privacy import service as privacy
from samspill.web import answers, cookies, forms, paper
from samspill.web.cookies import Seal

LOOK = "utseende"
"""Name of the cookie with the choice of light or dark."""
LAST_SEEN = "sist"
"""Name of the sealed cookie that says when the reader was last here."""
ENDED = "/fullmakt?slutt=ja"
"""The page that says that one does not act for the other any more."""
YEAR_SECONDS = 365 * 24 * 3600

Endpoint = Callable[[Visit], Answer]


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages are made with."""

    platform: Platform
    identity: Identity
    languages: Mapping[str, Language]
    templates: Environment
    login: Seal
    """Of the login cookie: it lives as long as the reader is active."""
    memory: Seal
    """Of what the browser remembers for a year."""
    threads: anyio.CapacityLimiter

    @property
    def is_secure(self) -> bool:
        return self.platform.settings.base_url.startswith("https:")


def route(site: Site, path: str, endpoint: Endpoint, *methods: str) -> Route:
    """A page at a path; GET if no method is named."""
    return Route(path, partial(serve, site, endpoint), methods=list(methods) or ["GET"])


async def serve(site: Site, endpoint: Endpoint, request: Request) -> Response:
    """Carry out one request; whatever fails becomes a page that says so."""
    state = login.from_content(site.login.open(request.cookies.get(_cookie(site), "")))
    signed = await _signed(site, state)
    visit = _visit(site, request, state, signed)
    is_sending = request.method not in {"GET", "HEAD"}
    try:
        if is_sending:
            form = await forms.read(request)
            forms.check(request, state.secret, form)
            visit = replace(visit, form=form)
        work = partial(_carry_out, site, endpoint, visit, state, request)
        return await anyio.to_thread.run_sync(work, limiter=site.threads)
    except LoginRequired as error:
        if visit.is_partial:
            return _respond(site, visit, problem.page(visit, error), state, request)
        wanted = "" if is_sending else f"?{urlencode({'til': visit.path})}"
        return _respond(site, visit, Redirect("/logg-inn" + wanted), state, request)
    except Exception as error:
        if not isinstance(error, SamspillError):
            logs.error("page.failed")
        answer = problem.page(visit, error, was_sending=is_sending)
        return _respond(site, visit, answer, state, request)


def no_page(visit: Visit) -> Answer:
    """The endpoint for every address that is none of ours."""
    raise NotFound("No such page", "Siden finnes ikke", where=visit.path)


async def _signed(site: Site, state: Login) -> SignIn | None:
    """The sign-in that the cookie names, unless it has ended."""
    if not state.session:
        return None
    look = partial(sessions.find, site.identity.provider, state.session)
    return await anyio.to_thread.run_sync(look, limiter=site.threads)


def _actor(site: Site, signed: SignIn | None) -> Actor:
    """The one who is signed in. In open mode that is a synthetic person, who may see all."""
    if signed is None:
        return actors.NOBODY
    if site.platform.settings.mode == "open":
        return replace(signed.actor, kind=Kind.DEMO)
    return signed.actor


def _visit(site: Site, request: Request, state: Login, signed: SignIn | None) -> Visit:
    chosen = request.cookies.get(languages.COOKIE, "")
    accepted = request.headers.get("accept-language", site.platform.settings.language)
    language = languages.choose(site.languages, chosen, accepted)
    look = request.cookies.get(LOOK, "auto")
    actor = _actor(site, signed)
    acting = state.acting if actor.reference.startswith("Patient/") else ""
    return Visit(
        session=Session(
            site.platform, actor, language=language.tag, on_behalf_of=acting, receipts=[]
        ),
        language=language,
        path=request.url.path,
        parts=request.path_params,
        query=dict(request.query_params),
        form={},
        token=forms.token(state.secret),
        is_partial="hx-request" in request.headers,
        look=look if look in {"light", "dark"} else "auto",
        last_seen=state.last_seen,
        languages=tuple(site.languages.values()),
        identity=site.identity,
        signed=signed,
        login=state.session if signed else "",
        secret=state.secret,
        pairs=tuple(request.query_params.multi_items()),
        acting_name=state.acting_name if acting else "",
    )


def _carry_out(
    site: Site, endpoint: Endpoint, visit: Visit, state: Login, request: Request
) -> Response:
    answer = _ended(visit) or endpoint(visit)
    response = _respond(site, visit, answer, state, request)
    visit.session.settle()
    return response


def _ended(visit: Visit) -> Redirect | None:
    """Where one lands who may not act for the other any more: a birthday, a proxy taken back."""
    session = visit.session
    if not session.on_behalf_of or session.actor.kind is not Kind.CITIZEN:
        return None
    try:
        privacy.act_for(session, session.on_behalf_of)
    except Forbidden:
        return Redirect(ENDED, acting=("", ""))
    return None


def _respond(site: Site, visit: Visit, answer: Answer, state: Login, request: Request) -> Response:
    match answer:
        case Page(template, content, status, leads_to):
            html = site.templates.get_template(template).render(page=content)
            accepted = request.headers.get("accept-encoding", "")
            response = answers.page(html, accepted, status, leads_to)
        case Paper(template, content, name):
            html = site.templates.get_template(template).render(page=content)
            response = answers.file(paper.pdf(html), "application/pdf", name)
        case Redirect(address, entered, away, kept, acting):
            address = _own(site, address)
            response = answers.leave(address) if away else answers.see_other(address)
            for name, value in kept.items():
                _keep(response, name, value, site)
            if acting is not None:
                state = replace(state, acting=acting[0], acting_name=acting[1])
            if entered is not None:
                state = _entered(site, visit, entered, request, response)
    # Sealed anew with each answer, so that the login lives as long as the reader is active.
    sealed = site.login.close(login.to_content(state))
    lives_seconds = site.login.lives_seconds
    cookies.put(response, sealed, secure=site.is_secure, lives_seconds=lives_seconds)
    return response


def _own(site: Site, address: str) -> str:
    """An address of ours as a path: the browser may know us, and keep cookies, by another name."""
    base = site.platform.settings.base_url
    return address.removeprefix(base) if address.startswith(base + "/") else address


def _entered(
    site: Site, visit: Visit, entered: Entered, request: Request, response: Response
) -> Login:
    """A new standing, with a new secret; the browser notes when the person was here."""
    remembered = site.memory.open(request.cookies.get(LAST_SEEN, ""))
    who = site.identity.provider.subject(entered.reference) if entered.reference else ""
    noted = {who: visit.today.isoformat()} if who else remembered
    _keep(response, LAST_SEEN, site.memory.close(noted), site)
    return login.fresh(entered.login, remembered.get(who, ""))


def _keep(response: Response, name: str, value: str, site: Site) -> None:
    response.set_cookie(
        name,
        value,
        max_age=YEAR_SECONDS,
        secure=site.is_secure,
        httponly=True,
        samesite="lax",
    )


def _cookie(site: Site) -> str:
    return cookies.name(site.is_secure)
