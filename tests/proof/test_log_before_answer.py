"""No answer without its line: the server is killed under readers; the log has every answer."""

import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from builders import server
from samspill.base import clock
from samspill.store import Store

READERS = 8
PEOPLE = 20
WARM = 30
"""Answers before the server is killed, at a random moment after."""
PATIENCE = 20


def _fill(folder: Path) -> None:
    with server.serving(folder, "--open") as running, httpx.Client(base_url=running.fhir) as client:
        for number in range(PEOPLE):
            id = f"p-{number}"
            client.put(f"/Patient/{id}", json={"resourceType": "Patient", "id": id})


def _read(url: str, answered: set[str]) -> None:
    """Reads and searches until the server dies; the ids of the requests that were answered."""
    with httpx.Client(base_url=url, timeout=10) as client:
        try:
            for count in range(1_000_000):
                path = f"/Patient/p-{count % PEOPLE}" if count % 4 else "/Patient?_count=5"
                answer = client.get(path)
                if answer.status_code == 200:
                    answered.add(answer.headers["x-request-id"])
        except httpx.TransportError:
            return


def _kill_under_readers(folder: Path) -> set[str]:
    answered: set[str] = set()
    running = server.start(folder, "--open")
    try:
        threads = [
            threading.Thread(target=_read, args=(running.fhir, answered)) for _ in range(READERS)
        ]
        for thread in threads:
            thread.start()
        until = time.monotonic() + PATIENCE
        while len(answered) < WARM and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(random.uniform(0, 0.5))
    finally:
        running.process.send_signal(signal.SIGKILL)
        running.process.wait()
    for thread in threads:
        thread.join()
    return answered


def _run(folder: Path, kills: int) -> int:
    _fill(folder)
    answered: set[str] = set()
    for _ in range(kills):
        answered |= _kill_under_readers(folder)
    assert server.start(folder, "--open").stop() == 0
    assert answered <= _logged(folder)
    return len(answered)


def _logged(folder: Path) -> set[str]:
    store = Store.open(f"sqlite:///{folder / 'record.db'}", clock.system)
    found: set[str] = set()
    position = 0
    while lines := store.accesses(after=position, count=10_000):
        found |= {line.request for _, line in lines}
        position = lines[-1][0]
    store.close()
    return found


def test_what_a_killed_server_has_answered_is_in_the_log(tmp_path: Path) -> None:
    assert _run(tmp_path, 2) > 50


@pytest.mark.proof
def test_a_server_killed_under_readers_a_hundred_times(
    tmp_path: Path, proof: Callable[..., None]
) -> None:
    answers = _run(tmp_path, 100)
    proof(
        "kill -9 under readers: no answer without its line in the access log",
        runs=100,
        found=f"0 of {answers:,} answers without a line",
    )
