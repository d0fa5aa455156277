"""PostgreSQL through psycopg: the same tables and statements, rows added by UNNEST.

Writers of all processes take turns by an advisory lock, which they hold from the first statement to
the commit: so commit numbers are given out in the order of the commits, which pages and the outbox
rely on. https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import pq
from psycopg.errors import ReadOnlySqlTransaction

from samspill.base.errors import Misconfigured, NotSupported, Unavailable
from samspill.store.connect import Row
from samspill.store.dialects.postgres_errors import check_version, refused, translate
from samspill.store.sql import Sql

T = TypeVar("T")

MIGRATIONS = Path(__file__).parent.parent / "migrations" / "postgres"

_WRITER_LOCK = 5_115_411
"""Any number, the same in all programs that write to a record."""
_OPEN_LOCK = 5_115_421
"""Shared by all who have a record open."""

_KEPT = ("join_collapse_limit=1", "from_collapse_limit=1", "jit=off", "random_page_cost=1.1")
"""Joins are made in the order in which they are written: the search has planned them."""


class Connection:
    """A connection that speaks in rows and in our errors."""

    def __init__(self, raw: "psycopg.Connection[Row]", *, only_reads: bool = False) -> None:
        self.raw = raw
        self._only_reads = only_reads
        self._types: dict[str, dict[str, str]] = {}
        self._is_together = False

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        return self._execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        return self._execute(sql, parameters).fetchone()

    def run(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        self._execute(sql, parameters)

    def stream(self, sql: str) -> Iterator[Row]:
        with self.raw.cursor(name="rows") as cursor:
            cursor.itersize = 2_000
            yield from cursor.execute(_with_numbers(sql))

    def begin(self) -> None:
        self.run("BEGIN")
        self.run(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")

    def intern(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> list[int]:
        find, make = _interning(table, tuple(columns), self._types_of(table, columns))
        found: dict[int, int] = dict(self.rows(find if self._only_reads else make, _columns(rows)))
        if len(found) < len(rows):
            # Not left to the server: its error would end the transaction.
            raise translate(ReadOnlySqlTransaction())
        return [found[n] for n in range(1, len(rows) + 1)]

    def each(self, sql: str, rows: Sequence[Row]) -> None:
        if rows:
            try:
                self.raw.cursor().executemany(_with_numbers(sql), rows)
            except psycopg.Error as error:
                raise translate(error) from error

    @contextmanager
    def together(self) -> Iterator[None]:
        if self._is_together:
            # One within another would wait for all answers at its end.
            yield
            return
        self._is_together = True
        try:
            with self.raw.pipeline():
                yield
        except psycopg.Error as error:
            raise translate(error) from error
        finally:
            self._is_together = False

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        if rows:
            self._execute(_inserting(table, self._types_of(table)), _columns(rows))

    reads_unions_whole = True

    def fetch(
        self, columns: tuple[str, ...], rest: str, parameters: Sequence[Any] = ()
    ) -> Sequence[Sequence[Any]]:
        return self.rows(f"SELECT {', '.join(columns)} {rest}", parameters)

    def numbers(self, sql: str, parameters: Sequence[Any] = ()) -> list[int]:
        return [row[0] for row in self._execute(sql, parameters)]

    @property
    def written(self) -> int:
        return 0

    def holds_words(self, row: Row) -> bool:
        sql = "SELECT 1 FROM words WHERE rowid = ? AND narrative = ? AND rest = ?"
        return self.row(sql, row) is not None

    def has_words(self, row: str, words: str, *, only_narrative: bool, is_beginning: bool) -> Sql:
        each = [f"'{word}'" for word in words.split()]
        lexemes = " & ".join(each) + (":*" if is_beginning else "")
        beginning = f" {words}" if is_beginning else f" {words} "
        found, values = list[str](), list[object]()
        for column in ("narrative",) if only_narrative else ("narrative", "rest"):
            found.append(f"{row}.{column}::tsvector @@ ?::tsquery")
            values.append(lexemes)
            if len(each) > 1:
                found[-1] += f" AND strpos(' ' || {row}.{column} || ' ', ?) > 0"
                values.append(beginning)
        return Sql(f"({' OR '.join(f'({each})' for each in found)})", tuple(values))

    @property
    def in_transaction(self) -> bool:
        return self.raw.info.transaction_status == pq.TransactionStatus.INTRANS

    def plan(self, sql: str, parameters: Sequence[Any] = ()) -> tuple[str, ...]:
        return tuple(row[0] for row in self.rows("EXPLAIN " + sql, parameters))

    def _types_of(self, table: str, columns: Sequence[str] = ()) -> tuple[str, ...]:
        """The types of some columns of a table, or of all."""
        if table not in self._types:
            self._types[table] = dict(self.rows(_COLUMNS, (table,)))
        types = self._types[table]
        return tuple(types[name] for name in columns or types)

    def _execute(self, sql: str, parameters: Sequence[Any]) -> "psycopg.Cursor[Row]":
        try:
            return self.raw.execute(_with_numbers(sql), parameters or None)
        except psycopg.Error as error:
            raise translate(error) from error


@lru_cache(maxsize=4096)
def _with_numbers(sql: str) -> str:
    """The statement with psycopg's marks; it is made of fixed parts, as all SQL of the store."""
    sql = _row_by_row(sql)
    return sql.replace("%", "%%").replace("?", "%s").replace("%%b::bytea", "%b::bytea")


