"""The search tables on every engine. Each line of them is a case."""

from pathlib import Path

import pytest

from builders import search_engines, search_tables
from builders.search_engines import ENGINES
from builders.search_tables import Case, World
from samspill.base.errors import InvalidSearch, TooCostly

TABLES = [search_tables.read(path) for path in sorted(Path(__file__).parent.glob("*.txt"))]

CASES = [
    pytest.param(world, case, id=f"{table.name}: {case.shows}: {case.query}")
    for table in TABLES
    for world in table.worlds
    for case in world.cases
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("world", "case"), CASES)
def test_the_search_finds_what_the_table_says(world: World, case: Case, engine: str) -> None:
    if case.refused:
        with pytest.raises((InvalidSearch, TooCostly)) as refusal:
            search_engines.query(case.type, case.pairs, world)
        assert refusal.value.where == case.refused
        return
    query = search_engines.query(case.type, case.pairs, world)
    answer = ENGINES[engine](world.resources).search(query)
    found = [key.partition("/")[2] if case.type else key for key in answer.found]
    if not case.is_ordered:
        assert sorted(found) == sorted(case.found)
    assert found == list(case.found) or not case.is_ordered
    assert answer.included == set(case.included)
