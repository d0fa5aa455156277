"""Curves: what lies outside is told apart by shape and by words, for values over and under."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from samspill.web import charts
from samspill.web.charts import Band, Curve, Goal, Point


def a_curve(values: list[float], band: Band | None = None, goal: Goal | None = None) -> Curve:
    low, high = (band.low, band.high) if band else (None, None)
    points = [
        Point(
            datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=30 * index),
            value,
            f"{value:g} mmol/L",
            charts.side_of(value, low, high),
        )
        for index, value in enumerate(values)
    ]
    return Curve("k", "Kalium", "Tre verdier", points, "{:g}".format, str, "siste", band, goal)


@pytest.mark.parametrize(
    ("value", "side"), [(3.5, "under"), (3.6, ""), (4.0, ""), (4.6, ""), (4.7, "over")]
)
def test_a_value_is_held_against_both_ends_of_the_range(value: float, side: str) -> None:
    assert charts.side_of(value, 3.6, 4.6) == side


@pytest.mark.parametrize("value", [3.0, 5.0])
def test_a_value_outside_is_a_diamond_and_one_inside_a_circle(value: float) -> None:
    drawn = str(charts.line(a_curve([4.0, value], Band(3.6, 4.6))))
    wide = drawn[: drawn.index("</svg>")]
    assert wide.count('class="dot outside"') == 1
    assert wide.count("<circle") == 1


def test_a_curve_has_a_name_and_a_description_for_those_who_do_not_see_it() -> None:
    drawn = str(charts.line(a_curve([4.0, 4.2])))
    assert drawn.count('role="img"') == 2
    assert drawn.count("<desc") == 2
    ids = re.findall(r'id="([^"]+)"', drawn)
    assert len(ids) == len(set(ids)), "the wide and the narrow drawing have ids of their own"


def test_text_in_a_curve_is_escaped() -> None:
    drawn = str(charts.line(a_curve([4.0], goal=Goal(4.5, "<b>mål</b>"))))
    assert "<b>" not in drawn


@pytest.mark.parametrize("values", [[4.0], [4.0, 4.0], [0.0, 0.0], [-2.0, 1e6], [0.001, 0.002]])
@pytest.mark.parametrize("band", [None, Band(None, 5.0), Band(3.6, None), Band(3.6, 4.6, "ref")])
def test_every_series_fits_its_frame(values: list[float], band: Band | None) -> None:
    drawn = str(charts.line(a_curve(values, band)))
    assert "nan" not in drawn
    heights = [float(y) for y in re.findall(r'cy="([\d.-]+)"', drawn)]
    assert all(0 <= y <= 240 for y in heights)


def test_the_name_of_the_goal_keeps_away_from_the_line() -> None:
    falling = charts.line(a_curve([70, 60, 54, 52, 51, 50], goal=Goal(53, "Mål")))
    label = re.search(r'goal-name" x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)"', str(falling))
    assert label is not None
    x, y, anchor = label.groups()
    line = re.search(r'class="line" d="M([^"]+)"', str(falling))
    assert line is not None
    places = [tuple(map(float, place.split(","))) for place in line.group(1).split("L")]
    near = [py for px, py in places if (px < 100 if anchor == "start" else px > 560)]
    assert all(abs(py - float(y)) > 10 for py in near), (x, y, anchor)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(16, 68, [20, 40, 60]), (3.4, 4.9, [3.5, 4.0, 4.5]), (0, 1, [0, 0.25, 0.5, 0.75, 1.0])],
)
def test_ticks_are_round_numbers(low: float, high: float, ticks: list[float]) -> None:
    assert charts.ticks(low, high) == ticks


def test_a_spark_marks_its_last_value_when_it_lies_outside() -> None:
    assert "outside" in charts.spark([4.0, 4.1, 5.0], Band(3.6, 4.6))
    assert "outside" in charts.spark([4.0, 4.1, 3.0], Band(3.6, 4.6))
    assert "outside" not in charts.spark([5.0, 4.1, 4.0], Band(3.6, 4.6))
    assert "outside" not in charts.spark([5.0, 4.1, 4.0], None)
