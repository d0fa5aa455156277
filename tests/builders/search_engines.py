"""What answers searches in tests: the evaluator in memory. `search_stores` has the stores."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

from msgspec import structs

from samspill.base.json import Resource
from samspill.fhir.definitions import Definitions
from samspill.fhir.search import lower, match, parse, rewrite
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
    """Holds some resources, with their ids and meta.lastUpdated as given, and finds among them.

    It is given queries as they were asked, and lowers them itself if it has to.
    """

    def search(self, query: Query) -> Answer: ...

    def close(self) -> None: ...


Open = Callable[[Sequence[Resource]], Engine]


@cache
def definitions() -> Definitions:
    return Definitions.load()


@cache
def registry() -> Registry:
    return Registry(definitions())


@cache
def extractor() -> Extractor:
    return Extractor(registry(), zone=ZONE, bases=(BASE,))


@cache
def full_extractor() -> Extractor:
    """Keeps the values of every parameter, also of those that could be derived."""
    return Extractor(registry(), zone=ZONE, bases=(BASE,), is_lean=False)


def query(
    type: str, pairs: Sequence[tuple[str, str]], terminology: rewrite.Terminology | None = None
) -> Query:
    """The query of a request as it was asked, with value sets and hierarchies resolved."""
    types = (type,) if type else ()
    found = parse.parse(types, pairs, registry(), zone=ZONE, now=NOW, bases=(BASE,)).asked
    return rewrite.resolve(found, terminology) if terminology else found


class Memory:
    """The oracle: asks as the search does, of rows for every parameter."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self.world = match.World(resources, full_extractor())

    def search(self, query: Query) -> Answer:
        query = structs.replace(query, sort=lower.lower(query, registry()).sort)
        found = match.find(query, self.world)
        return Answer(found, match.included(query, found, self.world))

    def close(self) -> None:
        """Nothing is open."""


class Lean:
    """The evaluator in memory over the rows that are really kept."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self.world = match.World(resources, extractor())

    def search(self, query: Query) -> Answer:
        query = lower.lower(query, registry())
        found = match.find(query, self.world)
        return Answer(found, match.included(query, found, self.world))

    def close(self) -> None:
        """Nothing is open."""
