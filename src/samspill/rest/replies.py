"""What a handler gives back: an answer at once, or one that waits for a durable write."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeAlias

from samspill.rest.responses import Response


@dataclass(frozen=True, slots=True)
class Pending:
    """An answer that can be made when the future has its result."""

    future: "Future[Any]"
    present: Callable[[Any], Response]

    def wait(self) -> Response:
        """Blocks the thread until the answer is there."""
        return self.present(self.future.result())


Reply: TypeAlias = Response | Pending
