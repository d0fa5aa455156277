"""The search tables on every engine. Each line of them is a case."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from builders import known, search_engines, search_tables
from builders.search_engines import Engine
from builders.search_stores import ENGINES, IN_MEMORY
from builders.search_tables import Case, World
from samspill.base.errors import InvalidSearch, NotSupported, TooCostly

TABLES = [search_tables.read(path) for path in sorted(Path(__file__).parent.glob("*.txt"))]

KNOWN = known.load(Path(__file__).with_name("known_failures.toml"))

CASES = [
    pytest.param(world, case, id=f"{table.name}: {case.shows}: {case.query}")
    for table in TABLES
    for world in table.worlds
    for case in world.cases
]


@pytest.fixture(scope="module")
def engines() -> Iterator[Callable[[str, World], Engine]]:
    """The engines with their worlds, each opened once."""
    opened: dict[tuple[str, int], Engine] = {}

    def get(name: str, world: World) -> Engine:
        key = name, id(world)
        if key not in opened:
            opened[key] = ENGINES[name](world.resources)
        return opened[key]

    yield get
    for engine in opened.values():
        engine.close()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("world", "case"), CASES)
def test_the_search_finds_what_the_table_says(
    world: World, case: Case, engine: str, engines: Callable[[str, World], Engine]
) -> None:
    failure = _refusal(world, case) if case.refused else _finding(case, world, engines, engine)
    kind = "memory" if engine in IN_MEMORY else "stores"
    known.check(f"{kind}: {case.query}", KNOWN, failure)


def _refusal(world: World, case: Case) -> str:
    """What is wrong with how a search is refused; "" when all is right."""
    try:
        search_engines.query(case.type, case.pairs, world)
    except (InvalidSearch, TooCostly) as refused:
        return "" if refused.where == case.refused else f"refused at {refused.where}"
    return "not refused"


def _finding(case: Case, world: World, engines: Callable[[str, World], Engine], engine: str) -> str:
    """How what is found differs from what the table says; "" when it does not."""
    query = search_engines.query(case.type, case.pairs, world)
    try:
        answer = engines(engine, world).search(query)
    except NotSupported as refused:
        return str(refused)
    found = [key.partition("/")[2] if case.type else key for key in answer.found]
    wanted = list(case.found)
    if not case.is_ordered:
        found, wanted = sorted(found), sorted(wanted)
    if found != wanted:
        return f"found {found}, not {wanted}"
    return "" if answer.included == set(case.included) else f"included {answer.included}"
