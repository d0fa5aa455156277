"""Facts about access of a record that is older than their tables, batch by batch.

What is written has them; here the resources up to the migration get them, in the background, from
their last content. Where the work has come to is kept in the same transaction, so it goes on after
a crash, and to do a batch twice does no harm. See `facts`, and `fill` for the like of words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from samspill.store import facts
from samspill.store.catalog import Catalog
from samspill.store.connect import Connection, question_marks
from samspill.store.facts import NOTHING, Facts, Following
from samspill.store.versions import Reader

UPTO, POSITION = "facts", "stated"
"""Marks: the last commit to be looked at, while there is one, and the last that was."""


@dataclass(frozen=True, slots=True)
class Unstated:
    """The last content of a resource that may be without its facts."""

    t: int
    rid: int
    head: int
    """The commit that was current when this was read; a newer one has its facts."""
    is_deleted: bool
    body: bytes


def progress(connection: Connection) -> tuple[int, int] | None:
    """How many commits have been looked at, of all; None when the work is done."""
    last = _marked(connection, UPTO)
    return (_marked(connection, POSITION), last) if last else None


def unstated(connection: Connection, reader: Reader, count: int) -> list[Unstated]:
    """The next resources, in the order of the commits of their last content."""
    place = (_marked(connection, POSITION), _marked(connection, UPTO), count)
    return [
        Unstated(t, rid, head, deleted == 1, reader.bodies.expand(connection, codec, body))
        for t, rid, head, deleted, codec, body in connection.rows(_UNSTATED, place)
    ]


def write(
    connection: Connection, catalog: Catalog, made: Sequence[tuple[Unstated, Facts | None]]
) -> None:
    """Writes the facts of resources that come next; none of them: all is done."""
    if not made:
        connection.run(f"DELETE FROM mark WHERE name IN ({question_marks(_MARKS)})", _MARKS)
        return
    sql = f"SELECT rid, t FROM resource WHERE rid IN ({question_marks(made)})"
    heads: dict[int, int] = dict(connection.rows(sql, [each.rid for each, _ in made]))
    there = [(each, found) for each, found in made if heads.get(each.rid) == each.head]
    facts.write(connection, catalog, [_following(each, found) for each, found in there])
    connection.run("DELETE FROM mark WHERE name = ?", (POSITION,))
    connection.insert("mark", [(POSITION, str(made[-1][0].t))])


def _following(of: Unstated, found: Facts | None) -> Following:
    """Of a resource that is deleted the labels are left, for the sake of its history."""
    stated = found or NOTHING
    if of.is_deleted:
        stated = Facts(labels=stated.labels, made_of=stated.made_of)
    return Following(of.rid, stated, is_new=False)


def _marked(connection: Connection, name: str) -> int:
    row = connection.row("SELECT value FROM mark WHERE name = ?", (name,))
    return int(row[0]) if row else 0


_MARKS = (UPTO, POSITION)
_UNSTATED = """SELECT v.t, v.rid, r.t, r.deleted, v.codec, v.body
    FROM version v JOIN resource r ON r.rid = v.rid
    WHERE v.t > ? AND v.t <= ? AND v.deleted = 0 AND (v.t = r.t OR r.deleted = 1 AND v.t =
    (SELECT p.t FROM past p WHERE p.rid = r.rid AND p.number = r.number - 1))
    ORDER BY v.t LIMIT ?"""
