"""Walks along an index in the order of a sort, for searches that would have much to sort.

A resource with several values is met at each of them, and kept at the one that it is sorted by.
A walk is given up when it would take longer than to sort: what is sought may stand at the far end.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from samspill.fhir.search import query as q
from samspill.fhir.search.query import Sort
from samspill.store.search import compile, plan, quantity, select, sizes, sort
from samspill.store.search.scope import FALSE, TRUE, Scope, all_of, joined
from samspill.store.search.select import Search, Slice
from samspill.store.types import Sql


class Walk(Struct, frozen=True):
    """An index range in the order of `key`; of all its rows, those meant are told by `where`."""

    tables: str
    key: str
    t: str
    where: Sql


def most_looks(search: Search, type: str, slice: Slice) -> int:
    """How many rows may be looked at until to sort all that the driver brings takes less; 0 if it
    takes less anyway, or there is not one key."""
    if len(search.types) != 1 or len(slice.order.keys) != 1 or slice.stretch != "k0 IS NOT NULL":
        return 0
    driver = select.driver(search, type, slice)
    of_type = sizes.of_type(search.scope, type)
    is_driven = not driver.arms or driver.arms[0].key != (0, search.scope.type(type))
    return worth(slice.limit, driver.size if is_driven else of_type, of_type)


def worth(page: int, candidates: int, of_type: int) -> int:
    """The same, by the size of the page, the candidates to be sorted, and all of the type."""
    if candidates < sizes.SOME or page * of_type / candidates > candidates:
        return 0
    return max(candidates // 4, sizes.MANY) if candidates < of_type else 2 * of_type


def is_walked(search: Search, slice: Slice) -> bool:
    """Whether a walk is tried."""
    type, order = search.types[0], slice.order
    if not most_looks(search, type, slice) or order.columns[1].name != "t":
        return False
    return bool(walks(search.scope, order.keys[0], type, plan.flat(search.query.where)))


def rows(search: Search, type: str, slice: Slice) -> list[int] | None:
    """The commit numbers of a slice; None where no walk leads to them soon enough."""
    most = most_looks(search, type, slice)
    if not most or slice.order.columns[1].name != "t":
        return None
    key = slice.order.keys[0]
    ranges = walks(search.scope, key, type, plan.flat(search.query.where))
    if not ranges:
        return None
    found = list[int]()
    place, looked, size = slice.place, 0, 4 * slice.limit
    while looked < most:
        sql = statement(search, type, ranges, replace(slice, place=place, limit=size))
        page = search.scope.connection.rows(sql.text, sql.parameters) if sql != FALSE else []
        found += [t for _, t, is_met in page if is_met]
        if len(page) < size or len(found) >= slice.limit:
            return found[: slice.limit]
        place, looked = page[-1][:2], looked + size * len(ranges)
        size = min(4 * size, _LONGEST)
    return None


def statement(search: Search, type: str, ranges: Sequence["Walk"], slice: Slice) -> Sql:
    """The next rows of all ranges together, and whether each meets the search."""
    parts = [_along(search, type, walk, slice) for walk in ranges]
    end = f"ORDER BY {slice.order.text()} LIMIT ?"
    # Each range is read no further than need be.
    ends = (
        Sql(f"SELECT * FROM ({part.text} {end}) x", (*part.parameters, slice.limit))
        for part in parts
    )
    united = joined(ends, " UNION ")
    met = compile.condition(search.scope, search.query.where, type, "w.t")
    text = f"SELECT k0, t, {met.text} FROM ({united.text} {end}) w ORDER BY {slice.order.text()}"
    return Sql(text, (*met.parameters, *united.parameters, slice.limit))


def _along(search: Search, type: str, walk: "Walk", slice: Slice) -> Sql:
    scope = search.scope
    conditions = [walk.where, scope.visible(type, walk.t)]
    if slice.place is not None:
        conditions.append(sort.after(slice.order, (walk.key, walk.t), slice.place))
    where = all_of(conditions)
    text = f"SELECT DISTINCT {walk.key} AS k0, {walk.t} AS t FROM {walk.tables}"
    return Sql(f"{text} WHERE {where.text}", where.parameters)


def walks(
    scope: Scope, by: Sort, type: str, parts: Sequence[q.Clause] = ()
) -> tuple[Walk, ...] | None:
    """The ranges that together bring every resource with a value; None if there are none so
    ordered. `parts` are what the resources must meet, and may limit the ranges."""
    if by.also or by.parameter in ("_id", "_lastUpdated"):
        return None
    if scope.told(type, by.parameter, "0") != TRUE:
        return None
    parameter = scope.parameter(type, by.parameter)
    match by.kind:
        case "date":
            return tuple(
                _ranges(scope, "date", parameter, scale, by)
                for scale in scope.dates(parameter).scales
            )
        case "number":
            wide = "SELECT 1 FROM number WHERE parameter = ? AND scale > 0 LIMIT 1"
            if scope.connection.row(wide, (parameter,)) is None:
                return (_ranges(scope, "number", parameter, 0, by),)
            return None
        case "quantity":
            return _amounts(scope, parameter, by, parts)
        case _:
            return None


def _ranges(scope: Scope, table: str, parameter: int, scale: int, by: Sort) -> Walk:
    row, other = scope.alias(), scope.alias()
    place = Sql(f"{row}.parameter = ? AND {row}.scale = ?", (parameter, scale))
    better = f"{other}.low > {row}.low" if by.descending else f"{other}.low < {row}.low"
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


def _amounts(
    scope: Scope, parameter: int, by: Sort, parts: Sequence[q.Clause]
) -> tuple[Walk, ...] | None:
    """A range for each unit that is sorted by, as all amounts in a unit are or none; None where
    units are many, or amounts are ranges themselves."""
    units = scope.connection.rows(_UNITS, (parameter, parameter, parameter, _MOST_UNITS + 1))
    if len(units) > _MOST_UNITS or any(is_wide for _, _, is_wide, _ in units):
        return None
    tests = [
        part.test
        for part in parts
        if isinstance(part, q.Match)
        and part.parameter == by.parameter
        and isinstance(part.test, q.QuantityIs)
        and not scope.dates(parameter).repeats
    ]
    return tuple(
        _of_unit(scope, parameter, by, (id, base), tests) for id, base, _, sorts in units if sorts
    )


def _of_unit(
    scope: Scope,
    parameter: int,
    by: Sort,
    unit: tuple[int, int],
    tests: Sequence[q.QuantityIs],
) -> Walk:
    row, other, (id, is_base) = scope.alias(), scope.alias(), unit
    sign = ">" if by.descending else "<"
    place = Sql(
        f"{row}.parameter = ? AND {row}.unit = ? AND {row}.scale = 0"
        f"{'' if is_base else f' AND {row}.sorts = 1'}"
        f" AND NOT EXISTS (SELECT 1 FROM quantity {other} WHERE {other}.t = {row}.t"
        f" AND {other}.parameter = {row}.parameter AND {other}.sorts = 1"
        f" AND {other}.low {sign} {row}.low)",
        (parameter, id),
    )
    # A test of amounts in base units is about the rows in base units, and the other way round.
    fitting = [test for test in tests if bool(test.base_unit) == bool(is_base)]
    met = all_of(quantity.condition(scope, test, row) for test in fitting)
    met = Sql(met.text.replace(f"{row}.high", f"{row}.low"), met.parameters)
    return Walk(f"quantity {row}", f"{row}.low", f"{row}.t", all_of((place, met)))


_LONGEST = 16_000
"""Rows that are looked at together."""
_MOST_UNITS = 64
_UNITS = """SELECT u.id, u.base, EXISTS (SELECT 1 FROM quantity q WHERE q.parameter = ?
    AND q.unit = u.id AND q.scale > 0), (SELECT q.sorts FROM quantity q
    WHERE q.parameter = ? AND q.unit = u.id LIMIT 1) FROM unit u WHERE EXISTS
    (SELECT 1 FROM quantity q WHERE q.parameter = ? AND q.unit = u.id) LIMIT ?"""
