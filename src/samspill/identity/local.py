"""Calls to our own authorization server without a socket: the same requests, answers and checks.

So a sign-in in the demo cannot wait for a thread of the server that it occupies itself.
"""

from urllib.parse import parse_qsl

import httpx

from samspill.identity import endpoints
from samspill.identity.endpoints import Call
from samspill.identity.provider import Provider


class Local(httpx.BaseTransport):
    """Answers for the server's own address."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        form = parse_qsl(request.content.decode()) if request.method == "POST" else []
        call = Call(request.method, request.url.path, dict(request.headers), tuple(form))
        if call.path not in endpoints.ENDPOINTS:
            return httpx.Response(404)
        reply = endpoints.answer(self._provider, call)
        return httpx.Response(reply.status, headers=list(reply.headers), content=reply.content)
