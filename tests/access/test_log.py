"""The access log's queue: batches, refusal when it is full, waiting for a store that is down."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest

from samspill.access import log
from samspill.access.log import Log
from samspill.base.errors import Busy, Unavailable
from samspill.store import Access, Store

LINE = Access(1, "open", "", "", "read", "Patient", "1", 1, "r-1")


class Written:
    """A store that only takes lines of the log, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.lines: list[Access] = []
        self.failures = failures

    def write(self, unit: Callable[[Any], None]) -> None:
        if self.failures:
            self.failures -= 1
            raise Unavailable("down", "nede")
        unit(self)

    def log(self, lines: Sequence[Access]) -> None:
        self.lines += lines


def test_all_lines_are_written_before_it_closes() -> None:
    store = Written()
    queue = Log(cast(Store, store))
    for _ in range(log.BATCH * 2 + 1):
        queue.add(LINE)
    queue.close()
    assert len(store.lines) == log.BATCH * 2 + 1


def test_lines_wait_for_a_store_that_is_down() -> None:
    store = Written(failures=2)
    queue = Log(cast(Store, store))
    queue.add(LINE)
    while store.failures:
        pass
    queue.close()
    assert store.lines == [LINE]


def test_a_full_queue_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LONGEST", 0)
    queue = Log(cast(Store, Written()))
    with pytest.raises(Busy):
        queue.add(LINE)
    queue.close()
