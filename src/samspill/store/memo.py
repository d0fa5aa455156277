"""What searches have found out while nobody wrote: kept as long as the database has not changed."""

from collections.abc import Callable
from typing import Any

Facts = dict[object, Any]

_MOST = 20_000


class Memo:
    """Facts under the stamp of the database that they were asked under, see `Database.stamp`.

    A search takes the facts once and keeps to them: what it adds after a commit goes with them.
    """

    def __init__(self, stamp: Callable[[], bytes]) -> None:
        self._stamp = stamp
        self._kept: tuple[bytes, Facts] = (b"", {})

    def facts(self) -> Facts:
        """Those that are still right, to be added to."""
        now = self._stamp()
        stamp, facts = self._kept
        if not now or now != stamp or len(facts) > _MOST:
            facts = {}
            self._kept = (now, facts)
        return facts
