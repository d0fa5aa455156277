"""Walks along an index in the order of a sort, for searches that would have much to sort.

A resource with several values is met at each of them, and kept at the one that it is sorted by.
"""

from msgspec import Struct

from samspill.fhir.search.query import Sort
from samspill.store.search.scope import TRUE, Scope, all_of
from samspill.store.types import Sql


class Walk(Struct, frozen=True):
    """An index range in the order of `key`; of all its rows, those meant are told by `where`."""

    tables: str
    key: str
    t: str
    where: Sql


def walks(scope: Scope, sort: Sort, type: str) -> tuple[Walk, ...] | None:
    """The ranges that together bring every resource with a value; None if there are none so
    ordered."""
    if sort.also or sort.parameter in ("_id", "_lastUpdated"):
        return None
    if scope.told(type, sort.parameter, "0") != TRUE:
        return None
    parameter = scope.parameter(type, sort.parameter)
    match sort.kind:
        case "date":
            return tuple(
                _ranges(scope, "date", parameter, scale, sort)
                for scale in scope.dates(parameter).scales
            )
        case "number":
            wide = "SELECT 1 FROM number WHERE parameter = ? AND scale > 0 LIMIT 1"
            if scope.connection.row(wide, (parameter,)) is None:
                return (_ranges(scope, "number", parameter, 0, sort),)
            return None
        case "string" | "uri":
            return (_texts(scope, parameter, sort),)
        case _:
            return None


def _ranges(scope: Scope, table: str, parameter: int, scale: int, sort: Sort) -> Walk:
    row, other = scope.alias(), scope.alias()
    place = Sql(f"{row}.parameter = ? AND {row}.scale = ?", (parameter, scale))
    better = f"{other}.low > {row}.low" if sort.descending else f"{other}.low < {row}.low"
    place = all_of(
        (
            place,
            Sql(
                f"NOT EXISTS (SELECT 1 FROM {table} {other} WHERE {other}.t = {row}.t"
                f" AND {other}.parameter = {row}.parameter AND {better})"
            ),
        )
    )
    return Walk(f"{table} {row}", f"{row}.low", f"{row}.t", place)


def _texts(scope: Scope, parameter: int, sort: Sort) -> Walk:
    text, row, fact, other = scope.alias(), scope.alias(), scope.alias(), scope.alias()
    sign = ">" if sort.descending else "<"
    place = (
        f"{text}.parameter = ? AND {row}.parameter = {text}.parameter AND {row}.value = {text}.id"
        f" AND NOT EXISTS (SELECT 1 FROM fact {fact} CROSS JOIN text {other}"
        f" WHERE {fact}.t = {row}.t AND {fact}.parameter = {text}.parameter"
        f" AND {other}.id = {fact}.value AND {other}.folded {sign} {text}.folded)"
    )
    tables = f"text {text} CROSS JOIN posting {row}"
    return Walk(tables, f"{text}.folded", f"{row}.t", Sql(place, (parameter,)))
