"""Date search over partial dates, instants, periods and timings, to the microsecond.

https://hl7.org/fhir/R4/search.html#date, docs/clarifications.md#zones
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, cast

from samspill.base.errors import InvalidSearch
from samspill.base.texts import Text
from samspill.fhir.search.query import DateIs, Prefix
from samspill.fhir.search.values import BEGINNING, END, Period

PREFIXES = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"})
EXPECTED = Text(
    "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm[:ss[.sss]][Z|+hh:mm] (+ written %2B in an "
    "address), after eq, ne, gt, lt, ge, le, sa, eb, ap or nothing",
    "ÅÅÅÅ, ÅÅÅÅ-MM, ÅÅÅÅ-MM-DD eller ÅÅÅÅ-MM-DDTtt:mm[:ss[.sss]][Z|+tt:mm] (+ skrevet %2B i en "
    "adresse), etter eq, ne, gt, lt, ge, le, sa, eb, ap eller ingenting",
)

_FORM = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.(?P<fraction>\d+))?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)

_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_DAY = 24 * 60 * _MINUTE
_EPOCH = date(1970, 1, 1).toordinal()


def parse(text: str, zone: tzinfo, now: int) -> DateIs:
    """`now` in microseconds is what `ap` measures its tenth of the distance from."""
    prefix, rest = split_prefix(text)
    sought = period(rest, zone)
    if sought is None:
        raise InvalidSearch("This is not a date", "Dette er ikke en dato", expected=EXPECTED)
    low, high = sought.low, sought.high
    if prefix == "ap":
        widen = abs(now - low) // 10
        low, high = low - widen, high + widen
    return DateIs(prefix, low, high, rest)


def split_prefix(text: str) -> tuple[Prefix, str]:
    if text[:2] in PREFIXES:
        return cast(Prefix, text[:2]), text[2:]
    return "eq", text


def format(test: DateIs) -> str:
    return test.given if test.prefix == "eq" else test.prefix + test.given


@lru_cache(maxsize=8192)
def period(text: str, zone: tzinfo) -> Period | None:
    """The time that a date, dateTime or instant covers; without a zone it is in `zone`.

    None if it is no date: a wrong form, or a day that the calendar does not have.
    """
    found = _FORM.fullmatch(text)
    if not found:
        return None
    try:
        return _period(found, zone)
    except ValueError:
        return None


def _period(found: re.Match[str], zone: tzinfo) -> Period:
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    if not found["month"]:
        return Period(_midnight(year, 1, 1, zone), _midnight(year + 1, 1, 1, zone))
    if not found["day"]:
        following = (year, month + 1) if month < 12 else (year + 1, 1)
        return Period(_midnight(year, month, 1, zone), _midnight(*following, 1, zone))
    if not found["hour"]:
        start = datetime(year, month, day)
        last = start.month == 12 and start.day == 31
        next_day = (year + 1, 1, 1) if last else (start + timedelta(1)).timetuple()[:3]
        return Period(_midnight(year, month, day, zone), _midnight(*next_day, zone))
    low = _instant(found, datetime(year, month, day), zone)
    return Period(low, low + _precision(found))


def _midnight(year: int, month: int, day: int, zone: tzinfo) -> int:
    # The year after the last one that datetime knows has the length of its forerunner's zone.
    if year > 9999:
        return _midnight(9999, 12, 31, zone) + _DAY
    start = datetime(year, month, day)
    return _days(start) * _DAY - _offset(start, zone)


def _instant(found: re.Match[str], day: datetime, zone: tzinfo) -> int:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        raise ValueError("no such time of day")
    fraction = int((found["fraction"] or "")[:6].ljust(6, "0"))
    local = _days(day) * _DAY + (hour * 60 + minute) * _MINUTE + second * _SECOND + fraction
    match found["zone"]:
        case None:
            return local - _offset(day + timedelta(hours=hour % 24, minutes=minute), zone)
        case "Z":
            return local
        case given:
            offset = (int(given[1:3]) * 60 + int(given[4:6])) * _MINUTE
            return local - (offset if given[0] == "+" else -offset)


def _precision(found: re.Match[str]) -> int:
    if found["fraction"]:
        return int(10 ** max(0, 6 - len(found["fraction"])))
    return _SECOND if found["second"] else _MINUTE


def _days(day: datetime) -> int:
    return day.toordinal() - _EPOCH


def _offset(local: datetime, zone: tzinfo) -> int:
    if zone is UTC:
        return 0
    offset = local.replace(tzinfo=zone).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def extract(type: str, value: Any, zone: tzinfo) -> Iterator[Period]:
    match type:
        case "Period":
            yield from _of_period(value, zone)
        case "Timing":
            yield from _of_timing(value, zone)
        case _:
            found = period(value, zone) if isinstance(value, str) else None
            if found:
                yield found


TYPES = frozenset({"date", "dateTime", "instant", "Period", "Timing"})


def _of_period(value: dict[str, Any], zone: tzinfo) -> Iterator[Period]:
    start = period(value["start"], zone) if "start" in value else None
    end = period(value["end"], zone) if "end" in value else None
    if start or end:
        yield Period(start.low if start else BEGINNING, end.high if end else END)


def _of_timing(value: dict[str, Any], zone: tzinfo) -> Iterator[Period]:
    """Only the outer limits count: the first and last event, or the bounds."""
    times = [found for text in value.get("event", ()) if (found := period(text, zone))]
    times.extend(_of_period(value.get("repeat", {}).get("boundsPeriod", {}), zone))
    if times:
        yield Period(min(each.low for each in times), max(each.high for each in times))


def matches(test: DateIs, row: Period) -> bool:
    return _COMPARE[test.prefix](test.low, test.high, row.low, row.high)


_COMPARE: dict[Prefix, Callable[[int, int, int, int], bool]] = {
    "eq": lambda low, high, row_low, row_high: low <= row_low and row_high <= high,
    "ne": lambda low, high, row_low, row_high: row_low < low or high < row_high,
    "gt": lambda low, high, row_low, row_high: row_high > high,
    "lt": lambda low, high, row_low, row_high: row_low < low,
    # Greater or contained: with row_high <= high, contained means that it does not begin before.
    "ge": lambda low, high, row_low, row_high: row_high > high or low <= row_low,
    "le": lambda low, high, row_low, row_high: row_low < low or row_high <= high,
    "sa": lambda low, high, row_low, row_high: row_low >= high,
    "eb": lambda low, high, row_low, row_high: row_high <= low,
    "ap": lambda low, high, row_low, row_high: row_low < high and low < row_high,
    "overlaps": lambda low, high, row_low, row_high: row_low < high and low < row_high,
}
