"""The one writer: units of work share a transaction, and are answered when it is on the disk.

A unit that fails takes back its own writes only. A transaction that fails although its units have
not is carried out again, one unit at a time, so that what cannot be written harms nobody else.
"""

import queue
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from samspill.base.clock import Clock
from samspill.base.errors import Busy, Unavailable
from samspill.fhir.search.query import Query
from samspill.fhir.search.values import IndexEntry
from samspill.store import facts, jobs
from samspill.store.bulk import Batch
from samspill.store.connect import Connection, Database
from samspill.store.facts import About, Facts, Known
from samspill.store.fill import Unfilled
from samspill.store.group import Group, Key, Start
from samspill.store.heads import Heads
from samspill.store.jobs import Job
from samspill.store.reindex import Rebuilt
from samspill.store.restate import Unstated
from samspill.store.search import page
from samspill.store.search.scope import Narrow
from samspill.store.types import Access, Change, Page, Version
from samspill.store.versions import Reader

T = TypeVar("T")

_MOST_UNITS = 256
"""Units in one transaction."""
_ATTEMPTS = 3
"""Times that a transaction is tried which meets others, such as a deadlock."""


Outcome = tuple[Any, Exception | None]
"""What a unit returned, or why it failed."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A unit and the future that waits for it."""

    unit: Callable[["Transaction"], Any]
    future: "Future[Any]"
    about: Sequence[Key]


