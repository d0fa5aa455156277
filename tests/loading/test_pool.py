"""Work in processes: in order, with a clear end when one of them dies or is left alone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from samspill.base.errors import Unavailable
from samspill.interactions.loading import pool


def test_results_come_in_the_order_of_the_work() -> None:
    assert list(pool.run(str, range(40), 2)) == [str(number) for number in range(40)]


def test_one_job_needs_no_process() -> None:
    assert list(pool.run(lambda piece: (piece, os.getpid()), [1], 1)) == [(1, os.getpid())]


def test_a_process_that_dies_ends_the_work_with_a_reason() -> None:
    with pytest.raises(Unavailable, match="has died"):
        list(pool.run(os._exit, [1], 2))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
def test_processes_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    lines = tmp_path / "people.ndjson"
    lines.write_bytes(b'{"resourceType":"Patient"}\n' * 200_000)
    command = [
        sys.executable,
        "-m",
        "samspill.cli.main",
        "load",
        "--data",
        str(tmp_path / "record"),
    ]
    with subprocess.Popen([*command, str(lines)], stdout=subprocess.PIPE) as process:
        children = _wait_for_children(process.pid)
        process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline, "a process lives on without its parent"
        time.sleep(0.05)


def _wait_for_children(parent: int) -> list[str]:
    """Two processes that prepare, and the one in which Python tracks what they share."""
    listed = Path(f"/proc/{parent}/task/{parent}/children")
    deadline = time.monotonic() + 20
    while len(children := listed.read_text().split()) < 3:
        assert time.monotonic() < deadline, "no processes were started"
        time.sleep(0.02)
    return children
