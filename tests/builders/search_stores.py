"""Stores that answer searches in tests, beside the evaluators in memory."""

from collections.abc import Callable, Sequence
from functools import partial
from tempfile import TemporaryDirectory

from builders import postgres
from builders.search_engines import BASE, ZONE, Answer, Lean, Memory, Open, extractor, registry
from samspill.base import json
from samspill.base.json import Resource
from samspill.fhir.search import compartments, lower
from samspill.fhir.search.query import Query
from samspill.fhir.search.types import date
from samspill.store import Change, Store, Transaction, Version


class Record:
    """A store with a record of its own."""

    def __init__(
        self,
        address: str,
        forget: Callable[[], None],
        resources: Sequence[Resource],
        past: Sequence[Resource],
    ) -> None:
        """`past` was there before and was deleted; resources of the same id come back."""
        self._forget = forget
        self._at = 0
        self._store = Store.open(address, lambda: self._at)
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
        self._forget()


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


def on_sqlite(resources: Sequence[Resource], past: Sequence[Resource] = ()) -> Record:
    folder = TemporaryDirectory()
    return Record(f"sqlite://{folder.name}/record.db", folder.cleanup, resources, past)


def on_postgres(resources: Sequence[Resource], past: Sequence[Resource] = ()) -> Record:
    """Skips the test where no PostgreSQL can be started. The database goes with its server."""
    return Record(postgres.fresh(), lambda: None, resources, past)


IN_MEMORY = ("memory", "lean")

ENGINES: dict[str, Open] = {
    "memory": Memory,
    "lean": Lean,
    "sqlite": on_sqlite,
    "postgres": on_postgres,
}
"""By name; the first is the oracle."""
