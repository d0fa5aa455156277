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

from samspill.base import logs
from samspill.base.errors import LoginRequired, NotFound, SamspillError
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session
from samspill.portals.shared import languages, login, problem
from samspill.portals.shared.languages import Language
from samspill.portals.shared.login import Login
from samspill.portals.shared.visit import Answer, Page, Redirect, Visit
from samspill.web import answers, cookies, forms
from samspill.web.cookies import Seal

LOOK = "utseende"
"""Name of the cookie with the choice of light or dark."""
LAST_SEEN = "sist"
"""Name of the sealed cookie that says when the reader was last here."""
YEAR_SECONDS = 365 * 24 * 3600

Endpoint = Callable[[Visit], Answer]


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages are made with."""

    platform: Platform
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
    visit = _visit(site, request, state)
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


def _visit(site: Site, request: Request, state: Login) -> Visit:
    chosen = request.cookies.get(languages.COOKIE, "")
    accepted = request.headers.get("accept-language", site.platform.settings.language)
    language = languages.choose(site.languages, chosen, accepted)
    look = request.cookies.get(LOOK, "auto")
    return Visit(
        session=Session(site.platform, state.actor, language=language.tag, receipts=[]),
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
    )


def _carry_out(
    site: Site, endpoint: Endpoint, visit: Visit, state: Login, request: Request
) -> Response:
    response = _respond(site, visit, endpoint(visit), state, request)
    visit.session.settle()
    return response


def _respond(site: Site, visit: Visit, answer: Answer, state: Login, request: Request) -> Response:
    match answer:
        case Page(template, content, status):
            html = site.templates.get_template(template).render(page=content)
            response = answers.page(html, request.headers.get("accept-encoding", ""), status)
        case Redirect(address, actor, kept):
            response = answers.see_other(address)
            for name, value in kept.items():
                _keep(response, name, value, site)
            if actor is not None:
                remembered = site.memory.open(request.cookies.get(LAST_SEEN, ""))
                state = login.fresh(actor, remembered.get(actor.reference, ""))
                today = (
                    {actor.reference: visit.today.isoformat()} if actor.reference else remembered
                )
                _keep(response, LAST_SEEN, site.memory.close(today), site)
    # Sealed anew with each answer, so that the login lives as long as the reader is active.
    sealed = site.login.close(login.to_content(state))
    lives_seconds = site.login.lives_seconds
    cookies.put(response, sealed, secure=site.is_secure, lives_seconds=lives_seconds)
    return response


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
