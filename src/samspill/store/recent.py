"""Versions that were read lately, by commit number. A committed version never changes."""

from collections.abc import Iterable
from typing import cast

from samspill.store.types import Version

LARGEST = 64 * 1024 * 1024
"""Bytes of bodies that are kept."""

_BESIDE = 400
"""Bytes that a version takes beside its body."""


class Recent:
    """Two generations: what is used again moves to the young one, the old one is dropped whole.

    Threads share it without a lock; the worst that a race does is to forget a version too early.
    """

    def __init__(self, largest: int = LARGEST) -> None:
        self._half = largest // 2
        self._young: dict[int, Version] = {}
        self._old: dict[int, Version] = {}
        self._bytes = 0

    def find(self, t: int) -> Version | None:
        found = self._young.get(t)
        if found is None and (found := self._old.get(t)) is not None:
            self.keep(found)
        return found

    def all(self, commits: Iterable[int]) -> tuple[Version, ...]:
        """All of these versions; none when one of them is not among the young."""
        found = tuple(map(self._young.get, commits))
        return cast(tuple[Version, ...], found) if all(found) else ()

    def keep(self, version: Version) -> None:
        self._bytes += len(version.body) + _BESIDE
        if self._bytes > self._half:
            self._old, self._young, self._bytes = self._young, {}, len(version.body) + _BESIDE
        self._young[version.commit] = version
