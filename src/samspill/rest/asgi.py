"""An ASGI application, such as the portals, behind the RSGI server.

Bodies are read whole, under a limit, and answers are sent as they come. There is no lifespan and
no websocket. https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from samspill.rest import requests
from samspill.rest.rsgi import Protocol, Scope, Stream

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


async def serve(application: Application, scope: Scope, protocol: Protocol, most: int) -> int:
    """Answers one request by the application; the status that was sent."""
    body = await requests.body(
        protocol,
        length=scope.headers.get("content-length") or "",
        encoding="",
        at_most=most,
    )
    answer = _Answer(protocol)
    await application(_scope(scope), _receiver(body, protocol), answer.send)
    return answer.status


class _Answer:
    """What the application sends: whole if it comes in one piece, else as a stream."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._headers: list[tuple[str, str]] = []
        self._stream: Stream | None = None
        self._sent = False
        self.status = 500

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in message.get("headers", ())
            ]
            return
        if message["type"] != "http.response.body" or self._sent:
            return
        body = bytes(message.get("body", b""))
        is_last = not message.get("more_body", False)
        self._sent = is_last
        if self._stream is None and is_last:
            self._protocol.response_bytes(self.status, self._headers, body)
            return
        if self._stream is None:
            self._stream = self._protocol.response_stream(self.status, self._headers)
        if body:
            await self._stream.send_bytes(body)


def _scope(scope: Scope) -> Message:
    host, _, port = scope.client.rpartition(":")
    server, _, server_port = scope.server.rpartition(":")
    headers = [
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in scope.headers.items()
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": scope.http_version,
        "method": scope.method,
        "scheme": scope.scheme,
        "path": scope.path,
        "raw_path": scope.path.encode(),
        "query_string": scope.query_string.encode("latin-1"),
        "root_path": "",
        "headers": headers,
        "client": (host, int(port)) if port.isdigit() else None,
        "server": (server, int(server_port)) if server_port.isdigit() else None,
        "state": {},
    }


def _receiver(body: bytes, protocol: Protocol) -> Callable[[], Awaitable[Message]]:
    given = False

    async def receive() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": body, "more_body": False}
        await protocol.client_disconnect()
        return {"type": "http.disconnect"}

    return receive
