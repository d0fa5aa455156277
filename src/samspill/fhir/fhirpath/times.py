"""Dates, date-times and times of day, each as precise as it was written.

https://hl7.org/fhirpath/N1/#datetime, https://hl7.org/fhirpath/N1/#datetime-arithmetic
"""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

Kind = Literal["Date", "DateTime", "Time"]
Field = int | Decimal

DATE_TIME = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)"
    r"(?:T(?:(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d{1,12})?))?)?(Z|[+-]\d\d:\d\d)?)?)?)?)?"
)
TIME = re.compile(r"T?(\d\d)(?::(\d\d)(?::(\d\d(?:\.\d{1,12})?))?)?")

# Where no zone is given it may be any: from UTC-12 to UTC+14.
EASTMOST = 14 * 60
WESTMOST = -12 * 60
MINUTES_A_DAY = 24 * 60

LOWEST = (1, 1, 1, 0, 0, 0)
HIGHEST = (9999, 12, 31, 23, 59, 60)

SPANS = {
    "year": timedelta(days=365),
    "month": timedelta(days=30),
    "week": timedelta(weeks=1),
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
    "millisecond": timedelta(milliseconds=1),
}

# How many digits are written up to each field, and for milliseconds three more.
DIGITS_OF_DATE = (4, 6, 8, 10, 12, 14)
DIGITS_OF_TIME = (2, 4, 6)


@dataclass(frozen=True, slots=True)
class Moment:
    """As many fields as were written, from the year, or of a Time from the hour."""

    type: Kind
    fields: tuple[Field, ...]
    """The second is a Decimal, with as many digits as were written."""
    offset: int | None = None
    """Minutes east of UTC."""

    def __str__(self) -> str:
        texts = [f"{field:02}" for field in self.fields[:5]]
        if self.type == "Time":
            return ":".join([*texts[:2], *(_second(s) for s in self.fields[2:])])
        texts[0] = f"{self.fields[0]:04}"
        text = "-".join(texts[:3])
        if len(texts) > 3:
            text += "T" + ":".join([*texts[3:], *(_second(s) for s in self.fields[5:])])
        return text + _zone(self.offset)


def parse(text: str, type: Kind) -> Moment | None:
    """A date or time as FHIR writes it; None if it is none, or does not exist."""
    found = (TIME if type == "Time" else DATE_TIME).fullmatch(text)
    if found is None or (type == "Date" and found.group(4)):
        return None
    groups = found.groups()
    texts = groups if type == "Time" else groups[:6]
    second = len(texts) - 1
    fields = tuple(
        Decimal(one) if at == second else int(one) for at, one in enumerate(texts) if one
    )
    offset = None if type == "Time" else _offset(groups[6])
    return Moment(type, fields, offset) if _exists(type, fields) else None


def literal(text: str) -> Moment | None:
    """A literal: `@2026`, `@2026-11T`, `@2026-11-23T08:30Z`, `@T08:30`."""
    text = text[1:]
    if text.startswith("T"):
        return parse(text, "Time")
    return parse(text.removesuffix("T"), "DateTime" if "T" in text else "Date")


