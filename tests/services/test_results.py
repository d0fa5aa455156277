"""Series of results: what can be said of them by rule, and how Observations become them."""

from decimal import Decimal
from typing import Any

import pytest

from samspill.base.json import Resource
from samspill.services.results import model
from samspill.services.results.mapping import record as mapping
from samspill.services.results.model import Direction, Side


def a_quantity(value: str, unit: str = "mmol/L") -> dict[str, Any]:
    return {"value": Decimal(value), "unit": unit}


def a_result(value: str, on: str = "2026-01-01", **elements: Any) -> Resource:
    return {
        "resourceType": "Observation",
        "id": f"o{on}",
        "status": "final",
        "code": {"coding": [{"code": "NPU03230"}], "text": "Kalium"},
        "category": [{"coding": [{"code": "laboratory"}]}],
        "effectiveDateTime": on,
        "valueQuantity": a_quantity(value),
        "referenceRange": [{"low": a_quantity("3.6"), "high": a_quantity("4.6")}],
        **elements,
    }


@pytest.mark.parametrize(
    ("value", "side"), [("3.5", "under"), ("3.6", ""), ("4.60", ""), ("4.61", "over")]
)
def test_a_result_knows_its_side_of_the_range(value: str, side: Side) -> None:
    assert mapping.result(a_result(value)).side == side


@pytest.mark.parametrize(
    ("before", "now", "direction"),
    [("4.0", "4.1", "up"), ("4.1", "4.0", "down"), ("4.0", "4.00", "same")],
)
def test_a_series_knows_its_direction(before: str, now: str, direction: Direction) -> None:
    [series] = mapping.series([a_result(now, "2026-02-01"), a_result(before, "2026-01-01")])
    assert series.direction == direction


def test_the_first_result_has_no_direction() -> None:
    [series] = mapping.series([a_result("4.0")])
    assert series.direction == "first"
    assert series.previous is None


@pytest.mark.parametrize(
    ("before", "now", "closer"),
    [
        ("5.0", "4.7", True),
        ("4.7", "5.0", False),
        ("3.0", "3.4", True),
        ("5.0", "4.0", True),
        ("4.0", "4.1", None),
    ],
)
def test_a_series_knows_whether_it_comes_closer(before: str, now: str, closer: bool | None) -> None:
    [series] = mapping.series([a_result(now, "2026-02-01"), a_result(before, "2026-01-01")])
    assert series.comes_closer is closer


def test_results_that_were_wrong_are_left_out() -> None:
    wrong = a_result("40", "2026-03-01", status="entered-in-error")
    [series] = mapping.series([wrong, a_result("4.0")])
    assert series.latest.value == Decimal("4.0")


def test_a_range_in_another_unit_is_not_used() -> None:
    reach = [{"low": a_quantity("36", "mg/L"), "high": a_quantity("46", "mg/L")}]
    assert mapping.result(a_result("4.0", referenceRange=reach)).range is None


def test_results_in_another_unit_are_not_on_the_curve() -> None:
    other = a_result("40", "2025-01-01", valueQuantity=a_quantity("40", "mg/L"))
    [series] = mapping.series([a_result("4.0", "2026-02-01"), a_result("4.1"), other])
    assert [result.value for result in series.measured] == [Decimal("4.1"), Decimal("4.0")]


def test_a_blood_pressure_is_one_result_with_two_numbers() -> None:
    def part(code: str, value: str) -> Resource:
        return {
            "code": {"coding": [{"code": code}]},
            "valueQuantity": a_quantity(value, "mm[Hg]"),
            "referenceRange": [{"high": a_quantity("135", "mm[Hg]")}],
        }

    observation = a_result("1", component=[part("8480-6", "144"), part("8462-4", "86")])
    del observation["valueQuantity"], observation["referenceRange"]
    result = mapping.result(observation)
    assert (result.value, result.second, result.unit) == (Decimal(144), Decimal(86), "mm[Hg]")
    assert result.side == "over"


def test_a_result_without_a_number_keeps_its_text() -> None:
    observation = a_result("1", valueCodeableConcept={"text": "Positiv"})
    del observation["valueQuantity"]
    assert mapping.result(observation).text == "Positiv"


@pytest.mark.parametrize(
    ("target", "is_met"),
    [
        ({"detailQuantity": {"value": 53, "comparator": "<"}}, True),
        ({"detailRange": {"high": {"value": 49}}}, False),
        ({"detailRange": {"low": {"value": 45}}}, True),
    ],
)
def test_a_goal_is_met_or_not(target: Resource, is_met: bool) -> None:
    goal = {
        "resourceType": "Goal",
        "lifecycleStatus": "active",
        "target": [{"measure": {"coding": [{"code": "NPU03230"}]}, **target}],
    }
    [series] = mapping.series([a_result("50")], [goal])
    assert series.goal is not None
    assert series.goal.is_met_by(Decimal(50)) is is_met


def test_a_measurement_by_the_person_is_from_home() -> None:
    own = a_result("4.0", performer=[{"reference": "Patient/1", "display": "Kari"}])
    assert mapping.result(own).is_from_home
    assert not mapping.result(a_result("4.0")).is_from_home


def test_results_of_laboratories_with_other_units_are_compared_in_the_newest_unit() -> None:
    old = a_result("4000", "2025-01-01")
    old["valueQuantity"] = a_quantity("4000", "umol/L")
    old["referenceRange"] = [{"low": a_quantity("3600", "umol/L")}]
    other = a_result("4", "2024-01-01")
    other["valueQuantity"] = a_quantity("4", "streker")
    (series,) = mapping.series([old, other, a_result("4.2")])
    assert [one.value for one in series.measured] == [Decimal(4), Decimal("4.2")]
    assert series.direction == "up"
    converted = series.results[1]
    assert (converted.unit, converted.written) == ("mmol/L", "4000 umol/L")
    assert converted.range == model.Range(Decimal("3.6"), None)
    assert series.results[2].unit == "streker"
