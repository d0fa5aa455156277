"""Loading many resources at once: large batches, and the ordered indexes of an empty record last.

Rows that arrive in the order of the commits are cheap; rows that belong all over a large B-tree are
not. So a record that was empty gets its value-ordered index when all is there, in one sorted pass.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from samspill.base.errors import Busy
from samspill.store.connect import Connection
from samspill.store.types import Change

BATCH = 5_000

LOADING = "loading"
"""Mark of a record whose ordered indexes have still to be built."""

ORDERED = ("live", "posting")
"""Tables in the order of values, which are left empty until the end."""


def batches(changes: Iterable[Change]) -> Iterator[list[Change]]:
    """Lists of at most BATCH changes."""
    rest = iter(changes)
    while batch := list(islice(rest, BATCH)):
        yield batch


def begin(connection: Connection) -> bool:
    """Leaves the ordered indexes for later if the record is empty; whether it was."""
    if connection.row("SELECT 1 FROM version LIMIT 1") is not None:
        return False
    connection.insert("mark", [(LOADING, 1)])
    for name, _ in _INDEXES:
        connection.run(f"DROP INDEX {name}")
    return True


def recover(connection: Connection) -> None:
    """Finishes the load of a process that did not come to its end."""
    if is_under_way(connection):
        connection.begin()
        finish(connection)
        connection.run("COMMIT")


def finish(connection: Connection) -> None:
    """Builds what was left for later. Does nothing if nothing was."""
    if not is_under_way(connection):
        return
    connection.run("DELETE FROM live")
    connection.run("DELETE FROM posting")
    for statement in (_LIVE, _LIVE_INSIDE, _POSTINGS, _POSTINGS_INSIDE):
        connection.run(statement)
    for name, columns in _INDEXES:
        connection.run(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")
    connection.run("DELETE FROM mark WHERE name = ?", (LOADING,))


def is_under_way(connection: Connection) -> bool:
    return connection.row("SELECT 1 FROM mark WHERE name = ?", (LOADING,)) is not None


def refusal() -> Busy:
    return Busy(
        "The record is being filled: it can be searched when its indexes are built",
        "Journalen fylles: den kan søkes i når indeksene er bygget",
    )


_LIVE = """INSERT INTO live
    SELECT v.type, v.main, v.t FROM version v
    WHERE v.deleted = 0 AND (v.t IN (SELECT t FROM stale) OR v.t NOT IN (SELECT t FROM past))
    ORDER BY 1, 2, 3"""
_POSTINGS = """INSERT INTO posting
    SELECT DISTINCT f.parameter, f.value, v.main, f.t FROM fact f CROSS JOIN version v
    WHERE v.t = f.t ORDER BY 1, 2, 3, 4"""
_LIVE_INSIDE = "INSERT INTO live SELECT type, 0, t FROM contained ORDER BY 1, 2, 3"
_POSTINGS_INSIDE = """INSERT INTO posting
    SELECT DISTINCT f.parameter, f.value, 0, f.t FROM fact f WHERE f.t < 0 ORDER BY 1, 2, 3, 4"""
_INDEXES = (
    ("date_by_value", "date (parameter, scale, low)"),
    ("number_by_value", "number (parameter, scale, low)"),
    ("quantity_by_value", "quantity (parameter, unit, scale, low)"),
    ("position_by_value", "position (parameter, z)"),
)
