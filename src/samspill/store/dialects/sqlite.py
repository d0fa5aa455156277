"""SQLite through apsw: WAL, one writer, a reader for each thread, checkpoints off the commit path.

https://www.sqlite.org/wal.html
"""

import fcntl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TextIO, TypeVar

import apsw
import msgspec

from samspill.base.errors import SamspillError
from samspill.store.connect import Row
from samspill.store.dialects.sqlite_batches import inserts, joined, listed
from samspill.store.dialects.sqlite_errors import too_costly, translate
from samspill.store.dialects.sqlite_files import share
from samspill.store.sql import Sql
from samspill.store.stamps import Stamps
from samspill.store.types import BudgetSpent

T = TypeVar("T")

_STEPS = 100_000
"""Steps of SQLite's machine, some ten milliseconds, between looks at the clock."""
_PARTS = 4
"""Looks at a budget of steps."""

MIGRATIONS = Path(__file__).parent.parent / "migrations" / "sqlite"


class Connection:
    """A connection that speaks in rows and in our errors."""

    def __init__(self, raw: apsw.Connection, turn: TextIO | None = None) -> None:
        """`turn` is the file whose lock a writer holds from the beginning of a transaction on."""
        self.raw = raw
        self._turn = turn

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        try:
            return self.raw.execute(sql, parameters).fetchall()
        except apsw.Error as error:
            raise translate(error) from error

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        try:
            return self.raw.execute(sql, parameters).fetchone()
        except apsw.Error as error:
            raise translate(error) from error

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        try:
            self.raw.execute(sql, parameters)
        except apsw.Error as error:
            raise translate(error) from error
        finally:
            if self._turn is not None and not self.raw.in_transaction:
                fcntl.flock(self._turn, fcntl.LOCK_UN)

    def stream(self, sql: str) -> Iterator[Row]:
        return iter(self.raw.execute(sql))

    def begin(self) -> None:
        """Writers of all processes wait here for their turn, in the kernel: SQLite would have them
        ask again and again, and give up."""
        if self._turn is not None:
            fcntl.flock(self._turn, fcntl.LOCK_EX)
        self.run("BEGIN IMMEDIATE")

    def intern(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> list[int]:
        find, make = _interning(table, tuple(columns))
        keys = []
        try:
            for row in rows:
                found = self.raw.execute(find, row).fetchone()
                if found is None:
                    # RETURNING would take ten times as long in a large transaction.
                    self.raw.execute(make, row)
                    found = (self.raw.last_insert_rowid(),)
                keys.append(found[0])
        except apsw.Error as error:
            raise translate(error) from error
        return keys

    def each(self, sql: str, rows: Sequence[Row]) -> None:
        try:
            self.raw.executemany(sql, rows)
        except apsw.Error as error:
            raise translate(error) from error

    def together(self) -> nullcontext[None]:
        return nullcontext()

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        try:
            for sql, values in inserts(table, rows) if rows else ():
                self.raw.execute(sql, values)
        except apsw.Error as error:
            raise translate(error) from error

    reads_unions_whole = False

    def fetch(
        self, columns: tuple[str, ...], rest: str, parameters: Sequence[Any] = ()
    ) -> list[Sequence[Any]]:
        text = self._text(listed(columns, rest), parameters)
        rows: list[Sequence[Any]] = msgspec.json.decode(text or "[]")
        return rows

    def numbers(self, sql: str, parameters: Sequence[Any] = ()) -> list[int]:
        text = self._text(joined(sql), parameters)
        return list(map(int, text.split())) if text else []

    def _text(self, sql: str, parameters: Sequence[Any]) -> str | None:
        """Rows joined by SQLite: each that is fetched lets other threads take the interpreter, and
        getting it back costs more than the row."""
        try:
            text: str | None = self.raw.execute(sql, parameters).get
        except apsw.Error as error:
            raise translate(error) from error
        return text

    def holds_words(self, row: Row) -> bool:
        """The texts are not kept: their lengths are, and the beginnings are looked for."""
        rowid, *columns = row
        found = self.row("SELECT sz FROM words_docsize WHERE id = ?", (rowid,))
        counts = [len(column.split()) for column in columns]
        if found is None or found[0] != b"".join(map(_variable, counts)):
            return False
        heads = zip(("narrative", "rest"), columns, strict=True)
        sought = [
            f'{name} : ^ "{" ".join(column.split()[:_LOOKED_FOR])}"'
            for name, column in heads
            if column
        ]
        sql = "SELECT 1 FROM words WHERE rowid = ? AND words MATCH ?"
        return self.row(sql, (rowid, " AND ".join(sought))) is not None

    def has_words(self, row: str, words: str, *, only_narrative: bool, is_beginning: bool) -> Sql:
        columns = "narrative" if only_narrative else "narrative rest"
        star = " *" if is_beginning else ""
        return Sql(f"{row}.words MATCH ?", (f'{{{columns}}} : "{words}"{star}',))

    @property
    def in_transaction(self) -> bool:
        return self.raw.in_transaction

    @property
    def written(self) -> int:
        return self.raw.total_changes()

    def plan(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[str, ...]:
        return tuple(row[3] for row in self.rows("EXPLAIN QUERY PLAN " + sql, parameters))


def _variable(number: int) -> bytes:
    """https://www.sqlite.org/fileformat2.html#varint, of numbers below 2^28."""
    parts = [number & 127]
    while number := number >> 7:
        parts.append(number & 127 | 128)
    return bytes(reversed(parts))


_LOOKED_FOR = 16
"""Words of each text that are looked for, to see that they are there."""


@cache
def _interning(table: str, columns: tuple[str, ...]) -> tuple[str, str]:
    """The statements that find, and that make, a row of a table with an integer key."""
    sought = " AND ".join(f"{column} = ?" for column in columns)
    marks = ", ".join("?" for _ in columns)
    return (
        f"SELECT rowid FROM {table} WHERE {sought}",
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})",
    )


