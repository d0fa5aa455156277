"""Lines made durable before an answer leaves: files that are only ever added to.

A read may not be answered before its line of the access log is on the disk, and a transaction of
the database for each would cost more than the read. So lines go to a file of the process first,
many with one `fdatasync` by the first who waits for it, and the one that keeps the log takes over
whole files in the order that they were begun. A file is finished by a rename; what a killed process
left open is finished by the next that looks and finds it without an owner.
docs: docs/adr/0004-the-log-is-durable-first.md
"""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from threading import Lock

from samspill.base.clock import Clock
from samspill.base.errors import SamspillError, Unavailable

NEW, OPEN, DONE = ".new", ".open", ".done"


class Batch:
    """Lines that reach the disk together; what one who added a line waits for."""

    __slots__ = ("_spool", "error", "is_done", "lines")

    def __init__(self, spool: "Spool") -> None:
        self._spool = spool
        self.lines: list[bytes] = []
        self.is_done = False
        self.error: SamspillError | None = None

    def settle(self) -> None:
        """Returns when the lines are written or have failed; who comes first writes for all."""
        if not self.is_done:
            self._spool.settle(self)

    def result(self) -> None:
        """Returns when the lines are durable. Raises `Unavailable` when they cannot be written."""
        self.settle()
        if self.error is not None:
            raise self.error


class Spool:
    """Takes lines from any thread. It has none of its own: whoever waits first does the work."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        """`folder` is made when it is missing. Lines must not hold a newline."""
        self._folder = folder
        self._clock = clock
        self._adding = Lock()
        self._writing = Lock()
        self._batch = Batch(self)
        self._file: _File | None = None
        self._numbers = count()
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, line: bytes) -> Batch:
        """Adds a line to those that will be written next."""
        with self._adding:
            self._batch.lines.append(line)
            return self._batch

    def settle(self, batch: Batch) -> None:
        """Writes the batch, with all that was added to it by now, unless another has done so."""
        with self._writing:
            if not batch.is_done:
                self._write()

    def turn(self) -> None:
        """Finishes the file that is written now, so that its lines can be taken over."""
        with self._writing:
            if self._batch.lines:
                self._write()
            self._finish()

    def _write(self) -> None:
        with self._adding:
            batch, self._batch = self._batch, Batch(self)
        try:
            if self._file is None:
                name = f"{self._clock():020}-{os.getpid()}-{next(self._numbers):06}"
                self._file = _File(self._folder / name)
            self._file.write(b"\n".join([*batch.lines, b""]))
        except OSError as error:
            # A part of the batch may stand in the file: nobody was answered for it. After a
            # failed sync nothing is known of the file's pages: never again through this one.
            self._finish()
            batch.error = _unavailable(error)
        batch.is_done = True

    def _finish(self) -> None:
        if self._file is not None:
            self._file.finish()
            self._file = None


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
