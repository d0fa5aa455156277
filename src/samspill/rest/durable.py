"""Waiting, on the event loop, until the access log holds what an answer will show."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future


class Durable:
    """Of one event loop. Answers that wait for the same sync of the disk share one future."""

    def __init__(self) -> None:
        self._batch: Future[None] | None = None
        self._shared: asyncio.Future[None] | None = None

    async def wait(self, receipts: "Sequence[Future[None]]") -> None:
        """Returns when all lines are durable. Raises `Unavailable` when one cannot be."""
        for receipt in receipts:
            if receipt.done():
                receipt.result()
                continue
            if receipt is not self._batch or self._shared is None:
                self._batch, self._shared = receipt, asyncio.wrap_future(receipt)
            # A caller that goes away must not cancel what others wait for.
            await asyncio.shield(self._shared)
