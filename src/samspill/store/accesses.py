"""The access log as rows: added in the transaction of the write, or in batches for reads."""

from collections.abc import Sequence
from operator import attrgetter

from samspill.store.connect import Connection
from samspill.store.types import Access

_values = attrgetter(*Access.__struct_fields__)


def write(connection: Connection, lines: Sequence[Access]) -> None:
    """Adds lines at the end of the log."""
    if not lines:
        return
    row = connection.row("SELECT max(position) FROM access")
    first = (row[0] or 0 if row else 0) + 1
    numbered = list(enumerate(lines, first))
    connection.insert("access", [(position, *_values(line)) for position, line in numbered])
    about = [(id, position) for position, line in numbered for id in line.patients.split()]
    connection.insert("access_patient", about)


def read(
    connection: Connection, after: int, count: int, patient: str
) -> tuple[tuple[int, Access], ...]:
    """Lines after a position with their positions, oldest first; of one patient unless ""."""
    if patient:
        sql = """SELECT a.* FROM access_patient p CROSS JOIN access a
            WHERE p.patient = ? AND p.position > ? AND a.position = p.position
            ORDER BY p.position LIMIT ?"""
        rows = connection.rows(sql, (patient, after, count))
    else:
        sql = "SELECT * FROM access WHERE position > ? ORDER BY position LIMIT ?"
        rows = connection.rows(sql, (after, count))
    return tuple((row[0], Access(*row[1:])) for row in rows)
