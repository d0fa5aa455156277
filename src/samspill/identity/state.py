"""What identity keeps in the record: clients, keys, grants, codes, sessions, proofs that were seen.

Everything ends at its time, lives through a restart, and is the same in all processes. What is
secret is kept under its hash, so that who reads the record cannot use it.
"""

import hashlib
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from samspill.base import json
from samspill.base.clock import Clock
from samspill.store import Store, kept
from samspill.store.connect import Connection
from samspill.store.kept import FOREVER, Kept

T = TypeVar("T")

SECOND = 1_000_000
"""In microseconds."""
_SWEEP_SECONDS = 30


class Changes:
    """Several looks and changes that belong together: all are made, or none."""

    def __init__(self, connection: Connection, now: int) -> None:
        self._connection = connection
        self.now = now

    def find(self, kind: str, key: str) -> Any | None:
        return _value(kept.find(self._connection, kind, key, self.now))

    def all(self, kind: str) -> dict[str, Any]:
        return {each.key: _value(each) for each in kept.of_kind(self._connection, kind, self.now)}

    def keep(self, kind: str, key: str, value: Any, seconds: float | None) -> None:
        """Keeps a JSON value for a time, or until it is forgotten."""
        kept.put(self._connection, kind, self._kept(key, value, seconds))

    def claim(self, kind: str, key: str, seconds: float) -> bool:
        """Whether this is the first of its kind and key within its time."""
        return kept.claim(self._connection, kind, self._kept(key, 1, seconds), self.now)

    def take(self, kind: str, key: str) -> Any | None:
        """The value, for the one who comes first."""
        return _value(kept.take(self._connection, kind, key, self.now))

    def forget(self, kind: str, key: str) -> None:
        kept.forget(self._connection, kind, key)

    def sweep(self) -> None:
        kept.sweep(self._connection, self.now)

    def _kept(self, key: str, value: Any, seconds: float | None) -> Kept:
        until = FOREVER if seconds is None else self.now + int(seconds * SECOND)
        return Kept(key, json.format(value).decode(), until)


class State:
    """The same by single calls; reads take microseconds, changes wait until they are durable."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self.clock = clock
        self._swept_at = 0

    @property
    def now(self) -> float:
        """Seconds since 1970."""
        return self.clock() / SECOND

    def find(self, kind: str, key: str) -> Any | None:
        return _value(self._store.kept(kind, key, self.clock()))

    def all(self, kind: str) -> dict[str, Any]:
        return {each.key: _value(each) for each in self._store.all_kept(kind, self.clock())}

    def submit(self, work: Callable[[Changes], T]) -> "Future[T]":
        """Makes changes that belong together; the future is done when they are durable."""
        now = self.clock()
        is_due = now - self._swept_at > _SWEEP_SECONDS * SECOND
        if is_due:
            self._swept_at = now

        def run(connection: Connection) -> T:
            changes = Changes(connection, now)
            if is_due:
                changes.sweep()
            return work(changes)

        return self._store.submit(lambda transaction: transaction.keep_beside(run))

    def change(self, work: Callable[[Changes], T]) -> T:
        """As `submit`, and waits."""
        return self.submit(work).result()

    def keep(self, kind: str, key: str, value: Any, seconds: float | None) -> None:
        self.change(lambda changes: changes.keep(kind, key, value, seconds))

    def take(self, kind: str, key: str) -> Any | None:
        return self.change(lambda changes: changes.take(kind, key))

    def forget(self, kind: str, key: str) -> None:
        self.change(lambda changes: changes.forget(kind, key))


def hashed(secret: str) -> str:
    """The key under which something is kept that only its bearer should know."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _value(found: Kept | None) -> Any | None:
    return None if found is None else json.parse_own(found.value.encode())