class Sqlite:
    """A record in one file (with its -wal and -shm beside it)."""

    migrations = MIGRATIONS
    named = (
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')"
    )
    is_inline = True

    def __init__(
        self,
        path: Path,
        *,
        vfs: str | None = None,
        synchronous: str = "FULL",
        checkpoint_pages: int = 16_000,
        longest_seconds: float = 30.0,
        is_shared: bool = True,
    ) -> None:
        """`vfs` names another way to the disk. One that has no memory to share between connections
        needs `is_shared=False`: then one connection does everything, checkpoints too."""
        self._lock_file = share(path)
        self._longest_seconds = longest_seconds
        self._path = path
        self._vfs = vfs
        self._synchronous = synchronous
        self._checkpoint_pages = checkpoint_pages
        self._is_shared = is_shared
        self._local = threading.local()
        self._readers: list[apsw.Connection] = []
        self._lock = threading.Lock()
        self._full = threading.Event()
        self._closing = False
        try:
            raw = self._open(path, is_writer=True)
        except BaseException:
            self._lock_file.close()
            raise
        if is_shared:
            raw.set_wal_hook(self._grown)
        else:
            raw.wal_autocheckpoint(checkpoint_pages)
        self._turn = path.with_name(f"{path.name}-turn").open("w")
        self._writer = Connection(raw, self._turn)
        self._checkpointer = threading.Thread(
            target=self._keep_small, name="checkpoint", daemon=True
        )
        self._checkpointer.start()

    @property
    def writer(self) -> Connection:
        return self._writer

    def reader(self) -> Connection:
        """The calling thread's own connection."""
        if not self._is_shared:
            return self._writer
        found: Connection | None = getattr(self._local, "connection", None)
        if found is None:
            raw = self._open(self._path)
            raw.pragma("query_only", True)
            found = self._local.connection = Connection(raw)
            with self._lock:
                self._readers.append(raw)
        return found

    def within(self, budget: int | None, read: Callable[[Connection], T]) -> T:
        connection = self.reader()
        if budget is None:
            connection.raw.set_progress_handler(_Deadline(self._longest_seconds), _STEPS)
        else:
            connection.raw.set_progress_handler(_Allowance(), max(budget // _PARTS, 1))
        try:
            return read(connection)
        except BudgetSpent:
            if budget is None:
                raise too_costly() from None
            raise
        finally:
            connection.raw.set_progress_handler(None)

    def committed(self) -> None:
        """Nothing to do: the WAL hook has seen it."""

    def announce(self, changes: bool) -> None:
        if self._is_shared:
            self._stamps.announce(changes)

    def stamp(self) -> bytes:
        return self._stamps.now() if self._is_shared and not self._closing else b""

    def commits(self) -> int:
        return self._stamps.commits() if self._is_shared and not self._closing else 0

    @cached_property
    def _stamps(self) -> Stamps:
        """Opened when they are first asked for: by then the log and its index are there."""
        return Stamps(*(Path(f"{self._path}-{name}") for name in ("shm", "stamp")))

    def schema(self) -> int:
        row = self._writer.row("PRAGMA user_version")
        return row[0] if row else 0

    def apply(self, number: int, sql: str) -> None:
        self._writer.run(sql)
        self._writer.run(f"PRAGMA user_version = {number}")

    def is_sound(self) -> list[str]:
        rows = self.reader().rows("PRAGMA integrity_check")
        return [found for (found,) in rows if found != "ok"]

    def backup(self, path: Path, report: Callable[[int, int], None]) -> None:
        """An online copy: writers go on meanwhile. It appears at `path` when it is whole."""
        unfinished = path.with_name(path.name + ".part")
        unfinished.unlink(missing_ok=True)
        try:
            target = apsw.Connection(str(unfinished))
            with target.backup("main", self.reader().raw, "main") as copy:
                while not copy.done:
                    copy.step(2_000)
                    report(copy.page_count - copy.remaining, copy.page_count)
            target.pragma("journal_mode", "delete")
            target.close()
        except apsw.Error as error:
            raise translate(error) from error
        unfinished.replace(path)

    def size(self) -> int:
        files = [self._path, self._path.with_name(self._path.name + "-wal")]
        return sum(file.stat().st_size for file in files if file.exists())

    def is_alone(self) -> bool:
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def share(self) -> None:
        fcntl.flock(self._lock_file, fcntl.LOCK_SH)

    def close(self) -> None:
        self._closing = True
        self._full.set()
        self._checkpointer.join()
        try:
            for raw in (*self._readers, self._writer.raw):
                raw.close()
        except apsw.Error as error:
            raise translate(error) from error
        finally:
            stamps = [self.__dict__["_stamps"]] if "_stamps" in self.__dict__ else []
            for each in (*stamps, self._turn, self._lock_file):
                each.close()

    def _open(self, path: Path, *, is_writer: bool = False) -> apsw.Connection:
        raw: apsw.Connection | None = None
        try:
            raw = apsw.Connection(str(path), vfs=self._vfs, statementcachesize=500)
            raw.set_busy_timeout(10_000)
            if not self._is_shared:
                raw.pragma("locking_mode", "exclusive")
            raw.pragma("journal_mode", "wal")
            raw.pragma("synchronous", self._synchronous)
            raw.pragma("wal_autocheckpoint", 0)
            raw.pragma("mmap_size", 0 if self._vfs or is_writer else 1 << 40)
            raw.pragma("cache_size", -32_000)
            raw.pragma("temp_store", "memory")
        except apsw.Error as error:
            if raw is not None:
                raw.close(True)
            raise translate(error) from error
        return raw

    def _grown(self, _: apsw.Connection, __: str, pages: int) -> int:
        """After a commit: wakes the checkpointer when the log has grown long."""
        if pages > self._checkpoint_pages:
            self._full.set()
        return apsw.SQLITE_OK

    def _keep_small(self) -> None:
        raw: apsw.Connection | None = None
        while self._full.wait() and not self._closing:
            self._full.clear()
            try:
                raw = raw or self._open(self._path)
                raw.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            except (apsw.Error, SamspillError):
                # A full disk or a busy file: the next commit wakes us again.
                continue
        if raw is not None:
            raw.close()


class _Deadline:
    """Stops a statement that has run for too long."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def __call__(self) -> bool:
        return time.monotonic() > self._at


class _Allowance:
    """Stops at the end of the budget, which is looked at in parts: SQLite counts the steps of a
    prepared statement over all its runs, so that the first part may end at once."""

    def __init__(self) -> None:
        self._left = _PARTS

    def __call__(self) -> bool:
        self._left -= 1
        return self._left < 0
