"""The store by itself: bulk load, durable creates at 32 clients, reads, sorted searches."""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

from bench import Figure, observations
from samspill.base import clock
from samspill.fhir.search.query import And, DateIs, Match, Query, Sort, TokenIs
from samspill.store import Change, Store

LOADED = 200_000
CREATED = 15_000
UPDATED = 5_000
CLIENTS = 32
YEAR = 365 * 86_400 * observations.SECOND


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "record.db")
        try:
            yield _loading(store)
            yield Figure(
                "bytes on disk for each Observation, all indexes included",
                store.stats().bytes / LOADED,
                "bytes",
                2_500,
                is_more_better=False,
            )
            yield from _searching(store)
            yield _reading(store)
            yield from _creating(store)
            yield _updating(store)
        finally:
            store.close()


def _loading(store: Store) -> Figure:
    made = 0.0

    def changes() -> Iterator[Change]:
        nonlocal made
        source = observations.changes(LOADED)
        while True:
            began = time.perf_counter()
            found = next(source, None)
            made += time.perf_counter() - began
            if found is None:
                return
            yield found

    began = time.perf_counter()
    store.load(changes())
    rate = LOADED / (time.perf_counter() - began - made)
    what = f"bulk load of {LOADED:,} Observations into an empty store, fully indexed"
    return Figure(what, rate, "resources/s", 10_000)


def _searching(store: Store) -> Iterator[Figure]:
    chance = random.Random(3)
    taken = sorted(_timed(lambda: store.search(_query(chance))) for _ in range(3_000))
    what = f"code and a year, newest first, 20 of {LOADED:,} Observations"
    yield Figure(what, taken[int(len(taken) * 0.99)], "ms p99", 0.25, is_more_better=False)
    yield Figure(what, statistics.median(taken), "ms p50", 0.25, is_more_better=False)


def _query(chance: random.Random) -> Query:
    code = observations.CODES[min(int(chance.expovariate(0.03)), 100)]
    low = observations.FIRST + chance.randrange(observations.SPAN) * observations.SECOND
    high = low + YEAR
    where = And(
        (
            Match("code", TokenIs(observations.NPU, code)),
            Match("date", DateIs("ge", low, low + 1, "")),
            Match("date", DateIs("lt", high, high + 1, "")),
        )
    )
    return Query(("Observation",), where, (Sort("date", "date", True),), count=20)


def _reading(store: Store) -> Figure:
    ids = [version.id for version in store.search(Query(("Observation",), count=1_000)).versions]
    chance = random.Random(4)
    taken = [_timed(lambda: store.read("Observation", chance.choice(ids))) for _ in range(20_000)]
    return Figure("read by id", statistics.median(taken) * 1_000, "µs", 15, is_more_better=False)


def _creating(store: Store) -> Iterator[Figure]:
    chance = random.Random(5)
    changes = [
        observations.change(LOADED + n, LOADED // 100, chance, clock.system())
        for n in range(CREATED)
    ]
    seconds, taken = _at_once(store, changes)
    what = f"durable creates at {CLIENTS} clients, fully indexed"
    yield Figure(what, CREATED / seconds, "creates/s", 3_000)
    yield Figure(what, taken[int(CREATED * 0.99)], "ms p99", 50, is_more_better=False)


def _updating(store: Store) -> Figure:
    page = store.search(Query(("Observation",), count=UPDATED))
    chance = random.Random(6)
    changes = []
    for n, version in enumerate(page.versions):
        made = observations.change(n, LOADED // 100, chance)
        changes.append(replace(made, id=version.id))
    seconds, _ = _at_once(store, changes)
    return Figure(
        f"durable updates at {CLIENTS} clients", len(changes) / seconds, "updates/s", 1_000
    )


def _at_once(store: Store, changes: list[Change]) -> tuple[float, list[float]]:
    """Writes with CLIENTS units under way at any time: seconds in all, milliseconds of each."""
    done: SimpleQueue[float] = SimpleQueue()
    taken: list[float] = []

    def submit(change: Change) -> None:
        began = time.perf_counter()
        future = store.submit(lambda transaction: transaction.write(change))
        future.add_done_callback(lambda _: done.put(time.perf_counter() - began))

    began = time.perf_counter()
    for n, change in enumerate(changes):
        if n >= CLIENTS:
            taken.append(done.get() * 1_000)
        submit(change)
    while len(taken) < len(changes):
        taken.append(done.get() * 1_000)
    return time.perf_counter() - began, sorted(taken)


def _timed(function: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    function()
    return (time.perf_counter() - began) * 1_000
