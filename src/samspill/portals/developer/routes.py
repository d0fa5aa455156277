"""The developer's addresses."""

from starlette.routing import Route

from samspill.interactions import examine
from samspill.portals.developer.pages import start, validation
from samspill.portals.shared import site
from samspill.portals.shared.site import Site
from samspill.portals.shared.visit import Answer, Page, Visit


def routes(of: Site) -> list[Route]:
    return [
        site.route(of, "/utvikler", show_start),
        site.route(of, "/utvikler/validering", show_validation, "GET", "POST"),
    ]


def show_start(visit: Visit) -> Answer:
    return Page("developer/start.html", start.present(visit))


def show_validation(visit: Visit) -> Answer:
    """The form; with a text that was sent, what was found in it. Nothing is kept."""
    text = visit.form.get("fil") or visit.form.get("tekst", "")
    profile = visit.form.get("profil", "")
    found = examine.run(visit.session, text, profile) if text.strip() else None
    return Page("developer/validation.html", validation.present(visit, text, profile, found))
