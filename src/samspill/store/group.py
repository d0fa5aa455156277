"""One database transaction, shared by the units that were waiting when it began.

What the units write waits in memory and is written as a set, table by table: at the end, or when a
unit searches. So a unit that only reads by id and writes costs no statement of its own, and needs
no savepoint: to take it back is to forget it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from samspill.base.errors import PreconditionFailed
from samspill.base.texts import Text
from samspill.fhir.search.values import IndexEntry
from samspill.store import accesses, bulk, facts, fill, index, load, reindex, restate, versions
from samspill.store.bulk import Batch, Target
from samspill.store.connect import Connection, Row
from samspill.store.facts import Facts, Following
from samspill.store.fill import Unfilled
from samspill.store.index import Indexed
from samspill.store.reindex import Rebuilt
from samspill.store.restate import Unstated
from samspill.store.types import Access, Change, Version
from samspill.store.versions import Head, Reader

Key = tuple[str, str]
"""Type and id."""

_MARK = "INSERT INTO mark VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


@dataclass(frozen=True, slots=True)
class Pending:
    """A version whose rows have still to be written."""

    version: Version
    row: Row
    head: Head
    """Where the resource stood before it."""
    is_new: bool
    """The resource has no row yet."""
    indexed: Indexed | None
    facts: Facts | None = None

    @property
    def key(self) -> Key:
        return self.version.type, self.version.id

    @property
    def after(self) -> Head:
        """Where the resource stands with it."""
        version = self.version
        return Head(self.head.rid, version.commit, version.number, version.deleted)

    @property
    def following(self) -> Following:
        """What follows from it about access."""
        return Following(self.head.rid, self.facts, self.head.t == 0, self.version.deleted)


@dataclass(frozen=True, slots=True)
class Place:
    """What there was when a unit began."""

    t: int
    made: int
    logged: int


@dataclass(frozen=True, slots=True)
class Start:
    """What the record has come to when a transaction begins."""

    t: int
    at: int
    rid: int
    logged: int
    """Lines of the access log."""
    is_loading: bool

    @classmethod
    def of(cls, connection: Connection) -> "Start":
        """Begins the transaction, and asks."""
        with connection.together():
            connection.begin()
            t, at, rid, logged, loading = connection.row(_START) or (0, 0, 0, 0, 0)
        return cls(t or 0, at or 0, rid or 0, logged or 0, loading is not None)


_START = f"""SELECT (SELECT max(t) FROM version), (SELECT at FROM version ORDER BY t DESC LIMIT 1),
    (SELECT max(rid) FROM resource), (SELECT max(position) FROM access),
    (SELECT value FROM mark WHERE name = '{load.LOADING}')"""


class Group:
    """The transaction at commit `t`; used by the writer's thread only."""

    def __init__(self, connection: Connection, reader: Reader, start: Start, at: int) -> None:
        self.reader = reader
        self.at = at
        self.is_loading = start.is_loading
        self.accesses: list[Access] = []
        self.beside = 0
        """Rows written to tables of which readers remember nothing."""
        self.touched: set[Key] | None = set()
        """Type and id of what was written, also by units that failed; None for a whole batch."""
        self._connection = connection
        self._catalog = reader.catalog
        self._t = start.t
        self._rid: int | None = start.rid
        """The last rid given out; None when others may have been, too."""
        self._logged = start.logged
        self._marks: dict[str, int] = {}
        self._heads: dict[Key, Head | None] = {}
        """Where resources stand that were asked for and not written; None for nowhere."""
        self._pending: list[Pending] = []
        self._fresh: dict[Key, Pending] = {}
        self._flushed: list[Pending] = []
        self._is_guarded = False

    # Units, one after the other

    def enter(self) -> Place:
        """A unit begins."""
        self._flushed = []
        self._is_guarded = False
        return Place(self._t, self._catalog.made, len(self.accesses))

    def leave(self) -> None:
        """The unit has done its work."""
        if self._is_guarded:
            self._connection.run("RELEASE unit")

    def take_back(self, place: Place) -> None:
        """The unit has failed: forgets what it wrote. What earlier units wrote and this one flushed
        is rolled back with it, and waits again."""
        if self._is_guarded:
            self._connection.run("ROLLBACK TO unit")
            self._connection.run("RELEASE unit")
            self._heads.clear()
        del self.accesses[place.logged :]
        if self._catalog.made != place.made:
            self._catalog.forget()
        self._t = place.t
        self._marks = {}
        kept = [each for each in self._flushed + self._pending if each.version.commit <= place.t]
        self._pending = kept
        self._fresh = {each.key: each for each in kept}
        self._rid = max((each.head.rid for each in kept if each.is_new), default=None)

    @property
    def connection(self) -> Connection:
        """For statements that write: from here on the unit is taken back by the database."""
        if not self._is_guarded:
            self._connection.run("SAVEPOINT unit")
            self._is_guarded = True
        if not self._pending:
            self._rid = None
        return self._connection

    @property
    def reading(self) -> Connection:
        """For statements that only read."""
        return self._connection

    # What a unit may do

    def expect(self, keys: Iterable[Key]) -> None:
        """Asks at once where these resources stand, since units are going to ask one by one."""
        by_type: dict[str, list[str]] = {}
        for type, id in keys:
            if (type, id) not in self._heads:
                by_type.setdefault(type, []).append(id)
        for type, ids in by_type.items():
            number = self._catalog.type(self._connection, type)
            found = versions.heads(self._connection, number, ids)
            self._heads.update({(type, id): found.get(id) for id in ids})

    def current(self, type: str, id: str) -> Version | None:
        if (fresh := self._fresh.get((type, id))) is not None:
            return fresh.version
        head = self._head(type, id)
        return self.reader.at(self._connection, head.t) if head else None

    def exists(self, type: str, id: str) -> bool:
        head = self._head(type, id)
        return head is not None and head.exists

    def numbered(self, type: str, id: str, number: int) -> Version | None:
        if (type, id) in self._fresh:
            self.flush()
        return self.reader.numbered(self._connection, type, id, number)

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
            row = self._connection.row("SELECT value FROM mark WHERE name = ?", (name,))
            found = self._marks[name] = int(row[0]) if row else 0
        return found

    def reindex(self, rebuilt: Rebuilt) -> None:
        self.settle()
        reindex.write(self.connection, self._catalog, rebuilt)

    def fill(self, made: Sequence[tuple[Unfilled, Sequence[IndexEntry]]]) -> None:
        self.settle()
        fill.write(self.connection, self._catalog, made)

    def restate(self, made: Sequence[tuple[Unstated, Facts | None]]) -> None:
        self.settle()
        restate.write(self.connection, self._catalog, made)

    def begin_load(self) -> bool:
        """From now on the ordered indexes are left for later, if the record is empty."""
        self.is_loading = self.is_loading or load.begin(self.connection)
        return self.is_loading

    def finish_load(self) -> None:
        self.flush()
        load.finish(self.connection)
        self.is_loading = False

    def write(self, change: Change) -> Version:
        head = self._head(change.type, change.id)
        check_expected(head, change.expected)
        body = change.body(head.number + 1 if head else 1, self.at)
        type = self._catalog.type(self._connection, change.type)
        main = index.main_date(change.type, change.entries)
        indexed = Indexed(self._t + 1, type, main, change.entries, change.patients)
        return self._add((change.type, change.id), type, head, body, indexed, change.facts)

    def write_batch(self, batch: Batch) -> None:
        self.flush()
        self.touched = None
        self._heads.clear()
        target = Target(self.connection, self.reader, self._t, self.at, self.is_loading)
        bulk.write(target, batch)
        self._t += len(batch.changes)

    def delete(self, name: str, id: str, expected: int | None) -> Version | None:
        head = self._head(name, id)
        check_expected(head, expected)
        if head is None or not head.exists:
            return None
        type = self._catalog.type(self._connection, name)
        return self._add((name, id), type, head, b"", None)

    def flush(self) -> None:
        """Writes the rows that have been gathered, table by table."""
        waiting = self._pending
        if not waiting:
            return
        connection = self.connection
        with connection.together():
            self._write_heads(connection)
            replaced = [(each.head, each.version.commit) for each in waiting if each.head.t]
            versions.add(connection, [each.row for each in waiting], replaced)
            indexed = [each.indexed for each in waiting if each.indexed]
            later = load.ORDERED if self.is_loading else ()
            index.write(connection, self._catalog, indexed, later)
            facts.write(connection, self._catalog, [each.following for each in waiting])
        self._flushed += waiting
        self._pending = []
        self._fresh = {}
        self._heads.clear()
        self._rid = None

    def finish(self) -> None:
        """Writes what waits when all units have been run; outside of any of them."""
        self._is_guarded = True
        with self._connection.together():
            self.flush()
            before = self._connection.written
            accesses.write(self._connection, self._catalog, self.accesses, self._logged)
            self.beside += self._connection.written - before

    def _head(self, name: str, id: str) -> Head | None:
        key = name, id
        if (fresh := self._fresh.get(key)) is not None:
            return fresh.after
        if key not in self._heads:
            type = self._catalog.type(self._connection, name)
            self._heads[key] = versions.head(self._connection, type, id)
        return self._heads[key]

    def _add(
        self,
        key: Key,
        type: int,
        head: Head | None,
        body: bytes,
        indexed: Indexed | None,
        following: Facts | None = None,
    ) -> Version:
        """Makes a version the current one; its rows wait for `flush`."""
        self._t = t = self._t + 1
        deleted = indexed is None
        is_new = head is None
        if head is None:
            head = Head(self._next_rid(), 0, 0, False)
        number = head.number + 1
        codec, stored = self.reader.bodies.compress(type, body)
        main = indexed.main if indexed else 0
        hash = hashlib.sha256(body).digest()
        row = (t, head.rid, type, number, self.at, main, int(deleted), hash, codec, stored)
        version = Version(*key, number, self.at, body, deleted, t)
        self._fresh[key] = pending = Pending(version, row, head, is_new, indexed, following)
        self._pending.append(pending)
        if self.touched is not None:
            self.touched.add(key)
        return version

    def _write_heads(self, connection: Connection) -> None:
        """The rows of new resources, and where the others stand now."""
        new = {each.head.rid for each in self._pending if each.is_new}
        last = self._fresh.values()
        added = [(each.row[2], each.key[1], each.after) for each in last if each.head.rid in new]
        versions.add_resources(connection, added)
        versions.move_heads(connection, [each.after for each in last if each.head.rid not in new])
        for each in self._pending:
            if each.is_new:
                self._catalog.note_resource(*each.key, each.head.rid)

    def _next_rid(self) -> int:
        if self._rid is None:
            self._rid = versions.last_rid(self._connection)
        self._rid += 1
        return self._rid


def check_expected(head: Head | None, expected: int | None) -> None:
    """Raises `PreconditionFailed` unless the current version is the expected one."""
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
