"""Which commit is the current one of a resource, kept in memory so that a read needs no SQL.

A statement takes microseconds, but while SQLite runs it other threads take the interpreter, and
getting it back costs ten times as much. The map is right as long as the `stamp` of the database is
the one it was filled under: the writer of this process says what it changes, and any other stamp
means that another process has written.
"""

import threading
from collections.abc import Callable, Iterable

from samspill.store.types import Version

MOST = 200_000
"""Resources in the map."""

Key = tuple[str, str]
"""Type and id."""
Stamp = Callable[[], bytes]
"""The state of the record: it changes with every commit of any process that changes something that
is read. Always b"" where the database cannot tell; then nothing is kept."""
Count = Callable[[], int]
"""How many commits there were, of any process."""


class Heads:
    """Shared by all threads that read; only the writer's thread calls `changing` and `changed`."""

    def __init__(self, stamp: Stamp, commits: Count) -> None:
        self._stamp = stamp
        self._commits = commits
        self._valid = stamp()
        self._before = 0
        self._heads: dict[Key, int] = {}
        self._is_changing = False
        self._lock = threading.Lock()

    def find(self, key: Key) -> int | None:
        """The commit that is current; None when the database must be asked."""
        if self._stamp() == self._valid:
            return self._heads.get(key)
        if not self._is_changing:
            self._start_anew()
        return None

    def mark(self) -> bytes:
        """To be taken before the database is asked, and given to `keep` with its answer."""
        return self._stamp()

    def keep(self, mark: bytes, version: Version) -> None:
        """Remembers an answer, unless anything was committed since the mark."""
        with self._lock:
            if mark and not self._is_changing and mark == self._valid == self._stamp():
                if len(self._heads) >= MOST:
                    self._heads.clear()
                self._heads[version.type, version.id] = version.commit

    def changing(self) -> None:
        """A transaction of this process is about to be committed, and nobody else can commit."""
        with self._lock:
            if self._stamp() != self._valid:
                self._heads.clear()
                self._valid = self._stamp()
            self._before = self._commits()
            self._is_changing = True

    def changed(self, keys: Iterable[Key] | None) -> None:
        """It has been committed, or has failed. `keys` are the resources that it wrote; None for
        all. A commit of another process that came right after is seen by the count of commits."""
        with self._lock:
            now = self._stamp()
            if keys is None or self._commits() - self._before not in (0, 1):
                self._heads.clear()
            else:
                for key in keys:
                    self._heads.pop(key, None)
            self._valid = now
            self._is_changing = False

    def _start_anew(self) -> None:
        with self._lock:
            if not self._is_changing and self._stamp() != self._valid:
                self._heads.clear()
                self._valid = self._stamp()
