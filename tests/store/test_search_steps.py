"""The steps that a search takes do not grow with the record: the same few are enough for one four
times as large. The short form of `bench.shapes`."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from builders.records import DAY, SYSTEM, a_patient, a_store, an_observation
from samspill.fhir.search.query import (
    All,
    And,
    Chain,
    Clause,
    DateIs,
    Match,
    Or,
    Query,
    Sort,
    StringStarts,
    TokenIs,
)
from samspill.store import BudgetSpent, Store
from samspill.store.search import page

SIZES = (2_500, 10_000)
STEPS = 40_000
NEWEST = (Sort("date", "date", True),)
FREQUENT = Match("code", TokenIs(SYSTEM, "c1"))
WEEK = (
    Match("date", DateIs("ge", 100 * DAY, 101 * DAY, "")),
    Match("date", DateIs("lt", 107 * DAY, 108 * DAY, "")),
)
SHAPES: dict[str, tuple[Clause, tuple[Sort, ...]]] = {
    "frequent code": (FREQUENT, NEWEST),
    "frequent code within a week": (And((FREQUENT, *WEEK)), NEWEST),
    "one of three codes": (
        Or(tuple(Match("code", TokenIs(SYSTEM, code)) for code in ("c1", "c2", "c3"))),
        NEWEST,
    ),
    "nowhere": (Match("code", TokenIs(SYSTEM, "none")), NEWEST),
    "chain to a name": (
        Chain("subject", ("Patient",), Match("family", StringStarts("olsen 7", "Olsen 7"))),
        NEWEST,
    ),
    "date range": (And(WEEK), NEWEST),
    "lately updated": (All(), (Sort("_lastUpdated", "date", True),)),
    "all sorted by token": (All(), (Sort("code", "token"),)),
    "all sorted by token, newest first": (All(), (Sort("code", "token"), *NEWEST)),
    "all sorted by reference": (All(), (Sort("subject", "reference", True),)),
    "a code sorted by reference": (FREQUENT, (Sort("subject", "reference"),)),
}


@pytest.fixture(scope="module")
def stores() -> Iterator[list[Store]]:
    with ExitStack() as opened:
        made = [opened.enter_context(a_store()) for _ in SIZES]
        for store, size in zip(made, SIZES, strict=True):
            changes = [a_patient(str(n), f"Olsen {n}") for n in range(50)]
            changes += [
                an_observation(f"o{n}", f"c{n % 5}", n % 400, str(n % 50)) for n in range(size)
            ]
            store.load(changes)
        yield made


@pytest.mark.parametrize("name", SHAPES)
def test_the_same_steps_are_enough_for_a_larger_record(stores: list[Store], name: str) -> None:
    where, sort = SHAPES[name]
    for store in stores:
        query = Query(("Observation",), where, sort, count=20)
        store.search(query)  # what is remembered of the record is asked for once
        assert store.search(query, budget=STEPS).versions or name in ("nowhere", "chain to a name")


def test_a_search_that_must_look_at_all_is_found_out(stores: list[Store]) -> None:
    query = Query(("Observation",), All(), (Sort("code", "token"), Sort("subject", "reference")))
    with pytest.raises(BudgetSpent):
        stores[-1].search(query, budget=STEPS)


def test_what_must_sort_too_much_is_refused_before_it_runs(
    stores: list[Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    query = Query(("Observation",), All(), (Sort("code", "token"), Sort("subject", "reference")))
    least = stores[-1].explain(query).least
    assert least >= 10 * SIZES[-1]
    ran: list[object] = []
    monkeypatch.setattr(page, "_statement", lambda *given: ran.append(given))
    with pytest.raises(BudgetSpent):
        stores[-1].search(query, budget=least - 1)
    assert not ran
    with pytest.raises(AttributeError):
        stores[-1].search(query, budget=least)
    assert ran
    single = Query(("Observation",), All(), (Sort("code", "token"),))
    assert stores[-1].explain(single).least == 0
