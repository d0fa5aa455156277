"""What the door hands out: versions of resources, the sign that a read needs more time, and how a
search would be carried out."""

from samspill.store import BudgetSpent, Version
from samspill.store.search.explain import Explanation

__all__ = ["BudgetSpent", "Explanation", "Version"]
