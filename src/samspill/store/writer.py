"""The one writer: units of work share a transaction, and are answered when it is on the disk.

Each unit runs in a savepoint of the shared transaction, so that one that fails takes back its own
writes only. Index rows are gathered and written as a set at the end, or when a unit searches.
"""

import hashlib
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from samspill.base.clock import Clock
from samspill.base.errors import PreconditionFailed, Unavailable
from samspill.fhir.search.query import Query
from samspill.store import accesses, index, versions
from samspill.store.connect import Connection, Database
from samspill.store.index import Indexed
from samspill.store.search import page
from samspill.store.types import Access, Change, Narrow, Page, Version
from samspill.store.versions import Head, Reader

T = TypeVar("T")

_LAST = "SELECT t, at FROM version ORDER BY t DESC LIMIT 1"
_MARK = "INSERT INTO mark VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"

_MOST_UNITS = 256
"""Units in one transaction."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A unit and the future that waits for it."""

    unit: Callable[["Transaction"], Any]
    future: "Future[Any]"


class Transaction:
    """What a unit of work may do; it sees what it has written itself. Lives as long as the unit."""

    def __init__(self, group: "Group") -> None:
        self._group = group
        self.at = group.at
        """`meta.lastUpdated` of all that the unit writes, in microseconds."""

    def read(self, type: str, id: str, *, budget: int | None = None) -> Version | None:
        return self._group.reader.current(self._group.connection, type, id)

    def read_version(
        self, type: str, id: str, number: int, *, budget: int | None = None
    ) -> Version | None:
        return self._group.reader.numbered(self._group.connection, type, id, number)

    def search(
        self,
        query: Query,
        *,
        narrow: Narrow | None = None,
        cursor: str = "",
        budget: int | None = None,
    ) -> Page:
        """As `Store.search`; a budget is of no use inside the writer."""
        self._group.flush()
        return page.search(
            self._group.connection, self._group.reader, query, narrow=narrow, given=cursor
        )

    def count(self, query: Query, *, narrow: Narrow | None = None) -> int:
        self._group.flush()
        return page.count(self._group.connection, self._group.reader, query, narrow=narrow)

    def log(self, lines: Sequence[Access]) -> None:
        """Adds lines to the access log."""
        self._group.accesses += lines

    def mark(self, name: str, value: int) -> None:
        """Keeps a number under a name, such as how far a listener has come; see `Store.mark`."""
        self._group.connection.run(_MARK, (name, value))

    def write(self, change: Change) -> Version:
        """Makes the next version. PreconditionFailed when the current one is not as expected."""
        return self._group.write(change)

    def delete(self, type: str, id: str, *, expected: int | None = None) -> Version | None:
        """Marks it as deleted; None when there is nothing, or nothing any more."""
        return self._group.delete(type, id, expected)


