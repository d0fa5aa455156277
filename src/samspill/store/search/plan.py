"""Which part of a search drives it: the one that brings the fewest versions, or the right order.

All other parts are then checked for each version that the driver brings.
"""

from collections.abc import Sequence
from functools import partial
from math import prod

from msgspec import Struct
from msgspec.structs import replace

from samspill.fhir.search import query as q
from samspill.store import index
from samspill.store.search import arms, compile, date, sizes
from samspill.store.search.arms import Arm
from samspill.store.search.scope import FALSE, Scope, Values, all_of, any_of
from samspill.store.search.sizes import MANY, MOST, SOME
from samspill.store.types import Sql


class Driver(Struct, frozen=True):
    """The arms that together bring all candidates; `rest` is what has still to be checked."""

    arms: tuple[Arm, ...]
    rest: tuple[q.Clause, ...]
    size: int
    """How many candidates there are, about."""

    @property
    def is_ordered(self) -> bool:
        return all(arm.is_ordered for arm in self.arms)


def choose_by_commit(scope: Scope, clause: q.Clause, type: str, page: int) -> Driver:
    """The best driver of a search in the order of lastUpdated, of which `page` rows are wanted."""
    parts = _grouped(scope, flat(clause), type)
    best = choose(scope, clause, type)
    walked = Driver((arms.by_commit(scope, type),), parts, 0)
    found = [Driver(best.arms, best.rest, best.size)] if len(best.rest) < len(parts) else []
    if found and _reads(scope, walked, found, type, page) > 2 * best.size:
        return best
    return walked


def choose(scope: Scope, clause: q.Clause, type: str, page: int | None = None) -> Driver:
    """The best driver of a search of one type.

    `page`: the rows that are wanted in the order of the main date, of which reading may stop when
    it has them; None if all candidates are wanted, in any order.
    """
    parts = _grouped(scope, flat(clause), type)
    main = [part for part in parts if _is_main(scope, part, type)]
    found = _drivers(scope, parts, type, set(map(id, main)))
    base = Driver((arms.all_of_type(scope, type),), parts, 0)
    if not found:
        return _within_main_date(scope, base, main, type)
    ordered = [driver for driver in found if driver.is_ordered]
    if page is not None and len(found) == len(ordered) == 1:
        return _within_main_date(scope, ordered[0], main, type)
    best = _smallest(scope, [base, *found] if len(ordered) < len(found) or main else found)
    if page is not None and not best.is_ordered:
        walked = _smallest(scope, [base, *ordered])
        if _reads(scope, walked, found, type, page) < 2 * best.size:
            best = walked
    return _within_main_date(scope, best, main, type)


def _drivers(scope: Scope, parts: Sequence[q.Clause], type: str, passed: set[int]) -> list[Driver]:
    """A driver for each part that has a range of its own, but for those passed over."""
    found = []
    for n, part in enumerate(parts):
        ranges = None
        if id(part) not in passed:
            ranges = arms.arms_of(scope, part, type, partial(targets, scope))
        if ranges is not None:
            found.append(Driver(ranges, (*parts[:n], *parts[n + 1 :]), 0))
        elif isinstance(part, q.Together):
            # Each component brings all that meets the whole, and more.
            ways = [arms.arms_of(scope, each, type, partial(targets, scope)) for each in part.parts]
            found += [Driver(way, tuple(parts), 0) for way in ways if way is not None]
    return found


def _smallest(scope: Scope, drivers: Sequence[Driver]) -> Driver:
    """The one with the fewest candidates: counted a little, and further if that does not tell."""
    for most in (SOME, MANY, MOST):
        counted = [
            replace(each, size=sum(sizes.of(scope, arm, most) for arm in each.arms))
            for each in drivers
        ]
        best = min(counted, key=lambda each: (each.size, not each.is_ordered, len(each.rest)))
        if best.size < most or len(drivers) == 1:
            break
    return best


def _reads(scope: Scope, walked: Driver, found: Sequence[Driver], type: str, page: int) -> float:
    """How many candidates of an ordered driver are read until a page is full, if its parts do not
    depend on each other."""
    of_type = max(1, sizes.of_type(scope, type))
    shares = [min(1.0, _size(scope, each, of_type) / of_type) for each in found]
    matches = of_type * prod(shares)
    size = _size(scope, walked, of_type)
    return min(size, page * size / max(matches, 0.1))


def _size(scope: Scope, driver: Driver, of_type: int) -> int:
    """How many candidates there are; as many as there are resources when they are very many."""
    counted = sum(sizes.of(scope, arm, MOST if arm.key else MANY) for arm in driver.arms)
    return counted if counted < (MOST if all(arm.key for arm in driver.arms) else MANY) else of_type


def flat(clause: q.Clause) -> tuple[q.Clause, ...]:
    """What must all be met."""
    if isinstance(clause, q.All):
        return ()
    if isinstance(clause, q.And):
        return tuple(part for each in clause.parts for part in flat(each))
    return (clause,)


