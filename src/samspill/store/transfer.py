"""A record moved, row by row, to a database of the other kind or of the same: nothing is made anew.

So versions, history, deletions, the access log, jobs and marks keep their bytes, numbers and order.
A move that was cut off is begun again from the start.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from msgspec import msgpack

from samspill.base.errors import Misconfigured
from samspill.store import fill, schema
from samspill.store.bodies import Bodies
from samspill.store.connect import Connection, Database, Row
from samspill.store.dialects import sqlite_files
from samspill.store.dialects.postgres import Postgres
from samspill.store.dialects.sqlite import Sqlite

MOVING = "moving"
"""Mark of a record that is not all there yet."""

_REMOTE = ("postgresql://", "postgres://")
_OWN_MARKS = ("schema", MOVING)
_FILL_MARKS = (fill.UPTO, fill.POSITION)
_AT_ONCE = 5_000
_PARTING = 1.0
"""Seconds."""
"""Rows of one insert, and of one transaction."""
_INSIDE = ("live", "posting", "fact", "date", "number", "quantity", "position")
"""Tables in which contained resources stand as well, by a negative `t`."""
_FILLED = ("words", "contained")
_FIRST = ("type", "parameter", "access_term")
_OWN_TABLES = ("sqlite_", "words_")

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Moved:
    """A table that was moved: how many rows, and a hash of them all, whatever their order."""

    table: str
    rows: int
    hash: str

    def __str__(self) -> str:
        return f"{self.table:20} {self.rows:>14,} rows  {self.hash}"


def is_cut_off(connection: Connection) -> bool:
    """Whether a move into this record did not come to its end."""
    return connection.row("SELECT 1 FROM mark WHERE name = ?", (MOVING,)) is not None


def refuse_cut_off(connection: Connection) -> None:
    """Raises `Misconfigured` when a record is not all there."""
    if is_cut_off(connection):
        raise Misconfigured(
            "A move into this record was cut off: begin it again",
            "En flytting til denne journalen ble avbrutt: start den på nytt",
            expected="samspill migrate-store FROM TO, or samspill restore --replace FILE",
        )


def open_database(address: str) -> Database:
    """The database at a URL, or a SQLite file; brought to the present schema."""
    is_remote = address.startswith(_REMOTE)
    path = Path(address.removeprefix("sqlite://"))
    database: Database = Postgres(address, is_record=True) if is_remote else Sqlite(path)
    try:
        schema.migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def move(source: Database, target: Database, report: Report, *, replace: bool = False) -> None:
    """Moves all rows and compares them. `Misconfigured` if the target is not empty, unless its
    rows are to be replaced, and when a hash differs. The source stays as it is."""
    if not _has_been_left(target):
        raise Misconfigured(
            "The target is open: stop the server first", "Målet er åpent: stopp tjeneren først"
        )
    try:
        _empty(target, replace=replace)
        reading = source.reader()
        reading.run("BEGIN")
        try:
            moved = list(_move_tables(source, target, report))
        finally:
            reading.run("ROLLBACK")
        _check(target, moved, report, _lacks_words(source, target))
        target.writer.run("DELETE FROM mark WHERE name = ?", (MOVING,))
    finally:
        target.share()


def backup(source: Database, path: Path, report: Callable[[int, int], None]) -> None:
    """Copies a record to a file of SQLite, as it is now, while others go on writing."""
    if source.is_inline:
        source.backup(path, report)
        return
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    target = open_database(f"sqlite://{unfinished}")
    try:
        move(source, target, _silent)
    finally:
        target.close()
    unfinished.replace(path)
    for rest in ("-wal", "-shm", ".lock", "-turn", "-stamp"):
        unfinished.with_name(unfinished.name + rest).unlink(missing_ok=True)


def restore(backup: Path, address: str, *, replace: bool) -> None:
    """Makes a record from such a file."""
    if not address.startswith(_REMOTE):
        sqlite_files.restore(backup, Path(address.removeprefix("sqlite://")), replace=replace)
        return
    if not backup.is_file():
        raise Misconfigured("There is no such backup", "Sikkerhetskopien finnes ikke")
    between(f"sqlite://{backup}", address, _silent, replace=replace)


def between(source: str, target: str, report: Report, *, replace: bool = False) -> None:
    """Opens both and moves. Nobody may write to the source meanwhile."""
    came_from = open_database(source)
    try:
        if not came_from.is_alone():
            raise Misconfigured(
                "The source is open: stop the server first", "Kilden er åpen: stopp tjeneren først"
            )
        goes_to = open_database(target)
        try:
            move(came_from, goes_to, report, replace=replace)
        finally:
            goes_to.close()
    finally:
        came_from.close()


def _empty(target: Database, *, replace: bool) -> None:
    writer = target.writer
    tables = [table for table in _tables(target) if table != "mark"]
    filled = [table for table in tables if writer.row(f"SELECT 1 FROM {table} LIMIT 1")]
    if filled and not replace and not is_cut_off(writer):
        raise Misconfigured(
            "There is a record in the target already",
            "Det finnes allerede en journal i målet",
            expected="an empty target",
        )
    writer.begin()
    for table in reversed(filled):
        writer.run(f"DELETE FROM {table}")
    writer.run("DELETE FROM mark WHERE name <> 'schema'")
    writer.insert("mark", [(MOVING, "1")])
    writer.run("COMMIT")


def _has_been_left(target: Database) -> bool:
    """Whether nobody else has it open. A server that was told goodbye lets go of what it held for
    someone a moment later."""
    until = time.monotonic() + _PARTING
    while not (is_alone := target.is_alone()) and time.monotonic() < until:
        time.sleep(0.05)
    return is_alone


def _move_tables(source: Database, target: Database, report: Report) -> Iterator[Moved]:
    writer, reading = target.writer, source.reader()
    lacks_words = _lacks_words(source, target)
    for table in _tables(target):
        if table in _FILLED and lacks_words:
            continue
        count, total = 0, 0
        rows = reading.stream(_selected(table, lacks_words))
        while some := list(islice(rows, _AT_ONCE)):
            some = [_as_kept(table, row) for row in some]
            total += sum(map(_hash, some))
            count += len(some)
            writer.begin()
            writer.insert(table, some)
            writer.run("COMMIT")
        moved = Moved(table, count, _shown(total))
        report(str(moved))
        yield moved
    if lacks_words:
        row = reading.row("SELECT max(t) FROM version")
        if row and row[0]:
            writer.insert("mark", [(fill.UPTO, str(row[0]))])


def _lacks_words(source: Database, target: Database) -> bool:
    """SQLite keeps the index of words and not the words: they are made again from the bodies, in
    the background, with the rows of contained resources."""
    return source.is_inline and not target.is_inline


def _check(target: Database, moved: Sequence[Moved], report: Report, lacks_words: bool) -> None:
    """Reads all again from the target, expands each body, and compares."""
    connection = target.reader()
    bodies = Bodies()
    bodies.load(connection)
    connection.run("BEGIN")
    try:
        for each in moved:
            count, total = 0, 0
            for row in connection.stream(_selected(each.table, lacks_words)):
                row = _as_kept(each.table, row)
                count, total = count + 1, total + _hash(row)
                if each.table == "version":
                    _check_body(bodies, connection, row)
            if each.table not in _UNREADABLE and (count, _shown(total)) != (each.rows, each.hash):
                raise _differs(each.table)
    finally:
        connection.run("ROLLBACK")
    report("Every row and the hash of every version are the same in both.")


def _check_body(bodies: Bodies, connection: Connection, row: Row) -> None:
    hash, codec, stored = row[7], row[8], row[9]
    if hashlib.sha256(bodies.expand(connection, codec, stored)).digest() != hash:
        raise _differs("version")


def _tables(database: Database) -> list[str]:
    """All tables, those that others refer to first, without those of SQLite itself."""
    names = {row[0] for row in database.reader().rows(database.named)}
    own = {name for name in names if name.startswith(_OWN_TABLES)}
    return [*_FIRST, *sorted(names - own - set(_FIRST))]


def _selected(table: str, lacks_words: bool) -> str:
    where = " WHERE t >= 0" if lacks_words and table in _INSIDE else ""
    if table == "mark":
        where = f" WHERE name NOT IN {(*_OWN_MARKS, *(_FILL_MARKS if lacks_words else ()))}"
    return f"SELECT * FROM {table}{where}"


def _as_kept(table: str, row: Row) -> Row:
    """A mark may be a number or its digits."""
    return (row[0], str(row[1])) if table == "mark" else tuple(row)


def _hash(row: Row) -> int:
    return int.from_bytes(hashlib.sha256(msgpack.encode(row)).digest()[:16], "big")


def _shown(total: int) -> str:
    return f"{total % 2**128:032x}"


def _differs(table: str) -> Misconfigured:
    return Misconfigured(
        f"What arrived is not what was sent: {table}. The target must not be used",
        f"Det som kom frem, er ikke det som ble sendt: {table}. Målet må ikke brukes",
    )


_UNREADABLE = ("words",)
"""Tables that SQLite can search and not read."""


def _silent(_: str) -> None: ...
