"""Searches and the SQL they become, in a record of ten thousand observations: `make golden`.

The statement is the same on each database. The plan is SQLite's: the diff shows when a search stops
going by the index that is meant for it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import records
from builders.records import DAY, SYSTEM
from samspill.fhir.search.query import (
    All,
    And,
    Chain,
    Clause,
    DateIs,
    Has,
    Match,
    Missing,
    Not,
    Or,
    Query,
    ReferenceIs,
    Sort,
    StringStarts,
    Together,
    TokenIs,
)
from samspill.store import Sql, Store
from samspill.store.search.scope import Scope

FOLDER = Path(__file__).parent / "sql"
NEWEST = (Sort("date", "date", True),)
COMMON = Match("code", TokenIs(SYSTEM, "c1"))
RARE = Match("code", TokenIs(SYSTEM, "rare"))
PATIENT = Match("subject", ReferenceIs(("Patient",), "7"))
YEAR = (
    Match("date", DateIs("ge", 100 * DAY, 101 * DAY, "")),
    Match("date", DateIs("lt", 200 * DAY, 201 * DAY, "")),
)
FAMILY = Match("family", StringStarts("hansen", "Hansen"))

CASES: dict[str, tuple[Clause, tuple[Sort, ...]]] = {
    "a code within a year, newest first": (And((COMMON, *YEAR)), NEWEST),
    "a code within a year, oldest first": (And((COMMON, *YEAR)), (Sort("date", "date"),)),
    "a patient and a code": (And((PATIENT, COMMON)), NEWEST),
    "one of three codes": (
        Or(tuple(Match("code", TokenIs(SYSTEM, code)) for code in ("c1", "c2", "c3"))),
        NEWEST,
    ),
    "everything": (All(), ()),
    "everything, lately updated first": (All(), (Sort("_lastUpdated", "date", True),)),
    "a rare code by another key": (RARE, (Sort("subject", "reference"),)),
    "not a code": (And((PATIENT, Not(COMMON))), NEWEST),
    "without a date": (And((PATIENT, Missing("date", "date"))), ()),
    "of patients by name": (Chain("subject", ("Patient",), FAMILY), NEWEST),
    "a composite": (Together("both", (COMMON, YEAR[0])), ()),
    "patients that have a rare code": (Has("Observation", "subject", RARE), ()),
    "a code that is nowhere": (Match("code", TokenIs(SYSTEM, "none")), NEWEST),
}


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    changes = [records.a_patient(str(n), "Hansen" if n == 7 else f"Olsen {n}") for n in range(99)]
    changes += [
        records.an_observation(
            f"o{n}", "rare" if n % 4_000 == 0 else f"c{n % 5}", n % 400, str(n % 99)
        )
        for n in range(10_000)
    ]
    with records.a_store() as made:
        made.load(changes)
        yield made


def _query(name: str) -> Query:
    where, sort = CASES[name]
    type = "Patient" if name.startswith("patients") else "Observation"
    return Query((type,), where, sort, count=20)


def _written(store: Store, query: Query) -> str:
    found = store.explain(query)
    text = found.sql
    for word in (" FROM ", " WHERE ", " AND ", " UNION ", " ORDER BY ", " LIMIT "):
        text = text.replace(word, f"\n{word.strip()} ")
    values = ", ".join(str(value) for value in found.parameters)
    return "\n".join([text or "nothing to find", "", values, "", *found.plan]).rstrip() + "\n"


@pytest.mark.parametrize("name", CASES)
def test_a_search_becomes_this_sql(store: Store, name: str) -> None:
    path = FOLDER / f"{name}.txt".replace(" ", "_").replace(",", "")
    written = _written(store, _query(name))
    if os.environ.get("GOLDEN") == "write":
        path.write_text(written)
    assert written == path.read_text()


@pytest.mark.parametrize("name", CASES)
def test_the_predicate_stands_wherever_a_resource_is_looked_at(store: Store, name: str) -> None:
    """Each type that the search names is narrowed in the SQL at least once, and nothing is found
    by one who may know of nothing."""
    seen: list[str] = []

    class Nothing:
        holder = "nobody"

        def asker(self, facts: object) -> str:
            return "nobody"

        def visible(self, scope: Scope, type: str, t: str) -> Sql:
            seen.append(type)
            return Sql(f"{t} < ?", (0,))

        def told(self, scope: Scope, type: str, parameter: str, t: str) -> Sql:
            return Sql("TRUE")

    narrow = Nothing()
    query = _query(name)
    sql = store.explain(query, narrow=narrow).sql
    assert not store.search(query, narrow=narrow).versions
    assert store.count(query, narrow=narrow) == 0
    expected = {query.types[0]} if sql else set()
    match query.where:
        case Chain(_, types, _):
            # The targets are looked up beforehand, narrowed: none is left to be named in the SQL.
            expected = set(types)
        case Has(type):
            expected = {"Patient", type}
    assert expected <= set(seen)
