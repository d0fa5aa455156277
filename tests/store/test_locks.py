"""SQLite's own locks stay in place whatever else looks at its files.

A process that closes any file loses all its locks on it: https://www.sqlite.org/howtocorrupt.html
"""

import subprocess
import sys
from pathlib import Path

from builders.records import a_patient
from samspill.store import Store

_TAKE = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 128)
"""
"""Takes the lock by which SQLite knows that nobody has the index of the log open."""


def _is_in_use(index: Path) -> bool:
    taking = [sys.executable, "-c", _TAKE, str(index)]
    return subprocess.run(taking, capture_output=True, check=False).returncode != 0


def test_the_index_of_the_log_is_in_use_while_the_record_is_open(tmp_path: Path) -> None:
    """Otherwise the next process cuts it short under those who look at it."""
    store = Store.open(tmp_path / "record.db")
    try:
        store.write(lambda transaction: transaction.write(a_patient("1", "Kvam")))
        assert store.read("Patient", "1")
        assert store.stamp()
        assert _is_in_use(tmp_path / "record.db-shm")
    finally:
        store.close()
