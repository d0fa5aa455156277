"""A page of a search: the statement, the rows, and the cursors to the pages around it.

https://hl7.org/fhir/R4/http.html#paging
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from samspill.fhir.search.query import Query
from samspill.store.connect import Connection
from samspill.store.memo import Facts
from samspill.store.search import contained, cost, cursor, groups, include, select, sort, walk
from samspill.store.search.cursor import Cursor
from samspill.store.search.scope import FALSE, Narrow, Scope
from samspill.store.search.select import Search, Slice
from samspill.store.search.sort import Order
from samspill.store.types import Page, Sql, Version
from samspill.store.versions import Reader

DEFAULT_COUNT = 50
MOST_STATEMENTS = 512
"""Statements of first pages that are kept between commits."""


def search(
    connection: Connection,
    reader: Reader,
    query: Query,
    *,
    narrow: Narrow | None = None,
    given: str = "",
    budget: int | None = None,
) -> Page:
    """The page that the cursor `given` leads to, or the first one. `BudgetSpent` when it is known
    beforehand to take more steps than the budget."""
    facts = reader.facts()
    subject = _subject(query, narrow.holder if narrow else "")
    start = _start(connection, facts, given, subject, reader.secret)
    found = prepare(connection, reader, query, Moment(start.snapshot, facts), narrow)
    found = replace(found, budget=budget)
    if query.count == 0 or query.summary == "count":
        return Page((), total=_total(found))
    rows = _rows(found, start, room(query, start) + 1)
    shown, before, after = _around(query, start, rows)
    if not given:
        start = replace(start, total=_total_of_first(found, shown, after))

    def link(place: Cursor | None) -> str:
        if place is None:
            return ""
        return cursor.format(replace(place, total=start.total), subject, reader.secret)

    beside: list[int] = []
    if query.include or query.revinclude:
        whole = [t for t in shown if t > 0]
        beside = include.included(found.scope, whole, query.include, query.revinclude)
    return Page(
        versions=_versions(connection, reader, found, shown),
        included=reader.of(connection, beside),
        total=None if start.total < 0 else start.total,
        next=link(after),
        previous=link(before),
        first=link(Cursor(start.snapshot)) if given else "",
    )


def _versions(
    connection: Connection, reader: Reader, search: Search, shown: list[int]
) -> tuple[Version, ...]:
    if search.query.contained_type == "container" or not any(t < 0 for t in shown):
        return reader.of(connection, shown)
    return contained.versions(connection, reader, shown)


@lru_cache(maxsize=1024)
def _subject(query: Query, holder: str) -> bytes:
    """What a cursor may be used for, and by whom."""
    return sha256(repr((query, holder)).encode()).digest()


def _start(
    connection: Connection, facts: Facts, given: str, subject: bytes, secret: bytes
) -> Cursor:
    """Where the page begins. A cursor is good as long as nothing it may show has been swept."""
    if not given:
        return Cursor(newest(connection, facts))
    start = cursor.parse(given, subject, secret)
    row = connection.row("SELECT value FROM mark WHERE name = 'swept'")
    if row and start.snapshot < int(row[0]):
        raise cursor.expired()
    return start


def count(
    connection: Connection, reader: Reader, query: Query, *, narrow: Narrow | None = None
) -> int:
    """How many resources the query finds."""
    facts = reader.facts()
    moment = Moment(newest(connection, facts), facts)
    return _total(prepare(connection, reader, query, moment, narrow))


def newest(connection: Connection, facts: Facts) -> int:
    """The commit up to which a new search reads. It is the first fact that a search asks for, so
    that all other facts are at least as new."""
    if "newest" not in facts:
        row = connection.row("SELECT max(t) FROM version")
        facts["newest"] = row[0] or 0 if row else 0
    return int(facts["newest"])


class Moment(Struct, frozen=True):
    """The commit as of which a search reads, and what is known already of the record."""

    snapshot: int
    facts: Facts


def prepare(
    connection: Connection, reader: Reader, query: Query, moment: Moment, narrow: Narrow | None
) -> Search:
    scope = Scope(connection, reader.catalog, moment.snapshot, narrow, moment.facts)
    types = query.types or scope.types()
    return Search(scope, query, types, sort.order(scope, query.sort, types))


def room(query: Query, start: Cursor) -> int:
    """How many rows the page may hold."""
    size = DEFAULT_COUNT if query.count is None else query.count
    if query.most is None:
        return size
    return max(0, min(size, query.most - start.shown))


def _around(
    query: Query, start: Cursor, rows: list[int]
) -> tuple[list[int], Cursor | None, Cursor | None]:
    """The rows of the page in their order, and the cursors to the page before and after it."""
    size = room(query, start)
    is_more, shown = len(rows) > size, rows[:size]
    if start.backwards:
        shown.reverse()
    if not shown:
        return shown, None, None
    earlier = start.shown - len(shown) if start.backwards else start.shown
    later = earlier + len(shown)
    is_last = not (is_more or start.backwards) or later == query.most
    is_first = not is_more if start.backwards else earlier == 0
    before = None if is_first else Cursor(start.snapshot, shown[0], backwards=True, shown=earlier)
    after = None if is_last else Cursor(start.snapshot, shown[-1], shown=later)
    return shown, before, after


def _rows(search: Search, start: Cursor, limit: int) -> list[int]:
    """The commit numbers of the page, in the direction in which it is read."""
    if search.query.contained != "false":
        all = contained.matches(search)
        rest = all[: start.shown][::-1] if start.backwards else all[start.shown :]
        return rest[:limit]
    order = search.order.reversed() if start.backwards else search.order
    place = _place(search, start.t) if start.t else None
    found: list[int] = []
    for stretch in order.stretches:
        if place is not None and stretch != _stretch_of(order, place):
            continue
        slice = Slice(order, place, stretch, limit - len(found))
        found += _slice(search, slice)
        place = None
        if len(found) >= limit:
            break
    return found


def _slice(search: Search, slice: Slice) -> list[int]:
    """The commit numbers of a slice, by the way that takes the fewest looks."""
    if slice.order.keys:
        if groups.goes_by_groups(search, slice):
            return groups.rows(search, search.types[0], slice)
        if (walked := walk.rows(search, search.types[0], slice)) is not None:
            return walked
        cost.check(search, slice)
    sql = _statement(search, slice)
    if sql == FALSE:
        return []
    return search.scope.connection.numbers(sql.text, sql.parameters)


def _statement(search: Search, slice: Slice) -> Sql:
    """The statement of a slice. That of a first page is kept as long as the record stays as it is,
    since plan and text follow from the query and the facts alone, and cost as much as the rows."""
    if slice.place is not None:
        return select.statement(search, slice)
    scope = search.scope
    kept: dict[object, Sql] = scope.facts.setdefault("statements", {})
    asker = scope.narrow.asker(scope.facts) if scope.narrow else None
    key = (search.query, scope.snapshot, asker, slice.stretch, slice.limit)
    found = kept.get(key)
    if found is None:
        if len(kept) == MOST_STATEMENTS:
            kept.clear()
        found = select.statement(search, slice)
        if scope.narrow is None or scope.narrow.asker(scope.facts) == asker:
            kept[key] = found
    return found


def _stretch_of(order: Order, place: Sequence[object]) -> str:
    """The stretch in which the row of these values stands."""
    if len(order.stretches) == 1:
        return order.stretches[0]
    if order.keys:
        return "k0 IS NULL" if place[0] is None else "k0 IS NOT NULL"
    return "main = 0" if place[0] == 0 else "main > 0"


def _place(search: Search, t: int) -> tuple[object, ...]:
    """The values by which the row of version `t` is ordered."""
    connection = search.scope.connection
    row = connection.row("SELECT main, type FROM version WHERE t = ?", (t,))
    if row is None:
        raise cursor.expired()
    main, number = row
    order = search.order
    if order.is_by_commit:
        return (t,)
    if not order.keys:
        return (main, t)
    type = search.scope.catalog.type_name(connection, number)
    place: list[object] = []
    for each in order.keys:
        key = sort.key(search.scope, each, type, "place.t")
        sql = f"SELECT {key.text} FROM version place WHERE place.t = ?"
        value = connection.row(sql, (*key.parameters, t))
        found = value[0] if value else None
        place += [found] if order.has_stretches else [found is None, found]
    if order.columns[-2].name == "main":
        place.append(main)
    return (*place, t)


def _total(search: Search) -> int:
    if search.query.contained != "false":
        return len(contained.matches(search))
    return select.total(search)


def _total_of_first(search: Search, shown: list[int], after: Cursor | None) -> int:
    """The number of matches where it is asked for, or known anyway; else -1."""
    if search.query.total == "none":
        return -1
    if after is None:
        return len(shown)
    return _total(search) if search.query.total in ("accurate", "estimate") else -1
