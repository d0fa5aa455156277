"""Curves drawn on the server as SVG: they need no script, print well and read out loud.

A value outside the reference range is a diamond and not only a colour. Each curve is drawn twice,
wide and narrow, and the style sheet shows the one that fits its container, so that letters keep
their size on a phone. https://www.w3.org/TR/graphics-aria-1.0/
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise, product
from typing import Literal

from markupsafe import Markup, escape

ENOUGH = 26.0
"""A distance between a line and a text at which neither disturbs the other."""

Side = Literal["", "over", "under"]
"""Where a value lies as seen from the range: within it, over or under."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value on the curve."""

    at: datetime
    value: float
    said: str
    """The value in words, shown on pointing: "16. nov. 2026: 52 mmol/mol, over …"."""
    side: Side = ""


@dataclass(frozen=True, slots=True)
class Band:
    """The reference range; None is an open end."""

    low: float | None
    high: float | None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """The person's own goal, a dashed line."""

    value: float
    said: str


@dataclass(frozen=True, slots=True)
class Curve:
    """What is drawn, with every text ready. The points come in the order of time."""

    id: str
    """Unique on the page."""
    title: str
    description: str
    """The whole curve in one or two sentences, for those who do not see it."""
    points: Sequence[Point]
    number: Callable[[float], str]
    day: Callable[[date], str]
    newest: str
    """The last value as it is written beside its mark."""
    band: Band | None = None
    goal: Goal | None = None


@dataclass(frozen=True, slots=True)
class _Frame:
    """A drawing area and its scales: times to x, values to y."""

    width: int
    height: int
    first: float
    last: float
    low: float
    high: float
    left: int = 46
    right: int = 18
    top: int = 18
    bottom: int = 30

    def x(self, at: datetime) -> float:
        share = (at.timestamp() - self.first) / ((self.last - self.first) or 1)
        return self.left + share * (self.width - self.left - self.right)

    def y(self, value: float) -> float:
        share = (self.high - value) / (self.high - self.low)
        return self.top + share * (self.height - self.top - self.bottom)

    @property
    def end(self) -> int:
        return self.width - self.right


def side_of(value: float, low: float | None, high: float | None) -> Side:
    """Tests both ends of the range."""
    if high is not None and value > high:
        return "over"
    if low is not None and value < low:
        return "under"
    return ""


def line(curve: Curve) -> Markup:
    """The curve as two SVG drawings; put it in an element of class `curve`."""
    return Markup("").join(
        _drawing(curve, kind, width, height)
        for kind, width, height in (("wide", 640, 240), ("narrow", 340, 220))
    )


def small(curve: Curve) -> Markup:
    """The curve as one drawing, for a place that is narrow on every screen."""
    return _drawing(curve, "small", 400, 220)


def spark(values: Sequence[float], band: Band | None, width: int = 88, height: int = 24) -> Markup:
    """A curve of a word's size for a row of a table; the row itself says the same in words."""
    low, high = _extent(values, band, None)
    step = (width - 8) / max(len(values) - 1, 1)

    def place(value: float) -> float:
        return 3 + (high - value) / ((high - low) or 1) * (height - 6)

    shade, outside = "", ""
    if band:
        top = place(high if band.high is None else band.high)
        foot = place(low if band.low is None else band.low)
        shade = _rect("band", 0, top, width, foot - top)
        outside = side_of(values[-1], band.low, band.high)
    places = [(3 + index * step, place(value)) for index, value in enumerate(values)]
    points = " ".join(f"{x:.0f},{y:.1f}" for x, y in places)
    return Markup(
        f'<svg class="spark" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'aria-hidden="true">{shade}<polyline class="line" points="{points}"/>'
        f"{_mark(*places[-1], 3, outside)}</svg>"
    )


def _drawing(curve: Curve, kind: str, width: int, height: int) -> Markup:
    times = [point.at.timestamp() for point in curve.points]
    low, high = _extent([point.value for point in curve.points], curve.band, curve.goal)
    margin = (high - low) * 0.12 or abs(high) * 0.1 or 1
    floor = 0.0 if 0 <= low < margin else low - margin
    frame = _Frame(width, height, min(times), max(times), floor, high + margin)
    name = f"{curve.id}-{kind}"
    return Markup(
        f'<svg class="chart {kind}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(curve.title)}</title>'
        f'<desc id="{name}-d">{escape(curve.description)}</desc>'
        f"{_band(curve, frame)}{_grid(curve, frame)}{_goal(curve, frame)}{_path(curve, frame)}"
        f"{_band_name(curve, frame)}{_days(curve, frame)}{_last(curve, frame)}</svg>"
    )


def _extent(values: Sequence[float], band: Band | None, goal: Goal | None) -> tuple[float, float]:
    """The lowest and the highest of all that must be seen."""
    seen = [*values]
    if band:
        seen += [end for end in (band.low, band.high) if end is not None]
    if goal:
        seen.append(goal.value)
    return min(seen), max(seen)


def _band(curve: Curve, frame: _Frame) -> str:
    if curve.band is None:
        return ""
    top, foot = _band_edges(curve.band, frame)
    return _rect("band", frame.left, top, frame.end - frame.left, foot - top)


def _band_edges(band: Band, frame: _Frame) -> tuple[float, float]:
    top = frame.y(frame.high if band.high is None else band.high)
    foot = frame.y(frame.low if band.low is None else band.low)
    return top, foot


