"""Which web pages of other origins may call the FHIR base: those that the settings name, no other.

https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from collections.abc import Sequence

from samspill.rest.requests import Request
from samspill.rest.responses import Header

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
SENT = (
    "Accept, Authorization, Content-Type, DPoP, If-Match, If-Modified-Since, If-None-Exist, "
    "If-None-Match, Prefer"
)
SHOWN = "Content-Location, ETag, Last-Modified, Location, WWW-Authenticate, X-Request-Id"
MAX_AGE_SECONDS = "600"


def parse(setting: str) -> frozenset[str]:
    """Origins such as https://app.example.org, from the text of the setting."""
    return frozenset(origin.strip().rstrip("/") for origin in setting.split(",") if origin.strip())


def headers(request: Request, origins: frozenset[str]) -> Sequence[Header]:
    """What to add to an answer; an origin that is not named gets no permission."""
    origin = request.header("origin")
    if origin not in origins:
        return (("vary", "origin"),)
    allowed = (("access-control-allow-origin", origin), ("vary", "origin"))
    if not (request.method == "OPTIONS" and request.header("access-control-request-method")):
        return (*allowed, ("access-control-expose-headers", SHOWN))
    return (
        *allowed,
        ("access-control-allow-methods", METHODS),
        ("access-control-allow-headers", SENT),
        ("access-control-max-age", MAX_AGE_SECONDS),
    )