class Transaction:
    """What a unit of work may do; it sees what it has written itself. Lives as long as the unit."""

    def __init__(self, group: "Group") -> None:
        self._group = group
        self.at = group.at
        """`meta.lastUpdated` of all that the unit writes, in microseconds."""

    def read(self, type: str, id: str, *, budget: int | None = None) -> Version | None:
        return self._group.current(type, id)

    def exists(self, type: str, id: str) -> bool:
        """Whether there is a current version that is no deletion; costs less than `read`."""
        return self._group.exists(type, id)

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
            self._group.reading, self._group.reader, query, narrow=narrow, given=cursor
        )

    def count(self, query: Query, *, narrow: Narrow | None = None) -> int:
        self._group.settle()
        return page.count(self._group.reading, self._group.reader, query, narrow=narrow)

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
        return jobs.find(self._group.reading, id)

    def keep_job(self, id: str, kind: str, output: str) -> None:
        """Notes how far work has come that nobody takes, since it belongs to the record."""
        jobs.add(self._group.connection, Job(id, kind, "standing", self.at, self.at, ""))
        jobs.end(self._group.connection, id, "standing", output)

    def reindex(self, rebuilt: Rebuilt) -> None:
        """Makes index rows of some parameters anew."""
        self._group.reindex(rebuilt)

    def fill(self, made: Sequence[tuple[Unfilled, Sequence[IndexEntry]]]) -> None:
        """Makes the rows of the versions that `Store.unfilled` gave; none: all is done."""
        self._group.fill(made)

    def restate(self, made: Sequence[tuple[Unstated, Facts | None]]) -> None:
        """Writes the facts of what `Store.unstated` gave; none: all is done."""
        self._group.restate(made)

    def keep_up(self, work: Callable[[Connection], T]) -> T:
        """Does a piece of upkeep, or changes what is kept for a while; see `kept`."""
        return work(self._group.connection)

    def keep_beside(self, work: Callable[[Connection], T]) -> T:
        """As `keep_up`, on tables of which readers remember nothing: those of the access log, and
        what is kept for a while. It leaves the stamp of the record as it is."""
        connection = self._group.connection
        before = connection.written
        try:
            return work(connection)
        finally:
            self._group.beside += connection.written - before

    def log(self, lines: Sequence[Access]) -> None:
        """Adds lines to the access log."""
        self._group.accesses += lines

    def mark(self, name: str, value: int) -> None:
        """Keeps a number under a name, such as how far a listener has come; see `Store.mark`."""
        self._group.mark(name, value)

    def marked(self, name: str) -> int:
        """As `Store.mark`, as this unit sees it; asked of the database once for many units."""
        return self._group.marked(name)

    def known(self, patient: str) -> Known | None:
        """As `Store.known`, with what this unit has written."""
        self._group.flush()
        return facts.known(self._group.reading, self._group.reader.catalog, patient)

    def people(self, numbers: Collection[str]) -> Sequence[str]:
        self._group.flush()
        return facts.people(self._group.reading, numbers)

    def about(self, commits: Sequence[int]) -> Mapping[int, About]:
        self._group.flush()
        return facts.about(self._group.reading, commits)

    def write(self, change: Change) -> Version:
        """Makes the next version. PreconditionFailed when the current one is not as expected."""
        return self._group.write(change)

    def write_batch(self, batch: Batch) -> None:
        """Makes the next version of each resource in a batch that was prepared elsewhere."""
        self._group.write_batch(batch)

    def delete(self, type: str, id: str, *, expected: int | None = None) -> Version | None:
        """Marks it as deleted; None when there is nothing, or nothing any more."""
        return self._group.delete(type, id, expected)


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

    def submit(self, unit: Callable[[Transaction], T], about: Sequence[Key] = ()) -> "Future[T]":
        """`about` names resources that the unit will ask for, to be looked up with all others."""
        future: Future[T] = Future()
        if not self._open:
            raise Unavailable("The record is closing", "Journalen er i ferd med å lukkes")
        self._queue.put(Settled(unit, future, about))
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

    def _commit(self, batch: Sequence[Settled], attempts: int = _ATTEMPTS) -> None:
        """One transaction for the batch; the futures are told when it is durable, or has failed."""
        try:
            done = self._carry_out(batch)
        except _Undone as undone:
            self._again(batch, undone.error, attempts - 1)
            return
        except BaseException as error:
            for settled in batch:
                settled.future.set_exception(error)
            return
        for settled, (result, failure) in zip(batch, done, strict=True):
            if failure is None:
                settled.future.set_result(result)
            else:
                settled.future.set_exception(failure)

    def _carry_out(self, batch: Sequence[Settled]) -> list[Outcome]:
        """What came of each unit, when all is durable. `_Undone` when nothing has happened."""
        is_asked = False
        try:
            connection = self._database.writer
            start = Start.of(connection)
            group = Group(connection, self._reader, start, max(self._clock(), start.at))
            done = self._run(group, batch)
            self._heads.changing()
            is_asked = True
            connection.run("COMMIT")
        except BaseException as error:
            self._reader.catalog.forget()
            self._roll_back()
            self._heads.changed(None)
            # Whether a commit that was asked for has happened is not known if its answer is lost.
            raise error if is_asked else _Undone(error) from error
        self._heads.changed(group.touched)
        self._database.committed()
        return done

    def _run(self, group: Group, batch: Sequence[Settled]) -> list[Outcome]:
        if not self._database.is_inline:
            group.expect(key for settled in batch for key in settled.about)
        connection, done = self._database.writer, list[Outcome]()
        written = connection.written
        for settled in batch:
            done.append(_outcome(group, settled))
            if not group.reading.in_transaction:
                raise Unavailable("The write failed", "Skrivingen mislyktes")
        group.finish()
        self._database.announce(connection.written - written != group.beside)
        return done

    def _again(self, batch: Sequence[Settled], error: BaseException, attempts: int) -> None:
        """Carries out once more what met others; unit by unit what cannot be written together."""
        if isinstance(error, Busy) and attempts:
            self._commit(batch, attempts)
        elif len(batch) > 1 and not isinstance(error, Unavailable):
            for settled in batch:
                self._commit([settled])
        else:
            for settled in batch:
                settled.future.set_exception(error)

    def _roll_back(self) -> None:
        """After a failed COMMIT, SQLite may have rolled back already."""
        try:
            self._database.writer.run("ROLLBACK")
        except Exception:
            return


class _Undone(Exception):
    """A transaction has failed before its commit."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error


def _outcome(group: Group, settled: Settled) -> Outcome:
    place = group.enter()
    try:
        result = settled.unit(Transaction(group))
    except Exception as error:
        group.take_back(place)
        return None, error
    group.leave()
    return result, None
