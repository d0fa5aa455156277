"""Uris in SQL: equal, `:below`, `:above`. https://hl7.org/fhir/R4/search.html#uri"""

from samspill.fhir.search.query import UriAbove, UriBelow, UriIs
from samspill.store.catalog import cut
from samspill.store.connect import question_marks
from samspill.store.search.scope import Scope, Values, look_up
from samspill.store.types import Sql


def values(scope: Scope, parameter: int, test: UriIs | UriBelow | UriAbove) -> Values:
    """The uris of the parameter that meet the test."""
    condition = _condition(test)
    select = f"SELECT id FROM text WHERE parameter = ? AND {condition.text}"
    return look_up(scope, Sql(select, (parameter, *condition.parameters)))


def _condition(test: UriIs | UriBelow | UriAbove) -> Sql:
    match test:
        case UriIs(value):
            return Sql("folded = ?", (cut(value),))
        case UriBelow(stem):
            # "0" is the character after "/".
            return Sql(
                "(folded = ? OR (folded >= ? AND folded < ?))", (stem, stem + "/", stem + "0")
            )
        case UriAbove(stems, _):
            among = tuple(form for stem in stems for form in (stem, stem + "/"))
            return Sql(f"folded IN ({question_marks(among)})", among)
