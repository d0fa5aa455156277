"""Files made to fill the memory: refused at a bound, with the rest loaded and the process alive."""

import gzip
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

MEBIBYTE = 1 << 20
GOOD = b'{"resourceType":"Patient","id":"good"}\n'

BOMBS: dict[str, tuple[bytes, bytes, int]] = {
    "one-line.ndjson.gz": (GOOD + b'{"a":"', b"x" * MEBIBYTE, 2048),
    "empty-lines.ndjson.gz": (GOOD, b"\n" * MEBIBYTE, 100),
    "spaces.json.gz": (b"{", b" " * MEBIBYTE, 1024),
    "brackets.json.gz": (b'{"resourceType":"Patient","a":', b"[" * MEBIBYTE, 1024),
    "keys.ndjson.gz": (GOOD + b"{", b'"a":{},' * (MEBIBYTE // 7), 512),
}
"""How each begins, what is repeated in it, and how often: up to 2 GiB when it is unpacked."""


def a_bomb(folder: Path, name: str) -> Path:
    begins, repeated, times = BOMBS[name]
    path = folder / name
    with gzip.open(path, "wb", compresslevel=1) as packed:
        packed.write(begins)
        for _ in range(times):
            packed.write(repeated)
    return path


def loaded(folder: Path, *files: Path) -> tuple[str, int]:
    """What `samspill load` said, and the most memory that it took, in MiB."""
    command = [sys.executable, "-m", "samspill.cli.main", "load", "--data", str(folder / "record")]
    folder.mkdir(exist_ok=True)
    with (folder / "said").open("w+") as said:
        process = subprocess.Popen([*command, *map(str, files)], stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read()
    assert process.returncode == 1, text
    assert "Traceback" not in text
    return text, used.ru_maxrss >> 10


@pytest.fixture
def plain(tmp_path: Path) -> int:
    """The memory that a load of next to nothing takes, in MiB."""
    small = tmp_path / "small.ndjson"
    small.write_bytes(GOOD + b"no resource\n")
    return loaded(tmp_path / "plain", small)[1]


@pytest.mark.proof
@pytest.mark.parametrize("name", list(BOMBS))
def test_a_bomb_takes_no_more_memory_than_its_bound(
    tmp_path: Path, plain: int, name: str, proof: Callable[..., None]
) -> None:
    said, most = loaded(tmp_path, a_bomb(tmp_path, name))
    assert name in said
    assert most - plain < 64
    proof(f"{name}: refused within bounds", runs=1, found=f"{most - plain} MiB more than plain")
