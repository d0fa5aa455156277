"""A power cut loses no acknowledged write and leaves no half transaction, at whatever operation.

SQLite writes to a disk in memory that forgets, keeps or tears what was not synced.
"""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from builders import writing
from builders.disks import Disk, DiskVFS
from samspill.base.errors import SamspillError
from samspill.store import Store
from samspill.store.dialects.sqlite import Sqlite

Acks = dict[str, int]
"""The last version number that was acknowledged, by id."""


class Ground:
    """One disk through many cuts."""

    def __init__(self, folder: Path, synchronous: str, seed: int) -> None:
        self.random = Random(seed)
        self.disk = Disk()
        self.acks: Acks = {}
        self.acknowledged = 0
        self.lost = 0
        self.halves = 0
        self.damaged = 0
        self._path = folder / "record.db"
        self._synchronous = synchronous
        self._open().close()

    def _open(self) -> Store:
        # The VFS must outlive the store; SQLite finds it by its name.
        self._vfs = DiskVFS("lossy", self.disk)
        database = Sqlite(
            self._path,
            vfs="lossy",
            synchronous=self._synchronous,
            is_shared=False,
            checkpoint_pages=60,
        )
        return Store(database, lambda: 0)

    def cut(self) -> None:
        """Writes until the power goes, then looks what is there."""
        store = self._open()
        self.disk.cut_at = self.disk.operations + self.random.randint(1, 250)
        waiting: list[tuple[str, Future[int]]] = []
        while self.disk.operations < self.disk.cut_at:
            for _ in range(self.random.randint(1, 6)):
                id = f"r{self.random.randrange(40)}"
                waiting.append((id, store.submit(writing.pair(id))))
            waiting = [each for each in waiting if not self._note(*each)]
        for each in waiting:
            self._note(*each)
        _close(store)
        self.disk = self.disk.after_cut(self.random)
        self._check()

    def _note(self, id: str, future: "Future[int]") -> bool:
        """Remembers an acknowledgement; waits for the answer now and then."""
        if self.random.random() < 0.5 and not future.done():
            return False
        with suppress(SamspillError):
            self.acks[id] = max(self.acks.get(id, 0), future.result())
            self.acknowledged += 1
        return True

    def _check(self) -> None:
        try:
            store = self._open()
        except SamspillError:
            self._start_again()
            return
        try:
            for id, number in self.acks.items():
                left, right = store.read("Basic", id), store.read("Basic", f"{id}-twin")
                self.lost += left is None or left.number < number
                self.halves += (left and left.number) != (right and right.number)
            found = store.verify(writing.entries)
            if not found.is_sound:
                self._start_again()
        except SamspillError:
            self._start_again()
        finally:
            _close(store)

    def _start_again(self) -> None:
        self.damaged += 1
        self.disk = Disk()
        self.acks = {}
        self._open().close()


def _close(store: Store) -> None:
    try:
        store.close()
    except Exception:
        # Without power even closing fails; the disk has been judged already.
        return


def _run(folder: Path, cuts: int, synchronous: str = "FULL", lying: bool = False) -> Ground:
    folder.mkdir(exist_ok=True)
    ground = Ground(folder, synchronous, seed=cuts)
    for _ in range(cuts):
        ground.disk.is_lying = lying
        ground.cut()
    return ground


def test_a_power_cut_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    ground = _run(tmp_path, 100)
    assert (ground.lost, ground.halves, ground.damaged) == (0, 0, 0)
    assert ground.acknowledged > 500


def test_without_full_synchronisation_a_power_cut_does_lose(tmp_path: Path) -> None:
    assert _run(tmp_path, 40, synchronous="NORMAL").lost > 0


def test_a_disk_that_lies_about_synchronisation_does_harm(tmp_path: Path) -> None:
    ground = _run(tmp_path, 20, lying=True)
    assert ground.lost + ground.damaged > 0


@pytest.mark.proof
def test_two_thousand_power_cuts(tmp_path: Path, proof: Callable[..., None]) -> None:
    ground = _run(tmp_path / "full", 2_000)
    normal = _run(tmp_path / "normal", 200, synchronous="NORMAL")
    lying = _run(tmp_path / "lying", 100, lying=True)
    assert (ground.lost, ground.halves, ground.damaged) == (0, 0, 0)
    assert normal.lost > 0
    assert lying.lost + lying.damaged > 0
    proof(
        "A power cut loses no acknowledged write and leaves no half transaction",
        runs=2_000,
        found=f"0 of {ground.acknowledged:,} acknowledged units lost, 0 half, 0 records damaged",
        control=f"synchronous=NORMAL lost {normal.lost:,} in 200 cuts;"
        f" a disk that lies: {lying.lost:,} lost, {lying.damaged} records damaged in 100",
    )
