"""How a search is carried out: what drives it, its SQL, and the database's plan of it."""

from collections.abc import Mapping

from msgspec import Struct

from samspill.fhir.search.query import Query
from samspill.store.connect import Connection
from samspill.store.search import cost, groups, page, select, walk
from samspill.store.search.cursor import Cursor
from samspill.store.search.scope import FALSE, Narrow
from samspill.store.search.select import Slice
from samspill.store.versions import Reader


class Explanation(Struct, frozen=True):
    """Of the first page. `sql` is empty where the search is known to find nothing."""

    sql: str
    parameters: tuple[object, ...]
    plan: tuple[str, ...]
    drivers: Mapping[str, tuple[str, ...]]
    """By resource type: the index ranges that bring the candidates."""
    sizes: Mapping[str, int]
    """By resource type: how many candidates they bring, as far as was counted."""
    least: int = 0
    """Steps that it takes at least, as far as that is certain; see `cost`."""


def explain(
    connection: Connection, reader: Reader, query: Query, *, narrow: Narrow | None = None
) -> Explanation:
    """Plans the search without carrying it out."""
    facts = reader.facts()
    moment = page.Moment(page.newest(connection, facts), facts)
    found = page.prepare(connection, reader, query, moment, narrow)
    limit = page.room(query, Cursor(moment.snapshot)) + 1
    slice = Slice(found.order, None, found.order.stretches[0], limit)
    chosen = {type: select.driver(found, type, slice) for type in found.types}
    by_groups = groups.goes_by_groups(found, slice)
    sql = groups.statement(found, slice) if by_groups else select.statement(found, slice)
    ranges = {type: tuple(arm.tables for arm in each.arms) for type, each in chosen.items()}
    sizes = {type: each.size for type, each in chosen.items()}
    if sql == FALSE:
        return Explanation("", (), (), ranges, sizes)
    is_sorted = bool(slice.order.keys) and not by_groups
    least = cost.least(found, slice) if is_sorted and not walk.is_walked(found, slice) else 0
    plan = connection.plan(sql.text, sql.parameters)
    return Explanation(sql.text, sql.parameters, plan, ranges, sizes, least)