def _grouped(scope: Scope, parts: tuple[q.Clause, ...], type: str) -> tuple[q.Clause, ...]:
    """The same, with amounts of one parameter together, such as more than 5 and less than 7: where
    no resource has several, they limit one range of the index from both sides."""
    amounts: dict[str, list[q.Clause]] = {}
    for part in parts:
        if isinstance(part, q.Match) and isinstance(part.test, (q.NumberIs, q.QuantityIs)):
            amounts.setdefault(part.parameter, []).append(part)
    joined = {name: some for name, some in amounts.items() if arms.is_one_row(scope, some, type)}
    inside = {id(part) for some in joined.values() for part in some}
    rest = tuple(part for part in parts if id(part) not in inside)
    return (*rest, *(q.And(tuple(some)) for some in joined.values()))


def targets(scope: Scope, clause: q.Chain | q.Has) -> Values | None:
    """The rids of the targets of a chain, or of those that others refer to; None for many."""
    types = (clause.type,) if isinstance(clause, q.Has) else clause.types or scope.types()
    found: set[int] = set()
    for type in types:
        if not scope.type(type):
            continue
        driver = choose(scope, clause.where, type)
        if sum(sizes.of(scope, arm, MANY) for arm in driver.arms) >= MANY:
            return None
        for arm in driver.arms:
            found.update(_rids(scope, clause, type, driver, arm))
    return Values(tuple(sorted(found)))


def _rids(scope: Scope, clause: q.Chain | q.Has, type: str, driver: Driver, arm: Arm) -> list[int]:
    where = met(scope, type, driver, arm)
    if where == FALSE:
        return []
    if isinstance(clause, q.Has):
        select, table = "f.value", "fact f"
        parameter = scope.parameter(type, clause.parameter)
        join = Sql(f"f.t = {arm.t} AND f.parameter = ? AND f.value > 0", (parameter,))
        join = all_of((join, scope.told(type, clause.parameter, arm.t)))
    else:
        select, table = "f.rid", "version f"
        join = Sql(f"f.t = {arm.t}")
    both = all_of((where, join))
    sql = f"SELECT {select} FROM {arm.tables} CROSS JOIN {table} WHERE {both.text}"
    return [row[0] for row in scope.connection.rows(sql, both.parameters)]


def met(scope: Scope, type: str, driver: Driver, arm: Arm) -> Sql:
    """That a candidate of the arm may be known of, and meets all the driver does not see to."""
    rest = (_checked(scope, part, type, arm) for part in driver.rest)
    return all_of((arm.where, scope.visible(type, arm.t), *rest))


def _checked(scope: Scope, part: q.Clause, type: str, arm: Arm) -> Sql:
    """That the candidate meets the part. Mostly the main date alone, which is at hand, says so;
    and where both come in the order of that date, looking along two ranges is five times as fast
    as looking up one version after the other."""
    if arm.is_ordered and isinstance(part, q.Match) and part.parameter not in compile.COLUMNS:
        values = compile.interned(scope, scope.parameter(type, part.parameter), part.test)
        if values is not None and values.ids is not None and len(values.ids) <= arms.MOST_ARMS:
            posted = compile.is_posted(scope, part, type, values, (arm.main, arm.t))
            return all_of((posted, scope.told(type, part.parameter, arm.t)))
    condition = compile.condition(scope, part, type, arm.t)
    if not (arm.is_ordered and isinstance(part, q.Match) and isinstance(part.test, q.DateIs)):
        return condition
    if not _is_main(scope, part, type) or condition == FALSE:
        return condition
    surely = date.surely(part.test, arm.main, index.YEAR_ONE)
    return any_of((all_of((Sql(f"{arm.main} > 0"), surely)), condition)) if surely else condition


def _is_main(scope: Scope, part: q.Clause, type: str) -> bool:
    """Whether the part limits the main date, so that it narrows ordered ranges."""
    return (
        isinstance(part, q.Match)
        and part.parameter == index.MAIN.get(type)
        and isinstance(part.test, q.DateIs)
        and main_range(scope, type, part.test) != (None, None)
    )


def _within_main_date(scope: Scope, driver: Driver, main: Sequence[q.Clause], type: str) -> Driver:
    """Narrows ordered arms by what the search says of the main date, which stands in their rows."""
    bounds = [
        main_range(scope, type, part.test)
        for part in main
        if isinstance(part, q.Match) and isinstance(part.test, q.DateIs)
    ]
    if not bounds or not driver.is_ordered:
        return driver
    narrowed = []
    for arm in driver.arms:
        conditions = [Sql(f"{arm.main} > 0")]
        conditions += [Sql(f"{arm.main} > ?", (low,)) for low, _ in bounds if low is not None]
        conditions += [Sql(f"{arm.main} < ?", (high,)) for _, high in bounds if high is not None]
        narrowed.append(replace(arm, where=all_of((arm.where, *conditions))))
    return replace(driver, arms=tuple(narrowed))


def main_range(scope: Scope, type: str, test: q.DateIs) -> tuple[int | None, int | None]:
    """Bounds of the main date of all resources that meet the test of it."""
    above, below = date.reach(test)
    dates = scope.dates(scope.parameter(type, index.MAIN[type]))
    widest = max(dates.scales, default=0)
    if widest == index.REVERSED:
        return None, None
    if above is not None and (widest == index.LONG or dates.repeats):
        above = None
    low = None if above is None else above - index.SPANS[widest] + index.YEAR_ONE
    return low, None if below is None else below + index.YEAR_ONE
