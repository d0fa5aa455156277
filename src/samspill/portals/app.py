"""All pages as one ASGI application, joined by hand."""

from collections.abc import Awaitable, Callable

import anyio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from samspill.base.errors import NotFound
from samspill.identity import routes as oauth
from samspill.identity.parts import Identity
from samspill.interactions.platform import Platform
from samspill.portals.citizen import routes as citizen
from samspill.portals.clinician import routes as clinician
from samspill.portals.developer import routes as developer
from samspill.portals.leader import routes as leader
from samspill.portals.shared import consent, entrance, languages, site
from samspill.portals.shared.site import Site
from samspill.services.sharing import routes as manifests
from samspill.web import cookies, static, templates
from samspill.web.cookies import Seal

PACKAGES = {
    "shared": "samspill.portals.shared",
    "citizen": "samspill.portals.citizen",
    "clinician": "samspill.portals.clinician",
    "developer": "samspill.portals.developer",
    "leader": "samspill.portals.leader",
}
"""Templates by the first part of their name."""


def build(platform: Platform, identity: Identity) -> Starlette:
    """The pages of a platform; mounted at the root, beside the FHIR base."""
    files, key = static.load(), cookies.open_key(platform.settings.data, "cookies.key")
    of = Site(
        platform=platform,
        identity=identity,
        languages=languages.load(),
        templates=templates.environment(PACKAGES, files),
        login=Seal(key, platform.clock, platform.settings.idle_minutes * 60),
        memory=Seal(key, platform.clock, site.YEAR_SECONDS),
        threads=anyio.CapacityLimiter(platform.settings.threads),
    )
    rooms = (entrance, consent, citizen, clinician, developer, leader)
    routes = [route for room in rooms for route in room.routes(of)]
    routes += manifests.routes(platform)
    # Apart from the pages' threads: a page that signs in waits for nothing here.
    calls = anyio.CapacityLimiter(platform.settings.threads)
    routes += oauth.routes(identity.provider, calls)
    files_route = Route(static.PREFIX + "{name:path}", files.serve)
    lost = _no_page(of)
    return Starlette(
        routes=[*routes, files_route], exception_handlers={404: lost, 405: lost, NotFound: lost}
    )


def _no_page(of: Site) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def serve(request: Request, _: Exception) -> Response:
        return await site.serve(of, site.no_page, request)

    return serve
