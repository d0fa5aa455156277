"""Strings in SQL: by their beginning, `:contains`, `:exact`.
https://hl7.org/fhir/R4/search.html#string"""

from samspill.fhir.search.query import (
    StringContains,
    StringEnds,
    StringEquals,
    StringIs,
    StringStarts,
)
from samspill.store.search.scope import Scope, Values, look_up
from samspill.store.types import Sql

LAST = "\U0010ffff"
"""Sorts behind whatever can follow a beginning."""

StringTest = StringStarts | StringContains | StringEnds | StringEquals | StringIs


def values(scope: Scope, parameter: int, test: StringTest) -> Values:
    """The texts of the parameter that meet the test."""
    condition = _condition(test)
    select = f"SELECT id FROM text WHERE parameter = ? AND {condition.text}"
    return look_up(scope, Sql(select, (parameter, *condition.parameters)))


def _condition(test: StringTest) -> Sql:
    match test:
        case StringStarts(folded, _):
            return Sql("folded >= ? AND folded < ?", (folded, folded + LAST))
        case StringContains(folded, _):
            return Sql("instr(folded, ?) > 0", (folded,))
        case StringEnds(folded, _):
            return Sql("substr(folded, ?) = ?", (-len(folded), folded))
        case StringEquals(folded, _):
            return Sql("folded = ?", (folded,))
        case StringIs(exact):
            return Sql("exact = ?", (exact,))
