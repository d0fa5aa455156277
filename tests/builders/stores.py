"""Stores in tests: made in a folder of their own, filled with resources as they stand."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from builders.search_engines import Answer, extractor
from samspill.base import json
from samspill.fhir.search import compartments
from samspill.fhir.search.query import Query
from samspill.fhir.search.types import date
from samspill.store import Change, Store, Transaction

Resource = dict[str, Any]
EARLIEST = 946_684_800_000_000
"""2000-01-01: lastUpdated of resources that do not say it."""


class Stopped:
    """A clock that stands at `at` until it is moved."""

    def __init__(self) -> None:
        self.at = EARLIEST

    def __call__(self) -> int:
        return self.at


@contextmanager
def opened() -> Iterator[tuple[Store, Stopped]]:
    """An empty store on a disk, and its clock."""
    with tempfile.TemporaryDirectory() as folder:
        clock = Stopped()
        store = Store.open(Path(folder) / "record.db", clock)
        try:
            yield store, clock
        finally:
            store.close()


def change(resource: Resource) -> Change:
    """Writes the resource to the letter, with all its index entries."""
    body = json.format(resource)
    return Change(
        type=resource["resourceType"],
        id=resource["id"],
        body=lambda number, at: body,
        entries=extractor().extract(resource),
        patients=tuple(compartments.patients(resource).ids),
    )


def fill(store: Store, clock: Stopped, resources: Sequence[Resource]) -> None:
    """Writes the resources in the order of their lastUpdated, each at that time."""
    for at, resource in sorted(((_updated(each), each) for each in resources), key=lambda p: p[0]):
        clock.at = at
        store.write(lambda transaction, resource=resource: transaction.write(change(resource)))


def _updated(resource: Resource) -> int:
    text = resource.get("meta", {}).get("lastUpdated")
    return date.period(text, extractor().zone).low if text else EARLIEST


class Engine:
    """Answers searches among resources, which are written anew for each world."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._resources = resources

    def search(self, query: Query) -> Answer:
        with opened() as (store, clock):
            fill(store, clock, self._resources)
            return pages(store, query)


def pages(source: Store | Transaction, query: Query) -> Answer:
    """What a search finds on all its pages together."""
    found: list[str] = []
    included: set[str] = set()
    cursor = ""
    while True:
        page = source.search(query, cursor=cursor)
        found += [f"{version.type}/{version.id}" for version in page.versions]
        included |= {f"{version.type}/{version.id}" for version in page.included}
        cursor = page.next
        if not cursor:
            return Answer(found, included)
