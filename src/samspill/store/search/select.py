"""The statement of a search: what the driver brings, checked, in order, from a place on."""

from collections.abc import Sequence

from msgspec import Struct

from samspill.fhir.search.query import Query
from samspill.store.search import plan, sort
from samspill.store.search.arms import Arm
from samspill.store.search.plan import Driver
from samspill.store.search.scope import FALSE, Scope, all_of, joined
from samspill.store.search.sort import Order
from samspill.store.types import Sql


class Search(Struct, frozen=True):
    """A query, the scope in which it is answered, and the order of its rows."""

    scope: Scope
    query: Query
    types: tuple[str, ...]
    order: Order
    budget: int | None = None
    """The steps that it may take, where that is counted."""


class Slice(Struct, frozen=True):
    """Which rows of an order are wanted."""

    order: Order
    place: Sequence[object] | None
    """The values of the row after which they come; None for the beginning."""
    stretch: str
    limit: int


def statement(search: Search, slice: Slice) -> Sql:
    """The select of the commit numbers of a page, in order; FALSE if nothing can be found."""
    by_type = [_of_type(search, type, slice) for type in search.types]
    found = [sql for sql in by_type if sql != FALSE]
    if not found:
        return FALSE
    if len(found) == 1:
        return Sql(f"SELECT t FROM ({found[0].text}) p", found[0].parameters)
    parts = (Sql(f"SELECT * FROM ({sql.text}) p", sql.parameters) for sql in found)
    all = joined(parts, " UNION ALL ")
    text = f"SELECT t FROM ({all.text}) p ORDER BY {slice.order.text()} LIMIT ?"
    return Sql(text, (*all.parameters, slice.limit))


def driver(search: Search, type: str, slice: Slice) -> Driver:
    """What drives the search of a type, when so many rows of it are wanted."""
    if slice.order.is_by_commit:
        return plan.choose_by_commit(search.scope, search.query.where, type, slice.limit)
    page = None if slice.order.keys else slice.limit
    return plan.choose(search.scope, search.query.where, type, page)


def _of_type(search: Search, type: str, slice: Slice) -> Sql:
    chosen = driver(search, type, slice)
    if slice.order.keys:
        found = _sorted(search, type, chosen, slice)
    else:
        arms = [_by_main(search, type, chosen, arm, slice) for arm in chosen.arms]
        distinct = [arm.is_distinct for arm in chosen.arms]
        if search.scope.connection.reads_unions_whole and len(arms) > 1 and all(distinct):
            arms = [_first(arm, slice) for arm in arms]
        found = _united(arms, distinct)
    if found == FALSE:
        return FALSE
    text = f"{found.text} ORDER BY {slice.order.text()} LIMIT ?"
    return Sql(text, (*found.parameters, slice.limit))


def _first(arm: Sql, slice: Slice) -> Sql:
    """No more of an arm than a page holds: PostgreSQL reads all arms of a UNION to their end."""
    if arm == FALSE:
        return FALSE
    text = f"SELECT * FROM ({arm.text} ORDER BY {slice.order.text()} LIMIT ?) x"
    return Sql(text, (*arm.parameters, slice.limit))


def _by_main(search: Search, type: str, driver: Driver, arm: Arm, slice: Slice) -> Sql:
    """The candidates of an arm that meet the rest, by what stands in the rows themselves."""
    further = [plan.met(search.scope, type, driver, arm)]
    if slice.stretch != "TRUE":
        further.append(Sql(slice.stretch.replace("main", arm.main)))
    if slice.place is not None:
        names = (arm.t,) if slice.order.is_by_commit else (arm.main, arm.t)
        further.append(sort.after(slice.order, names, slice.place))
    where = all_of(further)
    if where == FALSE:
        return FALSE
    text = f"SELECT {arm.main} AS main, {arm.t} AS t FROM {arm.tables} WHERE {where.text}"
    return Sql(text, where.parameters)


def _sorted(search: Search, type: str, driver: Driver, slice: Slice) -> Sql:
    """All candidates with the keys that are looked up for them."""
    found = candidates(search.scope, type, driver)
    if found == FALSE:
        return FALSE
    order = slice.order
    keys = [sort.key(search.scope, each, type, "found.t") for each in order.keys]
    named = joined((Sql(f"{k.text} AS k{n}", k.parameters) for n, k in enumerate(keys)), ", ")
    conditions = [Sql(slice.stretch)]
    if slice.place is not None:
        names = [column.name for column in order.columns]
        conditions.append(sort.after(order, names, slice.place))
    where = all_of(conditions)
    return Sql(
        "SELECT * FROM (SELECT found.t AS t, found.main AS main,"
        f" {named.text} FROM ({found.text}) found) p"
        f" WHERE {where.text}",
        (*named.parameters, *found.parameters, *where.parameters),
    )


def candidates(scope: Scope, type: str, driver: Driver) -> Sql:
    """All that the driver brings and that meets the rest, as columns `t` and `main`."""
    arms = []
    for arm in driver.arms:
        where = plan.met(scope, type, driver, arm)
        if where != FALSE:
            text = f"SELECT {arm.t} AS t, {arm.main} AS main FROM {arm.tables} WHERE {where.text}"
            arms.append(Sql(text, where.parameters))
    return _united(arms, [arm.is_distinct for arm in driver.arms])


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
        found = candidates(search.scope, type, driver)
        if found != FALSE:
            sql = f"SELECT count(*) FROM ({found.text}) p"
            row = search.scope.connection.row(sql, found.parameters)
            counted += row[0] if row else 0
    most = search.query.most
    return counted if most is None else min(counted, most)
