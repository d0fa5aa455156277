"""What a search takes at least, as far as that is certain before it runs.

What must be sorted is all looked at, so where that alone passes the budget there is no need to try.
"""

from samspill.store.search import select, sizes
from samspill.store.search.select import Search, Slice
from samspill.store.types import BudgetSpent

PER_CANDIDATE = 10
"""Steps of the database's machine that a candidate takes at least until it is sorted."""


def least(search: Search, slice: Slice) -> int:
    """The steps that the slice takes at least, if it is sorted."""
    return sum(PER_CANDIDATE * _candidates(search, type, slice) for type in search.types)


def check(search: Search, slice: Slice) -> None:
    """Raises `BudgetSpent` before anything is spent in vain."""
    if search.budget is not None and least(search, slice) > search.budget:
        raise BudgetSpent


def _candidates(search: Search, type: str, slice: Slice) -> int:
    driver = select.driver(search, type, slice)
    if any(arm.key == (0, search.scope.type(type)) for arm in driver.arms):
        return sizes.of_type(search.scope, type)
    return driver.size
