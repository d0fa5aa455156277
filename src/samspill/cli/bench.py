"""`samspill bench`: how fast this machine writes and reads a record, without HTTP.

The record is a new one in a folder that is removed afterwards. `make bench` measures much more.
"""

import argparse
import tempfile
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from samspill import app
from samspill.access import actor as actors
from samspill.base.json import Resource
from samspill.cli import options
from samspill.interactions import create, read, search
from samspill.interactions.session import Session

WAITING = 32
"""Writes that are under way at once."""


def add(commands: options.Commands) -> None:
    parser = commands.add_parser(
        "bench",
        help="measure how fast this machine writes and reads",
        description="Measure durable creates, reads and searches on a new record, without HTTP.",
    )
    parser.add_argument("--count", type=int, default=2_000, help="resources (default: 2000)")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Prints a line for each figure."""
    with tempfile.TemporaryDirectory() as folder:
        platform = app.build(options.settings(argparse.Namespace(data=Path(folder))))
        try:
            session = Session(platform, actors.SYSTEM)
            ids = _said("durable creates", given.count, lambda: _create(session, given.count))
            _said("reads by id", given.count, lambda: _read(session, ids))
            pages = max(given.count // 10, 1)
            _said("searches of 20", pages, lambda: _search(session, pages))
        finally:
            platform.close()
    return 0


def _said(what: str, count: int, work: Callable[[], Any]) -> Any:
    """Does the work, says how much of it went into a second, and returns its result."""
    began = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - began
    print(f"{count / seconds:>10,.0f} {what} a second ({count} in {seconds:.2f} s)")
    return result


def _create(session: Session, count: int) -> list[str]:
    ids: list[str] = []
    under_way: deque[Future[Any]] = deque()
    for number in range(count):
        under_way.append(create.start(session, _observation(number)))
        if len(under_way) == WAITING:
            ids.append(under_way.popleft().result().version.id)
    return ids + [future.result().version.id for future in under_way]


def _read(session: Session, ids: list[str]) -> None:
    for id in ids:
        read.read(session, "Observation", id)


def _search(session: Session, times: int) -> None:
    for _ in range(times):
        search.search(session, "Observation", "code=8867-4&_sort=-date&_count=20&_total=none")


def _observation(number: int) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": f"Patient/{number % 100}"},
        "effectiveDateTime": f"2026-11-{number % 28 + 1:02}",
        "valueQuantity": {"value": 50 + number % 50, "unit": "/min"},
    }
