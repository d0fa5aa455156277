"""What a record needs beside its writes: old index rows swept, dictionaries trained.

Runs on a thread of its own, which asks the writer for short pieces of work.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from samspill.base import logs
from samspill.base.clock import Clock
from samspill.base.errors import SamspillError
from samspill.store import bodies, load, sweep
from samspill.store.bodies import Bodies
from samspill.store.connect import Connection, Database
from samspill.store.search.page import newest

KEPT_SECONDS = 900
"""How long the links of a page stay good: index rows of replaced versions are kept for them."""

SWEPT = "swept"
"""Mark of the commit up to which replaced versions have lost their index rows."""

_EVERY_SECONDS = 5.0
_AT_ONCE = 100
"""Versions that are swept in one piece of work."""
_ENOUGH = 1_000
"""Versions of a type from which a dictionary is trained."""

Work = Callable[[Connection], None]


class Upkeep:
    """Works from `start` to `close`. `submit` runs a piece of work on the writer and waits."""

    def __init__(
        self, database: Database, bodies: Bodies, clock: Clock, submit: Callable[[Work], None]
    ) -> None:
        self._database = database
        self._bodies = bodies
        self._clock = clock
        self._submit = submit
        self._seen: deque[tuple[int, int]] = deque()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        while not self._closing.wait(_EVERY_SECONDS):
            try:
                self.train()
                self.sweep(self._due())
            except SamspillError:
                # A full disk, say: the writers hear of it themselves, and it is tried again.
                logs.warning("upkeep.failed")

    def _due(self) -> int:
        """The commit that was the newest when the pages that may still be open began."""
        now = self._clock()
        self._seen.append((now, newest(self._database.reader(), {})))
        due = 0
        while self._seen and self._seen[0][0] <= now - KEPT_SECONDS * 1_000_000:
            due = self._seen.popleft()[1]
        return due

    def sweep(self, upto: int) -> None:
        """Removes the index rows of versions that were replaced at commit `upto` or before."""
        connection = self._database.reader()
        while not self._closing.is_set() and not load.is_under_way(connection):
            old = connection.rows(_OLD, (upto, _AT_ONCE))
            if not old:
                return
            self._submit(partial(_sweep, old=[row[0] for row in old], upto=upto))

    def train(self) -> None:
        """Makes a dictionary for each type that has many bodies and none yet."""
        connection = self._database.reader()
        for (type,) in connection.rows("SELECT id FROM type"):
            if type in self._bodies.newest or self._closing.is_set():
                continue
            rows = connection.rows(_SAMPLES, (type, _ENOUGH))
            if len(rows) == _ENOUGH:
                samples = [self._bodies.expand(connection, codec, body) for codec, body in rows]
                trained = bodies.train(samples)
                self._submit(partial(_add, type=type, trained=trained))
                self._bodies.load(connection)


def _sweep(connection: Connection, old: Sequence[int], upto: int) -> None:
    sweep.sweep(connection, old)
    connection.run(_NOTE, (SWEPT, upto))


def _add(connection: Connection, type: int, trained: bytes) -> None:
    row = connection.row("SELECT max(id) FROM dictionary")
    last = row[0] if row else None
    connection.insert("dictionary", [(max(last or 0, bodies.ZSTD) + 1, type, trained)])


_OLD = "SELECT t FROM stale WHERE ended <= ? ORDER BY t LIMIT ?"
_SAMPLES = """SELECT v.codec, v.body FROM version v WHERE v.type = ? AND v.deleted = 0
    ORDER BY v.t DESC LIMIT ?"""
_NOTE = "INSERT INTO mark VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
