"""Ranges of the indexes: for each clause that has one, the range that brings what meets it."""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from samspill.fhir.search import query as q
from samspill.store import index
from samspill.store.search import compile, date, words
from samspill.store.search.scope import FALSE, Scope, Values, all_of
from samspill.store.types import Sql

MOST_ARMS = 8
"""So many ordered ranges are merged; more values are fetched at once and sorted."""


class Arm(Struct, frozen=True):
    """A range of an index that brings versions."""

    tables: str
    t: str
    """The expression for the version."""
    main: str
    """The expression for its main date."""
    where: Sql
    """What makes the range, and joins the tables."""
    counted: Sql
    """The range in the index alone, to be counted: what stands behind FROM."""
    key: tuple[int, int] | None = None
    """Parameter and value, where the size of the range may be remembered."""
    is_ordered: bool = False
    """Comes in the order of main date and commit."""
    is_distinct: bool = False
    """Names each version once."""


def all_of_type(scope: Scope, type: str) -> Arm:
    """Every resource of a type."""
    row = scope.alias()
    where = Sql(f"{row}.type = ?", (scope.type(type),))
    tables, key = f"live {row}", (0, scope.type(type))
    return Arm(tables, f"{row}.t", f"{row}.main", where, rows(tables, where), key, True, True)


def by_commit(scope: Scope, type: str) -> Arm:
    """Every resource of a type in the order of the commits, which is that of lastUpdated."""
    version, resource = scope.alias(), scope.alias()
    number = scope.type(type)
    # Old versions stand in this index too: it is the current one, or was so at the snapshot.
    current = f"{resource}.rid = {version}.rid AND ({resource}.t = {version}.t OR {version}.t IN"
    where = Sql(
        f"{version}.type = ? AND {version}.deleted = 0 AND {current} (SELECT t FROM stale))",
        (number,),
    )
    counted = Sql("live WHERE type = ?", (number,))
    tables = f"version {version} CROSS JOIN resource {resource}"
    main = f"{version}.main"
    return Arm(tables, f"{version}.t", main, where, counted, (0, number), is_distinct=True)


def arms_of(
    scope: Scope, clause: q.Clause, type: str, targets: Callable[[q.Chain | q.Has], Values | None]
) -> tuple[Arm, ...] | None:
    """The ranges that bring exactly what meets the clause; None if there is no such range.

    `targets` looks for what a chain leads to, also backwards; it returns None if that is too much.
    """
    is_inside = type.startswith(index.INSIDE)
    match clause:
        case q.Nothing():
            return ()
        case q.Has() | q.Match("_id") | q.And() if is_inside:
            return None
        case q.Match("_id", q.TokenIs(_, code)):
            return (_by_id(scope, type, code or ""),)
        case q.Match("_id" | "_lastUpdated"):
            return None
        case q.Match(name, q.Words() as test):
            return _told(scope, type, name, _of_words(scope, name, test, type))
        case q.Match(name, test):
            ranges = _of_match(scope, scope.parameter(type, name), test, is_inside)
            return _told(scope, type, name, ranges)
        case q.InCompartment("Patient", ids):
            patients = compile.resources_among(scope, "Patient", ids)
            return _postings(scope.parameter(type, index.PATIENTS), patients, scope.alias())
        case q.Chain(name):
            found = targets(clause)
            if found is None:
                return None
            ranges = _postings(scope.parameter(type, name), found, scope.alias())
            return _told(scope, type, name, ranges)
        case q.Has():
            found = targets(clause)
            return None if found is None else (_by_rid(scope, type, found),)
        case q.Or(parts):
            ways = [arms_of(scope, part, type, targets) for part in parts]
            if any(arms is None for arms in ways):
                return None
            return tuple(arm for arms in ways for arm in arms or ())
        case q.And(parts) if is_one_row(scope, parts, type):
            return _of_one_row(scope, type, [each for each in parts if isinstance(each, q.Match)])
        case _:
            return None


def _told(
    scope: Scope, type: str, name: str, ranges: tuple[Arm, ...] | None
) -> tuple[Arm, ...] | None:
    """The ranges of a parameter, but for those of whom the caller may not be told its value."""
    if ranges is None:
        return None
    told = [all_of((each.where, scope.told(type, name, each.t))) for each in ranges]
    return tuple(replace(each, where=where) for each, where in zip(ranges, told, strict=True))


def _of_match(
    scope: Scope, parameter: int, test: q.Test, is_inside: bool
) -> tuple[Arm, ...] | None:
    if not parameter:
        return ()
    values = compile.interned(scope, parameter, test)
    if values is not None:
        return _postings(parameter, values, scope.alias())
    match test:
        case _ if is_inside:
            # Ranges are joined with versions, which contained resources are not.
            return None
        case q.DateIs():
            return _periods(scope, parameter, test)
        case q.NumberIs() | q.QuantityIs():
            return _amounts(scope, parameter, [test])
        case q.Near():
            return (_places(scope, parameter, test),)
        case _:
            return None


def _postings(parameter: int, values: Values, row: str) -> tuple[Arm, ...]:
    """One ordered arm for each value when they are few."""
    tables, t, main = f"posting {row}", f"{row}.t", f"{row}.main"
    if values.ids is not None and len(values.ids) <= MOST_ARMS:
        one = f"{row}.parameter = ? AND {row}.value = ?"
        ranges = [(Sql(one, (parameter, id)), id) for id in values.ids]
        return tuple(
            Arm(tables, t, main, where, rows(tables, where), (parameter, id), True, True)
            for where, id in ranges
        )
    where = all_of((Sql(f"{row}.parameter = ?", (parameter,)), values.condition(f"{row}.value")))
    return (Arm(tables, t, main, where, rows(tables, where)),)


