"""Sorts by tokens, texts and references without sorting: value after value, in their order.

The versions of a value stand together in `posting`, so a page is full after a few values. Values
come from the dictionaries, which are in the order of their texts; some thousand codes are told
apart by looking from one to the next greater.
"""

from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct

from samspill.fhir.search.query import Sort
from samspill.store.search import plan, sort, walk
from samspill.store.search.arms import Arm
from samspill.store.search.plan import Driver
from samspill.store.search.scope import FALSE, Scope, all_of, joined
from samspill.store.search.select import Search, Slice
from samspill.store.types import Sql

_AT_ONCE = 256
"""Values that are asked for together."""
_MOST_PARTS = 64
"""Values whose versions are asked for together, at most."""
_MOST_DISTINCT = 5_000
"""So many codes of a parameter are listed and sorted; of more, all codes are gone through."""


class Group(Struct, frozen=True):
    """Values that are equal in the order."""

    key: str
    values: tuple[int, ...]


def rows(search: Search, type: str, slice: Slice) -> list[int]:
    """The commit numbers of a slice of all that have a value, in the order of a single key."""
    by = slice.order.keys[0]
    descending = slice.order.columns[0].descending
    start = None if slice.place is None else str(slice.place[0])
    found: dict[int, None] = {}
    waiting, size = list[Group](), 1
    for group in _groups(search.scope, by, type, descending, start):
        waiting.append(group)
        if len(waiting) == size:
            found |= dict.fromkeys(_of_groups(search, type, slice, waiting))
            waiting, size = [], min(2 * size, _MOST_PARTS)
            if len(found) >= slice.limit:
                break
    found |= dict.fromkeys(_of_groups(search, type, slice, waiting))
    return list(found)[: slice.limit]


def goes_by_groups(search: Search, slice: Slice) -> bool:
    """Whether the slice is read value after value."""
    if not slice.order.keys or slice.order.columns[-2].name != "main":
        return False
    by, type = slice.order.keys[0], search.types[0]
    return not by.also and by.parameter != "_id" and walk.most_looks(search, type, slice) > 0


def statement(search: Search, slice: Slice) -> Sql:
    """The statement for the first value."""
    by, type = slice.order.keys[0], search.types[0]
    for group in _groups(search.scope, by, type, slice.order.columns[0].descending, None):
        return _of_value(search, type, slice, (0, group.key, group.values[0]))
    return FALSE


def _of_groups(search: Search, type: str, slice: Slice, groups: list[Group]) -> list[int]:
    """The first versions of some groups, in order."""
    parts = [
        part
        for n, group in enumerate(groups)
        for value in group.values
        if (part := _of_value(search, type, slice, (n, group.key, value))) != FALSE
    ]
    if not parts:
        return []
    each = joined((Sql(f"SELECT * FROM ({p.text}) x", p.parameters) for p in parts), " UNION ALL ")
    order = ", ".join(column.order() for column in slice.order.columns[1:])
    sql = f"SELECT t FROM ({each.text}) p ORDER BY n, {order}"
    return [row[0] for row in search.scope.connection.rows(sql, each.parameters)]


def _of_value(search: Search, type: str, slice: Slice, wanted: tuple[int, str, int]) -> Sql:
    """The first versions that have a value and are sorted by it."""
    scope, order = search.scope, slice.order
    n, key, value = wanted
    parameter = scope.parameter(type, order.keys[0].parameter)
    row = scope.alias()
    where = Sql(f"{row}.parameter = ? AND {row}.value = ?", (parameter, value))
    tables = f"posting {row}"
    arm = Arm(tables, f"{row}.t", f"{row}.main", where, where, None, True, True)
    conditions = [plan.met(scope, type, Driver((arm,), (search.query.where,), 0), arm)]
    if slice.place is not None and slice.place[0] == key:
        rest = sort.Order(order.columns[1:])
        conditions.append(sort.after(rest, (arm.main, arm.t), slice.place[1:]))
    own = sort.key(scope, order.keys[0], type, arm.t)
    conditions.append(Sql(f"{own.text} = ?", (*own.parameters, key)))
    met = all_of(conditions)
    if met == FALSE:
        return FALSE
    columns = f"{n} AS n, {arm.main} AS main, {arm.t} AS t"
    ordered = ", ".join(column.order() for column in order.columns[1:])
    return Sql(
        f"SELECT {columns} FROM {tables} WHERE {met.text} ORDER BY {ordered} LIMIT ?",
        (*met.parameters, slice.limit),
    )


def _groups(
    scope: Scope, by: Sort, type: str, descending: bool, start: str | None
) -> Iterator[Group]:
    """All values of the parameter from `start` on, in order."""
    parameter = scope.parameter(type, by.parameter)
    if by.kind == "token":
        pairs = _codes(scope, parameter, descending, start)
    elif by.kind == "reference":
        pairs = _targets(scope, parameter, descending, start)
    else:
        pairs = _texts(scope, parameter, descending, start)
    for key, same in groupby(pairs, key=lambda pair: pair[0]):
        yield Group(key, tuple(value for _, value in same))


Pair = tuple[str, int]
"""The key of a value and the value."""


