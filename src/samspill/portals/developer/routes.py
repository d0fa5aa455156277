"""The developer's addresses."""

from starlette.routing import Route

from samspill.portals.developer.pages import start
from samspill.portals.shared import site
from samspill.portals.shared.site import Site
from samspill.portals.shared.visit import Answer, Page, Visit


def routes(of: Site) -> list[Route]:
    return [site.route(of, "/utvikler", show_start)]


def show_start(visit: Visit) -> Answer:
    return Page("developer/start.html", start.present(visit))
