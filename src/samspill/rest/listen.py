"""Listens on a port and serves until it is told to stop; requests under way are finished.

https://github.com/emmett-framework/granian
"""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable
from errno import EACCES, EADDRINUSE

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server as Listener

from samspill.base.errors import Misconfigured
from samspill.base.texts import Text
from samspill.rest.server import Server

HEADER_SECONDS = 15
"""Seconds that a client may take to send the head of a request."""


def reserve(host: str, port: int) -> int:
    """The port to listen on: the one asked for if it is free, or any free one for 0.

    Raises `Misconfigured` when the port is taken or the address is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, port), family=family) as trial:
            taken: int = trial.getsockname()[1]
            return taken
    except OSError as error:
        raise _cannot_listen(host, port, error) from None


def serve(server: Server, host: str, port: int, ready: Callable[[], None]) -> None:
    """Blocks until SIGINT or SIGTERM; `ready` is called when the first request can come."""
    uvloop.run(_serve(server, host, port, ready))


async def _serve(server: Server, host: str, port: int, ready: Callable[[], None]) -> None:
    listener = Listener(
        server,
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000),
        websockets=False,
        backlog=1024,
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, listener.stop)
    announcing = loop.create_task(_announce(host, port, ready))
    # What has been loaded stays: the collector need not walk through it again and again.
    gc.collect()
    gc.freeze()
    await listener.serve()
    announcing.cancel()
    await server.drain()


async def _announce(host: str, port: int, ready: Callable[[], None]) -> None:
    """Waits until the port answers."""
    while True:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        writer.close()
        ready()
        return


def _cannot_listen(host: str, port: int, error: OSError) -> Misconfigured:
    reasons = {
        EADDRINUSE: ("it is taken by another program", "den er tatt av et annet program"),
        EACCES: ("it needs more rights", "det krever flere rettigheter"),
    }
    en, nb = reasons.get(error.errno or 0, (error.strerror or "", error.strerror or ""))
    return Misconfigured(
        f"Cannot listen on {host} port {port}: {en}",
        f"Kan ikke lytte på {host} port {port}: {nb}",
        where="SAMSPILL_PORT",
        expected=Text("a free port: --port", "en ledig port: --port"),
    )
