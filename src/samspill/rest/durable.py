"""Waiting, on the event loop, until the access log holds what an answer will show.

All answers that are ready in two turns of the loop wait for one sync of the disk, which the loop
does itself: 0.2 ms for all of them, where handing it to another thread costs more.
"""

import asyncio
from collections.abc import Sequence

from samspill.access.spool import Batch


class Durable:
    """Of one event loop."""

    def __init__(self) -> None:
        self._waiting: list[tuple[asyncio.Future[None], Sequence[Batch]]] = []

    async def wait(self, receipts: Sequence[Batch]) -> None:
        """Returns when all lines are durable. Raises `Unavailable` when one cannot be."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            # Requests that came while the disk was waited for are answered in the first turn.
            loop.call_soon(loop.call_soon, self._settle)
        settled = loop.create_future()
        self._waiting.append((settled, receipts))
        await settled
        for batch in receipts:
            batch.result()

    def _settle(self) -> None:
        """Each batch is written by the first who asks for it; the others find it done."""
        waiting, self._waiting = self._waiting, []
        for settled, receipts in waiting:
            for batch in receipts:
                batch.settle()
            if not settled.done():
                settled.set_result(None)
