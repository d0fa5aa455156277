"""Measurements of `make bench`: each figure beside a yardstick that is taken in the same run.

A room of the house has a module here with `figures()`, which yields what it measured; the modules
are named in `bench.__main__`. On a shared machine only the ratios mean something, so ours and the
yardstick take turns and the medians are compared.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. Without a yardstick the goal is for the value itself."""

    what: str
    value: float
    unit: str
    """Such as "requests/s", "µs", "ms p99", "bytes"; see `is_more_better`."""
    goal: float
    """What the ratio of value to yardstick must reach, or may be at most."""
    yardstick: str = ""
    against: float = 0.0
    is_more_better: bool = True
    spread: float = 0.0
    """(highest - lowest) / median of the rounds of the value, where there were several."""

    @property
    def ratio(self) -> float:
        return self.value / self.against if self.yardstick else self.value

    @property
    def is_met(self) -> bool:
        return self.ratio >= self.goal if self.is_more_better else self.ratio <= self.goal


@dataclass(frozen=True, slots=True)
class Rounds:
    """The results of some rounds of one measurement."""

    results: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.results)

    @property
    def spread(self) -> float:
        return (max(self.results) - min(self.results)) / self.median if self.median else 0.0


def in_turns(*measure: Callable[[], float], rounds: int = 5) -> tuple[Rounds, ...]:
    """Runs the measurements one after the other, round by round, so that noise meets all alike."""
    results = [[function() for function in measure] for _ in range(rounds)]
    return tuple(Rounds(column) for column in zip(*results, strict=True))


def microseconds(function: Callable[[], object], seconds: float = 0.2) -> float:
    """The time of one call, as the mean over about `seconds`."""
    times = 1
    while True:
        began = time.perf_counter()
        for _ in range(times):
            function()
        taken = time.perf_counter() - began
        if taken >= seconds / 4:
            return taken / times * 1e6
        times *= 2
