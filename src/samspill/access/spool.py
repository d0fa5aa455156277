"""Lines made durable before an answer leaves: files that are only ever added to.

A read may not be answered before its line of the access log is on the disk, and a transaction of
the database for each would cost more than the read. So lines go to a file of the process first,
many with one `fdatasync`, and the one that keeps the log takes over whole files in the order that
they were begun. A file is finished by a rename; what a killed process left open is finished by the
next that looks and finds it without an owner.
docs: docs/adr/0004-the-log-is-durable-first.md
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from itertools import count
from pathlib import Path
from threading import Condition, Thread

from samspill.base.clock import Clock
from samspill.base.errors import Busy, SamspillError, Unavailable

NEW, OPEN, DONE = ".new", ".open", ".done"
LONGEST = 100_000
"""Lines that may wait for the disk; more are refused with the request that they belong to."""


class Spool:
    """Takes lines from any thread and makes them durable from one of its own."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """`folder` is made when it is missing. Lines must not hold a newline."""
        self._folder = folder
        self._clock = clock
        self._changed = Condition()
        self._waiting: list[bytes] = []
        self._settled: Future[None] = Future()
        self._turn = False
        self._closing = False
        self._file: _File | None = None
        self._numbers = count()
        folder.mkdir(parents=True, exist_ok=True)
        self._thread = Thread(target=self._run, name="access-spool", daemon=True)
        self._thread.start()

    def add(self, line: bytes) -> Future[None]:
        """Queues a line; the future ends when it is durable, with `Unavailable` if it cannot be.

        Lines that wait together share the future. Raises `Busy` when the disk does not keep up.
        """
        with self._changed:
            if len(self._waiting) >= LONGEST:
                raise Busy("The access log does not keep up", "Tilgangsloggen holder ikke følge")
            self._waiting.append(line)
            if len(self._waiting) == 1:
                self._changed.notify()
            return self._settled

    def turn(self) -> None:
        """Finishes the file that is written now, so that its lines can be taken over."""
        with self._changed:
            self._turn = True
            self._changed.notify()
            self._changed.wait_for(lambda: not self._turn or not self._thread.is_alive(), 5)

    def close(self) -> None:
        """Writes what is waiting, finishes the file and stops."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._turn or self._closing)
                lines, self._waiting = self._waiting, []
                settled, self._settled = self._settled, Future()
                turn, closing = self._turn, self._closing
            if lines:
                self._settle(lines, settled)
            if turn or closing:
                self._finish()
                self._turned()
            if closing and not lines:
                return

    def _settle(self, lines: Sequence[bytes], settled: Future[None]) -> None:
        try:
            if self._file is None:
                name = f"{self._clock():020}-{os.getpid()}-{next(self._numbers):06}"
                self._file = _File(self._folder / name)
            self._file.write(b"".join([each + b"\n" for each in lines]))
        except OSError as error:
            # A part of the batch may stand in the file: nobody was answered for it. After a
            # failed sync nothing is known of the file's pages: never again through this one.
            self._finish()
            settled.set_exception(_unavailable(error))
        else:
            settled.set_result(None)

    def _finish(self) -> None:
        if self._file is not None:
            self._file.finish()
            self._file = None

    def _turned(self) -> None:
        with self._changed:
            self._turn = False
            self._changed.notify_all()


class _File:
    """One file of lines, held by a lock while its process lives."""

    def __init__(self, path: Path) -> None:
        begun = path.with_suffix(NEW)
        self._path = path.with_suffix(OPEN)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND
        self._descriptor = os.open(begun, flags, 0o600)
        # Locked before it has the name that others look for: none takes it for an orphan.
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        begun.rename(self._path)
        _sync_folder(path.parent)

    def write(self, data: bytes) -> None:
        """Adds and syncs."""
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]
        os.fdatasync(self._descriptor)

    def finish(self) -> None:
        """The name says that no more will come. Never raises: an open file is found later."""
        try:
            self._path.rename(self._path.with_suffix(DONE))
        except OSError:
            pass
        finally:
            os.close(self._descriptor)


def finished(folder: Path) -> Iterator[tuple[str, Callable[[], list[bytes]]]]:
    """Names of files that are complete, oldest first, each with what reads its lines.

    A file that its process left open when it was killed is finished here.
    """
    for path in sorted(folder.glob(f"*{OPEN}")):
        _finish_orphan(path)
    for path in sorted(folder.glob(f"*{DONE}")):
        yield path.name, partial(_lines, path)


def remove(folder: Path, names: Sequence[str]) -> None:
    """Takes away files whose lines are durable elsewhere."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
    if names:
        _sync_folder(folder)


def _finish_orphan(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.rename(path.with_suffix(DONE))
    except (BlockingIOError, FileNotFoundError):
        return
    finally:
        os.close(descriptor)


def _lines(path: Path) -> list[bytes]:
    """Whole lines; the last one without its newline was never answered for."""
    return path.read_bytes().split(b"\n")[:-1]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unavailable(error: OSError) -> SamspillError:
    return Unavailable(
        f"The access log cannot be written ({error.strerror}), so nothing is shown",
        f"Tilgangsloggen kan ikke skrives ({error.strerror}), så ingenting vises",
    )