def from_micros(micros: int) -> Moment:
    """The instant, in UTC to the millisecond."""
    at = datetime.fromtimestamp(micros // 1_000_000, UTC)
    second = Decimal(at.second) + Decimal(micros // 1000 % 1000).scaleb(-3)
    fields = (at.year, at.month, at.day, at.hour, at.minute, second.quantize(Decimal("0.001")))
    return Moment("DateTime", fields, 0)


def compare(left: Moment, right: Moment) -> int | None:
    """-1, 0 or 1; None where the less precise one could be on either side."""
    if len(left.fields) > 3 and len(right.fields) > 3 and left.type != "Time":
        if left.offset is not None and right.offset is not None:
            return _compare_fields(_in_utc(left), _in_utc(right))
        if left.offset is not None or right.offset is not None:
            return _compare_zoneless(left, right)
    return _compare_fields(left.fields, right.fields)


def normal(moment: Moment) -> tuple[object, ...]:
    """The same for two moments that are equal for certain."""
    if moment.offset is None:
        return (*moment.fields, None)
    return _in_utc(moment)


def precision(moment: Moment) -> int:
    """The number of digits: 4 for a year, 17 for a date-time with milliseconds."""
    table = DIGITS_OF_TIME if moment.type == "Time" else DIGITS_OF_DATE
    last = moment.fields[-1]
    has_fraction = isinstance(last, Decimal) and last.as_tuple().exponent != 0
    return table[len(moment.fields) - 1] + (3 if has_fraction else 0)


def boundary(moment: Moment, digits: int, *, high: bool) -> Moment | None:
    """The earliest or latest moment that it can mean, to a precision; None if there is none."""
    table = DIGITS_OF_TIME if moment.type == "Time" else DIGITS_OF_DATE
    most = {"Date": 8, "DateTime": 17, "Time": 9}[moment.type]
    if digits > most or digits not in (*table, table[-1] + 3):
        return None
    fields = _filled(moment, high=high)
    if digits <= table[-1]:
        fields = fields[: table.index(digits) + 1]
        if len(fields) == len(table):
            fields = (*fields[:-1], Decimal(int(fields[-1])))
    offset = moment.offset
    if offset is None and moment.type == "DateTime" and len(fields) > 3:
        offset = WESTMOST if high else EASTMOST
    return Moment(moment.type, fields, offset if len(fields) > 3 else None)


def add(moment: Moment, unit: str, amount: int) -> Moment | None:
    """A moment some whole units later; `unit` is one of `SPANS`. None beyond the calendar."""
    if moment.type == "Time":
        is_date = unit in ("year", "month", "week", "day")
        return None if is_date else _add_to_time(moment, unit, amount)
    amount, unit = _coarsened(amount, unit, len(moment.fields))
    try:
        if unit in ("year", "month"):
            return _add_months(moment, amount * (12 if unit == "year" else 1))
        return _add_span(moment, SPANS[unit] * amount)
    except (OverflowError, ValueError):
        return None


def _exists(type: Kind, fields: tuple[Field, ...]) -> bool:
    lowest, highest = (LOWEST[3:], HIGHEST[3:]) if type == "Time" else (LOWEST, HIGHEST)
    bounds = zip(fields, lowest, highest, strict=False)
    if not all(low <= one < high + 1 for one, low, high in bounds):
        return False
    if type == "Time" or len(fields) < 3:
        return True
    return fields[2] <= calendar.monthrange(int(fields[0]), int(fields[1]))[1]


def _offset(text: str | None) -> int | None:
    if not text:
        return None
    if text == "Z":
        return 0
    minutes = int(text[1:3]) * 60 + int(text[4:])
    return -minutes if text[0] == "-" else minutes


def _zone(offset: int | None) -> str:
    if offset is None:
        return ""
    if offset == 0:
        return "Z"
    hours, minutes = divmod(abs(offset), 60)
    return f"{'-' if offset < 0 else '+'}{hours:02}:{minutes:02}"


def _second(second: Field) -> str:
    text = str(second)
    return text if len(text.partition(".")[0]) == 2 else "0" + text


def _minutes(moment: Moment) -> int:
    """Minutes since year 1 by the moment's own clock."""
    year, month, day, hour, *rest = (int(field) for field in moment.fields)
    minute = rest[0] if rest else 0
    return date(year, month, day).toordinal() * MINUTES_A_DAY + hour * 60 + minute


def _in_utc(moment: Moment) -> tuple[Field, ...]:
    """The day and the time of it, as precise as the moment is."""
    day, minutes = divmod(_minutes(moment) - (moment.offset or 0), MINUTES_A_DAY)
    fields: tuple[Field, ...] = (day, *divmod(minutes, 60), *moment.fields[5:])
    return fields[: len(moment.fields) - 2]


def _compare_fields(left: tuple[Field, ...], right: tuple[Field, ...]) -> int | None:
    for one, other in zip(left, right, strict=False):
        if one != other:
            return -1 if one < other else 1
    return 0 if len(left) == len(right) else None


def _compare_zoneless(left: Moment, right: Moment) -> int | None:
    """One of the two has no zone: certain only if it is so in every zone."""
    earliest, latest = _span_in_utc(left)
    other_earliest, other_latest = _span_in_utc(right)
    if latest < other_earliest:
        return -1
    return 1 if earliest > other_latest else None


def _span_in_utc(moment: Moment) -> tuple[int, int]:
    local = _minutes(moment)
    if moment.offset is not None:
        return local - moment.offset, local - moment.offset
    return local - EASTMOST, local - WESTMOST


def _filled(moment: Moment, *, high: bool) -> tuple[Field, ...]:
    """All fields to the millisecond, those not written being the lowest or highest."""
    fields = list(moment.fields)
    ends: tuple[Field, ...] = (9999, 12, 31, 23, 59, Decimal("59.999"))
    starts: tuple[Field, ...] = (1, 1, 1, 0, 0, Decimal("0.000"))
    fill = (ends if high else starts)[3 if moment.type == "Time" else 0 :]
    fields += fill[len(fields) :]
    if moment.type != "Time" and high and len(moment.fields) < 3:
        fields[2] = calendar.monthrange(int(fields[0]), int(fields[1]))[1]
    second = Decimal(fields[-1])
    if len(moment.fields) == len(fill) and second.as_tuple().exponent == 0:
        second += Decimal("0.999") if high else 0
    fields[-1] = second.quantize(Decimal("0.001"))
    return tuple(fields)


def _coarsened(amount: int, unit: str, fields: int) -> tuple[int, str]:
    """To a year or a month only whole years or months can be added."""
    if fields > 2 or unit == "year" or (fields == 2 and unit == "month"):
        return amount, unit
    if unit == "month":
        months = amount
    else:
        days = int(SPANS[unit] / SPANS["day"] * amount)
        if fields == 1:
            return int(days / 365), "year"
        months = int(days / 30)
    return (int(months / 12), "year") if fields == 1 else (months, "month")


def _add_months(moment: Moment, months: int) -> Moment:
    """The last day of the month where the month is too short."""
    fields = list(moment.fields)
    month = int(fields[1]) - 1 if len(fields) > 1 else 0
    years, month = divmod(month + months, 12)
    year = int(fields[0]) + years
    if not 1 <= year <= 9999:
        raise OverflowError
    fields[0] = year
    if len(fields) > 1:
        fields[1] = month + 1
    if len(fields) > 2:
        fields[2] = min(int(fields[2]), calendar.monthrange(year, month + 1)[1])
    return replace(moment, fields=tuple(fields))


def _add_span(moment: Moment, span: timedelta) -> Moment:
    year, month, day, *rest = moment.fields
    hour, minute, second = [*rest, 0, 0, 0][:3]
    whole = int(second)
    at = datetime(int(year), int(month), int(day), int(hour), int(minute))
    later = at + timedelta(seconds=whole) + span
    fields: list[Field] = [later.year, later.month, later.day, later.hour, later.minute]
    if len(rest) == 3:
        fraction = Decimal(second) - whole + Decimal(later.microsecond).scaleb(-6)
        fields.append(_like(second, later.second + fraction))
    return replace(moment, fields=tuple(fields[: len(moment.fields)]))


def _add_to_time(moment: Moment, unit: str, amount: int) -> Moment:
    """A time of day runs round at midnight."""
    hour, minute, second = [*moment.fields, 0, 0][:3]
    at = Moment("DateTime", (2000, 1, 1, hour, minute, Decimal(second)))
    seconds = SPANS[unit] * amount % SPANS["day"]
    later = _add_span(at, seconds)
    return replace(moment, fields=later.fields[3 : 3 + len(moment.fields)])


def _like(model: Field, second: Decimal) -> Decimal:
    """With as many digits as before, or as many as it takes."""
    exponent = Decimal(model).as_tuple().exponent
    trimmed = second.normalize()
    least = trimmed.as_tuple().exponent
    return second.quantize(Decimal(1).scaleb(min(int(exponent), int(least), 0)))
