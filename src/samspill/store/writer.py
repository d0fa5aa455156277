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
from samspill.base.texts import Text
from samspill.fhir.search.query import Query
from samspill.store import accesses, bulk, index, jobs, load, reindex, versions
from samspill.store.bulk import Batch, Target
from samspill.store.connect import Connection, Database, Row
from samspill.store.heads import Heads
from samspill.store.index import Indexed
from samspill.store.jobs import Job
from samspill.store.reindex import Rebuilt
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
        return self._group.current(type, id)

    def read_version(
        self, type: str, id: str, number: int, *, budget: int | None = None
    ) -> Version | None:
        return self._group.numbered(type, id, number)

    def search(
        self,
        query: Query,
        *,
        narrow: Narrow | None = None,
        cursor: str = "",
        budget: int | None = None,
    ) -> Page:
        """As `Store.search`; a budget is of no use inside the writer."""
        self._group.settle()
        return page.search(
            self._group.connection, self._group.reader, query, narrow=narrow, given=cursor
        )

    def count(self, query: Query, *, narrow: Narrow | None = None) -> int:
        self._group.settle()
        return page.count(self._group.connection, self._group.reader, query, narrow=narrow)

    def begin_load(self) -> bool:
        """Leaves the ordered indexes of an empty record for `finish_load`; whether it is empty."""
        return self._group.begin_load()

    def finish_load(self) -> None:
        """Builds the indexes that were left for later."""
        self._group.finish_load()

    def add_job(self, id: str, kind: str, input: str, *, wait: int = 0) -> None:
        """Leaves work to be done, not before `wait` microseconds have passed. `input` is JSON."""
        job = Job(id, kind, "waiting", self.at, self.at + wait, input)
        jobs.add(self._group.connection, job)

    def take_job(self, kinds: Sequence[str], lease: int) -> Job | None:
        """A job that is due. It is the caller's for `lease` microseconds, then anybody's again."""
        return jobs.take(self._group.connection, kinds, self.at, self.at + lease)

    def end_job(self, id: str, output: str, *, failed: bool = False) -> None:
        """Notes what came of a job."""
        jobs.end(self._group.connection, id, "failed" if failed else "done", output)

    def job(self, id: str) -> Job | None:
        """A job as it stands."""
        return jobs.find(self._group.connection, id)

    def keep_job(self, id: str, kind: str, output: str) -> None:
        """Notes how far work has come that nobody takes, since it belongs to the record."""
        jobs.add(self._group.connection, Job(id, kind, "standing", self.at, self.at, ""))
        jobs.end(self._group.connection, id, "standing", output)

    def reindex(self, rebuilt: Rebuilt) -> None:
        """Makes index rows of some parameters anew."""
        self._group.reindex(rebuilt)

    def keep_up(self, work: Callable[[Connection], T]) -> T:
        """Does a piece of upkeep, or changes what is kept for a while; see `kept`."""
        return work(self._group.connection)

    def log(self, lines: Sequence[Access]) -> None:
        """Adds lines to the access log."""
        self._group.accesses += lines

    def mark(self, name: str, value: int) -> None:
        """Keeps a number under a name, such as how far a listener has come; see `Store.mark`."""
        self._group.mark(name, value)

    def marked(self, name: str) -> int:
        """As `Store.mark`, as this unit sees it; asked of the database once for many units."""
        return self._group.marked(name)

    def write(self, change: Change) -> Version:
        """Makes the next version. PreconditionFailed when the current one is not as expected."""
        return self._group.write(change)

    def write_batch(self, batch: Batch) -> None:
        """Makes the next version of each resource in a batch that was prepared elsewhere."""
        self._group.write_batch(batch)

    def delete(self, type: str, id: str, *, expected: int | None = None) -> Version | None:
        """Marks it as deleted; None when there is nothing, or nothing any more."""
        return self._group.delete(type, id, expected)


@dataclass(frozen=True, slots=True)
class Pending:
    """A version whose rows have still to be written, but for the one that says it is current."""

    version: Version
    row: Row
    replaced: Head | None
    indexed: Indexed | None


