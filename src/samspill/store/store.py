"""The store: one record of versions, open for reads by every thread and for writes by one.

It knows nothing of HTTP and of access: who may see what comes in as `narrow`.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

from samspill.base.clock import Clock, system
from samspill.base.errors import Misconfigured
from samspill.fhir.search.query import Query
from samspill.store import (
    facts,
    fill,
    load,
    reindex,
    restate,
    schema,
    transfer,
    upkeep,
    verify,
)
from samspill.store.beside import Beside
from samspill.store.bodies import Bodies
from samspill.store.catalog import Catalog
from samspill.store.connect import Connection, Database, question_marks
from samspill.store.dialects.postgres import Postgres
from samspill.store.dialects.sqlite import Sqlite
from samspill.store.facts import About, Known
from samspill.store.fill import Unfilled
from samspill.store.heads import Heads
from samspill.store.memo import Memo
from samspill.store.recent import Recent
from samspill.store.reindex import Stored
from samspill.store.restate import Unstated
from samspill.store.search import explain, history, page
from samspill.store.search.explain import Explanation
from samspill.store.search.scope import Narrow
from samspill.store.types import BudgetSpent, Change, Event, Page, Stats, Version
from samspill.store.upkeep import Upkeep
from samspill.store.verify import Extract, Verification
from samspill.store.versions import Reader
from samspill.store.writer import Transaction, Writer

T = TypeVar("T")

_OUTBOX = "outbox"


class Store(Beside):
    """Opened with `Store.open`, closed with `close`. All methods may be called by any thread."""

    def __init__(self, database: Database, clock: Clock, *, keeps_up: bool = True) -> None:
        super().__init__(database)
        self._is_loading = self._is_stated = False
        try:
            schema.migrate(database)
            bodies = Bodies()
            bodies.load(database.writer)
            transfer.refuse_cut_off(database.writer)
            secret = _secret(database.writer)
            load.recover(database.writer)
        except BaseException:
            database.close()
            raise
        self._recent = Recent()
        self._heads = Heads(database.stamp, database.commits)
        self._reader = Reader(Catalog(), bodies, secret, Memo(database.stamp), self._recent)
        self._upkeep = Upkeep(database, bodies, clock, self._keep_up)
        self._writer = Writer(database, Reader(Catalog(), bodies, secret), self._heads, clock)
        if keeps_up:
            self._upkeep.start()

    @classmethod
    def open(cls, where: str | Path, clock: Clock = system, *, keeps_up: bool = True) -> "Store":
        """Opens the record, makes it if there is none, and brings it to the present schema.

        `where` is a path, `sqlite:///path` or `postgresql://…`. Of several processes one
        `keeps_up`: it sweeps what is old. Raises `Misconfigured` for a record that is newer than
        the program, or damaged.
        """
        if str(where).startswith(("postgresql://", "postgres://")):
            return cls(Postgres(str(where), is_record=True), clock, keeps_up=keeps_up)
        return cls(Sqlite(_path(where)), clock, keeps_up=keeps_up)

    def close(self) -> None:
        """Finishes the writes that were submitted, then closes."""
        self._upkeep.close()
        self._writer.close()
        self._database.close()

    def read(self, type: str, id: str, *, budget: int | None = None) -> Version | None:
        """The current version, which may be a deletion; None if there never was one.

        With a budget, BudgetSpent where even a short read takes long, as over a network.
        """
        head = self._heads.find((type, id))
        if head is not None and (known := self._recent.find(head)):
            return known
        self._check(budget)
        mark = self._heads.mark()
        found = self._reader.current(self._database.reader(), type, id)
        if found is not None:
            self._heads.keep(mark, found)
        return found

    def read_version(
        self, type: str, id: str, number: int, *, budget: int | None = None
    ) -> Version | None:
        self._check(budget)
        return self._reader.numbered(self._database.reader(), type, id, number)

    def search(
        self,
        query: Query,
        *,
        narrow: Narrow | None = None,
        cursor: str = "",
        budget: int | None = None,
    ) -> Page:
        """The first page of a search, or the one that a cursor leads to.

        `budget` is in steps of the database's machine; beyond it, BudgetSpent.
        """

        def run(connection: Connection) -> Page:
            return page.search(
                connection, self._reader, query, narrow=narrow, given=cursor, budget=budget
            )

        return self._within(budget, run)

    def count(
        self, query: Query, *, narrow: Narrow | None = None, budget: int | None = None
    ) -> int:
        """How many resources a search finds."""
        return self._within(budget, lambda c: page.count(c, self._reader, query, narrow=narrow))

    def explain(self, query: Query, *, narrow: Narrow | None = None) -> Explanation:
        """How a search would be carried out."""

        def run(connection: Connection) -> Explanation:
            return explain.explain(connection, self._reader, query, narrow=narrow)

        return self._within(None, run)

    def history(
        self,
        type: str = "",
        id: str = "",
        *,
        since: int | None = None,
        at: tuple[int, int] | None = None,
        count: int | None = None,
        cursor: str = "",
        budget: int | None = None,
    ) -> Page:
        """Versions of one resource, of a type, or of all, newest first.

        `since`: lastUpdated at or after (microseconds). `at`: versions that were current at some
        time within [low, high).
        """
        asked = history.Asked(type, id, since, at, count)
        return self._within(budget, lambda c: history.page(c, self._reader, asked, cursor))

    def submit(
        self, unit: Callable[[Transaction], T], about: Sequence[tuple[str, str]] = ()
    ) -> "Future[T]":
        """Runs a unit of work on the writer; the future is done when it is durable.

        An exception in the unit takes back its writes only, and comes out of the future. A unit may
        be run again, so it does nothing beside its transaction. `about` names resources, by type
        and id, that it will read or write: where that takes a journey, it is made once for many.
        """
        return self._writer.submit(unit, about)

    def write(self, unit: Callable[[Transaction], T]) -> T:
        """Runs a unit of work and waits until it is durable."""
        return self.submit(unit).result()

    def load(self, changes: Iterable[Change]) -> int:
        """Writes many resources; durable when it returns. How many they were.

        A record that was empty is indexed when all is there; until then it cannot be searched.
        """
        count = 0
        with self.loading():
            for batch in load.batches(changes):
                self.write(partial(_write_all, batch))
                if not count:
                    # The bodies of the first batch teach how to keep all others small.
                    self._upkeep.train()
                count += len(batch)
        return count

    @contextmanager
    def loading(self) -> Iterator[None]:
        """While many resources are written: an empty record leaves its ordered indexes for the end,
        and cannot be searched until then."""
        if self._database.is_alone():
            self._is_loading = self.write(lambda transaction: transaction.begin_load())
        try:
            yield
        finally:
            if self._is_loading:
                self.write(lambda transaction: transaction.finish_load())
            self._is_loading = False
            self._database.share()

    def outbox(self, after: int | None = None, count: int = 100) -> tuple[Event, ...]:
        """What was committed after a position, oldest first. Positions are commit numbers.

        The versions in the order of their commits are the outbox: there is nothing else to write.
        Without a position it goes on after what was forgotten.
        """
        start = self.mark(_OUTBOX) if after is None else after
        found = self._reader.after(self._database.reader(), start, count)
        return tuple(Event(version.commit, version) for version in found)

    def outbox_position(self) -> int:
        """The position of the last commit."""
        return page.newest(self._database.reader(), {})

    def forget_outbox(self, upto: int) -> None:
        """Notes that all up to a position was delivered, with one of the next commits."""
        if upto > self.mark(_OUTBOX):
            self.submit(lambda transaction: transaction.mark(_OUTBOX, upto))

    def changed(self, types: Collection[str], after: int) -> tuple[int, frozenset[str]]:
        """The last commit, and which of these types have versions after an earlier one."""
        connection = self._database.reader()
        upto = page.newest(connection, {})
        names = sorted(types)
        sql = f"""SELECT DISTINCT type.name FROM version JOIN type ON type.id = version.type
            WHERE version.t > ? AND version.t <= ? AND type.name IN ({question_marks(names)})"""
        rows = connection.rows(sql, (after, upto, *names)) if upto > after else ()
        return upto, frozenset(row[0] for row in rows)

    def known(self, patient: str) -> Known | None:
        """All that is stated of a patient about access; None for one that nothing names."""
        kept = self._reader.facts()
        key = ("known", patient)
        if key not in kept:
            kept[key] = facts.known(self._database.reader(), self._reader.catalog, patient)
        found: Known | None = kept[key]
        return found

    def people(self, numbers: Collection[str]) -> Sequence[str]:
        """Ids of the patients with one of the numbers, as system|value."""
        return facts.people(self._database.reader(), numbers)

    def patients_of(self, subjects: Collection[str], relation: str) -> Sequence[str]:
        """Ids of the patients to whom one of the subjects has a relation of the name."""
        return facts.patients_of(self._database.reader(), subjects, relation)

    def about(self, commits: Sequence[int]) -> Mapping[int, About]:
        """Whom and what versions are about."""
        kept = self._reader.facts()
        unknown = [t for t in commits if ("about", t) not in kept]
        if unknown:
            found = facts.about(self._database.reader(), unknown)
            kept.update({("about", t): about for t, about in found.items()})
        return {t: kept["about", t] for t in commits if ("about", t) in kept}

    def stamp(self) -> bytes:
        """Changes with every commit of any process that changes what is read; b"" where that cannot
        be had cheaply."""
        return self._database.stamp()

    def indexed(self, type: str, after: int, upto: int, count: int) -> Sequence[Stored]:
        """The versions of a type that have index rows, after a commit and up to another one."""
        return reindex.stored(self._database.reader(), self._reader, type, after, upto, count)

    def indexed_count(self, type: str) -> int:
        return reindex.count(self._database.reader(), self._reader, type)

    def unfilled(self, count: int) -> Sequence[Unfilled]:
        """The next versions of an older record that have no words and contained resources yet."""
        return fill.unfilled(self._database.reader(), self._reader, count)

    def filling(self) -> tuple[int, int] | None:
        """How far that work has come, of how much; None when it is done."""
        return fill.progress(self._database.reader())

    def unstated(self, count: int) -> Sequence[Unstated]:
        """The next resources of an older record whose facts about access are not known yet."""
        return restate.unstated(self._database.reader(), self._reader, count)

    def stating(self) -> tuple[int, int] | None:
        """How far that work has come, of how much; None when it is done, which it then stays."""
        if self._is_stated:
            return None
        found = restate.progress(self._database.reader())
        self._is_stated = found is None
        return found

    @property
    def counts_steps(self) -> bool:
        """Whether a read can be given a budget; if not it is ended when it has taken too long."""
        return self._database.is_inline

    @property
    def is_loading(self) -> bool:
        """Whether the ordered indexes are left for later."""
        return load.is_under_way(self._database.reader())

    def backup(self, path: Path, report: Callable[[int, int], None] | None = None) -> None:
        """Copies the record to a file while it is in use. `report` hears pages done, and of all."""
        if path.exists():
            raise Misconfigured(
                "The file of the backup exists already", "Filen for sikkerhetskopien finnes alt"
            )
        transfer.backup(self._database, path, report or _silent)

    @staticmethod
    def restore(backup: Path, where: str | Path, *, replace: bool = False) -> None:
        """Makes the record from a backup. Raises `Misconfigured` if there is one already and
        `replace` is not set, if it is open anywhere, or if the backup is damaged."""
        transfer.restore(backup, str(where), replace=replace)

    def verify(
        self, extract: Extract, unfinished: Collection[tuple[str, str]] = ()
    ) -> Verification:
        """Checks the files, each body against its hash, and each index row against the resource;
        not the rows of parameters that are `unfinished`, by resource type and code."""
        return verify.verify(self._database, self._reader, extract, unfinished)

    def stats(self) -> Stats:
        """Sizes, for metrics."""
        connection = self._database.reader()
        counts = connection.rows(
            "SELECT type.name, count(*) FROM live JOIN type ON type.id ="
            " live.type WHERE live.t > 0 GROUP BY type.name"
        )
        stale = connection.row("SELECT count(*) FROM stale")
        return Stats(
            dict(counts), self.outbox_position(), stale[0] if stale else 0, self._database.size()
        )

    def _check(self, budget: int | None) -> None:
        if budget is not None and not self._database.is_inline:
            raise BudgetSpent

    def _keep_up(self, work: upkeep.Work) -> None:
        self.write(lambda transaction: transaction.keep_up(work))

    def _within(self, budget: int | None, read: Callable[[Connection], T]) -> T:
        if self._is_loading:
            raise load.refusal()
        self._check(budget)
        result: T = self._database.within(budget, read)
        return result


def _write_all(batch: list[Change], transaction: Transaction) -> None:
    for change in batch:
        transaction.write(change)


def _silent(_: int, __: int) -> None: ...


def _path(where: str | Path) -> Path:
    text = str(where).removeprefix("sqlite://")
    if "://" in text:
        raise Misconfigured(
            "The address of the record is not understood",
            "Adressen til journalen er ikke forstått",
            expected="sqlite:///path/of/record.db or postgresql://…",
        )
    return Path(text)


def _secret(connection: Connection) -> bytes:
    """Signs cursors; made with the record, so that all its servers agree."""
    connection.insert("mark", [("secret", secrets.token_hex(32))])
    row = connection.row("SELECT value FROM mark WHERE name = 'secret'")
    return str(row[0]).encode() if row else b""