def _band_name(curve: Curve, frame: _Frame) -> str:
    """The name of the band, in the corner of it that the line keeps away from."""
    if curve.band is None or not curve.band.said:
        return ""
    top, foot = _band_edges(curve.band, frame)
    return _name("band-name", curve, frame, curve.band.said, (top + 16, foot - 7))


def _name(kind: str, curve: Curve, frame: _Frame, said: str, heights: Sequence[float]) -> str:
    """A text at the left or the right end, at the height where the line is farthest away."""
    width = 7 * len(said)
    ends = ((frame.left + 7, "start", frame.left, frame.left + width),
            (frame.end - 7, "end", frame.end - width, frame.end))  # fmt: skip
    places = [
        (_distance(curve, frame, y - 4, low, high), -index, x, y, anchor)
        for index, (y, (x, anchor, low, high)) in enumerate(product(heights, ends))
    ]
    _, _, x, y, anchor = max(places)
    return _text(f"label {kind}", x, y, anchor, said)


def _distance(curve: Curve, frame: _Frame, y: float, low: float, high: float) -> float:
    """How far the line keeps from a height between two places, up to what is far enough."""
    places = [(frame.x(point.at), frame.y(point.value)) for point in curve.points]
    # The newest value stands at the right end, and is in the way of what is written there.
    is_at_end = high > frame.end - 40
    nearest = min(ENOUGH, abs(_last_height(curve, frame) - 6 - y)) if is_at_end else ENOUGH
    for (x1, y1), (x2, y2) in pairwise([*places, places[-1]]):
        for step in range(9):
            x = x1 + (x2 - x1) * step / 8
            if low - 12 <= x <= high + 12:
                nearest = min(nearest, abs(y1 + (y2 - y1) * step / 8 - y))
    return nearest


def _grid(curve: Curve, frame: _Frame) -> str:
    parts = []
    for tick in ticks(frame.low, frame.high):
        y = frame.y(tick)
        parts.append(
            f'<line class="grid" x1="{frame.left}" x2="{frame.end}" y1="{y:.1f}" y2="{y:.1f}"/>'
            + _text("label", frame.left - 8, y + 4, "end", curve.number(tick))
        )
    return "".join(parts)


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round numbers within a range, about as many as wanted.

    >>> ticks(16, 68)
    [20.0, 40.0, 60.0]
    """
    rough = (high - low) / wanted
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(step * count, 6) for count in range(first, last + 1)]


def _goal(curve: Curve, frame: _Frame) -> str:
    if curve.goal is None:
        return ""
    y = frame.y(curve.goal.value)
    name = _name("goal-name", curve, frame, curve.goal.said, (y - 7, y + 17))
    line = f'<line class="goal" x1="{frame.left}" x2="{frame.end}" y1="{y:.1f}" y2="{y:.1f}"/>'
    return line + name


def _path(curve: Curve, frame: _Frame) -> str:
    places = [(frame.x(point.at), frame.y(point.value)) for point in curve.points]
    path = "L".join(f"{x:.1f},{y:.1f}" for x, y in places)
    # A dense curve shows its line, its last value and what lies outside, not every point.
    is_dense = len(places) > frame.width / 16
    marks = [
        _mark(x, y, 4.5, point.side, point.said)
        for (x, y), point in zip(places, curve.points, strict=True)
        if not is_dense or point.side or point is curve.points[-1]
    ]
    return f'<path class="line" d="M{path}"/>{"".join(marks)}'


def _mark(x: float, y: float, radius: float, side: str, said: str = "") -> str:
    tip = f"<title>{escape(said)}</title>" if said else ""
    if side:
        r = radius * 1.3
        corners = f"M{x:.1f},{y - r:.1f}l{r:.1f},{r:.1f}l{-r:.1f},{r:.1f}l{-r:.1f},{-r:.1f}z"
        return f'<path class="dot outside" d="{corners}">{tip}</path>'
    return f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius}">{tip}</circle>'


def _days(curve: Curve, frame: _Frame) -> str:
    """Dates under the first and the last value and as many between as there is room for."""
    room, y = 76, frame.height - 8
    places = [(frame.x(point.at), curve.day(point.at.date())) for point in curve.points]
    (start, first), (end, last) = places[0], places[-1]
    parts = [_text("label", start, y, "start", first)]
    reached = start + room / 2
    for x, said in places[1:-1]:
        if x - reached >= room and end - x >= room * 1.4:
            parts.append(_text("label", x, y, "middle", said))
            reached = x + room / 2
    if end - start > room * 1.2:
        parts.append(_text("label", end, y, "end", last))
    return "".join(parts)


def _last(curve: Curve, frame: _Frame) -> str:
    """The newest value in large figures."""
    x = frame.x(curve.points[-1].at)
    anchor = "end" if frame.last > frame.first else "start"
    return _text("latest", x + 4, _last_height(curve, frame), anchor, curve.newest)


def _last_height(curve: Curve, frame: _Frame) -> float:
    """Where the newest value is written: on the side of its mark where the line does not run."""
    *before, last = curve.points
    y = frame.y(last.value)
    falls = bool(before) and before[-1].value > last.value
    has_room_below = y + 26 < frame.height - frame.bottom
    return y + 24 if falls and has_room_below else y - 12


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{max(height, 0):.1f}"/>'
    )


def _text(kind: str, x: float, y: float, anchor: str, said: str) -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'
    )
