"""Several workers are one server: reads see writes, kills lose nothing, all end together."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from builders import server
from builders.server import PATIENCE, Server

WORKERS = ("--open", "--workers", "2")


def workers_of(running: Server) -> list[int]:
    """The processes that serve, not the one that watches over them."""
    pid = running.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    serving = [int(each) for each in children if b"spawn_main" in _command(each)]
    return sorted(serving)


def _command(pid: str) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


@contextmanager
def a_client_of_each(running: Server, number: int) -> Iterator[list[httpx.Client]]:
    """A connection to each worker: the first part of a request's id names the process."""
    found: dict[str, httpx.Client] = {}
    until = time.monotonic() + PATIENCE
    with ExitStack() as opened:
        while len(found) < number and time.monotonic() < until:
            client = httpx.Client(base_url=running.fhir, timeout=PATIENCE)
            opened.enter_context(client)
            name = client.get("/Patient/p").headers["x-request-id"].partition("-")[0]
            found.setdefault(name, client)
        assert len(found) == number
        yield list(found.values())


def _read_what_the_other_wrote(running: Server, times: int) -> None:
    with a_client_of_each(running, 2) as (one, other):
        for number in range(1, times + 1):
            writer, reader = (one, other) if number % 2 else (other, one)
            patient = {"resourceType": "Patient", "id": "p", "multipleBirthInteger": number}
            assert writer.put("/Patient/p", json=patient).is_success
            assert reader.get("/Patient/p").json()["multipleBirthInteger"] == number
            found = reader.get("/Patient", params={"_id": "p"}).json()["entry"]
            assert [each["resource"]["multipleBirthInteger"] for each in found] == [number]


def test_a_worker_reads_what_another_has_written(tmp_path: Path) -> None:
    with server.serving(tmp_path, *WORKERS) as running:
        _read_what_the_other_wrote(running, 60)
        assert running.stop() == 0


@pytest.mark.proof
def test_a_worker_reads_each_of_a_thousand_writes(
    tmp_path: Path, proof: Callable[..., None]
) -> None:
    with server.serving(tmp_path, *WORKERS) as running:
        _read_what_the_other_wrote(running, 1_000)
        most = max(_memory_mib(pid) for pid in workers_of(running))
        assert running.stop() == 0
    assert most <= 300
    proof(
        "what one worker has written, the other one reads and finds at once",
        runs=1_000,
        found=f"0 old answers; {most:.0f} MiB in the larger worker",
    )


def _memory_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


class Writers:
    """Clients that write until they are told to stop, each its own resource, also through kills."""

    def __init__(self, url: str, number: int) -> None:
        self.acked: dict[str, int] = {}
        self.refused: set[int] = set()
        self._url = url
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(number)]
        for thread in self._threads:
            thread.start()

    def _write(self, number: int) -> None:
        id, count = f"w{number}", 0
        while not self._stop.is_set():
            patient = {"resourceType": "Patient", "id": id, "multipleBirthInteger": count}
            try:
                answer = httpx.put(f"{self._url}/Patient/{id}", json=patient, timeout=PATIENCE)
            except httpx.TransportError:
                continue
            if answer.is_success:
                self.acked[id], count = count, count + 1
            else:
                self.refused.add(answer.status_code)

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()


def _kill_under_load(folder: Path, kills: int) -> int:
    """Kills one worker after the other while clients write; how many resources were checked."""
    with server.serving(folder, *WORKERS) as running:
        _until(lambda: b"server.ready" in running.log.read_bytes(), list)
        writers = Writers(running.fhir, 8)
        for number in range(kills):
            time.sleep(0.5)
            before = _until(lambda: len(workers_of(running)) == 2, lambda: workers_of(running))
            os.kill(before[number % 2], signal.SIGKILL)
            _until(lambda old=before: len(set(workers_of(running)) - set(old)) == 1, list)
        writers.stop()
        assert not writers.refused
        for id, count in writers.acked.items():
            found = httpx.get(f"{running.fhir}/Patient/{id}", timeout=PATIENCE).json()
            # The last write may have been done although its answer was lost.
            assert found["multipleBirthInteger"] in (count, count + 1)
        assert running.stop() == 0
    return len(writers.acked)


def _until(holds: Callable[[], bool], result: Callable[[], list[int]]) -> list[int]:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)
    return result()


def test_a_killed_worker_is_started_again_and_nothing_is_lost(tmp_path: Path) -> None:
    assert _kill_under_load(tmp_path, 1) == 8


@pytest.mark.proof
def test_workers_killed_again_and_again(tmp_path: Path, proof: Callable[..., None]) -> None:
    checked = _kill_under_load(tmp_path, 30)
    proof(
        "kill -9 of one of two workers under write load: it comes back, and nothing is lost",
        runs=30,
        found=f"0 lost of the last versions of {checked} resources; no answer but 2xx",
    )


def test_workers_end_with_the_one_that_watches_over_them(tmp_path: Path) -> None:
    with server.serving(tmp_path, *WORKERS) as running:
        found = workers_of(running)
        running.stop(signal.SIGKILL)
        _until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in found), list)


def test_a_setting_that_is_wrong_ends_all_with_its_message(tmp_path: Path) -> None:
    (tmp_path / "record.db").write_bytes(
        b"this is no database, but long enough to be looked at" * 99
    )
    with pytest.raises(AssertionError, match=r"ended with [23]"):
        server.start(tmp_path, *WORKERS)
