"""What the door hands out: versions of resources, and the sign that a read needs more time."""

from samspill.store import BudgetSpent, Version

__all__ = ["BudgetSpent", "Version"]
