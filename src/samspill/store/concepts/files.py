"""The database of large code systems: a file beside the record's, or tables in its PostgreSQL.

It has a schema, and a lock for those that load, of its own: a load of minutes keeps no one from
writing to the record.
"""

import fcntl
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from samspill.base.errors import Misconfigured
from samspill.store.connect import Connection, Database
from samspill.store.dialects.postgres import Postgres
from samspill.store.dialects.sqlite import Sqlite

MIGRATIONS = Path(__file__).parent.parent / "migrations" / "concepts"
_NUMBER = re.compile(r"(sqlite|postgres)_(\d{4})\.sql")
_SCHEMA = "code_systems"
_LEAN = ("mmap_size = 0", "cache_size = -4000")
_LOADING_LOCK = 5_115_412
"""Any number, the same in all programs; the record's writers have another one."""


class Files:
    """Opened when something is there, or about to be."""

    def __init__(self, where: str | Path) -> None:
        text = self.where = str(where)
        self._url = text if text.startswith(("postgresql://", "postgres://")) else ""
        self.path = Path() if self._url else beside(Path(text.removeprefix("sqlite://")))
        self._database: Database | None = None
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._local = threading.local()

    @property
    def is_remote(self) -> bool:
        """Whether it is a server's database."""
        return bool(self._url)

    def database(self, *, make: bool = False) -> Database | None:
        """None as long as nothing was ever loaded, unless it is to be made."""
        if self._database is None and (make or self._url or self.path.exists()):
            with self._lock:
                self._database = self._database or self._open()
        return self._database

    def reader(self) -> Connection:
        """The calling thread's connection, with little memory: the system keeps the file's pages
        anyway, and would count them once more for each thread."""
        found: Connection | None = getattr(self._local, "connection", None)
        database = self.database()
        assert database is not None
        if self.is_remote:
            return database.reader()
        if found is None:
            found = self._local.connection = database.reader()
            for pragma in _LEAN:
                found.rows(f"PRAGMA {pragma}")
        return found

    @contextmanager
    def loading(self) -> Iterator[Connection]:
        """The writer, for one load at a time among all processes."""
        database = self.database(make=True)
        assert database is not None
        with self._loading:
            if self._url:
                writer = database.writer
                writer.row("SELECT pg_advisory_lock(?)", (_LOADING_LOCK,))
                try:
                    yield writer
                finally:
                    writer.row("SELECT pg_advisory_unlock(?)", (_LOADING_LOCK,))
            else:
                with self.path.with_name(self.path.name + ".loading").open("w") as file:
                    fcntl.flock(file, fcntl.LOCK_EX)
                    yield database.writer

    def written(self) -> None:
        """After many writes: what they freed goes back to the disk, the log to the file."""
        if isinstance(self._database, Sqlite):
            writer = self._database.writer
            # It works as long as rows are asked for.
            writer.rows("PRAGMA incremental_vacuum")
            writer.rows("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        if self._database is not None:
            self._database.close()

    def _open(self) -> Database:
        made: Database = Postgres(self._url, schema=_SCHEMA) if self._url else Sqlite(self.path)
        try:
            if not self._url and made.writer.row("PRAGMA auto_vacuum") == (0,):
                made.writer.run("PRAGMA auto_vacuum = incremental; VACUUM")
            _migrate(made.writer, "postgres" if self._url else "sqlite")
        except BaseException:
            made.close()
            raise
        return made


def beside(record: Path) -> Path:
    """The file that belongs to a record's, or to a backup of it.

    >>> beside(Path("data/record.db"))
    PosixPath('data/record.concepts.db')
    """
    return record.with_name(f"{record.stem}.concepts.db")


def _migrate(writer: Connection, kind: str) -> None:
    """Applies what is missing, each step in a transaction. Refuses a newer database."""
    steps = sorted(
        (int(found[2]), path)
        for path in MIGRATIONS.iterdir()
        if (found := _NUMBER.fullmatch(path.name)) and found[1] == kind
    )
    writer.begin()
    try:
        writer.run("CREATE TABLE IF NOT EXISTS concept_schema (number BIGINT PRIMARY KEY)")
        row = writer.row("SELECT max(number) FROM concept_schema")
        present = (row[0] if row else None) or 0
        if present > steps[-1][0]:
            raise Misconfigured(
                "The code systems were loaded by a newer program: upgrade this one",
                "Kodesystemene er lastet av et nyere program: oppgrader dette",
            )
        for number, path in steps:
            if number > present:
                writer.run(path.read_text("utf-8"))
                writer.insert("concept_schema", [(number,)])
        writer.run("COMMIT")
    except BaseException:
        writer.run("ROLLBACK")
        raise
