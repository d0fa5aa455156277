"""Tokens in SQL: `[system|]code`, `|code`, `system|`. https://hl7.org/fhir/R4/search.html#token"""

from samspill.fhir.search.query import TokenAmong, TokenIs
from samspill.store.catalog import cut
from samspill.store.search.scope import Scope, Values, joined, look_up
from samspill.store.types import Sql

_MOST_AT_ONCE = 200


def values(scope: Scope, test: TokenIs | TokenAmong) -> Values:
    """The concepts that meet the test."""
    if isinstance(test, TokenIs):
        return look_up(scope, _concepts(test))
    found: set[int] = set()
    for first in range(0, len(test.tokens), _MOST_AT_ONCE):
        some = [_concepts(token) for token in test.tokens[first : first + _MOST_AT_ONCE]]
        sql = joined(some, " UNION ALL ")
        found.update(row[0] for row in scope.connection.rows(sql.text, sql.parameters))
    return Values(tuple(sorted(found)))


def _concepts(token: TokenIs) -> Sql:
    """A folded concept is compared without regard to case, as its code system says."""
    conditions, parameters = ["TRUE"], list[object]()
    if token.code is not None:
        conditions.append("code IN (?, ?) AND code = CASE folded WHEN 1 THEN ? ELSE ? END")
        code, folded = cut(token.code), cut(token.code.casefold())
        parameters += [code, folded, folded, code]
    if token.system is not None:
        conditions.append("system = (SELECT id FROM system WHERE url = ?)")
        parameters.append(cut(token.system))
    return Sql(f"SELECT id FROM concept WHERE {' AND '.join(conditions)}", tuple(parameters))
