"""A real server in its own process, for the tests that go through HTTP or end it by force."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

PATIENCE = 30.0  # seconds until a server must be ready


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `url` has no slash at its end."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def fhir(self) -> str:
        return f"{self.url}/fhir"

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ends the server and returns its exit code."""
        self.process.send_signal(how)
        return self.process.wait(PATIENCE)

    def cpu_seconds(self) -> float:
        """Processor time used so far, of all its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def memory_mib(self) -> float:
        return self._status("VmRSS")

    def peak_mib(self) -> float:
        """Most memory since `forget_peak`."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def _status(self, name: str) -> float:
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


@contextmanager
def serving(data: Path, *options: str) -> Iterator[Server]:
    """A server on a free port, ready; ended by force if the test leaves it running."""
    server = start(data, *options)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


def start(data: Path, *options: str, port: int = 0) -> Server:
    """Starts a server and waits until it answers."""
    data.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    log = data / f"server-{port}.log"
    program = str(Path(sys.executable).with_name("samspill"))
    command = [program, "serve", "--data", str(data), "--port", str(port), *options]
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    server = Server(process, port, log)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the server ended with {process.returncode}:\n{log.read_text()}")
        try:
            if httpx.get(f"{server.url}/health", timeout=PATIENCE).is_success:
                return server
        except httpx.TransportError:
            time.sleep(0.02)
    process.kill()
    raise AssertionError(f"the server is not ready after {PATIENCE} s:\n{log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
