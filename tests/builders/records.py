"""Small changes for tests of the store, with the index entries said outright."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from tempfile import TemporaryDirectory

from builders import postgres
from samspill.fhir.search.query import Clause, Query, Sort
from samspill.fhir.search.values import IndexEntry, Period, Reference, String, Token
from samspill.store import Change, Store

DAY = 86_400_000_000
SYSTEM = "http://codes.example"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 20_000 * DAY

    def __call__(self) -> int:
        return self.at


@contextmanager
def a_store(clock: Clock | None = None) -> Iterator[Store]:
    """An empty store of the kind that the test is run on."""
    with _address() as address:
        store = Store.open(address, clock or Clock())
        try:
            yield store
        finally:
            store.close()


KIND = ContextVar("KIND", default="sqlite")


@contextmanager
def _address() -> Iterator[str]:
    if KIND.get() == "postgres":
        url = postgres.fresh()
        yield url
        postgres.drop(url)
    else:
        with TemporaryDirectory() as folder:
            yield f"sqlite://{folder}/record.db"


def an_observation(
    id: str,
    code: str = "a",
    day: int | None = 0,
    patient: str = "1",
    *,
    days: int = 1,
    expected: int | None = None,
) -> Change:
    entries = [
        IndexEntry("code", Token(SYSTEM, code)),
        IndexEntry("subject", Reference("Patient", patient)),
    ]
    if day is not None:
        entries.append(IndexEntry("date", Period(day * DAY, (day + days) * DAY)))
    return Change(
        "Observation", id, body("Observation", id), entries, (patient,), expected=expected
    )


def a_patient(id: str, family: str) -> Change:
    entries = [IndexEntry("family", String(family.casefold(), family))]
    return Change("Patient", id, body("Patient", id), entries, (id,))


def body(type: str, id: str) -> "Body":
    return Body(type, id)


class Body:
    """The shortest resource that shows its version."""

    def __init__(self, type: str, id: str) -> None:
        self._start = f'{{"resourceType":"{type}","id":"{id}","meta":{{"versionId":"'

    def __call__(self, number: int, at: int) -> bytes:
        return f'{self._start}{number}"}}}}'.encode()


def observations(where: Clause, sort: Sequence[Sort] = (), count: int | None = None) -> Query:
    return Query(("Observation",), where, tuple(sort), count)


def ids(store: Store, query: Query) -> list[str]:
    """The ids on all pages of a search."""
    page = store.search(query)
    found = [version.id for version in page.versions]
    while page.next:
        page = store.search(query, cursor=page.next)
        found += [version.id for version in page.versions]
    return found
