"""Who a request without a token is, by the mode the server runs in.

Tokens come with the access issue; until then nobody gets in by the normal mode.
"""

from samspill.access import actor as actors
from samspill.access.actor import Actor
from samspill.base.settings import Settings


def anonymous(settings: Settings) -> Actor:
    """The actor of a request to the FHIR base that names nobody."""
    return {"demo": actors.DEMO, "open": actors.OPEN}.get(settings.mode, actors.NOBODY)
