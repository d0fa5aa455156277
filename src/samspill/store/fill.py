"""Words and contained resources of a record that is older than their tables, batch by batch.

What is written has them; here the versions up to the migration get them, in the background. Where
the work has come to is kept in the same transaction, so it goes on after a crash, and to do a batch
twice does no harm.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from samspill.fhir.search.values import IndexEntry, Inside, Prose
from samspill.store import index
from samspill.store.catalog import Catalog
from samspill.store.connect import Connection, question_marks
from samspill.store.index import Indexed
from samspill.store.versions import Reader

UPTO, POSITION = "fill", "filled"
"""Marks: the last commit to be filled, while there is one, and the last that was."""


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A version that may be without its rows."""

    t: int
    type: str
    main: int
    body: bytes


def upto(connection: Connection) -> int:
    """The commit up to which versions may be without their rows; 0 when all have them."""
    return _marked(connection, UPTO)


def progress(connection: Connection) -> tuple[int, int] | None:
    """How many versions have their rows, of all; None when the work is done."""
    last = upto(connection)
    return (_marked(connection, POSITION), last) if last else None


def unfilled(connection: Connection, reader: Reader, count: int) -> list[Unfilled]:
    """The next versions that have index rows, in the order of the commits."""
    place = (_marked(connection, POSITION), upto(connection), count)
    name = reader.catalog.type_name
    return [
        Unfilled(t, name(connection, type), main, reader.bodies.expand(connection, codec, body))
        for t, type, main, codec, body in connection.rows(_UNFILLED, place)
    ]


def write(
    connection: Connection,
    catalog: Catalog,
    made: Sequence[tuple[Unfilled, Sequence[IndexEntry]]],
) -> None:
    """Makes the rows of versions that come next; none of them: all is done."""
    if not made:
        connection.run(f"DELETE FROM mark WHERE name IN ({question_marks(_MARKS)})", _MARKS)
        return
    sql = f"""SELECT v.t FROM version v CROSS JOIN live l
        WHERE v.t IN ({question_marks(made)}) AND l.type = v.type AND l.main = v.main
        AND l.t = v.t"""
    # A version may have lost its rows meanwhile, and stays without.
    there = {row[0] for row in connection.rows(sql, [each.t for each, _ in made])}
    indexed = [
        Indexed(each.t, catalog.type(connection, each.type), each.main, _own(entries), ())
        for each, entries in made
        if each.t in there
    ]
    index.write(connection, catalog, indexed)
    connection.run("DELETE FROM mark WHERE name = ?", (POSITION,))
    connection.insert("mark", [(POSITION, str(made[-1][0].t))])


def _own(entries: Sequence[IndexEntry]) -> list[IndexEntry]:
    return [each for each in entries if isinstance(each.value, (Prose, Inside))]


def _marked(connection: Connection, name: str) -> int:
    row = connection.row("SELECT value FROM mark WHERE name = ?", (name,))
    return int(row[0]) if row else 0


_MARKS = (UPTO, POSITION)
_UNFILLED = """SELECT v.t, v.type, v.main, v.codec, v.body FROM version v
    WHERE v.t > ? AND v.t <= ? AND v.deleted = 0 AND EXISTS (SELECT 1 FROM live l
    WHERE l.type = v.type AND l.main = v.main AND l.t = v.t) ORDER BY v.t LIMIT ?"""
