"""Now, as a value that is passed in: microseconds since 1970-01-01T00:00:00Z."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], int]
"""A function that returns the present as microseconds since 1970, UTC."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def system() -> int:
    """The clock of the machine."""
    return time.time_ns() // 1000


def fixed(at: datetime) -> Clock:
    """A clock that stands still, for tests."""
    stopped = to_micros(at)
    return lambda: stopped


def to_micros(at: datetime) -> int:
    """Microseconds since 1970 of an instant with a zone."""
    return (at - EPOCH) // timedelta(microseconds=1)


def to_datetime(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)


def instant(micros: int) -> str:
    """The FHIR instant, in UTC to the millisecond: 2026-11-23T08:19:00.123Z."""
    return f"{to_datetime(micros).isoformat(timespec='milliseconds')[:23]}Z"
