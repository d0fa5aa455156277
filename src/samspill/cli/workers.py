"""Several processes that serve one port: started, watched, started again, and stopped together.

The kernel shares new connections out among them. The first is the keeper of the record; the others
start when it is ready, so that what is made once is there.
docs: docs/adr/0016-every-worker-writes-in-turn.md
"""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from threading import Thread

from samspill.base import logs
from samspill.base.errors import SamspillError
from samspill.base.settings import Settings
from samspill.cli import options

Serve = Callable[[Settings, bool, Callable[[], None]], None]
"""Serves in this process until it is told to stop: the settings, whether it keeps the record, and
what to call when it is ready. A function of a module, since other processes must find it."""

REST = 1.0
"""Seconds from one start of a worker to the next, where it ends at once."""
FURTHER = 5
"""Seconds beyond those of the setting until a worker that does not stop is ended by force."""


def run(settings: Settings, serve: Serve, ready: Callable[[], None]) -> int:
    """Serves by as many processes as the settings say, until SIGINT or SIGTERM; the exit code.

    `ready` is called when all of them are. A worker that ends is started again.
    """
    with _told_to_stop() as stop:
        workers = [_Worker(number, settings, serve) for number in range(settings.workers)]
        try:
            keeper, *others = workers
            keeper.start()
            if not keeper.is_ready(stop):
                return keeper.process.exitcode or 0
            for worker in others:
                worker.start()
            _watch(workers, stop, ready)
        finally:
            _end(workers, settings.stop_seconds + FURTHER)
    return 0


class _Worker:
    """One place among the workers, and the process that fills it now."""

    def __init__(self, number: int, settings: Settings, serve: Serve) -> None:
        self.number = number
        self._settings = settings
        self._serve = serve
        self._begun = 0.0

    def start(self) -> None:
        context = get_context("spawn")
        self.reader, writer = context.Pipe(duplex=False)
        arguments = (self._settings, self._serve, self.number == 0, writer)
        self.process: SpawnProcess = context.Process(target=_work, args=arguments)
        self._begun = time.monotonic()
        self.process.start()
        writer.close()

    def is_ready(self, stop: socket.socket) -> bool:
        """Waits until it is; no when it ends before, or all are told to stop."""
        if stop in wait([self.reader, stop]):
            return False
        return self.has_said_so()

    def has_said_so(self) -> bool:
        """What it says first: that it is ready; no when it has ended."""
        try:
            return bool(self.reader.recv())
        except EOFError:
            self.process.join()
            return False

    def start_again(self, stop: socket.socket) -> None:
        self.process.join()
        logs.warning("worker.ended", number=self.number, code=self.process.exitcode)
        left = self._begun + REST - time.monotonic()
        if left <= 0 or not wait([stop], left):
            self.start()


def _watch(workers: Sequence[_Worker], stop: socket.socket, ready: Callable[[], None]) -> None:
    """Starts again what ends, until all are told to stop. The first, the keeper, is ready."""
    starting = list(workers[1:])
    while True:
        found = wait([stop, *(w.process.sentinel for w in workers), *(w.reader for w in starting)])
        if stop in found:
            return
        for worker in workers:
            if worker.process.sentinel in found:
                worker.start_again(stop)
            elif worker in starting and worker.reader in found and worker.has_said_so():
                starting.remove(worker)
                if not starting:
                    ready()


def _end(workers: Sequence[_Worker], seconds: float) -> None:
    """Tells all to stop, and waits until they have."""
    running = [each.process for each in workers if hasattr(each, "process")]
    for process in running:
        if process.is_alive():
            process.terminate()
    until = time.monotonic() + seconds
    for process in running:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            logs.warning("worker.killed")
            process.kill()
            process.join()


@contextmanager
def _told_to_stop() -> Iterator[socket.socket]:
    """A socket that can be read from when SIGINT or SIGTERM has come."""
    heard, told = socket.socketpair()
    told.setblocking(False)
    before = signal.set_wakeup_fd(told.fileno())
    handlers = {each: signal.signal(each, _hear) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield heard
    finally:
        signal.set_wakeup_fd(before)
        for each, handler in handlers.items():
            signal.signal(each, handler)
        heard.close()
        told.close()


def _hear(_: int, __: object) -> None:
    """That it came is told through the socket."""


# In the process of a worker


def _work(settings: Settings, serve: Serve, is_keeper: bool, ready: Connection) -> None:
    logs.start(settings.log_format, settings.log_level)
    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    try:
        serve(settings, is_keeper, lambda: ready.send(True))
    except SamspillError as error:
        sys.exit(options.tell(error))


def _end_with_parent() -> None:
    """Who watches over the workers may have been ended by force: they stop then."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