def _codes(scope: Scope, parameter: int, descending: bool, start: str | None) -> Iterator[Pair]:
    known = _distinct(scope, parameter)
    if known is not None:
        for pair in reversed(known) if descending else known:
            if start is None or (pair[0] <= start if descending else pair[0] >= start):
                yield pair
        return
    blank = [("", 0)] if _is_used(scope, parameter, 0) else []
    if not descending and not start:
        yield from blank
    sign, turn = ("<=", "DESC") if descending else (">=", "ASC")
    sql = f"""SELECT c.code || '{sort.BETWEEN}' || s.url, c.id, c.code FROM concept c
        CROSS JOIN system s WHERE s.id = c.system AND EXISTS (SELECT 1 FROM posting p
        WHERE p.parameter = ? AND p.value = c.id) AND c.code {sign} ?
        ORDER BY c.code {turn}, s.url {turn} LIMIT ? OFFSET ?"""
    code = (start or ("\U0010ffff" if descending else "")).partition(sort.BETWEEN)[0]
    seen = 0
    while page := scope.connection.rows(sql, (parameter, code, _AT_ONCE, seen)):
        for key, id, _ in page:
            if start is None or (key <= start if descending else key >= start):
                yield key, id
        last = page[-1][2]
        # Codes of several systems may go on in the next page.
        seen = sum(row[2] == last for row in page) + (seen if code == last else 0)
        code = last
    if descending:
        yield from blank


def _distinct(scope: Scope, parameter: int) -> list[Pair] | None:
    """The codes of a parameter in their order; None when they are very many."""
    fact = ("codes", parameter)
    if fact not in scope.facts:
        rows = scope.connection.rows(_DISTINCT, (parameter, parameter, _MOST_DISTINCT + 1))
        scope.facts[fact] = None if len(rows) > _MOST_DISTINCT else _sorted(scope, rows)
    found: list[Pair] | None = scope.facts[fact]
    return found


def _sorted(scope: Scope, rows: list[tuple[int]]) -> list[Pair]:
    sql = f"""SELECT c.code || '{sort.BETWEEN}' || s.url FROM concept c
        CROSS JOIN system s WHERE c.id = ? AND s.id = c.system"""
    found = [(scope.connection.row(sql, row), row[0]) for row in rows]
    return sorted((key[0] if key else "", value) for key, value in found)


def _texts(
    scope: Scope, parameter: int, descending: bool, start: str | None, sign: int = 1
) -> Iterator[Pair]:
    """`sign`: -1 for foreign references, whose values are negative texts."""
    compare, turn = ("<=", "DESC") if descending else (">=", "ASC")
    sql = f"""SELECT folded, exact, id FROM text WHERE parameter = ? AND folded {compare} ?
        ORDER BY folded {turn}, exact {turn} LIMIT ? OFFSET ?"""
    folded = ("\U0010ffff" if descending else "") if start is None else start
    seen = 0
    while page := scope.connection.rows(sql, (parameter, folded, _AT_ONCE, seen)):
        for text, _, id in page:
            yield text, sign * id
        last = page[-1][0]
        seen = sum(row[0] == last for row in page) + (seen if folded == last else 0)
        folded = last


def _targets(scope: Scope, parameter: int, descending: bool, start: str | None) -> Iterator[Pair]:
    """Those without any come first, then local ones by type and id, then foreign ones."""
    none = [(sort.BETWEEN, 0)] if _is_used(scope, parameter, 0) else []
    is_foreign = start is not None and not start.startswith(sort.BETWEEN)
    if not descending:
        if start in (None, sort.BETWEEN):
            yield from none
        if not is_foreign:
            yield from _local(scope, parameter, descending, start)
        yield from _foreign(scope, parameter, descending, start if is_foreign else None)
        return
    if start is None or is_foreign:
        yield from _foreign(scope, parameter, descending, start)
    yield from _local(scope, parameter, descending, None if is_foreign else start)
    yield from none


def _foreign(scope: Scope, parameter: int, descending: bool, start: str | None) -> Iterator[Pair]:
    place = None if start is None else start.removesuffix(sort.BETWEEN)
    for text, value in _texts(scope, parameter, descending, place, sign=-1):
        # A version that is named of a local resource is no target of its own.
        if not text.startswith(sort.BETWEEN):
            yield text + sort.BETWEEN, value


def _local(scope: Scope, parameter: int, descending: bool, start: str | None) -> Iterator[Pair]:
    compare, turn = ("<=", "DESC") if descending else (">=", "ASC")
    sql = f"""SELECT r.id, r.rid FROM resource r WHERE r.type = ? AND r.id {compare} ?
        AND EXISTS (SELECT 1 FROM posting p WHERE p.parameter = ? AND p.value = r.rid)
        ORDER BY r.id {turn} LIMIT ? OFFSET ?"""
    _, first_type, first_id = [*(start or "").split(sort.BETWEEN), "", ""][:3]
    for type in sorted(scope.targets(parameter), reverse=descending):
        if first_type and (type > first_type if descending else type < first_type):
            continue
        id, seen = ("\U0010ffff" if descending else ""), 0
        if first_type == type:
            id = first_id
        while page := scope.connection.rows(sql, (scope.type(type), id, parameter, _AT_ONCE, seen)):
            for each, rid in page:
                yield f"{sort.BETWEEN}{type}{sort.BETWEEN}{each}", rid
            id, seen = page[-1][0], 1


def _is_used(scope: Scope, parameter: int, value: int) -> bool:
    sql = "SELECT 1 FROM posting WHERE parameter = ? AND value = ? LIMIT 1"
    return scope.connection.row(sql, (parameter, value)) is not None


_DISTINCT = """WITH RECURSIVE each(value) AS (
    SELECT min(value) FROM posting WHERE parameter = ?
    UNION ALL SELECT (SELECT p.value FROM posting p WHERE p.parameter = ? AND p.value > each.value
        ORDER BY p.value LIMIT 1) FROM each WHERE each.value IS NOT NULL)
    SELECT value FROM each WHERE value IS NOT NULL LIMIT ?"""
