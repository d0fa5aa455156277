"""Programs of others, on Node: an identity provider, and clients of ours. See `tests/node`.

What they need is fetched by npm at the first test, by lock; where that cannot be had they are
skipped. CI has Node, and npm fetches there as here.
"""

import fcntl
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import gettempdir

import pytest

HERE = Path(__file__).parents[1] / "node"
_PATH = os.pathsep.join((os.environ.get("PATH", ""), str(Path(sys.executable).parent)))
_SECONDS = 240


@cache
def node() -> str:
    """The program, with its packages in place; skips the test where there are none."""
    program, npm = shutil.which("node", path=_PATH), shutil.which("npm", path=_PATH)
    if program is None or npm is None:
        pytest.skip("Node is not here (apt-get install nodejs npm)")
    with open(Path(gettempdir()) / "samspill-node.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (HERE / "node_modules" / ".package-lock.json").exists():
            command = [npm, "ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"]
            done = subprocess.run(
                command, cwd=HERE, capture_output=True, timeout=_SECONDS, check=False
            )
            if done.returncode:
                shutil.rmtree(HERE / "node_modules", ignore_errors=True)
                pytest.skip("npm could not fetch the packages of tests/node (npm ci)")
    return program


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port: int = trial.getsockname()[1]
        return port


@contextmanager
def running(script: str, *arguments: str) -> Iterator[None]:
    """A script that goes on until it is not needed any more; it says when it is ready."""
    command = [node(), script, *arguments]
    with subprocess.Popen(
        command, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            assert line.strip() == "ready", line
            yield
        finally:
            process.kill()


def run(script: str, *arguments: str) -> str:
    """What a script says that comes to an end; its last words when it fails."""
    done = subprocess.run(
        [node(), script, *arguments],
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
