"""Now as a value: microseconds there and back, and the FHIR instant."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from samspill.base import clock


@given(st.datetimes(timezones=st.just(UTC)))
def test_microseconds_there_and_back_are_the_same_instant(at: datetime) -> None:
    assert clock.to_datetime(clock.to_micros(at)) == at


def test_an_instant_is_in_utc_to_the_millisecond() -> None:
    at = datetime.fromisoformat("2026-11-23T09:19:00.123999+01:00")
    assert clock.instant(clock.to_micros(at)) == "2026-11-23T08:19:00.123Z"
    assert clock.instant(-1) == "1969-12-31T23:59:59.999Z"


def test_a_fixed_clock_stands_still() -> None:
    stopped = clock.fixed(datetime(2026, 11, 23, tzinfo=UTC))
    assert stopped() == stopped() == 1_795_392_000_000_000


def test_the_clock_of_the_machine_is_now() -> None:
    assert abs(clock.to_datetime(clock.system()) - datetime.now(UTC)) < timedelta(seconds=5)
