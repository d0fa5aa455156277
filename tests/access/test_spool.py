"""Lines of the log are on the disk before anybody is answered, whatever happens to the process."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from random import Random

import pytest

from samspill.access import spool
from samspill.access.spool import Batch, Spool
from samspill.base.errors import Unavailable

WRITER = """
import sys
from itertools import count
from pathlib import Path
from samspill.access.spool import Batch, Spool
spool = Spool(Path(sys.argv[1]), count(1).__next__)
for number in count():
    spool.add(b"line %d" % number).result()
    print(number, flush=True)
    if number % 50 == 49:
        spool.turn()
"""


def kept(folder: Path) -> list[bytes]:
    return [line for _, read in spool.finished(folder) for line in read()]


def test_lines_of_many_threads_are_all_kept_in_whole_files(tmp_path: Path) -> None:
    spooling = Spool(tmp_path, count(1).__next__)
    wanted = {f"{number}".encode() for number in range(2_000)}
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(spooling.add, wanted))
        for _ in pool.map(Batch.result, batches):
            pass
    spooling.turn()
    spooling.add(b"later").result()
    assert set(kept(tmp_path)) == wanted, "the file that is open belongs to its process"
    spooling.turn()
    assert set(kept(tmp_path)) == wanted | {b"later"}


def test_a_file_taken_over_is_gone(tmp_path: Path) -> None:
    spooling = Spool(tmp_path, count(1).__next__)
    spooling.add(b"one").result()
    spooling.turn()
    spool.remove(tmp_path, [name for name, _ in spool.finished(tmp_path)])
    assert kept(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_no_answered_line_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    random = Random(22)
    answered = 0
    for round in range(10):
        folder = tmp_path / str(round)
        command = [sys.executable, "-c", WRITER, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            stop = random.randrange(1, 300)
            said = [writer.stdout.readline() for _ in range(stop)]
            os.kill(writer.pid, signal.SIGKILL)
            said += writer.stdout.readlines()
        numbers = [int(line) for line in said if line.endswith("\n")]
        answered += len(numbers)
        found = set(kept(folder))
        assert {b"line %d" % number for number in numbers} <= found
    assert answered > 100


def test_half_a_line_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "1-1-000000.open").write_bytes(b"whole\nha")
    assert kept(tmp_path) == [b"whole"]


def test_without_room_nobody_is_answered_and_it_heals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    spooling = Spool(tmp_path, count(1).__next__)
    spooling.add(b"before").result()
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdatasync", full)
        with pytest.raises(Unavailable, match="No space left"):
            spooling.add(b"refused").result()
    spooling.add(b"after").result()
    spooling.turn()
    assert {b"before", b"after"} <= set(kept(tmp_path))
