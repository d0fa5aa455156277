"""Index rows of some parameters made anew for versions that are there already, batch by batch.

Current versions are taken, and those replaced lately, which the links of open pages still show.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from samspill.fhir.search.values import IndexEntry
from samspill.store import index
from samspill.store.catalog import Catalog
from samspill.store.connect import Connection, question_marks
from samspill.store.index import Indexed
from samspill.store.versions import Reader


@dataclass(frozen=True, slots=True)
class Stored:
    """A version that has index rows."""

    t: int
    main: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What the rows of a type become."""

    type: str
    swept: Collection[str]
    """Codes whose rows go."""
    kinds: Mapping[str, str]
    """The codes whose rows are made, each with its kind."""
    versions: Sequence[tuple[Stored, Sequence[IndexEntry]]]
    """The entries of these codes, by version."""


def stored(
    connection: Connection, reader: Reader, type: str, after: int, upto: int, count: int
) -> list[Stored]:
    """The next versions after a commit, up to another one, in the order of the commits."""
    number = reader.catalog.find_type(connection, type)
    if number is None:
        return []
    rows = connection.rows(f"{_STORED} ORDER BY v.t LIMIT ?", (number, after, upto, count))
    return [
        Stored(t, main, reader.bodies.expand(connection, codec, body))
        for t, main, codec, body in rows
    ]


def count(connection: Connection, reader: Reader, type: str) -> int:
    """How many versions of a type have index rows."""
    number = reader.catalog.find_type(connection, type)
    row = connection.row("SELECT count(*) FROM live WHERE type = ?", (number or 0,))
    return int(row[0]) if row else 0


def write(connection: Connection, catalog: Catalog, rebuilt: Rebuilt) -> None:
    """Sweeps and makes the rows of a batch; versions that have lost theirs meanwhile stay without.

    To write a batch twice does no harm.
    """
    type = catalog.type(connection, rebuilt.type)
    ts = [each.t for each, _ in rebuilt.versions]
    sql = f"""SELECT v.t FROM version v CROSS JOIN live l WHERE v.t IN ({question_marks(ts)})
        AND l.type = v.type AND l.main = v.main AND l.t = v.t"""
    there = {row[0] for row in connection.rows(sql, ts)}
    codes = {*rebuilt.swept, *(name.partition("$")[0] for name in rebuilt.kinds)}
    _sweep(connection, _parameters(connection, type, codes), ts)
    for name, kind in rebuilt.kinds.items():
        connection.run(_KIND, (kind, type, name, kind))
    indexed = [
        Indexed(each.t, type, each.main, entries, ())
        for each, entries in rebuilt.versions
        if each.t in there and entries
    ]
    index.write(connection, catalog, indexed)


def _parameters(connection: Connection, type: int, codes: Collection[str]) -> list[int]:
    """Those of the codes, and of the components of composites under them."""
    rows = connection.rows("SELECT id, name FROM parameter WHERE type = ?", (type,))
    return [id for id, name in rows if name.partition("$")[0] in codes]


def _sweep(connection: Connection, parameters: Sequence[int], ts: Sequence[int]) -> None:
    if not parameters or not ts:
        return
    which = f"IN ({question_marks(ts)})", f"IN ({question_marks(parameters)})"
    postings = f"""SELECT f.parameter, f.value, v.main, v.t FROM version v CROSS JOIN fact f
        WHERE f.t = v.t AND v.t {which[0]} AND f.parameter {which[1]}"""
    values = (*ts, *parameters)
    connection.run(f"DELETE FROM posting WHERE (parameter, value, main, t) IN ({postings})", values)
    for table in ("fact", "date", "number", "quantity", "position"):
        connection.run(f"DELETE FROM {table} WHERE t {which[0]} AND parameter {which[1]}", values)


_STORED = """SELECT v.t, v.main, v.codec, v.body FROM version v WHERE v.type = ? AND v.t > ?
    AND v.t <= ? AND v.deleted = 0 AND EXISTS (SELECT 1 FROM live l
    WHERE l.type = v.type AND l.main = v.main AND l.t = v.t)"""
_KIND = "UPDATE parameter SET kind = ? WHERE type = ? AND name = ? AND kind <> ?"
