"""The access log: who saw or wrote what, and when. No answer leaves before its line is durable.

A write's line is in the same transaction as the write. A read's line goes to the process's spool;
the caller waits for it, then answers. The ledger takes lines over from there some times a second.
docs: docs/adr/0004-the-log-is-durable-first.md
"""

from threading import Event, Lock, Thread

from samspill.access.ledger import Ledger, spooled
from samspill.access.spool import Batch, Spool
from samspill.base import logs
from samspill.base.errors import SamspillError
from samspill.store import Access

INTERVAL = 0.25
"""Seconds until a line of the spool is found in the log."""


class Log:
    """Takes lines from any thread; a process that has the ledger keeps it as well."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._ledger: Ledger | None = None
        self._one_at_a_time = Lock()
        self._closing = Event()
        self._waits = False
        self._thread = Thread(target=self._run, name="access-log", daemon=True)

    def keep(self, ledger: Ledger | None) -> None:
        """From now on takes lines over into the ledger; None where another process does."""
        self._ledger = ledger
        self._thread.start()

    def add(self, line: Access) -> Batch:
        """Adds a line; it is durable when the result of its batch is there. See `Spool.add`."""
        return self._spool.add(spooled(line))

    def flush(self) -> None:
        """All lines so far are in the log, and under a checkpoint, when it returns."""
        self._spool.turn()
        if self._ledger is not None:
            with self._one_at_a_time:
                self._ledger.take_over()
                self._ledger.sign()

    def close(self) -> None:
        """Takes over what is waiting and stops."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        self._spool.turn()
        self._round()

    def _run(self) -> None:
        while not self._closing.wait(INTERVAL):
            self._round()

    def _round(self) -> None:
        try:
            self.flush()
        except SamspillError as error:
            # Lines stay in the spool for the next round; said once, not at every round.
            if not self._waits:
                logs.warning("access_log.waits", reason=error.code)
            self._waits = True
        else:
            if self._waits:
                logs.info("access_log.goes_on")
            self._waits = False
