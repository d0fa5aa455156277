"""How often one client may try within a minute; counted in each process for itself."""

from samspill.base.clock import Clock
from samspill.identity.faults import OAuthFault

WINDOW_SECONDS = 60
MOST_NAMES = 10_000
"""Names counted at a time; a flood of made-up names shares the last one."""


class Limit:
    """Counts by name, and refuses what is more than its number within a minute."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._most = most
        self._clock = clock
        self._window = 0
        self._counts: dict[str, int] = {}

    def count(self, name: str) -> None:
        """Notes one more."""
        self._turn()
        if name not in self._counts and len(self._counts) >= MOST_NAMES:
            name = ""
        self._counts[name] = self._counts.get(name, 0) + 1

    def check(self, name: str) -> None:
        """Raises `OAuthFault` when there were too many."""
        self._turn()
        if name not in self._counts and len(self._counts) >= MOST_NAMES:
            name = ""
        if self._counts.get(name, 0) >= self._most:
            raise OAuthFault("slow_down", "too many attempts; wait a minute")

    def _turn(self) -> None:
        window = self._clock() // (WINDOW_SECONDS * 1_000_000)
        if window != self._window:
            self._window, self._counts = window, {}
