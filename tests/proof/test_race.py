"""64 writers with If-Match on 8 resources: one success for each version, a history without gap."""

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from builders import writing
from builders.sessions import an_address
from samspill.base.errors import PreconditionFailed
from samspill.store import Change, Store

WRITERS = 64
RESOURCES = 8


def _expecting(id: str, number: int) -> Change:
    plain = writing.change(id)
    return Change(plain.type, id, plain.body, plain.entries, expected=number)


def _race(store: Store, rounds: int) -> Counter[tuple[str, int]]:
    """Each writer tries every version of every resource; the successes by id and number."""
    successes: Counter[tuple[str, int]] = Counter()
    lock = threading.Lock()
    start = threading.Barrier(WRITERS)

    def write() -> None:
        for number in range(rounds):
            start.wait()
            futures = [
                (id, store.submit(lambda t, id=id, n=number: t.write(_expecting(id, n)).number))
                for id in (f"r{n}" for n in range(RESOURCES))
            ]
            for id, future in futures:
                try:
                    written = future.result()
                except PreconditionFailed:
                    continue
                with lock:
                    successes[id, written] += 1

    threads = [threading.Thread(target=write) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return successes


def _run(folder: Path, kind: str, rounds: int) -> int:
    with an_address(folder, kind) as address:
        store = Store.open(address)
        try:
            return _check(store, rounds)
        finally:
            store.close()


def _check(store: Store, rounds: int) -> int:
    successes = _race(store, rounds)
    expected = {(f"r{n}", number + 1) for n in range(RESOURCES) for number in range(rounds)}
    assert set(successes) == expected
    assert set(successes.values()) == {1}
    for n in range(RESOURCES):
        history = store.history("Basic", f"r{n}", count=rounds + 1)
        numbers = [version.number for version in history.versions]
        assert numbers == list(range(rounds, 0, -1))
    assert store.verify(writing.entries).is_sound
    return len(successes)


@pytest.mark.parametrize(("store", "rounds"), [("sqlite", 10), ("postgres", 3)])
def test_one_writer_wins_each_version(tmp_path: Path, store: str, rounds: int) -> None:
    _run(tmp_path, store, rounds)


@pytest.mark.proof
@pytest.mark.parametrize(("store", "rounds"), [("sqlite", 300), ("postgres", 100)])
def test_one_writer_wins_each_of_many_versions(
    tmp_path: Path, store: str, rounds: int, proof: Callable[..., None]
) -> None:
    versions = _run(tmp_path, store, rounds)
    proof(
        f"{store}: 64 writers with If-Match on 8 resources: one success for each version, no gap",
        runs=rounds,
        found=f"{versions:,} versions, each written once; {versions * 63:,} refused",
    )
