"""Numbers in SQL: a value sought against the closed range of a row.
https://hl7.org/fhir/R4/search.html#number"""

from samspill.fhir.search.query import NumberIs
from samspill.store.types import Sql


def condition(test: NumberIs, row: str) -> Sql:
    """That the columns low and high of `row` compare with the number as its prefix says."""
    low, high = f"{row}.low", f"{row}.high"
    match test.prefix:
        case "eq":
            return Sql(f"{low} >= ? AND {high} < ?", (test.low, test.high))
        case "ne":
            return Sql(f"({low} < ? OR {high} >= ?)", (test.low, test.high))
        case "gt":
            return Sql(f"{high} > ?", (test.value,))
        case "ge":
            return Sql(f"{high} >= ?", (test.value,))
        case "sa":
            return Sql(f"{low} > ?", (test.value,))
        case "lt":
            return Sql(f"{low} < ?", (test.value,))
        case "le":
            return Sql(f"{low} <= ?", (test.value,))
        case "eb":
            return Sql(f"{high} < ?", (test.value,))
        case "ap" | "overlaps":
            return Sql(f"{low} <= ? AND {high} >= ?", (test.high, test.low))
