"""A page of a search: the statement, the rows, and the cursors to the pages around it.

https://hl7.org/fhir/R4/http.html#paging
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from samspill.base.errors import NotSupported
from samspill.fhir.search.query import Query
from samspill.store.connect import Connection
from samspill.store.search import cursor, include, plan, sort
from samspill.store.search.arms import Arm
from samspill.store.search.cursor import Cursor
from samspill.store.search.plan import Driver
from samspill.store.search.scope import FALSE, Scope, all_of, joined
from samspill.store.search.sort import Order
from samspill.store.types import Narrow, Page, Sql
from samspill.store.versions import Reader

DEFAULT_COUNT = 50


class Search(Struct, frozen=True):
    """A query, the scope in which it is answered, and the order of its rows."""

    scope: Scope
    query: Query
    types: tuple[str, ...]
    order: Order


def search(
    connection: Connection,
    reader: Reader,
    query: Query,
    *,
    narrow: Narrow | None = None,
    given: str = "",
) -> Page:
    """The page that the cursor `given` leads to, or the first one."""
    start = _start(connection, given, query, reader.secret)
    found = prepare(connection, reader, query, start.snapshot, narrow)
    if query.count == 0 or query.summary == "count":
        return Page((), total=total(found))
    rows = _rows(found, start, room(query, start) + 1)
    shown, before, after = _around(query, start, rows)
    if not given:
        start = replace(start, total=_total_of_first(found, shown, after))

    def link(place: Cursor | None) -> str:
        if place is None:
            return ""
        return cursor.format(replace(place, total=start.total), _subject(query), reader.secret)

    beside = include.included(found.scope, shown, query.include, query.revinclude)
    return Page(
        versions=reader.of(connection, shown),
        included=reader.of(connection, beside),
        total=None if start.total < 0 else start.total,
        next=link(after),
        previous=link(before),
        first=link(Cursor(start.snapshot)) if given else "",
    )


def _subject(query: Query) -> bytes:
    """What a cursor may be used for."""
    return repr(query).encode()


def _start(connection: Connection, given: str, query: Query, secret: bytes) -> Cursor:
    """Where the page begins. A cursor is good as long as nothing it may show has been swept."""
    if not given:
        return Cursor(newest(connection))
    start = cursor.parse(given, _subject(query), secret)
    row = connection.row("SELECT value FROM mark WHERE name = 'swept'")
    if row and start.snapshot < int(row[0]):
        raise cursor.expired()
    return start


def count(
    connection: Connection, reader: Reader, query: Query, *, narrow: Narrow | None = None
) -> int:
    """How many resources the query finds."""
    return total(prepare(connection, reader, query, newest(connection), narrow))


def newest(connection: Connection) -> int:
    """The commit up to which a new search reads."""
    row = connection.row("SELECT max(t) FROM version")
    return row[0] or 0 if row else 0


def prepare(
    connection: Connection, reader: Reader, query: Query, snapshot: int, narrow: Narrow | None
) -> Search:
    if query.contained != "false":
        raise NotSupported(
            "This store cannot yet search contained resources",
            "Dette lageret kan ennå ikke søke i ressurser inne i andre",
            where="_contained",
        )
    scope = Scope(connection, reader.catalog, snapshot, narrow)
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
    order = search.order.reversed() if start.backwards else search.order
    place = _place(search, start.t) if start.t else None
    found: list[int] = []
    for stretch in order.stretches:
        if place is not None and stretch != _stretch_of(order, place):
            continue
        sql = statement(search, order, place, stretch, limit - len(found))
        if sql != FALSE:
            found += [row[0] for row in search.scope.connection.rows(sql.text, sql.parameters)]
        place = None
        if len(found) >= limit:
            break
    return found


def _stretch_of(order: Order, place: Sequence[object]) -> str:
    if len(order.stretches) == 1:
        return order.stretches[0]
    return "main = 0" if place[0] == 0 else "main > 0"


def _place(search: Search, t: int) -> tuple[object, ...]:
    """The values by which the row of version `t` is ordered."""
    connection = search.scope.connection
    row = connection.row("SELECT main, type FROM version WHERE t = ?", (t,))
    if row is None:
        raise cursor.expired()
    main, number = row
    if search.order.is_by_commit:
        return (t,)
    if not search.order.keys:
        return (main, t)
    type = search.scope.catalog.type_name(connection, number)
    place: list[object] = []
    for each in search.order.keys:
        key = sort.key(search.scope, each, type, "place.t")
        sql = f"SELECT {key.text} FROM version place WHERE place.t = ?"
        value = connection.row(sql, (*key.parameters, t))
        found = value[0] if value else None
        place += [found is None, found]
    return (*place, t)


def statement(
    search: Search, order: Order, place: Sequence[object] | None, stretch: str, limit: int
) -> Sql:
    """The select of the commit numbers of a page, in order."""
    by_type = [_of_type(search, type, order, place, stretch, limit) for type in search.types]
    found = [sql for sql in by_type if sql != FALSE]
    if not found:
        return FALSE
    if len(found) == 1:
        return Sql(f"SELECT t FROM ({found[0].text}) p", found[0].parameters)
    wrapped = joined(
        (Sql(f"SELECT * FROM ({s.text}) p", s.parameters) for s in found), " UNION ALL "
    )
    text = f"SELECT t FROM ({wrapped.text}) p ORDER BY {order.text()} LIMIT ?"
    return Sql(text, (*wrapped.parameters, limit))


def _of_type(
    search: Search,
    type: str,
    order: Order,
    place: Sequence[object] | None,
    stretch: str,
    limit: int,
) -> Sql:
    chosen = driver(search, type, order, limit)
    if order.keys:
        return _by_keys(search, type, chosen, order, place, limit)
    arms = [_by_main(search, type, chosen, arm, order, place, stretch) for arm in chosen.arms]
    found = _united(arms, [arm.is_distinct for arm in chosen.arms])
    if found == FALSE:
        return FALSE
    return Sql(f"{found.text} ORDER BY {order.text()} LIMIT ?", (*found.parameters, limit))


def driver(search: Search, type: str, order: Order, limit: int) -> Driver:
    """What drives the search of a type, when so many rows of it are wanted."""
    if order.is_by_commit:
        return plan.choose_by_commit(search.scope, search.query.where, type, limit)
    page = None if order.keys else limit
    return plan.choose(search.scope, search.query.where, type, page)


def _by_main(
    search: Search,
    type: str,
    driver: Driver,
    arm: Arm,
    order: Order,
    place: Sequence[object] | None,
    stretch: str,
) -> Sql:
    """The candidates of an arm that meet the rest, from the place on."""
    further = [plan.met(search.scope, type, driver, arm)]
    if stretch != "TRUE":
        further.append(Sql(stretch.replace("main", arm.main)))
    if place is not None:
        names = (arm.t,) if order.is_by_commit else (arm.main, arm.t)
        further.append(sort.after(order, names, place))
    where = all_of(further)
    if where == FALSE:
        return FALSE
    text = f"SELECT {arm.main} AS main, {arm.t} AS t FROM {arm.tables} WHERE {where.text}"
    return Sql(text, where.parameters)


def _by_keys(
    search: Search,
    type: str,
    driver: Driver,
    order: Order,
    place: Sequence[object] | None,
    limit: int,
) -> Sql:
    arms = []
    for arm in driver.arms:
        where = plan.met(search.scope, type, driver, arm)
        if where != FALSE:
            text = f"SELECT {arm.t} AS t FROM {arm.tables} WHERE {where.text}"
            arms.append(Sql(text, where.parameters))
    found = _united(arms, [arm.is_distinct for arm in driver.arms])
    if found == FALSE:
        return FALSE
    keys = [sort.key(search.scope, each, type, "found.t") for each in order.keys]
    named = joined((Sql(f"{k.text} AS k{n}", k.parameters) for n, k in enumerate(keys)), ", ")
    names = [column.name for column in order.columns]
    beyond = sort.after(order, names, place) if place is not None else Sql("TRUE")
    return Sql(
        f"SELECT * FROM (SELECT found.t AS t, {named.text} FROM ({found.text}) found) p"
        f" WHERE {beyond.text} ORDER BY {order.text()} LIMIT ?",
        (*named.parameters, *found.parameters, *beyond.parameters, limit),
    )


def _united(arms: Sequence[Sql], are_distinct: Sequence[bool]) -> Sql:
    """All rows of the arms, each once."""
    found = [arm for arm in arms if arm != FALSE]
    if not found:
        return FALSE
    if len(found) > 1:
        return joined(found, " UNION ")
    if all(are_distinct):
        return found[0]
    return Sql(found[0].text.replace("SELECT", "SELECT DISTINCT", 1), found[0].parameters)


def total(search: Search) -> int:
    """How many versions the search finds, in all pages together."""
    counted = 0
    for type in search.types:
        driver = plan.choose(search.scope, search.query.where, type)
        wheres = [(arm, plan.met(search.scope, type, driver, arm)) for arm in driver.arms]
        arms = [
            Sql(f"SELECT {arm.t} AS t FROM {arm.tables} WHERE {where.text}", where.parameters)
            for arm, where in wheres
            if where != FALSE
        ]
        found = _united(arms, [arm.is_distinct for arm in driver.arms])
        if found != FALSE:
            sql = f"SELECT count(*) FROM ({found.text}) p"
            row = search.scope.connection.row(sql, found.parameters)
            counted += row[0] if row else 0
    most = search.query.most
    return counted if most is None else min(counted, most)


def _total_of_first(search: Search, shown: list[int], after: Cursor | None) -> int:
    """The number of matches where it is asked for, or known anyway; else -1."""
    if search.query.total == "none":
        return -1
    if after is None:
        return len(shown)
    return total(search) if search.query.total in ("accurate", "estimate") else -1
