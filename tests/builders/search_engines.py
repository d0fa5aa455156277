"""What answers searches in tests: the evaluator in memory, and stores beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from zoneinfo import ZoneInfo

from samspill.base import json
from samspill.base.json import Resource
from samspill.fhir.definitions import Definitions
from samspill.fhir.search import compartments, lower, match, parse, rewrite
from samspill.fhir.search.extract import Extractor
from samspill.fhir.search.parameters import Registry
from samspill.fhir.search.query import Query
from samspill.fhir.search.types import date
from samspill.store import Change, Store, Transaction, Version

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
        query = replace(query, sort=lower.lower(query, registry()).sort)
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


class Sqlite:
    """A record of its own in a folder that goes away with it."""

    def __init__(self, resources: Sequence[Resource], past: Sequence[Resource] = ()) -> None:
        """`past` was there before and was deleted; resources of the same id come back."""
        self._folder = TemporaryDirectory()
        self._at = 0
        self._store = Store.open(Path(self._folder.name) / "record.db", lambda: self._at)
        self._store.write(partial(_write, resources=past))
        self._store.write(partial(_delete, resources=past))
        for resource in sorted(resources, key=_updated):
            self._at = _updated(resource)
            self._store.write(partial(_write, resources=[resource]))

    def search(self, query: Query) -> Answer:
        query = lower.lower(query, registry())
        page = self._store.search(query)
        found, included = list(page.versions), set(page.included)
        while page.next:
            page = self._store.search(query, cursor=page.next)
            found += page.versions
            included |= set(page.included)
        keys = [_key(each) for each in found]
        # A match on one page may be an include of another.
        return Answer(keys, {_key(each) for each in included} - set(keys))

    def close(self) -> None:
        self._store.close()
        self._folder.cleanup()


def _updated(resource: Resource) -> int:
    found = date.period(resource["meta"]["lastUpdated"], ZONE)
    assert found, "a resource of a test world needs meta.lastUpdated"
    return found.low


def _write(transaction: Transaction, resources: Sequence[Resource]) -> None:
    for resource in resources:
        transaction.write(_change(resource))


def _change(resource: Resource) -> Change:
    return Change(
        resource["resourceType"],
        resource["id"],
        lambda number, at: json.format(resource),
        extractor().extract(resource),
        sorted(compartments.patients(resource, (BASE,)).ids),
    )


def _delete(transaction: Transaction, resources: Sequence[Resource]) -> None:
    for resource in resources:
        transaction.delete(resource["resourceType"], resource["id"])


def _key(version: Version) -> str:
    return f"{version.type}/{version.id}"


ENGINES: dict[str, Open] = {"memory": Memory, "lean": Lean, "sqlite": Sqlite}
"""By name; the first is the oracle."""
