"""Partial dates to half-open periods, in microseconds."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.base.clock import to_datetime, to_micros
from samspill.fhir.search.types import date

OSLO = ZoneInfo("Europe/Oslo")
HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2026-03-28", 24),
        ("2026-03-29", 23),
        ("2026-10-25", 25),
        ("2026-02", 28 * 24),
        ("2024-02", 29 * 24),
        ("2026", 365 * 24),
        ("9999-12-31", 24),
    ],
)
def test_a_day_lasts_as_long_as_it_does_in_its_zone(text: str, hours: int) -> None:
    found = date.period(text, OSLO)
    assert found is not None
    assert found.high - found.low == hours * HOUR


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("2026-01-01T12:00Z", 60_000_000),
        ("2026-01-01T12:00:00Z", 1_000_000),
        ("2026-01-01T12:00:00.1Z", 100_000),
        ("2026-01-01T12:00:00.123Z", 1_000),
        ("2026-01-01T12:00:00.123456Z", 1),
        ("2026-01-01T12:00:00.123456789Z", 1),
    ],
)
def test_the_digits_of_a_time_say_how_long_it_lasts(text: str, micros: int) -> None:
    found = date.period(text, OSLO)
    assert found is not None
    assert found.high - found.low == micros


@pytest.mark.parametrize(
    "text",
    [
        *("", "26", "0000", "2026-13", "2026-02-29", "2026-1-1", "２０２６"),
        *("2026-01-01T", "2026-01-01T12", "2026-01-01T24:01Z", "2026-01-01T12:00:61Z"),
        *("2026-01-01 12:00", "2026-01-01T12:00+0100"),
    ],
)
def test_what_the_calendar_does_not_have_is_no_date(text: str) -> None:
    assert date.period(text, OSLO) is None


def test_a_leap_second_belongs_to_the_next_minute() -> None:
    assert date.period("2016-12-31T23:59:60Z", OSLO) == date.period("2017-01-01T00:00:00Z", OSLO)


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)))
def test_an_instant_lies_in_the_day_month_and_year_that_are_cut_from_it(at: datetime) -> None:
    micros = to_micros(at)
    text = at.isoformat(timespec="microseconds")
    for cut in (text, text[:10], text[:7], text[:4]):
        found = date.period(cut, UTC)
        assert found is not None
        assert found.low <= micros < found.high


@given(st.dates(datetime(1900, 1, 1).date(), datetime(2100, 1, 1).date()))
def test_days_follow_each_other_without_a_gap(day: datetime) -> None:
    today, tomorrow = (date.period(each.isoformat(), OSLO) for each in (day, day + timedelta(1)))
    assert today is not None
    assert tomorrow is not None
    assert today.high == tomorrow.low


def test_approximately_is_a_tenth_of_the_time_to_now() -> None:
    now = to_micros(datetime(2026, 1, 11, tzinfo=UTC))
    found = date.parse("ap2026-01-01T00:00:00Z", UTC, now)
    assert to_datetime(found.low) == datetime(2025, 12, 31, tzinfo=UTC)
