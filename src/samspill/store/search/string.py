"""Strings in SQL: by their beginning, `:contains`, `:exact`.
https://hl7.org/fhir/R4/search.html#string"""

from samspill.fhir.search.query import (
    StringContains,
    StringEnds,
    StringEquals,
    StringIs,
    StringStarts,
)
from samspill.store.catalog import cut
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
            return Sql("folded >= ? AND folded < ?", (cut(folded), cut(folded) + LAST))
        case StringContains(folded, _):
            return Sql(_LIKE, (f"%{_escaped(folded)}%",))
        case StringEnds(folded, _):
            return Sql(_LIKE, (f"%{_escaped(folded)}",))
        case StringEquals(folded, _):
            return Sql("folded = ?", (cut(folded),))
        case StringIs(exact):
            return Sql("exact = ?", (cut(exact),))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_LIKE = "folded LIKE ? ESCAPE '\\'"
