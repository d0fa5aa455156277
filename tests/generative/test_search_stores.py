"""Every store finds what the evaluator in memory finds: random worlds, random searches.

A difference names its seed; `compare(seed)` plays it again. What it showed becomes a line of the
search tables.
"""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from builders import search_engines, search_values, search_worlds
from builders.search_engines import Answer, Engine, Lean, Memory
from builders.search_stores import on_postgres, on_sqlite
from samspill.fhir.search import lower, match, rewrite
from samspill.fhir.search.query import Query
from samspill.store.search import walk

STORES: dict[str, Callable[[list[dict[str, Any]], list[dict[str, Any]]], Engine]] = {
    "lean": lambda present, past: Lean(present),
    "sqlite": on_sqlite,
    "postgres": on_postgres,
}
"""Each is given what is there now, and what was there before."""

SEARCHES = 40
"""In each world."""


def compare(store: str, seed: int) -> None:
    """One world and its searches, by the oracle and by the store."""
    random = Random(seed)
    resources = search_worlds.resources(random, 60)
    index = search_values.index(resources)
    oracle = Memory(resources)
    engine = STORES[store](resources, search_worlds.resources(random, 30))
    try:
        for _ in range(SEARCHES):
            type, pairs = search_worlds.search(random, index)
            query = search_engines.query(type, pairs, search_worlds.Terminology())
            query = rewrite.narrow(query, search_worlds.compartment(random, query))
            wanted, answer = oracle.search(query), engine.search(query)
            about = f"seed {seed}: {type}?{pairs}"
            assert sorted(answer.found) == sorted(wanted.found), about
            assert answer.included == wanted.included, about
            if query.contained == "false":
                assert _order(answer, query, oracle) == _order(wanted, query, oracle), about
    finally:
        engine.close()


@pytest.mark.parametrize("seed", [20, 21, 22, 33])
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_so_does_one_that_walks_along_every_sort(
    store: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small worlds are sorted otherwise: walks are for many resources."""
    monkeypatch.setattr(walk, "worth", lambda page, candidates, of_type: 1_000)
    compare(store, seed)


def _compare_all(store: str, seeds: range) -> None:
    for seed in seeds:
        compare(store, seed)


def _order(answer: Answer, query: Query, oracle: Memory) -> list[list[Any]]:
    """The keys by which the matches are sorted; ties may stand in any order."""
    sort = lower.lower(query, search_engines.registry()).sort
    records = [oracle.world.records[key] for key in answer.found]
    return [[match.key(record, each) for each in sort] for record in records]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("store", STORES)
def test_a_store_finds_what_the_oracle_finds(store: str, seed: int) -> None:
    compare(store, seed)


def test_a_store_that_forgets_a_resource_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful(Lean):
        def search(self, query: Query) -> Answer:
            answer = super().search(query)
            return Answer([key for key in answer.found if key != "Patient/2"], answer.included)

    monkeypatch.setitem(STORES, "forgetful", lambda present, past: Forgetful(present))
    with pytest.raises(AssertionError, match="seed"):
        _compare_all("forgetful", range(12))


@pytest.mark.proof
@pytest.mark.parametrize("store", STORES)
def test_a_store_finds_what_the_oracle_finds_at_length(
    store: str, proof: Callable[..., None]
) -> None:
    worlds = 2500
    _compare_all(store, range(1000, 1000 + worlds))
    proof(
        f"{store} finds what the evaluator in memory finds",
        runs=worlds * SEARCHES,
        found="0 differences",
    )
