"""Checks a record: the database's own files, the hash of every body, every index row.

https://www.sqlite.org/pragma.html#pragma_integrity_check
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from samspill.base import json
from samspill.base.errors import SamspillError
from samspill.base.json import Resource
from samspill.fhir.search import compartments
from samspill.fhir.search.values import IndexEntry
from samspill.store import fill, index, prose
from samspill.store.catalog import Catalog
from samspill.store.connect import Connection, Database, Row
from samspill.store.index import TABLES, Indexed
from samspill.store.versions import Reader

Extract = Callable[[Resource], Sequence[IndexEntry]]

_MOST = 100
"""Faults that are named; more are only counted."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked, and what is wrong; faults name the type, id and version, no content."""

    versions: int
    resources: int
    faults: tuple[str, ...]
    count: int
    """Of all faults, also those that are not named."""

    @property
    def is_sound(self) -> bool:
        return self.count == 0

    def __str__(self) -> str:
        checked = f"{self.versions} versions, {self.resources} current resources checked"
        if self.is_sound:
            return f"{checked}: all is well"
        return "\n".join([f"{checked}: {self.count} faults", *self.faults])


@dataclass(frozen=True, slots=True)
class Ignored:
    """Parameters whose rows are being made or swept: by type and code, and by their integers."""

    codes: Collection[tuple[str, str]]
    parameters: Collection[int]
    is_filled: bool
    """Whether words and contained resources have been indexed."""


def verify(
    database: Database,
    reader: Reader,
    extract: Extract,
    unfinished: Collection[tuple[str, str]] = (),
) -> Verification:
    """Reads everything once. Nothing is changed; others may go on working meanwhile."""
    connection = database.reader()
    faults = list(database.is_sound())
    if faults:
        return Verification(0, 0, tuple(faults[:_MOST]), len(faults))
    connection.run("BEGIN")
    try:
        faults += _unpaired(connection)
        is_filled = not fill.upto(connection)
        ignored = Ignored(unfinished, _ignored(connection, unfinished), is_filled)
        versions = resources = t = 0
        while rows := connection.rows(_NEXT, (t,)):
            for row in rows:
                t, is_current = row[0], row[7] == row[0] and not row[5]
                versions += 1
                resources += is_current
                faults += _check(connection, reader, row, extract if is_current else None, ignored)
    finally:
        connection.run("ROLLBACK")
    return Verification(versions, resources, tuple(faults[:_MOST]), len(faults))


def _unpaired(connection: Connection) -> list[str]:
    """Each fact has a posting and the other way round; `_check` sees to the rest."""
    facts = connection.row("SELECT count(*) FROM (SELECT DISTINCT t, parameter, value FROM fact) f")
    postings = connection.row("SELECT count(*) FROM posting")
    if facts == postings or facts is None or postings is None:
        return []
    return [f"{facts[0]} values of versions, but {postings[0]} postings"]


def _ignored(connection: Connection, unfinished: Collection[tuple[str, str]]) -> set[int]:
    """The parameters, and components of composites, whose rows are being made."""
    sql = "SELECT p.id, t.name, p.name FROM parameter p JOIN type t ON t.id = p.type"
    rows = connection.rows(sql)
    return {id for id, type, name in rows if (type, name.partition("$")[0]) in unfinished}


def _check(
    connection: Connection,
    reader: Reader,
    row: Row,
    extract: Extract | None,
    ignored: Ignored,
) -> list[str]:
    t, type, number, codec, stored, deleted, hash, _, id, main = row
    name = reader.catalog.type_name(connection, type)
    place = f"{name}/{id} version {number}"
    try:
        body = reader.bodies.expand(connection, codec, stored)
    except Exception:
        # Whatever damaged bytes make zstd raise, it is the same fault.
        return [f"{place}: the body cannot be expanded"]
    if hashlib.sha256(body).digest() != hash:
        return [f"{place}: the body is not what was stored"]
    if extract is None or deleted:
        return []
    resource = json.parse_own(body)
    patients = tuple(sorted(compartments.patients(resource).ids))
    entries = [
        each
        for each in extract(resource)
        if (name, each.parameter.partition("$")[0]) not in ignored.codes
    ]
    indexed = Indexed(t, type, main, entries, patients)
    wrong = _wrong_tables(connection, reader.catalog, indexed, ignored)
    return [f"{place}: index rows differ in {', '.join(wrong)}"] if wrong else []


def _wrong_tables(
    connection: Connection, catalog: Catalog, indexed: Indexed, ignored: Ignored
) -> list[str]:
    """The tables in which the rows of a version are not those that its resource has now."""
    try:
        rows = index.rows(connection, catalog, [indexed])
    except SamspillError:
        # A value that was never interned cannot be added here: no row of it can be there.
        return ["values"]
    within = (index.inside(indexed.t, index.MOST_INSIDE), index.inside(indexed.t, 0))
    held = {row[0] for row in connection.rows(_HELD, within)}
    if not ignored.is_filled:
        # What is not there yet is no fault.
        rows = index.outside(rows)
    elif held != {row[0] for row in rows.contained} or not _are_there(connection, rows.words):
        return ["words" if held == {row[0] for row in rows.contained} else "contained"]
    wrong = []
    for table in TABLES:
        expected: set[Row] = set(getattr(rows, table))
        if table == "words":
            continue
        if table in ("live", "posting"):
            there = {row for row in expected if _is_there(connection, table, row)}
        else:
            numbers = {indexed.t, *(held if ignored.is_filled else ())}
            there = {row for t in numbers for row in connection.rows(_OF.format(table), (t,))}
            there = {row for row in there if row[1] not in ignored.parameters}
        if there != expected and (table != "fact" or not _is_wider(connection, expected, there)):
            wrong.append(table)
    return wrong


def _are_there(connection: Connection, words: Sequence[Row]) -> bool:
    rows = ((t, prose.told(type, one), prose.told(type, other)) for t, type, one, other in words)
    return all(connection.holds_words(row) for row in rows)


def _is_wider(connection: Connection, expected: set[Row], there: set[Row]) -> bool:
    """Whether all that is more is compartments: of patients that were known by an identifier."""
    sql = "SELECT kind FROM parameter WHERE id = ?"
    more = {connection.row(sql, (row[1],)) for row in there - expected}
    return expected <= there and more <= {("compartment",)}


def _is_there(connection: Connection, table: str, row: Row) -> bool:
    key = "type = ? AND main = ? AND t = ?"
    if table == "posting":
        key = "parameter = ? AND value = ? AND main = ? AND t = ?"
    return connection.row(f"SELECT 1 FROM {table} WHERE {key}", row) is not None


_HELD = "SELECT t FROM contained WHERE t > ? AND t < ?"
_OF = "SELECT * FROM {} WHERE t = ?"
_NEXT = """SELECT v.t, v.type, v.number, v.codec, v.body, v.deleted, v.hash, r.t, r.id, v.main
    FROM version v JOIN resource r ON r.rid = v.rid WHERE v.t > ? ORDER BY v.t LIMIT 500"""
