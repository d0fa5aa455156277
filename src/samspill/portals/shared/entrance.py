"""The addresses before the portals: the front page, sign-in and sign-out, choices of the reader.

Everyone signs in at an identity provider, by the code flow of OpenID Connect. In demo mode that is
our own server, where one picks a person (`consent`).
"""

from functools import partial
from urllib.parse import urlencode

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from samspill.access.actor import Actor
from samspill.base.errors import SamspillError
from samspill.identity import parties, persons, sessions
from samspill.identity.jose import Refused
from samspill.portals.shared import languages, site
from samspill.portals.shared.pages import sign_in, signed_out, start
from samspill.portals.shared.site import Site
from samspill.portals.shared.visit import Answer, Entered, Page, Redirect, Visit
from samspill.services.governance.service import LEADER
from samspill.web import forms

LEADERS_PAGE = "/styring/nodtilgang"
FIRST_PAGES = {"Patient": "/hjem", "Practitioner": "/klinikk"}
ROOMS = {
    "Patient": ("/hjem", "/helse", "/innsyn", "/fullmakt", "/innstillinger", "/oauth/godkjenn"),
    "Practitioner": ("/klinikk", "/styring", "/nodtilgang", "/oauth/godkjenn"),
}
"""The addresses under which each kind of person may go on after sign-in."""


def routes(of: Site) -> list[Route]:
    return [
        site.route(of, "/", show_start),
        site.route(of, "/logg-inn", start_sign_in),
        site.route(of, parties.CALLBACK, finish_sign_in),
        site.route(of, "/logg-ut", sign_out, "POST"),
        site.route(of, "/logg-ut/ferdig", show_signed_out),
        Route(parties.LOGOUT, partial(hear_of_sign_out, of), methods=["POST"]),
        site.route(of, "/visning", choose, "POST"),
    ]


def show_start(visit: Visit) -> Answer:
    return Page("shared/start.html", start.present(visit))


def start_sign_in(visit: Visit) -> Answer:
    """Sends the reader to the identity provider; shows which there are, if there are several."""
    relying, wanted = visit.entrance.relying, visit.query.get("til", "")
    party = relying.party(visit.query.get("tjeneste", ""))
    if party is None:
        return Page("shared/providers.html", sign_in.present_providers(visit, relying.parties))
    return Redirect(relying.start(party, visit.secret, wanted), away=True)


def finish_sign_in(visit: Visit) -> Answer:
    """The provider has sent the reader back."""
    identity = visit.entrance
    signed = identity.relying.finish(visit.query, visit.secret)
    actor = persons.of_claims(visit.session.platform, signed.claims, signed.level)
    if visit.login:
        sessions.end(identity.provider, visit.login)
    login = sessions.open(identity.provider, signed, actor)
    return Redirect(first_page(actor, signed.wanted), Entered(login, actor.reference))


def sign_out(visit: Visit) -> Answer:
    """Here, or in all browsers; then, where there is one, at the identity provider."""
    identity, signed = visit.entrance, visit.signed
    if signed is None:
        return Redirect("/", Entered())
    if visit.form.get("overalt"):
        sessions.end_everywhere(identity.provider, signed.actor.reference)
    else:
        sessions.end(identity.provider, visit.login)
    if identity.relying.sign_out_address(signed.party):
        return Redirect(f"/logg-ut/ferdig?{urlencode({'tjeneste': signed.party})}", Entered())
    return Redirect("/", Entered())


def show_signed_out(visit: Visit) -> Answer:
    """Tells that one is signed out here, and how to sign out at the provider as well."""
    relying = visit.entrance.relying
    name = visit.query.get("tjeneste", "")
    party = relying.party(name)
    address = relying.sign_out_address(name)
    if party is None or not address:
        return Redirect("/")
    return Page("shared/signed_out.html", signed_out.present(visit, party.title, address))


async def hear_of_sign_out(of: Site, request: Request) -> Response:
    """An identity provider tells that someone has signed out there."""
    try:
        form = await forms.read(request)
        work = partial(_end_by_provider, of, form.get("logout_token", ""))
        await anyio.to_thread.run_sync(work, limiter=of.threads)
    except (Refused, SamspillError):
        return Response(status_code=400, headers={"cache-control": "no-store"})
    return Response(status_code=200, headers={"cache-control": "no-store"})


def _end_by_provider(of: Site, token: str) -> None:
    party, name, subject = of.identity.relying.signed_out(token)
    sessions.end_by_provider(of.identity.provider, party, name, subject)


def first_page(actor: Actor, wanted: str) -> str:
    """The page that was asked for if it is one of the person's own, else the first."""
    type = actor.reference.partition("/")[0]
    path = wanted.partition("?")[0]
    fits = any(path == room or path.startswith(room + "/") for room in ROOMS[type])
    if fits:
        return wanted
    return LEADERS_PAGE if LEADER in actor.roles else FIRST_PAGES[type]


def choose(visit: Visit) -> Answer:
    """Keeps the choice of language, or of light or dark, and goes back to the page."""
    chosen = {name: visit.form[name] for name in CHOICES if visit.form.get(name)}
    return Redirect(visit.form.get("tilbake", "/"), kept=chosen)


CHOICES = (languages.COOKIE, site.LOOK)
