"""Value sets and hierarchies resolved, searches narrowed."""

from collections.abc import Iterable

import pytest

from samspill.base.errors import TooCostly
from samspill.fhir.search import rewrite
from samspill.fhir.search.query import (
    All,
    And,
    Chain,
    InValueSet,
    Match,
    Not,
    Nothing,
    Query,
    Subsumed,
    TokenAmong,
    TokenIs,
)


class Codes:
    """Knows as many codes as it is told to, all in one system."""

    def __init__(self, count: int) -> None:
        self.codes = [("s", str(number)) for number in range(count)]

    def members(self, value_set: str) -> Iterable[tuple[str, str]]:
        return self.codes

    def below(self, system: str, code: str) -> Iterable[tuple[str, str]]:
        return [(system, code), (system, "below")]

    def above(self, system: str, code: str) -> Iterable[tuple[str, str]]:
        return [(system, code), (system, "above")]


def test_value_sets_are_resolved_within_chains_and_negations() -> None:
    asked = Match("code", InValueSet("http://v.example"))
    query = Query(("Observation",), Not(Chain("subject", ("Group",), asked)))
    among = Match("code", TokenAmong((TokenIs("s", "0"), TokenIs("s", "1"))))
    found = rewrite.resolve(query, Codes(2)).where
    assert found == Not(Chain("subject", ("Group",), among))


@pytest.mark.parametrize("direction", ["below", "above"])
def test_hierarchies_are_followed(direction: str) -> None:
    query = Query(("Condition",), Match("code", Subsumed(direction, "s", "a")))  # type: ignore[arg-type]
    among = TokenAmong((TokenIs("s", "a"), TokenIs("s", direction)))
    assert rewrite.resolve(query, Codes(0)).where == Match("code", among)


def test_a_huge_value_set_is_refused() -> None:
    query = Query(("Condition",), Match("code", InValueSet("http://v.example")))
    with pytest.raises(TooCostly):
        rewrite.resolve(query, Codes(rewrite.MOST_CODES + 1))


def test_a_search_is_narrowed() -> None:
    one, two = Match("active", TokenIs(None, "true")), Match("gender", TokenIs(None, "male"))
    assert rewrite.narrow(Query(("Patient",), one), two).where == And((two, one))
    assert rewrite.narrow(Query(("Patient",), one), Nothing()).where == Nothing()
    assert rewrite.narrow(Query(("Patient",)), All()).where == All()
