"""Brings a version of a code system into the database, whole or not at all.

Rows are written under a number that nobody asks for, in short transactions; one row then says that
the version is in use.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from samspill.base import json
from samspill.fhir.terminology import held
from samspill.fhir.terminology.systems import Concept
from samspill.store.concepts.hierarchy import Hierarchy
from samspill.store.concepts.spool import Spool
from samspill.store.connect import Connection, Row

Resource = dict[str, Any]
Report = Callable[[int], None]
"""Hears how many concepts have been taken in so far."""
T = TypeVar("T")

SHIFT = 32
"""Bits of a concept's id that are its place."""
NO_SOURCE = ("", "")
SEPARATOR = " "
"""Between the id and the version of a source."""
LOADING, IN_USE, REPLACED = 0, 1, 2
EVERY = 10_000
"""Concepts between reports, and rows in a transaction."""


def build(
    writer: Connection,
    header: Resource,
    concepts: Iterable[Concept],
    *,
    source: tuple[str, str] = NO_SOURCE,
    report: Report | None = None,
) -> int:
    """The number under which the system is in use from now on; the same version is replaced."""
    clean(writer)
    header = {key: value for key, value in header.items() if key != "concept"}
    spool = Spool(held.of(header, {}))
    try:
        for count, concept in enumerate(concepts, 1):
            spool.add(concept)
            if report and count % EVERY == 0:
                report(count)
        number = _announce(writer, header, source, spool)
        _write(writer, number, spool)
    finally:
        spool.close()
    _put_to_use(writer, number)
    return number


def clean(writer: Connection) -> None:
    """Removes what loads that were killed left, and versions that were replaced."""
    for (number,) in writer.rows("SELECT id FROM concept_system WHERE state <> ?", (IN_USE,)):
        for table in ("concept_word", "concept_value"):
            writer.run(f"DELETE FROM {table} WHERE system = ?", (number,))
        first, end = number << SHIFT, (number + 1) << SHIFT
        while row := writer.row(_NEXT, (first, end, EVERY)):
            writer.run("DELETE FROM concept WHERE id >= ? AND id <= ?", (first, row[0]))
        writer.run("DELETE FROM concept WHERE id >= ? AND id < ?", (first, end))
        writer.run("DELETE FROM concept_system WHERE id = ?", (number,))


def _announce(writer: Connection, header: Resource, source: tuple[str, str], spool: Spool) -> int:
    row = writer.row("SELECT max(id) FROM concept_system")
    number = ((row[0] if row else None) or 0) + 1
    url, version = str(header.get("url", "")), str(header.get("version", ""))
    told = json.format(header)
    counts = (len(spool), spool.edges)
    made = SEPARATOR.join(source) if source[0] else ""
    writer.insert("concept_system", [(number, url, version, LOADING, made, *counts, told)])
    return number


def _write(writer: Connection, number: int, spool: Spool) -> None:
    children, roots = spool.children()
    hierarchy = Hierarchy(children, roots)
    rows = spool.rows(hierarchy.numbers)
    first = number << SHIFT
    concepts = (
        (first + place, number, code, display, parents, hierarchy.below(given), rest)
        for place, (given, (code, display, parents, rest)) in enumerate(
            zip(hierarchy.numbers, rows, strict=True)
        )
    )
    _insert(writer, "concept", concepts)
    words = spool.words(hierarchy.places)
    _insert(writer, "concept_word", ((number, w, held.serialize()) for w, held in words))
    values = spool.values(hierarchy.places)
    _insert(writer, "concept_value", ((number, *v[:3], v[3].serialize()) for v in values))


def _insert(writer: Connection, table: str, rows: Iterator[Row]) -> None:
    while batch := list(islice(rows, EVERY)):
        writer.run("BEGIN")
        try:
            writer.insert(table, batch)
            writer.run("COMMIT")
        except BaseException:
            if writer.in_transaction:
                writer.run("ROLLBACK")
            raise


def _put_to_use(writer: Connection, number: int) -> None:
    """The new version in the place of the old, of the same address or made from the same id."""
    named = writer.row(_NAMED, (number,))
    assert named is not None
    url, version, source = named
    start = source.partition(SEPARATOR)[0] + SEPARATOR
    writer.run("BEGIN")
    try:
        if source:
            writer.run(_REPLACE_MADE, (REPLACED, len(start), start, IN_USE))
        else:
            writer.run(_REPLACE, (REPLACED, url, version, IN_USE))
        writer.run("UPDATE concept_system SET state = ? WHERE id = ?", (IN_USE, number))
        writer.run("COMMIT")
    except BaseException:
        if writer.in_transaction:
            writer.run("ROLLBACK")
        raise


_NEXT = "SELECT id FROM concept WHERE id >= ? AND id < ? ORDER BY id LIMIT 1 OFFSET ?"
_NAMED = "SELECT url, version, source FROM concept_system WHERE id = ?"
_REPLACE = """UPDATE concept_system SET state = ?
    WHERE url = ? AND version = ? AND source = '' AND state = ?"""
_REPLACE_MADE = """UPDATE concept_system SET state = ?
    WHERE substr(source, 1, ?) = ? AND state = ?"""
