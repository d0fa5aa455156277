"""The yardstick of the HTTP figures: an RSGI application that answers bytes from a dictionary."""

import sys
from typing import Any

import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server

HEADERS = [
    ("content-type", "application/fhir+json; charset=utf-8"),
    ("etag", 'W/"1"'),
    ("last-modified", "Mon, 23 Nov 2026 08:00:00 GMT"),
]


class Bare:
    """`bodies` by the last segment of the path."""

    def __init__(self, bodies: dict[str, bytes]) -> None:
        self.bodies = bodies

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        path = scope.path
        protocol.response_bytes(200, HEADERS, self.bodies[path[path.rfind("/") + 1 :]])


async def serve(port: int, count: int, body: bytes) -> None:
    app = Bare({str(number): body for number in range(count)})
    await Server(
        app, port=port, interface=Interfaces.RSGI, websockets=False, log_enabled=False
    ).serve()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), int(sys.argv[2]), sys.stdin.buffer.read()))
