"""Pages of a search are whole while others write: no resource is lost, none stands twice.

Two thirds of the resources are left alone and must be found once each; the others change and are
deleted all the time, and may be found once at most. `tests/store/test_paging` shows that a page is
of the moment of the first one.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

import pytest

from builders.records import an_observation, observations
from builders.sessions import an_address
from samspill.fhir.search.query import All, Sort
from samspill.store import Store, Transaction

DATE, NEWEST = Sort("date", "date"), Sort("date", "date", True)
CODE, SUBJECT = Sort("code", "token"), Sort("subject", "reference", True)
UPDATE, ID = Sort("_lastUpdated", "date", True), Sort("_id", "token")
SORTS = [(), (DATE,), (NEWEST,), (CODE,), (CODE, NEWEST), (SUBJECT, DATE), (UPDATE,), (ID,)]
MOST = 700
"""Writes a second."""


def _write(transaction: Transaction, random: Random, n: int) -> None:
    """A resource as it may be at any time."""
    day = None if n % 11 == 0 else random.randrange(40)
    change = an_observation(f"{n:06}", f"c{random.randrange(5)}", day, str(random.randrange(9)))
    transaction.write(change)


def _fill(transaction: Transaction, random: Random, size: int) -> None:
    for n in range(size):
        _write(transaction, random, n)


def _disturb(transaction: Transaction, random: Random, size: int) -> None:
    n = random.randrange(size // 3)
    if random.random() < 0.2:
        transaction.delete("Observation", f"{n:06}")
    else:
        _write(transaction, random, n)


@contextmanager
def _writing(store: Store, size: int) -> Iterator[Callable[[], int]]:
    """Others write all the while, up to `MOST` a second; how many writes there were so far."""
    stop, done = threading.Event(), [0] * 4
    began = time.monotonic()

    def write(writer: int) -> None:
        random = Random(writer)
        while not stop.is_set():
            if sum(done) > MOST * (time.monotonic() - began):
                time.sleep(0.01)
                continue
            waiting = [store.submit(partial(_disturb, random=random, size=size)) for _ in range(20)]
            for future in waiting:
                future.result()
            done[writer] += len(waiting)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(len(done))]
    for thread in threads:
        thread.start()
    try:
        yield lambda: sum(done)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _walk(store: Store, sort: tuple[Sort, ...], count: int) -> list[str]:
    query = observations(All(), sort, count=count)
    page = store.search(query)
    found = [version.id for version in page.versions]
    while page.next:
        page = store.search(query, cursor=page.next)
        found += [version.id for version in page.versions]
    return found


def _run(folder: Path, kind: str, size: int, walks: int) -> tuple[int, float]:
    """Walks through all pages again and again; how many, and how many writes a second."""
    random, left = Random(size), {f"{n:06}" for n in range(size // 3, size)}
    with an_address(folder, kind) as address:
        store = Store.open(address)
        try:
            store.write(partial(_fill, random=random, size=size))
            with _writing(store, size) as written:
                began = time.monotonic()
                pages = 0
                for n in range(walks):
                    found = _walk(store, SORTS[n % len(SORTS)], size // 40)
                    assert len(found) == len(set(found))
                    assert left <= set(found)
                    pages += len(found) * 40 // size + 1
                return pages, written() / (time.monotonic() - began)
        finally:
            store.close()


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_pages_are_whole_while_others_write(tmp_path: Path, store: str) -> None:
    _, rate = _run(tmp_path, store, 240, len(SORTS))
    assert rate > 50


@pytest.mark.proof
@pytest.mark.parametrize(("store", "size", "rounds"), [("sqlite", 2_000, 5), ("postgres", 600, 2)])
def test_many_pages_are_whole_while_others_write(
    tmp_path: Path, store: str, size: int, rounds: int, proof: Callable[..., None]
) -> None:
    pages, rate = _run(tmp_path, store, size, rounds * len(SORTS))
    assert rate > 500
    proof(
        f"{store}: pages lose and double nothing while others write, for {len(SORTS)} sorts",
        runs=rounds * len(SORTS),
        found=f"0 lost and 0 doubled on {pages:,} pages, beside {rate:,.0f} writes a second",
    )
