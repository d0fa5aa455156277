"""Dates in SQL: a period sought against the period of a row.
https://hl7.org/fhir/R4/search.html#date"""

from samspill.fhir.search.query import DateIs
from samspill.store.types import Sql


def condition(test: DateIs, low: str, high: str) -> Sql:
    """That the row's period, from column `low` to before `high`, compares as the prefix says."""
    within = f"{low} >= ? AND {high} <= ?"
    match test.prefix:
        case "eq":
            return Sql(within, (test.low, test.high))
        case "ne":
            return Sql(f"NOT ({within})", (test.low, test.high))
        case "gt":
            return Sql(f"{high} > ?", (test.high,))
        case "lt":
            return Sql(f"{low} < ?", (test.low,))
        case "ge":
            return Sql(f"({high} > ? OR ({within}))", (test.high, test.low, test.high))
        case "le":
            return Sql(f"({low} < ? OR ({within}))", (test.low, test.low, test.high))
        case "sa":
            return Sql(f"{low} >= ?", (test.high,))
        case "eb":
            return Sql(f"{high} <= ?", (test.low,))
        case "ap" | "overlaps":
            return Sql(f"{low} < ? AND {high} > ?", (test.high, test.low))


def surely(test: DateIs, low: str, offset: int) -> Sql | None:
    """A condition on a column that holds the least low of a resource, plus an offset: where it is
    met, the resource meets the test, whatever the high; None if there is no such condition."""
    match test.prefix:
        case "ge":
            return Sql(f"{low} >= ?", (test.low + offset,))
        case "gt" | "sa":
            return Sql(f"{low} >= ?", (test.high + offset,))
        case "lt" | "le" | "ne":
            return Sql(f"{low} < ?", (test.low + offset,))
        case "ap" | "overlaps":
            return Sql(f"{low} >= ? AND {low} < ?", (test.low + offset, test.high + offset))
        case "eq" | "eb":
            return None


def reach(test: DateIs) -> tuple[int | None, int | None]:
    """Bounds that a row must overlap: its high is above the first, its low below the second."""
    match test.prefix:
        case "eq" | "ap" | "overlaps":
            return test.low, test.high
        case "gt" | "sa":
            return test.high, None
        case "ge":
            return test.low, None
        case "lt" | "eb":
            return None, test.low
        case "le":
            return None, test.high
        case "ne":
            return None, None
