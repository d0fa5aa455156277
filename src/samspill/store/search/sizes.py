"""How large the ranges of an index are, counted no further than need be, and remembered a while."""

import time
from dataclasses import dataclass

from samspill.store.search.arms import Arm
from samspill.store.search.scope import FALSE, Scope

SOME = 500
MANY = 4_000
MOST = 64_000
"""The steps in which ranges are counted further, while it is open which is the smallest."""

_SECONDS = 600.0
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Size:
    count: int
    upto: int
    """How far was counted: a count that has reached it may be more."""
    until: float

    def answers(self, most: int) -> bool:
        return self.count < self.upto or self.upto >= most


def of(scope: Scope, arm: Arm, most: int) -> int:
    """How many rows the range has; `most` if there are as many or more."""
    if arm.where == FALSE:
        return 0
    known = scope.catalog.sizes
    if arm.key is None:
        return min(_counted(scope, arm, most), most)
    found = known.get(arm.key)
    now = time.monotonic()
    if not isinstance(found, Size) or found.until < now or not found.answers(most):
        if len(known) >= _REMEMBERED:
            known.clear()
        found = known[arm.key] = Size(_counted(scope, arm, most), most, now + _SECONDS)
    return min(found.count, most)


def of_type(scope: Scope, type: str) -> int:
    """How many resources of the type there are, about."""
    key = (-1, scope.type(type))
    found, now = scope.catalog.sizes.get(key), time.monotonic()
    if not isinstance(found, Size) or found.until < now:
        row = scope.connection.row("SELECT count(*) FROM live WHERE type = ?", (key[1],))
        count = row[0] if row else 0
        # A small record grows fast.
        seconds = _SECONDS if count > MOST else 1.0
        found = scope.catalog.sizes[key] = Size(count, count + 1, now + seconds)
    return found.count


def _counted(scope: Scope, arm: Arm, most: int) -> int:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {arm.counted.text} LIMIT ?) p"
    row = scope.connection.row(sql, (*arm.counted.parameters, most))
    return row[0] if row else 0
