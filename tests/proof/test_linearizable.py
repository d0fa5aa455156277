"""A single resource behaves as if one client came after the other: it is linearizable.

`builders.linear` searches an order that explains what the clients saw. The planted histories are
what a server with a fault would answer.
"""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from builders import contention, linear, server
from builders.contention import Door, Web
from builders.sessions import a_session

PLANTED = {
    "a stale read": "1-2 create a made i | 3-4 update i 1 b 2 | 5-6 read i 1 a",
    "a read before its write": "1-2 read i 1 a | 3-4 create a made i",
    "a read that goes back": "1-2 create a made i | 3-9 update i 1 b 2 | 4-5 read i 2 b"
    " | 6-7 read i 1 a",
    "a value that nobody wrote": "1-2 create a made i | 3-4 read i 1 c",
    "a number that nobody gave": "1-2 create a made i | 3-4 read i 2 a",
    "a lost update": "1-2 create a made i | 3-6 update i 1 b 2 | 4-7 update i 1 c 2",
    "an update of an old version": "1-2 create a made i | 3-4 update i 1 b 2 | 5-6 update i 1 c 3",
    "an update that was refused for nothing": "1-2 create a made i | 3-4 update i 1 b refused",
    "an update refused that was done": "1-2 create a made i | 3-4 update i 1 b refused"
    " | 5-6 read i 2 b",
    "a gap in the numbers": "1-2 create a made i | 3-4 update i 1 b 3",
    "an update of what is deleted": "1-2 create a made i | 3-4 delete i | 5-6 update i 1 b 2",
    "a read of what is deleted": "1-2 create a made i | 3-4 delete i | 5-6 read i 1 a",
    "a deletion that did not happen": "1-2 create a made i | 3-4 delete i | 5-6 update i 1 b 2"
    " | 7-8 read i 2 b",
    "a deletion out of nothing": "1-2 create a made i | 3-4 read i gone",
    "a deletion undone": "1-2 create a made i | 3-4 delete i | 5-6 read i gone | 7-8 read i 1 a",
    "two of one condition": "1-4 create a made i | 2-5 create b made j",
    "two of one condition, in turn": "1-2 create a made i | 3-4 create b made j",
    "an id given again": "1-2 create a made i | 3-4 delete i | 5-6 create b made i",
    "a create that finds what is gone": "1-2 create a made i | 3-4 delete i"
    " | 5-6 create b found i 1",
    "a create that finds an old version": "1-2 create a made i | 3-4 update i 1 b 2"
    " | 5-6 create c found i 1",
    "an old version that changed": "1-2 create a made i | 3-4 update i 1 b 2 | 5-6 vread i 1 b",
    "an old version that is lost": "1-2 create a made i | 3-4 update i 1 b 2 | 5-6 vread i 1 none",
    "a version that is not there yet": "1-2 create a made i | 3-4 vread i 2 b | 5-6 update i 1 b 2",
    "a search that is late": "1-2 create a made i | 3-4 find none",
    "a search that finds what is gone": "1-2 create a made i | 3-4 delete i | 5-6 find i",
}

SOUND = [
    "1-2 create a made i | 3-4 read i 1 a | 5-6 update i 1 b 2 | 7-8 vread i 1 a | 9-10 find i",
    "1-9 create a made i | 2-3 find none | 4-5 find i | 6-7 create b found i 1",
    "1-2 create a made i | 3-9 update i 1 b 2 | 4-5 read i 1 a | 6-7 read i 2 b",
    "1-2 create a made i | 3-9 update i 1 b 2 | 3-9 update i 1 c refused | 4-5 read i 1 a",
    "1-2 create a made i | 3-9 delete i | 3-9 create b made j | 4-5 read i gone | 6-7 find none",
    "1-2 create a made i | 3-4 delete i | 5-6 delete i | 7-8 vread i 2 gone | 9-10 vread i 3 none",
]


@pytest.mark.parametrize("about", PLANTED)
def test_a_planted_fault_is_found(about: str) -> None:
    assert linear.order(linear.parse(PLANTED[about])) is None


@pytest.mark.parametrize("text", SOUND)
def test_a_history_that_can_be_explained_is(text: str) -> None:
    history = linear.parse(text)
    found = linear.order(history)
    assert found is not None
    assert sorted(found, key=lambda each: each.words) == sorted(history, key=lambda e: e.words)


def _check(ways: list[Any], histories: int, operations: int = 200) -> int:
    """How many versions were written in all."""
    written = 0
    for n in range(histories):
        history = contention.history(ways, f"k{n}", operations=operations, seed=n)
        found = linear.order(history)
        assert found is not None, sorted(history, key=lambda each: each.start)
        written += sum(each.words[0] == "update" for each in found if "refused" not in each.words)
    return written


@pytest.mark.parametrize(("store", "histories"), [("sqlite", 4), ("postgres", 1)])
def test_a_resource_is_linearizable(tmp_path: Path, store: str, histories: int) -> None:
    with a_session(tmp_path, store) as session:
        assert _check([Door(session)], histories) > 5 * histories


def test_a_read_that_is_remembered_too_long_is_found_out(tmp_path: Path) -> None:
    """The control: a way that answers a read from memory now and then."""

    class Forgetful(Door):
        memory: dict[str, tuple[str, ...]] = {}  # noqa: RUF012 - as shared as a cache is

        def read(self, id: str) -> tuple[str, ...]:
            return self.memory.setdefault(id, super().read(id))

    with a_session(tmp_path, "sqlite") as session:
        history = contention.history([Forgetful(session)], "k", operations=200)
    assert linear.order(history) is None


def test_a_resource_is_linearizable_over_three_processes(tmp_path: Path) -> None:
    assert _check_over_http(tmp_path, 3, 2) > 5 * 2


def _check_over_http(folder: Path, workers: int, histories: int) -> int:
    """Each client has a connection of its own, and so a process."""
    with (
        server.serving(folder, "--open", "--workers", str(workers)) as running,
        ExitStack() as clients,
    ):
        made = [httpx.Client(base_url=running.fhir, timeout=60) for _ in range(8)]
        ways = [Web(clients.enter_context(each)) for each in made]
        return _check(ways, histories)


@pytest.mark.proof
@pytest.mark.parametrize(("store", "histories"), [("sqlite", 1_000), ("postgres", 300)])
def test_many_histories_are_linearizable(
    tmp_path: Path, store: str, histories: int, proof: Callable[..., None]
) -> None:
    with a_session(tmp_path, store) as session:
        written = _check([Door(session)], histories)
    proof(
        f"{store}: a resource is linearizable under 8 clients: create if none exists, read, vread,"
        " search, update with If-Match, delete",
        runs=histories,
        found=f"an order for each history of 200 operations; {written:,} updates among them",
    )


@pytest.mark.proof
@pytest.mark.parametrize("workers", [1, 3])
def test_many_histories_over_http_are_linearizable(
    tmp_path: Path, workers: int, proof: Callable[..., None]
) -> None:
    written = _check_over_http(tmp_path, workers, 200)
    proof(
        f"sqlite, over HTTP, {workers} processes: a resource is linearizable under 8 clients",
        runs=200,
        found=f"an order for each history of 200 operations; {written:,} updates among them",
    )
