"""`kill -9` of a writing process loses no write that its client was told of.

A kill alone never loses what the system has taken: `test_powercut` looks at the disk itself.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from builders import writing
from samspill.store import Store

TESTS = Path(__file__).parents[1]


def _write_and_kill(folder: Path, seconds: float) -> dict[str, int]:
    """The last version of each id that was acknowledged before the kill."""
    process = subprocess.Popen(
        [sys.executable, "-m", "builders.writing", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
    )
    assert process.stdout
    with process.stdout as journal:
        lines = [journal.readline()]
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        lines += journal.readlines()
    process.wait()
    whole = [line.split() for line in lines if line.endswith("\n")]
    return {id: int(number) for id, number in whole}


def _lost(store: Store, acks: dict[str, int]) -> int:
    found = {id: store.read("Basic", id) for id in acks}
    return sum(version is None or version.number < acks[id] for id, version in found.items())


def _halves(store: Store) -> int:
    """Units of which a part is there and a part is not."""
    numbers = []
    for id in (f"r{n}" for n in range(writing.IDS)):
        both = store.read("Basic", id), store.read("Basic", f"{id}-twin")
        numbers.append([version and version.number for version in both])
    return sum(left != right for left, right in numbers)


def _run(folder: Path, kills: int) -> int:
    """Kills again and again on one record; how many writes had been acknowledged in all."""
    random = Random(kills)
    acks: dict[str, int] = {}
    for _ in range(kills):
        acks |= _write_and_kill(folder, random.uniform(0.0, 0.4))
        store = Store.open(folder / "record.db")
        try:
            assert _lost(store, acks) == 0
            assert _halves(store) == 0
        finally:
            store.close()
    store = Store.open(folder / "record.db")
    try:
        assert store.verify(writing.entries).is_sound
        return store.outbox_position() // 2
    finally:
        store.close()


def test_a_killed_process_loses_no_acknowledged_write(tmp_path: Path) -> None:
    assert _run(tmp_path, 5) > 500


@pytest.mark.proof
def test_a_hundred_kills(tmp_path: Path, proof: Callable[..., None]) -> None:
    units = _run(tmp_path, 100)
    proof(
        "kill -9 of a writing process loses no acknowledged write",
        runs=100,
        found=f"0 lost and 0 half of {units:,} units",
        control="see the power cuts: a kill alone cannot lose what the system has taken",
    )
