"""Each disk operation fails once in turn: a clean error, reads go on, and the record heals."""

from pathlib import Path

import pytest

from builders import writing
from builders.disks import Disk, DiskVFS
from samspill.base.errors import SamspillError, Unavailable
from samspill.store import Store
from samspill.store.dialects.sqlite import Sqlite

PATH = "record.db"


def _open(folder: Path) -> Store:
    database = Sqlite(folder / PATH, vfs="faulty", is_shared=False, checkpoint_pages=40)
    return Store(database, lambda: 0)


@pytest.mark.parametrize("nth", range(1, 120, 3))
def test_a_failing_operation_is_told_and_healed(tmp_path: Path, nth: int) -> None:
    disk = Disk()
    vfs = DiskVFS("faulty", disk)
    store = _open(tmp_path)
    try:
        store.write(writing.pair("r0"))
        disk.fail_at = disk.operations + nth
        failures = 0
        acks = {"r0": 1}
        for n in range(30):
            try:
                acks[f"r{n % 7}"] = store.write(writing.pair(f"r{n % 7}"))
            except Unavailable:
                failures += 1
                assert store.read("Basic", "r0")
        assert failures == 1
        assert disk.operations > disk.fail_at
        for id, number in acks.items():
            version = store.read("Basic", id)
            assert version is not None
            assert version.number == number
        assert store.verify(writing.entries).is_sound
    finally:
        store.close()
    assert vfs is not None


def test_a_record_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / PATH).write_bytes(b"This is no database, but a letter to my aunt." * 100)
    with pytest.raises(SamspillError, match="damaged"):
        Store.open(tmp_path / PATH)
