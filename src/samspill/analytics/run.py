"""Runs a view over the record, through the door like everyone else."""

import csv
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from samspill.analytics.engines import memory
from samspill.analytics.engines.memory import Row
from samspill.analytics.views import View
from samspill.base import json
from samspill.base.json import Resource
from samspill.interactions import search
from samspill.interactions.session import Session


def rows(session: Session, view: View) -> Iterator[Row]:
    """The rows of the view over all current resources of its type that the actor may see."""
    yield from memory.run(view, resources(session, view.resource), session.platform.definitions)


def resources(session: Session, type: str) -> Iterator[Resource]:
    """Every current resource of a type, page by page, so that memory does not grow."""
    cursor = ""
    while True:
        query = [("_count", str(session.platform.settings.largest_count))]
        found = search.search(
            session, type, [*query, *([(search.CURSOR, cursor)] if cursor else [])]
        )
        yield from found.resources()
        if not found.next:
            return
        cursor = found.next


def write_csv(view: View, table: Iterator[Row], out: TextIO = sys.stdout) -> None:
    """Writes a table as CSV with a line of names."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(view.columns())
    writer.writerows([_cell(row[name]) for name in view.columns()] for row in table)


def write_ndjson(table: Iterator[Row], out: TextIO = sys.stdout) -> None:
    """Writes a table as one JSON object a line."""
    out.writelines(json.format(row).decode() + "\n" for row in table)


def _cell(value: Any) -> str:
    """Text of a cell. A spreadsheet takes = + - @ at the front for a formula: quote it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{value}" if value.startswith(FORMULA) else value
        case list() | dict():
            return json.format(value).decode()
        case _:
            return str(value)


FORMULA = ("=", "+", "-", "@", "\t", "\r")
