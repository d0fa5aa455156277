"""The endpoints for programs on HTTP. Bodies are forms, answers JSON; calls run on threads."""

from functools import partial
from urllib.parse import parse_qsl

import anyio
import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from samspill.identity import endpoints
from samspill.identity.endpoints import Call, Reply
from samspill.identity.faults import OAuthFault
from samspill.identity.provider import Provider
from samspill.web.headers import SECURITY

LARGEST = 64 * 1024
MOST_FIELDS = 100
_FORM = "application/x-www-form-urlencoded"


def routes(provider: Provider, threads: anyio.CapacityLimiter) -> list[Route]:
    async def serve(request: Request) -> Response:
        if request.method == "OPTIONS":
            return _http(Reply(204, None, CORS))
        try:
            call = await _call(request)
        except OAuthFault as fault:
            return _http(endpoints.refused(fault))
        work = partial(endpoints.answer, provider, call)
        return _http(await anyio.to_thread.run_sync(work, limiter=threads))

    methods = ["GET", "POST", "OPTIONS"]
    return [Route(path, serve, methods=methods) for path in endpoints.ENDPOINTS]


async def _call(request: Request) -> Call:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise OAuthFault("invalid_request", "the body is too large")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and kind != _FORM:
        raise OAuthFault("invalid_request", f"the body must be {_FORM}")
    for name in ("dpop", "authorization"):
        if len(request.headers.getlist(name)) > 1:
            raise OAuthFault("invalid_request", "a header is repeated")
    try:
        text = body.decode()
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise OAuthFault("invalid_request", "the form cannot be read") from None
    filled = tuple((name, value) for name, value in pairs if value)
    if any("\0" in name or "\0" in value for name, value in filled):
        raise OAuthFault("invalid_request", "the form has a NUL character")
    source = request.client.host if request.client else ""
    return Call(request.method, request.url.path, dict(request.headers.items()), filled, source)


def _http(reply: Reply) -> Response:
    """Programs in browsers may call these endpoints from anywhere: no cookie counts here."""
    response = Response(reply.content, reply.status, headers=SECURITY)
    response.headers["content-type"] = "application/json"
    response.headers["cross-origin-resource-policy"] = "cross-origin"
    for name, value in (*CORS, *reply.headers):
        response.headers[name] = value
    return response


CORS = (
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", "GET, POST"),
    ("access-control-allow-headers", "authorization, content-type, dpop"),
    ("access-control-expose-headers", "www-authenticate"),
)