def _row_by_row(sql: str) -> str:
    """The statement with OFFSET 0 in each EXISTS. So it is asked of each row that the search comes
    to, until the page is full; else PostgreSQL would look for all rows that meet it, and join."""
    end = 0
    while (start := sql.find(_EXISTS, end)) >= 0:
        depth, end = 1, start + len(_EXISTS)
        at = end
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[at], 0)
            at += 1
        sql = f"{sql[: at - 1]} OFFSET 0{sql[at - 1 :]}"
    return sql


_EXISTS = "EXISTS ("


def _columns(rows: Sequence[Row]) -> list[object]:
    """The columns of rows as arrays. Numbers are written by Python's own `str` of a list, in a
    tenth of the time that the driver takes."""
    return [
        f"{{{str(column)[1:-1].rstrip(',')}}}"
        if isinstance(column[0], int | float) and None not in column
        else list(column)
        for column in zip(*rows, strict=True)
    ]


@cache
def _inserting(table: str, types: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} SELECT * FROM unnest({_arrays(types)}) ON CONFLICT DO NOTHING"


@cache
def _interning(table: str, columns: tuple[str, ...], types: tuple[str, ...]) -> tuple[str, str]:
    """The statements that find, and that find or make, rows of a table with an integer key."""
    key = "rid" if table == "resource" else "id"
    names = ", ".join(columns)
    same = " AND ".join(f"t.{column} = w.{column}" for column in columns)
    wanted = f"unnest({_arrays(types)}) WITH ORDINALITY AS w({names}, n)"
    # The inner SELECT is carried out for each value, by its index, whatever the planner believes.
    one = f"LATERAL (SELECT {key} FROM {table} t WHERE {same} LIMIT 1) t"
    find = f"SELECT w.n, t.{key} FROM {wanted} CROSS JOIN {one}"
    make = f"""WITH found AS MATERIALIZED (
            SELECT w.*, t.{key} AS key FROM {wanted} LEFT JOIN {one} ON TRUE),
        new AS MATERIALIZED (
            SELECT n, {names}, row_number() OVER (ORDER BY n)
                + (SELECT coalesce(max({key}), 0) FROM {table}) AS key
            FROM found WHERE key IS NULL),
        made AS (INSERT INTO {table} ({key}, {names}) SELECT key, {names} FROM new)
        SELECT n, key FROM found WHERE key IS NOT NULL UNION ALL SELECT n, key FROM new"""
    return find, make


def _arrays(types: Sequence[str]) -> str:
    # In binary, bytes take half as much room.
    return ", ".join(f"{'%b' if type == 'bytea' else '?'}::{type}[]" for type in types)


