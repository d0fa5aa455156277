"""Which part of a search drives it: the one that brings the fewest versions, or the right order.

All other parts are then checked for each version that the driver brings.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from samspill.fhir.search import query as q
from samspill.store import index
from samspill.store.search import compile, date
from samspill.store.search.scope import FALSE, Scope, Values, all_of
from samspill.store.types import Sql

MANY = 4_000
"""Estimates go no further: what brings more is taken to bring much more."""

_MOST_ARMS = 8
"""So many ordered ranges are merged; more values are fetched at once and sorted."""


@dataclass(frozen=True, slots=True)
class Arm:
    """A range of an index: `tables`, the expressions for the version and its main date in them, and
    the condition that makes the range."""

    tables: str
    t: str
    main: str
    where: Sql
    is_ordered: bool
    """Comes in the order of main date and commit."""
    is_distinct: bool
    """Names each version once."""


@dataclass(frozen=True, slots=True)
class Driver:
    """The arms that together bring all candidates; `rest` is what has still to be checked."""

    arms: tuple[Arm, ...]
    rest: tuple[q.Clause, ...]
    estimate: int

    @property
    def is_ordered(self) -> bool:
        return all(arm.is_ordered for arm in self.arms)


def choose(scope: Scope, clause: q.Clause, type: str) -> Driver:
    """The most selective driver of a search of one type."""
    parts = _flat(clause)
    best = Driver((_all_of_type(scope, type),), parts, _size_of_type(scope, type))
    for n, part in enumerate(parts):
        arms = arms_of(scope, part, type)
        if arms is None:
            continue
        rest = (*parts[:n], *parts[n + 1 :])
        driver = Driver(arms, rest, sum(_size(scope, arm, best.estimate) for arm in arms))
        if _is_better(driver, best):
            best = driver
        if best.estimate == 0:
            break
    return _within_main_date(scope, best, parts, type)


def _is_better(driver: Driver, best: Driver) -> bool:
    """Fewer candidates; where both bring many, the one in order with less left to check."""
    if driver.estimate != best.estimate:
        return driver.estimate < best.estimate
    return driver.is_ordered and len(driver.rest) < len(best.rest)


def _flat(clause: q.Clause) -> tuple[q.Clause, ...]:
    if isinstance(clause, q.All):
        return ()
    if isinstance(clause, q.And):
        return tuple(part for each in clause.parts for part in _flat(each))
    return (clause,)


def arms_of(scope: Scope, clause: q.Clause, type: str) -> tuple[Arm, ...] | None:
    """The ranges that bring exactly what meets the clause; None if there is no such range."""
    match clause:
        case q.Nothing():
            return ()
        case q.Match("_id", q.TokenIs(_, code)):
            return (_by_id(scope, type, code or ""),)
        case q.Match("_id" | "_lastUpdated") | q.Match(_, q.Words()):
            return None
        case q.Match(name, test):
            return _of_match(scope, scope.parameter(type, name), test)
        case q.InCompartment("Patient", ids):
            patients = compile.resources_among(scope, "Patient", ids)
            return _postings(scope.parameter(type, index.PATIENTS), patients, scope.alias())
        case q.Chain():
            targets = _chained(scope, clause)
            parameter = scope.parameter(type, clause.parameter)
            return None if targets is None else _postings(parameter, targets, scope.alias())
        case q.Or(parts):
            found = [arms_of(scope, part, type) for part in parts]
            if any(arms is None for arms in found):
                return None
            return tuple(arm for arms in found for arm in arms or ())
        case _:
            return None


def _of_match(scope: Scope, parameter: int, test: q.Test) -> tuple[Arm, ...] | None:
    if not parameter:
        return ()
    values = compile.interned(scope, parameter, test)
    if values is not None:
        return _postings(parameter, values, scope.alias())
    match test:
        case q.DateIs():
            return _periods(scope, parameter, test)
        case q.NumberIs() | q.QuantityIs() | q.Near():
            return (_amounts(scope, parameter, test),)
        case _:
            return None


def _postings(parameter: int, values: Values, row: str) -> tuple[Arm, ...]:
    """One ordered arm for each value when they are few."""
    tables, t, main = f"posting {row}", f"{row}.t", f"{row}.main"
    if values.ids is not None and len(values.ids) <= _MOST_ARMS:
        one = f"{row}.parameter = ? AND {row}.value = ?"
        return tuple(
            Arm(tables, t, main, Sql(one, (parameter, id)), True, True) for id in values.ids
        )
    where = all_of((Sql(f"{row}.parameter = ?", (parameter,)), values.condition(f"{row}.value")))
    return (Arm(tables, t, main, where, False, False),)


def _by_id(scope: Scope, type: str, id: str) -> Arm:
    resource, version = scope.alias(), scope.alias()
    stood = compile.at_snapshot(scope, resource, version, type)
    where = all_of((Sql(f"{resource}.id = ?", (id,)), stood))
    tables = f"resource {resource} CROSS JOIN version {version}"
    return Arm(tables, f"{version}.t", f"{version}.main", where, False, True)


def _periods(scope: Scope, parameter: int, test: q.DateIs) -> tuple[Arm, ...]:
    """One range of the date index for each scale: a period of scale n reaches SPANS[n] at most."""
    arms = []
    above, below = date.reach(test)
    for n in _scales(scope, parameter):
        row, version = scope.alias(), scope.alias()
        parts = [Sql(f"{row}.parameter = ? AND {row}.scale = ?", (parameter, n))]
        if above is not None and n < index.LONG:
            parts.append(Sql(f"{row}.low > ?", (above - index.SPANS[n],)))
        if below is not None and n != index.REVERSED:
            parts.append(Sql(f"{row}.low < ?", (below,)))
        parts.append(date.condition(test, f"{row}.low", f"{row}.high"))
        parts.append(Sql(f"{version}.t = {row}.t"))
        tables = f"date {row} CROSS JOIN version {version}"
        arms.append(Arm(tables, f"{row}.t", f"{version}.main", all_of(parts), False, False))
    return tuple(arms)


def _scales(scope: Scope, parameter: int) -> list[int]:
    row = scope.connection.row("SELECT scales FROM parameter WHERE id = ?", (parameter,))
    scales = row[0] if row else 0
    return [n for n in range(index.REVERSED + 1) if scales >> n & 1]


def _amounts(scope: Scope, parameter: int, test: q.Test) -> Arm:
    row, version = scope.alias(), scope.alias()
    table, met = compile.row_condition(scope, parameter, test, row)
    place = Sql(f"{row}.parameter = ?", (parameter,))
    where = all_of((place, met, Sql(f"{version}.t = {row}.t")))
    tables = f"{table} {row} CROSS JOIN version {version}"
    return Arm(tables, f"{row}.t", f"{version}.main", where, False, False)


def _chained(scope: Scope, clause: q.Chain) -> Values | None:
    """The rids of the targets of a chain, when they are few."""
    found: set[int] = set()
    for type in clause.types or scope.types():
        if not scope.type(type):
            continue
        target = choose(scope, clause.where, type)
        if target.estimate >= MANY:
            return None
        for arm in target.arms:
            where = all_of(
                (
                    arm.where,
                    scope.visible(type, arm.t),
                    *(compile.condition(scope, part, type, arm.t) for part in target.rest),
                )
            )
            if where == FALSE:
                continue
            rows = scope.connection.rows(
                f"SELECT (SELECT rid FROM version WHERE version.t = {arm.t})"
                f" FROM {arm.tables} WHERE {where.text} LIMIT {MANY}",
                where.parameters,
            )
            found.update(row[0] for row in rows)
    return Values(tuple(sorted(found))) if len(found) < MANY else None


def _all_of_type(scope: Scope, type: str) -> Arm:
    row = scope.alias()
    where = Sql(f"{row}.type = ?", (scope.type(type),))
    return Arm(f"live {row}", f"{row}.t", f"{row}.main", where, True, True)


def _size_of_type(scope: Scope, type: str) -> int:
    return _counted(scope, Sql("live WHERE type = ?", (scope.type(type),)), MANY)


def _size(scope: Scope, arm: Arm, most: int) -> int:
    if arm.where == FALSE:
        return 0
    return _counted(scope, Sql(f"{arm.tables} WHERE {arm.where.text}", arm.where.parameters), most)


def _counted(scope: Scope, rows: Sql, most: int) -> int:
    """How many rows there are, counted no further than need be."""
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {rows.text} LIMIT {most + 1})"
    row = scope.connection.row(sql, rows.parameters)
    return row[0] if row else 0


def _within_main_date(scope: Scope, driver: Driver, parts: Sequence[q.Clause], type: str) -> Driver:
    """Narrows ordered arms by what the search says of the main date, which stands in their rows."""
    bounds = [
        main_range(scope, type, part.test)
        for part in parts
        if isinstance(part, q.Match)
        and part.parameter == index.MAIN.get(type)
        and isinstance(part.test, q.DateIs)
    ]
    if not bounds or not driver.is_ordered:
        return driver
    arms = []
    for arm in driver.arms:
        conditions = [Sql(f"{arm.main} > 0")]
        conditions += [Sql(f"{arm.main} > ?", (low,)) for low, _ in bounds if low is not None]
        conditions += [Sql(f"{arm.main} < ?", (high,)) for _, high in bounds if high is not None]
        arms.append(replace(arm, where=all_of((arm.where, *conditions))))
    return replace(driver, arms=tuple(arms))


def main_range(scope: Scope, type: str, test: q.DateIs) -> tuple[int | None, int | None]:
    """Bounds of the main date of all resources that meet the test of it."""
    above, below = date.reach(test)
    parameter = scope.parameter(type, index.MAIN[type])
    widest = max(_scales(scope, parameter), default=0)
    if widest == index.REVERSED:
        return None, None
    if above is not None and (widest == index.LONG or repeats(scope, parameter)):
        above = None
    low = None if above is None else above - index.SPANS[widest] + index.YEAR_ONE
    return low, None if below is None else below + index.YEAR_ONE


def repeats(scope: Scope, parameter: int) -> bool:
    """Whether some resource has more than one date of the parameter."""
    row = scope.connection.row("SELECT repeats FROM parameter WHERE id = ?", (parameter,))
    return bool(row and row[0])