class Group:
    """One database transaction, shared by the units that were waiting when it began."""

    def __init__(self, connection: Connection, reader: Reader, t: int, at: int) -> None:
        self.connection = connection
        self.catalog = reader.catalog
        self.reader = reader
        self.t = t
        self.at = at
        self._pending: list[Indexed] = []
        self._flushed: list[Indexed] = []
        self.accesses: list[Access] = []

    def run(self, unit: Callable[[Transaction], T]) -> T:
        """Runs a unit in a savepoint of its own."""
        self._flushed = []
        before, made, logged = self.t, self.catalog.made, len(self.accesses)
        self.connection.run("SAVEPOINT unit")
        try:
            result = unit(Transaction(self))
        except BaseException:
            self.connection.run("ROLLBACK TO unit")
            self.connection.run("RELEASE unit")
            self.t = before
            del self.accesses[logged:]
            # What earlier units wrote and this one flushed was rolled back too: it waits again.
            self._pending = [row for row in self._flushed + self._pending if row.t <= before]
            if self.catalog.made != made:
                self.catalog.forget()
            raise
        self.connection.run("RELEASE unit")
        return result

    def flush(self) -> None:
        """Writes the index rows that have been gathered."""
        index.write(self.connection, self.catalog, self._pending)
        self._flushed += self._pending
        self._pending = []

    def write(self, change: Change) -> Version:
        type = self.catalog.type(self.connection, change.type)
        head = versions.head(self.connection, type, change.id)
        _check(head, change.expected)
        number = head.number + 1 if head else 1
        body = change.body(number, self.at)
        main = index.main_date(change.type, change.entries)
        version = self._add(change.type, change.id, type, head, body, main)
        self._pending.append(Indexed(version.commit, type, main, change.entries, change.patients))
        return version

    def delete(self, name: str, id: str, expected: int | None) -> Version | None:
        type = self.catalog.type(self.connection, name)
        head = versions.head(self.connection, type, id)
        _check(head, expected)
        if head is None or not head.exists:
            return None
        return self._add(name, id, type, head, b"", 0)

    def _add(
        self, name: str, id: str, type: int, head: Head | None, body: bytes, main: int
    ) -> Version:
        """The rows of a version, and of the one that it replaces."""
        self.t = t = self.t + 1
        deleted = not body
        number = head.number + 1 if head else 1
        if head is None:
            rid = versions.add_resource(self.connection, type, id, t)
        else:
            rid = head.rid
            versions.replace_head(self.connection, head, t, number, deleted)
        codec, stored = self.reader.bodies.compress(type, body)
        hash = hashlib.sha256(body).digest()
        versions.add(
            self.connection,
            (t, rid, type, number, self.at, main, int(deleted), hash, codec, stored),
        )
        return Version(name, id, number, self.at, body, deleted, t)


def _check(head: Head | None, expected: int | None) -> None:
    number = head.number if head and head.exists else 0
    if expected is not None and number != expected:
        raise PreconditionFailed(
            f"The current version is {number}, not {expected}"
            if number
            else "There is no current version",
            f"Gjeldende versjon er {number}, ikke {expected}"
            if number
            else "Det finnes ingen gjeldende versjon",
            expected=f"version {expected}" if expected else "no current version",
        )


class Writer:
    """The thread that writes. Units are taken in the order in which they were submitted."""

    def __init__(self, database: Database, reader: Reader, clock: Clock) -> None:
        self._database = database
        self._reader = reader
        self._clock = clock
        self._queue: queue.SimpleQueue[Settled | None] = queue.SimpleQueue()
        self._open = True
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def submit(self, unit: Callable[[Transaction], T]) -> "Future[T]":
        future: Future[T] = Future()
        if not self._open:
            raise Unavailable("The record is closing", "Journalen er i ferd med å lukkes")
        self._queue.put(Settled(unit, future))
        return future

    def close(self) -> None:
        """Finishes what was submitted, then stops."""
        self._open = False
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        waiting = self._queue
        while (first := waiting.get()) is not None:
            batch = [first]
            while len(batch) < _MOST_UNITS and not waiting.empty():
                following = waiting.get()
                if following is None:
                    self._commit(batch)
                    return
                batch.append(following)
            self._commit(batch)

    def _commit(self, batch: list[Settled]) -> None:
        """One transaction for the batch; the futures are told when it is durable, or has failed."""
        connection = self._database.writer
        done: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            connection.run("BEGIN IMMEDIATE")
            t, at = connection.row(_LAST) or (0, 0)
            group = Group(connection, self._reader, t, max(self._clock(), at))
            for settled in batch:
                done.append(_run(group, settled))
                if not connection.in_transaction:
                    raise Unavailable("The write failed", "Skrivingen mislyktes")
            group.flush()
            accesses.write(connection, group.accesses)
            connection.run("COMMIT")
        except BaseException as error:
            self._reader.catalog.forget()
            _roll_back(connection)
            for settled in batch:
                settled.future.set_exception(error)
            return
        self._database.committed()
        for future, result, failure in done:
            if failure is None:
                future.set_result(result)
            else:
                future.set_exception(failure)


def _run(group: Group, settled: Settled) -> "tuple[Future[Any], Any, BaseException | None]":
    try:
        return settled.future, group.run(settled.unit), None
    except Exception as error:
        return settled.future, None, error


def _roll_back(connection: Connection) -> None:
    """After a failed COMMIT, SQLite may have rolled back already."""
    try:
        connection.run("ROLLBACK")
    except Exception:
        return