class Group:
    """One database transaction, shared by the units that were waiting when it began."""

    def __init__(self, connection: Connection, reader: Reader, t: int, at: int) -> None:
        self.connection = connection
        self.reader = reader
        self.at = at
        self.is_loading = load.is_under_way(connection)
        self.accesses: list[Access] = []
        self._catalog = reader.catalog
        self._t = t
        self._marks: dict[str, int] = {}
        self._pending: list[Pending] = []
        self._fresh: dict[tuple[str, str], Version] = {}
        self.touched: set[tuple[str, str]] | None = set()
        """Type and id of what was written, also by units that failed; None for a whole batch."""
        self._flushed: list[Pending] = []

    def run(self, unit: Callable[[Transaction], T]) -> T:
        """Runs a unit in a savepoint of its own."""
        self._flushed = []
        before, made, logged = self._t, self._catalog.made, len(self.accesses)
        self.connection.run("SAVEPOINT unit")
        try:
            result = unit(Transaction(self))
        except BaseException:
            self.connection.run("ROLLBACK TO unit")
            self.connection.run("RELEASE unit")
            del self.accesses[logged:]
            if self._catalog.made != made:
                self._catalog.forget()
            self._return_to(before)
            raise
        self.connection.run("RELEASE unit")
        return result

    def _return_to(self, t: int) -> None:
        """Forgets what was written after commit `t`. What earlier units wrote and a later one
        flushed was rolled back with it, and waits again."""
        self._t = t
        self._marks = {}
        kept = [each for each in self._flushed + self._pending if each.version.commit <= t]
        self._pending = kept
        self._fresh = {(each.version.type, each.version.id): each.version for each in kept}

    def current(self, type: str, id: str) -> Version | None:
        fresh = self._fresh.get((type, id))
        return fresh or self.reader.current(self.connection, type, id)

    def numbered(self, type: str, id: str, number: int) -> Version | None:
        if (type, id) in self._fresh:
            self.flush()
        return self.reader.numbered(self.connection, type, id, number)

    def settle(self) -> None:
        """Makes all that was written ready to be searched."""
        if self.is_loading:
            raise load.refusal()
        self.flush()

    def mark(self, name: str, value: int) -> None:
        self.connection.run(_MARK, (name, value))
        self._marks[name] = value

    def marked(self, name: str) -> int:
        found = self._marks.get(name)
        if found is None:
            row = self.connection.row("SELECT value FROM mark WHERE name = ?", (name,))
            found = self._marks[name] = int(row[0]) if row else 0
        return found

    def reindex(self, rebuilt: Rebuilt) -> None:
        self.settle()
        reindex.write(self.connection, self._catalog, rebuilt)

    def begin_load(self) -> bool:
        """From now on the ordered indexes are left for later, if the record is empty."""
        self.is_loading = self.is_loading or load.begin(self.connection)
        return self.is_loading

    def finish_load(self) -> None:
        self.flush()
        load.finish(self.connection)
        self.is_loading = False

    def flush(self) -> None:
        """Writes the rows that have been gathered, table by table."""
        waiting = self._pending
        if not waiting:
            return
        replaced = [(each.replaced, each.version.commit) for each in waiting if each.replaced]
        versions.add(self.connection, [each.row for each in waiting], replaced)
        indexed = [each.indexed for each in waiting if each.indexed]
        later = load.ORDERED if self.is_loading else ()
        index.write(self.connection, self._catalog, indexed, later)
        self._flushed += waiting
        self._pending = []
        self._fresh = {}

    def write(self, change: Change) -> Version:
        type = self._catalog.type(self.connection, change.type)
        head = versions.head(self.connection, type, change.id)
        _check(head, change.expected)
        body = change.body(head.number + 1 if head else 1, self.at)
        main = index.main_date(change.type, change.entries)
        indexed = Indexed(self._t + 1, type, main, change.entries, change.patients)
        return self._add(change.type, change.id, type, head, body, indexed)

    def write_batch(self, batch: Batch) -> None:
        self.flush()
        self.touched = None
        target = Target(self.connection, self.reader, self._t, self.at, self.is_loading)
        bulk.write(target, batch)
        self._t += len(batch.changes)

    def delete(self, name: str, id: str, expected: int | None) -> Version | None:
        type = self._catalog.type(self.connection, name)
        head = versions.head(self.connection, type, id)
        _check(head, expected)
        if head is None or not head.exists:
            return None
        return self._add(name, id, type, head, b"", None)

    def _add(
        self, name: str, id: str, type: int, head: Head | None, body: bytes, indexed: Indexed | None
    ) -> Version:
        """Makes a version the current one; its other rows wait for `flush`."""
        self._t = t = self._t + 1
        number, deleted = (head.number + 1 if head else 1), indexed is None
        if head is None:
            rid = versions.add_resource(self.connection, type, id, t)
            self._catalog.note_resource(name, id, rid)
        else:
            rid = head.rid
            versions.move_head(self.connection, rid, t, number, deleted)
        codec, stored = self.reader.bodies.compress(type, body)
        main = indexed.main if indexed else 0
        hash = hashlib.sha256(body).digest()
        row = (t, rid, type, number, self.at, main, int(deleted), hash, codec, stored)
        version = Version(name, id, number, self.at, body, deleted, t)
        self._pending.append(Pending(version, row, head if head and head.t else None, indexed))
        self._fresh[name, id] = version
        if self.touched is not None:
            self.touched.add((name, id))
        return version


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
            expected=Text(f"version {expected or 'none'}", f"versjon {expected or 'ingen'}"),
        )


class Writer:
    """The thread that writes. Units are taken in the order in which they were submitted."""

    def __init__(self, database: Database, reader: Reader, heads: Heads, clock: Clock) -> None:
        self._database = database
        self._heads = heads
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
            connection.begin()
            t, at = connection.row(_LAST) or (0, 0)
            group = Group(connection, self._reader, t, max(self._clock(), at))
            for settled in batch:
                done.append(_run(group, settled))
                if not connection.in_transaction:
                    raise Unavailable("The write failed", "Skrivingen mislyktes")
            group.flush()
            accesses.write(connection, group.accesses)
            self._heads.changing()
            connection.run("COMMIT")
        except BaseException as error:
            self._reader.catalog.forget()
            _roll_back(connection)
            self._heads.changed(None)
            for settled in batch:
                settled.future.set_exception(error)
            return
        self._heads.changed(group.touched)
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
