"""The addresses before the portals: the front page, sign-in and sign-out, choices of the reader."""

from starlette.routing import Route

from samspill.access import actor as actors
from samspill.base.errors import Forbidden
from samspill.portals.shared import languages, people, site
from samspill.portals.shared.pages import sign_in, start
from samspill.portals.shared.site import Site
from samspill.portals.shared.visit import Answer, Page, Redirect, Visit

FIRST_PAGES = {"citizen": "/hjem", "clinician": "/klinikk"}
ROOMS = {"citizen": ("/hjem", "/helse"), "clinician": ("/klinikk",)}
"""The addresses under which each role may go on after sign-in."""


def routes(of: Site) -> list[Route]:
    return [
        site.route(of, "/", show_start),
        site.route(of, "/logg-inn", sign_in_as, "GET", "POST"),
        site.route(of, "/logg-ut", sign_out, "POST"),
        site.route(of, "/visning", choose, "POST"),
    ]


def show_start(visit: Visit) -> Answer:
    return Page("shared/start.html", start.present(visit))


def sign_in_as(visit: Visit) -> Answer:
    """Shows whom one can be; a sent form says whom."""
    is_demo = visit.session.platform.settings.mode in {"demo", "open"}
    session = visit.open_session()
    if not visit.form:
        candidates = people.candidates(session) if is_demo else ()
        return Page("shared/sign_in.html", sign_in.present(visit, candidates))
    if not is_demo:
        raise Forbidden(
            "People are picked in demo mode only", "Bare i demo kan du velge hvem du vil være"
        )
    actor = people.actor(session, visit.form.get("som", ""))
    role, wanted = actor.roles[0], visit.form.get("til", "")
    fits = any(wanted == room or wanted.startswith(room + "/") for room in ROOMS[role])
    return Redirect(wanted if fits else FIRST_PAGES[role], actor)


def sign_out(visit: Visit) -> Answer:
    return Redirect("/", actors.NOBODY)


def choose(visit: Visit) -> Answer:
    """Keeps the choice of language, or of light or dark, and goes back to the page."""
    chosen = {name: visit.form[name] for name in CHOICES if visit.form.get(name)}
    return Redirect(visit.form.get("tilbake", "/"), kept=chosen)


CHOICES = (languages.COOKIE, site.LOOK)
