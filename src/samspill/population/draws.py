"""Chance that repeats itself: draws that follow from a seed and a path, and from nothing else.

Two people never share a stream of chance, so a life does not change when another is added, and
lives can be made in any order and on any core.
"""

import hashlib
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")


class Draws:
    """A stream of chance for one path, such as `Draws(2026, "household", 17)`."""

    def __init__(self, *path: str | int) -> None:
        key = "/".join(map(str, path)).encode()
        self._random = random.Random(hashlib.blake2b(key, digest_size=16).digest())

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def uniform(self) -> float:
        """A number from 0 up to 1."""
        return self._random.random()

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self._random.random() * (high - low + 1))

    def normal(self, mean: float, deviation: float) -> float:
        return self._random.gauss(mean, deviation)

    def choose(self, of: Sequence[T]) -> T:
        return of[int(self._random.random() * len(of))]

    def weighted(self, of: Sequence[tuple[T, float]]) -> T:
        """One of the things, each with a weight."""
        left = self._random.random() * sum(weight for _, weight in of)
        for thing, weight in of:
            left -= weight
            if left < 0:
                return thing
        return of[-1][0]

    def day(self, first: date, last: date) -> date:
        """A day, both ends included; the first where the last lies before it."""
        return first + timedelta(days=self.between(0, max((last - first).days, 0)))

    def poisson(self, mean: float) -> int:
        """How often something that comes at random happens, for small means."""
        count, left = 0, self._random.expovariate(1.0)
        while left < mean:
            count += 1
            left += self._random.expovariate(1.0)
        return count
