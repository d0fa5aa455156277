"""`samspill serve`: the FHIR base and the pages, until it is told to stop."""

import argparse
from collections.abc import Callable
from dataclasses import replace

from samspill import app
from samspill.base import logs
from samspill.base.settings import Settings
from samspill.cli import options, workers
from samspill.rest import listen


def add(commands: options.Commands) -> None:
    parser = options.command(
        commands, "serve", run, "Serve FHIR at /fhir and the pages, on 127.0.0.1 unless told else"
    )
    parser.add_argument("--port", type=int, help="port to listen on; 0 takes a free one")
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--workers", type=int, help="processes that serve the port (default: 1)")
    parser.add_argument(
        "--postgres",
        dest="database",
        action="store_const",
        const=app.EMBEDDED,
        help="keep the record in a PostgreSQL of its own in the data folder",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument(
        "--demo",
        dest="mode",
        action="store_const",
        const="demo",
        help="sign in by picking a synthetic person; loopback only",
    )
    mode.add_argument(
        "--open",
        dest="mode",
        action="store_const",
        const="open",
        help="no sign-in, everything visible, for test tools; loopback only",
    )


def run(given: argparse.Namespace) -> int:
    """Serves until SIGINT or SIGTERM."""
    settings = options.settings(
        given,
        port=given.port,
        host=given.host,
        mode=given.mode,
        workers=given.workers,
        database=given.database,
    )
    logs.start(settings.log_format, settings.log_level)
    # A PostgreSQL of our own belongs to this process, not to a worker that may be started again.
    settings = replace(settings, database=app.database(settings))
    settings = replace(settings, port=listen.reserve(settings.host, settings.port))
    if settings.workers > 1:
        code = workers.run(settings, serve, lambda: _ready(settings))
    else:
        code = 0
        serve(settings, True, lambda: _ready(settings))
    logs.info("server.stopped")
    return code


def serve(settings: Settings, is_keeper: bool, ready: Callable[[], None]) -> None:
    """Serves in this process. Of several, the keeper delivers events and builds indexes."""
    platform = app.build(settings, is_keeper=is_keeper)
    work = (app.dispatch(platform), app.reindex(platform)) if is_keeper else ()
    for each in work:
        each.start()
    try:
        listen.serve(app.server(platform), settings.host, settings.port, ready)
    finally:
        for each in reversed(work):
            each.close()
        platform.close()


def _ready(settings: Settings) -> None:
    """One line for the log; for a person who tries the demo, what to open and as whom."""
    logs.info("server.ready", fhir=app.fhir_base(settings), mode=settings.mode)
    if settings.mode == "demo":
        print(WELCOME.format(url=settings.base_url, fhir=app.fhir_base(settings)), flush=True)


WELCOME = """
  Samspill runs, with synthetic people only.

  {url}/   pick a person: a citizen sees her own record, a clinician his patients'
  {fhir}   the same record as FHIR R4, open to programs on this machine

  Stop with Ctrl+C.
"""
