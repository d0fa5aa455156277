"""A structured dosage in words, in three languages."""

from decimal import Decimal
from typing import Any

import pytest

from samspill.base.json import Resource
from samspill.services.medication.model import dosage


def a_dosage(amount: str = "1", unit: str = "tablett", **repeat: Any) -> Resource:
    quantity = {"value": Decimal(amount), "unit": unit}
    return {"doseAndRate": [{"doseQuantity": quantity}], "timing": {"repeat": repeat}}


DAILY: Resource = {"frequency": 2, "period": 1, "periodUnit": "d"}
CASES = [
    (a_dosage(**DAILY), "1 tablett 2 ganger daglig", "1 tablett 2 gonger dagleg",
     "1 tablett 2 times a day"),
    (a_dosage("0.50", when=["MORN", "EVE"], frequency=1, period=1, periodUnit="d"),
     "0,5 tablett morgen og kveld", "0,5 tablett morgen og kveld",
     "0,5 tablett in the morning and in the evening"),
    (a_dosage(frequency=1, period=2, periodUnit="wk"), "1 tablett hver 2. uke",
     "1 tablett kvar 2. veke", "1 tablett every 2 weeks"),
    ({**a_dosage(frequency=4, period=1, periodUnit="d"),
      "asNeededCodeableConcept": {"text": "smerte"},
      "maxDosePerPeriod": {"numerator": {"value": 8, "unit": "tabletter"},
                           "denominator": {"value": 1, "code": "d"}}},
     "1 tablett 4 ganger daglig, ved behov: smerte, høyst 8 tabletter per dag",
     "1 tablett 4 gonger dagleg, ved behov: smerte, høgst 8 tabletter per dag",
     "1 tablett 4 times a day, as needed for smerte, at most 8 tabletter per day"),
    ({"text": "Etter avtale"}, "Etter avtale", "Etter avtale", "Etter avtale"),
    ({"asNeededBoolean": True}, "ved behov", "ved behov", "as needed"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "nb", "nn", "en"), CASES)
def test_a_dosage_is_told_in_three_languages(given: Resource, nb: str, nn: str, en: str) -> None:
    told = [dosage.text([given], language) for language in ("nb", "nn", "en")]
    assert told == [nb, nn, en]


def test_a_tapering_is_told_in_its_order() -> None:
    def step(n: int, amount: str) -> Resource:
        bounds = {"value": 7, "code": "d"}
        return {"sequence": n, **a_dosage(amount, **{**DAILY, "boundsDuration": bounds})}

    told = dosage.text([step(2, "1"), step(1, "2")], "nb")
    first, second = told.split(", deretter ")
    assert first == "2 tablett 2 ganger daglig, i 7 dager"
    assert second == "1 tablett 2 ganger daglig, i 7 dager"
