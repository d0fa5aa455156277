"""Versions, index rows, search in SQL. Imported by interactions, access, identity and app only."""

from samspill.store.reindex import Rebuilt, Stored
from samspill.store.search.scope import Narrow
from samspill.store.store import Store
from samspill.store.types import (
    Access,
    BudgetSpent,
    Change,
    Event,
    Page,
    Sql,
    Stamp,
    Version,
)
from samspill.store.writer import Transaction

__all__ = [
    "Access",
    "BudgetSpent",
    "Change",
    "Event",
    "Narrow",
    "Page",
    "Rebuilt",
    "Sql",
    "Stamp",
    "Store",
    "Stored",
    "Transaction",
    "Version",
]
