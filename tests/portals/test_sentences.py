"""What a citizen is told of a result, in one plain sentence."""

from dataclasses import replace
from decimal import Decimal

import pytest

from samspill.base.json import Resource
from samspill.portals.citizen import sentences
from samspill.portals.shared import facts, languages
from samspill.services.elements import UNKNOWN, when
from samspill.services.results.mapping import record as mapping
from samspill.services.results.model import Goal, Range, Series

NB = languages.load()["nb"]


def a_series(*values: str, low: str = "28", high: str = "40", goal: Goal | None = None) -> Series:
    """HbA1c, the oldest first."""
    observations: list[Resource] = [
        {
            "resourceType": "Observation",
            "id": f"o{month}",
            "code": {"coding": [{"code": "NPU27300"}], "text": "HbA1c"},
            "effectiveDateTime": f"2026-{month:02}-01",
            "valueQuantity": {"value": Decimal(value), "unit": "mmol/mol"},
            "referenceRange": [{"low": {"value": Decimal(low)}, "high": {"value": Decimal(high)}}],
        }
        for month, value in enumerate(values, start=1)
    ]
    [series] = mapping.series(observations)
    return Series(series.code, series.name, series.kind, series.results, goal)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("50",), "Dette er det første svaret ditt."),
        (("50", "50"), "Det er det samme som forrige gang (50)."),
        (("55", "52"), "Det er lavere enn forrige gang (55), og nærmere referanseområdet."),
        (("52", "55"), "Det er høyere enn forrige gang (52)."),
        (("45", "39"), "Det er lavere enn forrige gang (45), og nå innenfor referanseområdet."),
        (("20", "25"), "Det er høyere enn forrige gang (20), og nærmere referanseområdet."),
        (("30", "35"), "Det er høyere enn forrige gang (30)."),
    ],
)
def test_the_direction(values: tuple[str, ...], said: str) -> None:
    assert sentences.direction(a_series(*values), NB) == said


@pytest.mark.parametrize(
    ("value", "is_ceiling", "said"),
    [
        ("50", True, "Du har nådd målet du og legen har satt: under 53."),
        ("55", True, "Målet du og legen har satt, er under 53."),
        ("55", False, "Du har nådd målet du og legen har satt: over 53."),
        ("50", False, "Målet du og legen har satt, er over 53."),
    ],
)
def test_the_goal(value: str, is_ceiling: bool, said: str) -> None:
    series = a_series(value, goal=Goal(Decimal(53), is_ceiling))
    assert sentences.goal(series, NB) == said


@pytest.mark.parametrize(
    ("value", "text", "tone"),
    [
        ("41", "Over referanseområdet", "warning"),
        ("27", "Under referanseområdet", "warning"),
        ("30", "Innenfor referanseområdet", "success"),
    ],
)
def test_the_verdict_is_in_words(value: str, text: str, tone: str) -> None:
    tag = sentences.tag(a_series(value).latest, NB)
    assert tag == facts.Tag(text, tone)


@pytest.mark.parametrize(
    ("status", "said"),
    [("preliminary", "Foreløpig svar"), ("corrected", "Rettet svar"), ("final", "")],
)
def test_a_result_that_is_not_the_last_word_says_so(status: str, said: str) -> None:
    tag = facts.status(replace(a_series("41").latest, status=status), NB)
    assert (tag.text if tag else "") == said


def test_a_period_is_as_exact_as_it_is_known() -> None:
    assert facts.period(when("2020-03-02"), when("2020-05"), NB) == "2. mars 2020–mai 2020"
    assert facts.period(when("2020"), UNKNOWN, NB) == "2020"
    assert facts.period(UNKNOWN, UNKNOWN, NB) == ""


@pytest.mark.parametrize(
    ("range", "said"),
    [
        (Range(Decimal("3.60"), Decimal("4.6")), "3,60–4,6"),
        (Range(None, Decimal(300)), "under 300"),
        (Range(Decimal(60), None), "over 60"),
        (None, ""),
    ],
)
def test_a_range_is_said_with_its_open_ends(range: Range | None, said: str) -> None:
    assert facts.reach(range, NB) == said


@pytest.mark.parametrize(
    ("ucum", "said"),
    [("umol/L", "µmol/L"), ("mm[Hg]", "mmHg"), ("{INR}", ""), ("mmol/L", "mmol/L")],
)
def test_units_are_written_as_in_norway(ucum: str, said: str) -> None:
    assert facts.unit(ucum) == said