class Postgres:
    """A record in a database of a PostgreSQL server, version 15 or later."""

    migrations = MIGRATIONS
    named = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    is_inline = False

    def __init__(
        self,
        url: str,
        *,
        longest_seconds: float = 30.0,
        is_record: bool = False,
        schema: str = "",
    ) -> None:
        """A record is marked as open, so that a load knows when nobody else can read it. What is no
        record has tables of its own, in a schema of that name."""
        self._url = url
        self._milliseconds = int(longest_seconds * 1_000)
        self._local = threading.local()
        self._lock = threading.Lock()
        self._readers: set[psycopg.Connection[Row]] = set()
        self._kept = (*_KEPT, *([f"search_path={schema}"] if schema else ()))
        self._is_alone = False
        self._holder = self._hold() if is_record else None
        self._writer = Connection(self._open(*_WRITING))
        if schema:
            self._writer.begin()
            self._writer.run(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            self._writer.run("COMMIT")

    @property
    def writer(self) -> Connection:
        if self._writer.raw.broken:
            # The server went away and may be back; the transaction that met it has failed.
            self._writer = Connection(self._open(*_WRITING))
        return self._writer

    def reader(self) -> Connection:
        """The calling thread's own connection, made anew if the server has dropped it."""
        found: Connection | None = getattr(self._local, "connection", None)
        if found is None or found.raw.broken:
            timeout = f"statement_timeout={self._milliseconds}"
            raw = self._open(*_READING, timeout)
            found = self._local.connection = Connection(raw, only_reads=True)
            with self._lock:
                self._readers.add(raw)
            # What is local to a thread goes when the thread ends.
            weakref.finalize(found, self._leave, raw)
        return found

    def _leave(self, raw: "psycopg.Connection[Row]") -> None:
        """A thread has ended, or has a new connection in the place of one that broke."""
        with self._lock:
            self._readers.discard(raw)
        raw.close()

    def within(self, budget: int | None, read: Callable[[Connection], T]) -> T:
        """Steps are not counted here: a read goes on until it is done or takes too long."""
        return read(self.reader())

    def announce(self, changes: bool) -> None:
        """Nobody is told."""

    def stamp(self) -> bytes:
        """Not to be had without asking the server."""
        return b""

    def commits(self) -> int:
        return 0

    def committed(self) -> None:
        """Nothing to do."""

    def schema(self) -> int:
        row = self.writer.row("SELECT to_regclass('mark')")
        if row is None or row[0] is None:
            return 0
        row = self.writer.row("SELECT value FROM mark WHERE name = 'schema'")
        return int(row[0]) if row else 0

    def apply(self, number: int, sql: str) -> None:
        try:
            self.writer.raw.execute(sql)
        except psycopg.Error as error:
            raise translate(error) from error
        self.writer.run("DELETE FROM mark WHERE name = 'schema'")
        self.writer.run("INSERT INTO mark VALUES ('schema', ?)", (str(number),))

    def is_sound(self) -> list[str]:
        """The server's checksums and amcheck are for this; the store checks its own rows."""
        return []

    def backup(self, path: Path, report: Callable[[int, int], None]) -> None:
        raise NotSupported(
            "Back up a PostgreSQL record with the tools of PostgreSQL, such as pg_dump",
            "Sikkerhetskopier en PostgreSQL-journal med PostgreSQLs egne verktøy, som pg_dump",
        )

    def size(self) -> int:
        row = self.reader().row("SELECT pg_database_size(current_database())")
        return int(row[0]) if row else 0

    def is_alone(self) -> bool:
        """Whether the lock that all who have the record open share can be had for ourselves."""
        if self._holder and not self._is_alone:
            row = self._holder.row(f"SELECT pg_try_advisory_lock({_OPEN_LOCK})")
            self._is_alone = bool(row and row[0])
        return self._is_alone

    def share(self) -> None:
        """After much was written, the planner learns how much there is of what."""
        if self._holder and self._is_alone:
            self._is_alone = False
            self._holder.run(f"SELECT pg_advisory_unlock({_OPEN_LOCK})")
            self._holder.run("ANALYZE")

    def close(self) -> None:
        with self._lock:
            for raw in self._readers:
                raw.close()
        self._writer.raw.close()
        if self._holder:
            self._holder.raw.close()

    def _hold(self) -> Connection:
        """A connection that marks the record as open as long as it lasts."""
        holder = Connection(self._open())
        row = holder.row(f"SELECT pg_try_advisory_lock_shared({_OPEN_LOCK})")
        if not (row and row[0]):
            holder.raw.close()
            raise Unavailable(
                "The record is being filled or restored: try again when that is done",
                "Journalen fylles eller gjenopprettes: prøv igjen når det er gjort",
            )
        return holder

    def _open(self, *further: str) -> "psycopg.Connection[Row]":
        options = " ".join(f"-c {each}" for each in (*self._kept, *further))
        try:
            raw = psycopg.connect(self._url, autocommit=True, options=options)
        except psycopg.Error as error:
            # Not `from error`: a traceback would show the address.
            raise refused(error) from None
        try:
            check_version(raw.info.server_version)
        except Misconfigured:
            raw.close()
            raise
        return raw


_WRITING = ("work_mem=64MB", "maintenance_work_mem=256MB")
"""For the sorts with which a load ends."""
_READING = (
    "default_transaction_read_only=on",
    "default_transaction_isolation=repeatable\\ read",
    "plan_cache_mode=force_custom_plan",
)
"""A plan that fits any values, as prepared statements get, takes no account of frequent ones."""
_COLUMNS = """SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""
