"""Series of results as curves: one, or two for a blood pressure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from samspill.portals.shared import facts
from samspill.portals.shared.languages import Language
from samspill.services.elements import NORWAY
from samspill.services.results.model import Range, Result, Series
from samspill.web import charts
from samspill.web.charts import Band, Curve, Goal, Point

MOST_ON_A_SPARK = 12


@dataclass(frozen=True, slots=True)
class _Value:
    """One number of a result, with the range that it is held against."""

    at: datetime
    number: float
    said: str
    range: Range | None
    result: Result


def spark(series: Series, width: int = 88, height: int = 24) -> Markup:
    """The last values, with the reference range; nothing for fewer than two."""
    newest = series.measured[-MOST_ON_A_SPARK:]
    if len(newest) < 2:
        return Markup("")
    values = [float(result.value) for result in newest if result.value is not None]
    return charts.spark(values, _band(newest[-1].range, ""), width, height)


def lines(series: Series, name: str, language: Language) -> tuple[Markup, ...]:
    """The curve of a series; a blood pressure has one for each number."""
    return tuple(charts.line(curve) for curve in _curves(series, name, language))


def small(series: Series, name: str, language: Language) -> Markup:
    """The first of these, small; nothing for fewer than two values."""
    return Markup("").join(charts.small(curve) for curve in _curves(series, name, language)[:1])


def _curves(series: Series, name: str, language: Language) -> list[Curve]:
    say = language.say
    upper, lower = _values(series, language)
    goal = _goal(series, language)
    if len(upper) < 2:
        return []
    if not lower:
        return [_curve(f"k{series.code}", name, upper, goal, language)]
    high, low = say("%(name)s, høyt tall", name=name), say("%(name)s, lavt tall", name=name)
    return [
        _curve(f"k{series.code}-h", high, upper, goal, language),
        _curve(f"k{series.code}-l", low, lower, None, language),
    ]


def _values(series: Series, language: Language) -> tuple[list[_Value], list[_Value]]:
    """The first numbers, and the second ones where there are."""
    upper, lower = [], []
    for result in series.measured:
        at, said = result.when.at.astimezone(NORWAY), language.number
        if result.value is not None:
            number = result.value
            upper.append(_Value(at, float(number), said(number), result.range, result))
        if result.second is not None:
            number = result.second
            lower.append(_Value(at, float(number), said(number), result.second_range, result))
    return upper, lower


def _curve(
    id: str, name: str, values: Sequence[_Value], goal: Goal | None, language: Language
) -> Curve:
    newest = values[-1]
    return Curve(
        id=id,
        title=language.say("%(name)s over tid", name=name),
        description=_description(values, language),
        points=[_point(value, language) for value in values],
        number=language.number,
        day=language.axis_day,
        newest=newest.said,
        band=_band(newest.range, language.say("Referanseområde")),
        goal=goal,
    )


def _point(value: _Value, language: Language) -> Point:
    side = charts.side_of(value.number, *_ends(value.range))
    day, unit = language.short_day(value.at.date()), facts.unit(value.result.unit)
    said = f"{day}: {value.said} {unit}".strip()
    if side:
        said = f"{said}. {facts.side(side, language)}"
    return Point(value.at, value.number, said, side)


def _description(values: Sequence[_Value], language: Language) -> str:
    """The whole curve in a few sentences."""
    say, first, last = language.say, values[0], values[-1]
    parts = [
        say(
            "%(count)s målinger fra %(first)s til %(last)s.",
            count=len(values),
            first=language.day(first.at.date()),
            last=language.day(last.at.date()),
        )
    ]
    if last.number > first.number:
        parts.append(say("Verdien har gått opp fra %(a)s til %(b)s.", a=first.said, b=last.said))
    elif last.number < first.number:
        parts.append(say("Verdien har gått ned fra %(a)s til %(b)s.", a=first.said, b=last.said))
    else:
        parts.append(say("Verdien er %(a)s, som ved starten.", a=last.said))
    if reach := facts.reach(last.range, language):
        parts.append(say("Referanseområdet er %(range)s.", range=reach))
    return " ".join(parts)


def _goal(series: Series, language: Language) -> Goal | None:
    if series.goal is None:
        return None
    say, number = language.say, language.number(series.goal.value)
    if series.goal.is_ceiling:
        return Goal(float(series.goal.value), say("Mål: under %(number)s", number=number))
    return Goal(float(series.goal.value), say("Mål: over %(number)s", number=number))


def _band(range: Range | None, said: str) -> Band | None:
    return Band(*_ends(range), said) if range else None


def _ends(range: Range | None) -> tuple[float | None, float | None]:
    if range is None:
        return None, None
    low = float(range.low) if range.low is not None else None
    high = float(range.high) if range.high is not None else None
    return low, high
