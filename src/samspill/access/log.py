"""The access log: who saw or wrote what, and when.

A write's line is in the same transaction as the write. Lines of reads wait in a queue of bounded
length and are written in batches every few milliseconds: a crash can lose those of the last moment.
That every line is durable before the answer leaves comes with the access issue.
"""

from collections import deque
from collections.abc import Sequence
from functools import partial
from threading import Event, Thread

from samspill.base import logs
from samspill.base.errors import Busy, SamspillError
from samspill.store import Access, Store, Transaction

INTERVAL = 0.05
"""Seconds between batches."""
LONGEST = 200_000
"""Lines that may wait; more are refused with the request that they belong to."""
BATCH = 5_000


class Log:
    """Takes lines from any thread and writes them from one of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: deque[Access] = deque()
        self._closing = Event()
        self._thread = Thread(target=self._run, name="access-log", daemon=True)
        self._thread.start()

    def add(self, line: Access) -> None:
        """Queues a line. Raises `Busy` when the store does not keep up."""
        if len(self._waiting) >= LONGEST:
            raise Busy("The access log does not keep up", "Tilgangsloggen holder ikke følge")
        self._waiting.append(line)

    def close(self) -> None:
        """Writes what is waiting and stops."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.wait(INTERVAL):
            self._flush()
        self._flush()

    def _flush(self) -> None:
        while self._waiting:
            lines = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
            try:
                self._store.write(partial(_write, lines))
            except SamspillError:
                # Kept for the next round: the store says itself why it cannot be written.
                self._waiting.extendleft(reversed(lines))
                logs.warning("access_log.waits", lines=len(self._waiting))
                return


def _write(lines: Sequence[Access], transaction: Transaction) -> None:
    transaction.log(lines)