def rows(tables: str, where: Sql) -> Sql:
    return Sql(f"{tables} WHERE {where.text}", where.parameters)


def _by_rid(scope: Scope, type: str, rids: Values) -> Arm:
    resource, version = scope.alias(), scope.alias()
    stood = compile.at_snapshot(scope, resource, version, type)
    where = all_of((rids.condition(f"{resource}.rid"), stood))
    tables = f"resource {resource} CROSS JOIN version {version}"
    counted = rows(tables, where)
    return Arm(tables, f"{version}.t", f"{version}.main", where, counted, is_distinct=True)


def _by_id(scope: Scope, type: str, id: str) -> Arm:
    resource, version = scope.alias(), scope.alias()
    stood = compile.at_snapshot(scope, resource, version, type)
    named = Sql(f"{resource}.type = ? AND {resource}.id = ?", (scope.type(type), id))
    where = all_of((named, stood))
    tables = f"resource {resource} CROSS JOIN version {version}"
    counted = rows(tables, where)
    return Arm(tables, f"{version}.t", f"{version}.main", where, counted, is_distinct=True)


def _of_words(scope: Scope, name: str, test: q.Words, type: str) -> tuple[Arm, ...]:
    row, version = scope.alias(), scope.alias()
    met, table = words.condition(scope, name, test, type, row), f"words {row}"
    if met == FALSE:
        return ()
    if type.startswith(index.INSIDE):
        counted = rows(table, met)
        return (Arm(table, f"{row}.rowid", "0", met, counted, is_distinct=True),)
    both = all_of((met, Sql(f"{version}.t = {row}.rowid")))
    tables = f"{table} CROSS JOIN version {version}"
    main = f"{version}.main"
    return (Arm(tables, f"{version}.t", main, both, rows(table, met), is_distinct=True),)


def _periods(scope: Scope, parameter: int, test: q.DateIs) -> tuple[Arm, ...]:
    """One range of the date index for each scale: a period of scale n reaches SPANS[n] at most."""
    arms = []
    above, below = date.reach(test)
    for n in scope.dates(parameter).scales:
        row, version = scope.alias(), scope.alias()
        parts = [Sql(f"{row}.parameter = ? AND {row}.scale = ?", (parameter, n))]
        if above is not None and n < index.LONG:
            parts.append(Sql(f"{row}.low > ?", (above - index.SPANS[n],)))
        if below is not None and n != index.REVERSED:
            parts.append(Sql(f"{row}.low < ?", (below,)))
        parts.append(date.condition(test, f"{row}.low", f"{row}.high"))
        arms.append(_joined(f"date {row}", row, version, all_of(parts)))
    return tuple(arms)


def _joined(table: str, row: str, version: str, where: Sql) -> Arm:
    """A range of an index that does not hold the main date: the version is asked for it."""
    both = all_of((where, Sql(f"{version}.t = {row}.t")))
    tables = f"{table} CROSS JOIN version {version}"
    return Arm(tables, f"{row}.t", f"{version}.main", both, rows(table, where))


def is_one_row(scope: Scope, parts: Sequence[q.Clause], type: str) -> bool:
    """Whether all parts are about one amount, since no resource has several of the parameter."""
    names = {
        part.parameter
        if isinstance(part, q.Match) and isinstance(part.test, (q.NumberIs, q.QuantityIs))
        else ""
        for part in parts
    }
    if len(parts) < 2 or len(names) > 1 or "" in names:
        return False
    return not scope.dates(scope.parameter(type, names.pop())).repeats


def _of_one_row(scope: Scope, type: str, parts: Sequence[q.Match]) -> tuple[Arm, ...] | None:
    name = parts[0].parameter
    ranges = _amounts(scope, scope.parameter(type, name), [each.test for each in parts])
    return _told(scope, type, name, ranges)


def _amounts(scope: Scope, parameter: int, tests: Sequence[q.Test]) -> tuple[Arm, ...]:
    """A range for plain amounts, whose low and high are one, and one for all others."""
    arms = []
    for scale, high in ((0, "low"), (1, "high")):
        row, version = scope.alias(), scope.alias()
        table = "quantity" if isinstance(tests[0], q.QuantityIs) else "number"
        met = all_of(compile.row_condition(scope, parameter, test, row)[1] for test in tests)
        # Many units are no reason to leave the index here.
        text = met.text.replace(f"{row}.high", f"{row}.{high}").replace(
            f"+{row}.unit", f"{row}.unit"
        )
        place = Sql(f"{row}.parameter = ? AND {row}.scale = ?", (parameter, scale))
        both = all_of((place, Sql(text, met.parameters)))
        arms.append(_joined(f"{table} {row}", row, version, both))
    return tuple(arms)


def _places(scope: Scope, parameter: int, near: q.Near) -> Arm:
    """A slice of the sphere around the place that is sought."""
    row, version = scope.alias(), scope.alias()
    _, met = compile.row_condition(scope, parameter, near, row)
    slice = (parameter, near.z - near.chord, near.z + near.chord)
    place = Sql(f"{row}.parameter = ? AND {row}.z BETWEEN ? AND ?", slice)
    return _joined(f"position {row}", row, version, all_of((place, met)))
