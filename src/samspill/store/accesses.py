"""The access log as rows: added in the transaction of the write, or in batches for reads.

Beside the lines stand the full tiles of their hash tree and its signed checkpoints; what they mean
is known to `access.ledger`.
"""

from collections.abc import Sequence

from samspill.store.catalog import Catalog
from samspill.store.connect import Connection
from samspill.store.types import Access

_COLUMNS = (
    "a.position", "a.at", "w.text", "d.text", "a.type", "a.seen", "a.patients", "a.outcome",
    "a.request", "a.salt",
)  # fmt: skip
_LINES = """FROM access a JOIN access_term w ON w.id = a.who JOIN access_term d ON d.id = a.deed"""
_OF_PATIENT = """WHERE a.position IN (SELECT position FROM access_patient
    WHERE patient = ? AND position > ? ORDER BY position LIMIT ?) ORDER BY a.position"""
_OF_ALL = "WHERE a.position > ? ORDER BY a.position LIMIT ?"
_LATEST_OF_PATIENT = """WHERE a.position IN (SELECT position FROM access_patient
    WHERE patient = ? AND position < ? ORDER BY position DESC LIMIT ?) ORDER BY a.position DESC"""
_LATEST_OF_ALL = "WHERE a.position < ? ORDER BY a.position DESC LIMIT ?"

Numbered = tuple[int, Access]
"""A line with its position, counted from 1."""


def write(connection: Connection, catalog: Catalog, lines: Sequence[Access], last: int) -> None:
    """Adds lines at the end of the log, which is `last`."""
    if not lines:
        return
    terms = _terms(connection, catalog, {text for line in lines for text in (line.who, line.deed)})
    numbered = list(enumerate(lines, last + 1))
    connection.insert(
        "access",
        [
            (position, line.at, terms[line.who], terms[line.deed], line.type, line.seen,
                line.patients, line.outcome, line.request, line.salt)
            for position, line in numbered
        ],
    )  # fmt: skip
    about = [(id, position) for position, line in numbered for id in set(line.patients.split())]
    connection.insert("access_patient", about)


def size(connection: Connection) -> int:
    """How many lines there are."""
    row = connection.row("SELECT max(position) FROM access")
    return (row[0] or 0) if row else 0


def _terms(connection: Connection, catalog: Catalog, texts: set[str]) -> dict[str, int]:
    """The numbers of texts that many lines share; new ones are added."""
    listed = sorted(texts)
    numbers = catalog.values(connection, [("access_term", text) for text in listed])
    return dict(zip(listed, numbers, strict=True))


def read(connection: Connection, after: int, count: int, patient: str) -> tuple[Numbered, ...]:
    """Lines after a position with their positions, oldest first; of one patient unless ""."""
    if patient:
        rows = connection.fetch(_COLUMNS, f"{_LINES} {_OF_PATIENT}", (patient, after, count))
    else:
        rows = connection.fetch(_COLUMNS, f"{_LINES} {_OF_ALL}", (after, count))
    return tuple((row[0], Access(*row[1:])) for row in rows)


def latest(connection: Connection, before: int, count: int, patient: str) -> tuple[Numbered, ...]:
    """Lines before a position with their positions, newest first; of one patient unless ""."""
    if patient:
        sql, values = f"{_LINES} {_LATEST_OF_PATIENT}", (patient, before, count)
        rows = connection.fetch(_COLUMNS, sql, values)
    else:
        rows = connection.fetch(_COLUMNS, f"{_LINES} {_LATEST_OF_ALL}", (before, count))
    return tuple((row[0], Access(*row[1:])) for row in rows)


def tile(connection: Connection, level: int, number: int) -> bytes | None:
    """A full tile of the hash tree."""
    sql = "SELECT hashes FROM access_tile WHERE level = ? AND number = ?"
    row = connection.row(sql, (level, number))
    return None if row is None else bytes(row[0])


def checkpoints(connection: Connection) -> list[str]:
    """All signed checkpoints of the log, by its size."""
    return [note for (note,) in connection.rows("SELECT note FROM access_checkpoint ORDER BY size")]


def misplaced(connection: Connection, mentions: int) -> bool:
    """Whether the list of lines by patient says anything else than the lines do, in which patients
    are mentioned so many times."""
    sql = """SELECT count(*), count(*) FILTER (WHERE replace(' ' || a.patients || ' ',
            ' ' || p.patient || ' ', '') <> ' ' || a.patients || ' ')
        FROM access_patient p LEFT JOIN access a ON a.position = p.position"""
    row = connection.row(sql)
    return row is None or tuple(row) != (mentions, mentions)


def last_checkpoint(connection: Connection) -> tuple[int, str] | None:
    row = connection.row("SELECT size, note FROM access_checkpoint ORDER BY size DESC LIMIT 1")
    return None if row is None else (row[0], row[1])


def grow(
    connection: Connection, tiles: Sequence[tuple[int, int, bytes]], size: int, note: str
) -> None:
    """Keeps the tiles that became full, and the checkpoint of the log as it is now."""
    connection.insert("access_tile", tiles)
    connection.insert("access_checkpoint", [(size, note)])
