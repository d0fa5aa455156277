"""Values of messages as FHIR has them: units, ranges, operators, resistance by its day, times."""

from decimal import Decimal
from typing import Any

import pytest

from samspill.fhir import ucum
from samspill.services.results.mapping import values
from samspill.services.results.mapping.tree import Node

RESISTANCE = "2.16.578.1.12.4.1.1.8271"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("mmol/L", "mmol/L"), ("µmol/L", "umol/L"), ("μmol/L", "umol/L"), ("mmol/l", "mmol/l"),
        ("10^9/L", "10*9/L"), ("U/L", "U/L"), ("E/L", "U/L"), ("%", "%"), ("g/dL", "g/dL"),
        ("mL/min/1.73m2", "mL/min/{1.73_m2}"), ("streker", ""), ("", ""),
    ],
)  # fmt: skip
def test_units_become_ucum_where_they_are(written: str, code: str) -> None:
    assert values.unit(written) == code
    assert not code or ucum.is_valid(code)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("3.5 - 4.4", "3.5", "4.4"), ("137-144", "137", "144"), ("3,5–4,4", "3.5", "4.4"),
        (">60", "60", None), ("< 5", None, "5"), ("<= 5,0", None, "5.0"), ("negativ", None, None),
        ("4 - 3", None, None), ("(10 - 20)", "10", "20"), ("3.5 - 4.4 mmol/L", "3.5", "4.4"),
    ],
)  # fmt: skip
def test_a_range_is_kept_as_text_and_read_where_it_can_be(
    text: str, low: str | None, high: str | None
) -> None:
    made = values.reference_range(text, "mmol/L") or {}
    limits = [str(made[end]["value"]) if end in made else None for end in ("low", "high")]
    assert made["text"] == text
    assert limits == [low, high]


@pytest.mark.parametrize(
    ("on", "said"),
    [("2018-12-31", "Intermediært følsom"), ("2019-01-01", "Sensitiv, økt eksponering")],
)
def test_i_is_read_by_the_standard_of_its_day(on: str, said: str) -> None:
    given = {"V": "I", "S": RESISTANCE, "DN": "Intermediært følsom"}
    mark = values.resistance(Node("TextCode", "", given), on)
    assert mark is not None
    assert mark["coding"][0]["display"] == said
    assert mark["coding"][1]["code"] == "I"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<0,5", {"comparator": "<", "value": Decimal("0.5")}),
        ("≥ 10", {"comparator": ">=", "value": Decimal(10)}),
        ("7.0", {"value": Decimal("7.0")}),
        (">100.000 kolonier", None),
    ],
)
def test_numbers_written_as_text(text: str, expected: dict[str, Any] | None) -> None:
    made = values.written_quantity(text, "")
    assert made == expected


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-01-06", "2021-01-06"),
        ("2021-01", "2021-01"),
        ("2021-07-06T14:19:32", "2021-07-06T14:19:32+02:00"),
        ("2021-05-25T07:45:56.7560644Z", "2021-05-25T07:45:56.756064+00:00"),
        ("14:19:32", ""),
    ],
)
def test_times_without_a_zone_are_norwegian(text: str, moment: str) -> None:
    assert values.moment(text) == moment
