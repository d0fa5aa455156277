"""What answers searches in tests: the evaluator in memory, and stores beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from samspill.fhir.definitions import Definitions
from samspill.fhir.search import match, parse, rewrite
from samspill.fhir.search.extract import Extractor
from samspill.fhir.search.parameters import Registry
from samspill.fhir.search.query import Query

ZONE = ZoneInfo("Europe/Oslo")
NOW = 1_767_225_600_000_000
"""2026-01-01T00:00:00Z."""
BASE = "http://samspill.example/fhir"


@dataclass(frozen=True, slots=True)
class Answer:
    """Keys such as "Patient/1", in the order of the search; what includes bring, in none."""

    found: list[str]
    included: set[str]


class Engine(Protocol):
    """Holds some resources, with their ids and meta.lastUpdated as given, and finds among them."""

    def search(self, query: Query) -> Answer: ...


Open = Callable[[Sequence[dict[str, Any]]], Engine]


@cache
def definitions() -> Definitions:
    return Definitions.load()


@cache
def registry() -> Registry:
    return Registry(definitions())


@cache
def extractor() -> Extractor:
    return Extractor(registry(), zone=ZONE, bases=(BASE,))


def query(
    type: str, pairs: Sequence[tuple[str, str]], terminology: rewrite.Terminology | None = None
) -> Query:
    """The query of a request, with value sets and hierarchies resolved."""
    types = (type,) if type else ()
    found = parse.parse(types, pairs, registry(), zone=ZONE, now=NOW, bases=(BASE,)).query
    return rewrite.resolve(found, terminology) if terminology else found


class Memory:
    """The oracle."""

    def __init__(self, resources: Sequence[dict[str, Any]]) -> None:
        self.world = match.World(resources, extractor())

    def search(self, query: Query) -> Answer:
        found = match.find(query, self.world)
        included = match.included(query, found, self.world) if _includes(query) else set()
        return Answer(found, included)


def _includes(query: Query) -> bool:
    return bool(query.include or query.revinclude)


ENGINES: dict[str, Open] = {"memory": Memory}
"""By name; a store is added here when it can answer the whole tree."""
