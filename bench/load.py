"""Filling a record: synthetic people, public sample bundles, NDJSON beside a bare parser."""

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import orjson

from bench import Figure
from samspill import app
from samspill.access import actor as actors
from samspill.base import json, settings
from samspill.interactions import load
from samspill.interactions.load import Summary
from samspill.interactions.session import Session
from samspill.population import generate, seed

BUNDLES = Path(__file__).parents[2] / "shared" / "data" / "synthea"
PEOPLE = 200
JOBS = 2


def figures() -> Iterator[Figure]:
    seeded, _ = _filled(lambda session: seed.run(session, PEOPLE, report=_silent, jobs=JOBS))
    yield Figure(f"seed of {PEOPLE} people", seeded.entries / seeded.seconds, "resources/s", 1_000)
    if BUNDLES.exists():
        loaded, size = _filled(lambda session: load.run(session, [BUNDLES], _silent, JOBS))
        rate = loaded.entries / loaded.seconds
        yield Figure("load of 300 transaction bundles", rate, "resources/s", 1_500)
        yield Figure(
            "disk for a loaded resource", size / loaded.entries, "bytes", 2_500,
            is_more_better=False,
        )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        yield _lines(Path(folder) / "people.ndjson")


def _lines(path: Path) -> Figure:
    """The same resources as lines, against one core that only parses them."""
    with path.open("wb") as lines:
        for resource in generate.resources(PEOPLE, generate.DEFAULT_SEED, date(2026, 11, 23)):
            lines.write(json.format(resource) + b"\n")
    before = _parsed(path)
    loaded, _ = _filled(lambda session: load.run(session, [path], _silent, JOBS))
    bare = (before + _parsed(path)) / 2
    return Figure(
        "load of NDJSON into an empty record", loaded.entries / loaded.seconds, "resources/s", 0.06,
        yardstick="orjson.loads, one core", against=bare,
    )  # fmt: skip


def _parsed(path: Path) -> float:
    """Lines a second, each dropped at once."""
    lines = path.read_bytes().splitlines()
    began = time.perf_counter()
    for line in lines:
        orjson.loads(line)
    return len(lines) / (time.perf_counter() - began)


def _filled(fill: Callable[[Session], Summary]) -> tuple[Summary, int]:
    """What was loaded into a new record, and the bytes of the record after it was closed."""
    with tempfile.TemporaryDirectory() as folder:
        platform = app.build(settings.load({}, data=Path(folder)))
        try:
            summary = fill(Session(platform, actors.SYSTEM))
        finally:
            platform.close()
        if summary.failed:
            raise RuntimeError(f"{summary.failed} resources could not be loaded")
        return summary, sum(file.stat().st_size for file in Path(folder).iterdir())


def _silent(_: str) -> None: ...
