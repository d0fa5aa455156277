"""Codes, displays and units against the systems that are known."""

from typing import Any

import pytest

from builders import validation

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def _issues(**elements: Any) -> list[tuple[str, str]]:
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "a"},
        **elements,
    }
    found = validation.core().validate(observation, is_thorough=True)
    return [(each.severity, each.expression) for each in found]


@pytest.mark.parametrize(
    ("coding", "issues"),
    [
        ({"system": CATEGORY, "code": "exam", "display": "Exam"}, []),
        ({"system": CATEGORY, "code": "exam", "display": " exam"}, []),
        ({"system": CATEGORY, "code": "exam", "display": "Eksamen"}, [("warning", "display")]),
        ({"system": CATEGORY, "code": "exams"}, [("error", "code")]),
        ({"system": "observation-category", "code": "exam"}, [("error", "system")]),
        ({"system": "http://example.org/unknown", "code": "exam"}, []),
    ],
)
def test_a_coding_is_one_of_its_system(
    coding: dict[str, str], issues: list[tuple[str, str]]
) -> None:
    place = "Observation.category[0].coding[0]"
    expected = [(severity, f"{place}.{name}") for severity, name in issues]

    assert _issues(category=[{"coding": [coding]}]) == expected


def test_a_unit_is_one_of_ucum() -> None:
    wrong = {"value": 1, "system": "http://unitsofmeasure.org", "code": "mcg"}

    assert _issues(valueQuantity={**wrong, "code": "ug"}) == []
    assert _issues(valueQuantity=wrong) == [("warning", "Observation.value.ofType(Quantity).code")]
