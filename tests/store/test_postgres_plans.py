"""What PostgreSQL looks at for a page does not grow with the record, for the shapes that are tried
on SQLite, too: rows of all nodes of the plan, as EXPLAIN ANALYZE counts them."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from builders import postgres
from builders.records import SYSTEM, Clock, a_patient, an_observation
from samspill.fhir.search.query import All, Chain, Clause, Match, Or, Query, Sort, TokenIs
from samspill.store import Store
from samspill.store.dialects import postgres as dialect

SIZE = 5_000
MOST = 1_000
"""Rows that a page of 20 may take; all would be 5,000 and more."""
NEWEST = (Sort("date", "date", True),)
FREQUENT = Match("code", TokenIs(SYSTEM, "c1"))
SHAPES: dict[str, tuple[Clause, tuple[Sort, ...]]] = {
    "frequent code": (FREQUENT, NEWEST),
    "one of three codes": (
        Or(tuple(Match("code", TokenIs(SYSTEM, code)) for code in ("c1", "c2", "c3"))),
        NEWEST,
    ),
    "nowhere": (Match("code", TokenIs(SYSTEM, "none")), NEWEST),
    "chain to all": (Chain("subject", ("Patient",), All()), NEWEST),
    "lately updated": (All(), (Sort("_lastUpdated", "date", True),)),
}


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[Store, str]]:
    url = postgres.fresh()
    store = Store.open(url, Clock())
    changes = [a_patient(str(n), f"Olsen {n}") for n in range(500)]
    changes += [an_observation(f"o{n}", f"c{n % 5}", n % 400, str(n % 500)) for n in range(SIZE)]
    store.load(changes)
    yield store, url
    store.close()
    postgres.drop(url)


@pytest.mark.parametrize("name", SHAPES)
def test_a_page_takes_few_rows(filled: tuple[Store, str], name: str) -> None:
    store, url = filled
    where, sort = SHAPES[name]
    found = store.explain(Query(("Observation",), where, sort, count=20))
    if found.sql:
        assert _rows(_carried_out(url, found.sql, found.parameters)) < MOST


def test_the_same_search_may_be_asked_often(filled: tuple[Store, str]) -> None:
    """Prepared statements are planned for their values each time."""
    connection = filled[0]._database.reader()
    row = connection.row("SELECT current_setting('plan_cache_mode')")
    assert row == ("force_custom_plan",)


def test_each_exists_is_kept_apart() -> None:
    sql = "SELECT 1 WHERE EXISTS (SELECT f(1) WHERE NOT EXISTS (SELECT 2)) AND 1 IN (SELECT 3)"
    assert dialect._row_by_row(sql) == (
        "SELECT 1 WHERE EXISTS (SELECT f(1) WHERE NOT EXISTS (SELECT 2 OFFSET 0) OFFSET 0)"
        " AND 1 IN (SELECT 3)"
    )


def _carried_out(url: str, sql: str, parameters: tuple[object, ...]) -> Any:
    options = " ".join(f"-c {each}" for each in dialect._KEPT)
    with psycopg.connect(url, options=options) as connection:
        asked = f"EXPLAIN (ANALYZE, FORMAT JSON) {dialect._with_numbers(sql)}"
        row = connection.execute(asked.encode(), parameters).fetchone()
    assert row is not None
    found = row[0] if not isinstance(row[0], str) else json.loads(row[0])
    return found[0]["Plan"]


def _rows(node: Any) -> float:
    passed = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return float(passed * node["Actual Loops"]) + sum(map(_rows, node.get("Plans", ())))
