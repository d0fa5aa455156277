"""Observation for vital signs, with LOINC and SNOMED CT codes, measured in a clinic or at home.

https://hl7.org/fhir/R4/observation-vitalsigns.html
"""

from dataclasses import dataclass
from datetime import date

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.population import chart
from samspill.population.chart import Chart
from samspill.population.institutions import Clinician
from samspill.population.resources.laboratory import (
    HL7,
    interpretation,
    quantity,
    reference_range,
)


@dataclass(frozen=True, slots=True)
class Sign:
    loinc: str
    english: str
    snomed: str
    name: str
    unit: str
    low: float | None = None
    high: float | None = None
    decimals: int = 0


def measure(
    of: Chart, day: date, key: str, value: float, *, by: Clinician | None = None,
    encounter: Resource | None = None, hour: int = 9,
) -> Resource:  # fmt: skip
    """One value; without a clinician the patient measured it at home."""
    sign = SIGNS[key]
    mark = interpretation(round(value, sign.decimals), sign.low, sign.high)
    return of.add(
        "Observation",
        **_frame(of, sign, day, hour, by, encounter),
        valueQuantity=quantity(value, sign.unit, sign.decimals),
        # The Norwegian deviation marker, which comes second, is for laboratories.
        interpretation=[{"coding": mark["coding"][:1]}] if mark else None,
        referenceRange=[reference_range(sign.low, sign.high, sign.unit, sign.decimals)]
        if sign.low is not None or sign.high is not None
        else None,
    )


def blood_pressure(
    of: Chart, day: date, systolic: float, diastolic: float, *, by: Clinician | None = None,
    encounter: Resource | None = None, hour: int = 9,
) -> Resource:  # fmt: skip
    parts = ((SYSTOLIC, systolic), (DIASTOLIC, diastolic))
    return of.add(
        "Observation",
        **_frame(of, PRESSURE, day, hour, by, encounter),
        component=[
            {
                "code": _code(part),
                "valueQuantity": quantity(value, part.unit),
                "referenceRange": [reference_range(part.low, part.high, part.unit)],
            }
            for part, value in parts
        ],
    )


def _frame(
    of: Chart, sign: Sign, day: date, hour: int, by: Clinician | None, encounter: Resource | None
) -> Resource:
    category = {"system": f"{HL7}/observation-category", "code": "vital-signs"}
    at = chart.at(day, hour, 15)
    frame: Resource = {
        "status": "final",
        "category": [{"coding": [category]}],
        "code": _code(sign),
        "subject": of.patient,
        "effectiveDateTime": at,
        "issued": at,
        "performer": [chart.practitioner(by) if by else of.patient],
    }
    return {**frame, "encounter": encounter} if encounter else frame


def _code(sign: Sign) -> Resource:
    return {
        "coding": [
            {"system": codes.LOINC, "code": sign.loinc, "display": sign.english},
            {"system": codes.SNOMED, "code": sign.snomed},
        ],
        "text": sign.name,
    }


PRESSURE = Sign("85354-9", "Blood pressure panel", "75367002", "Blodtrykk", "mm[Hg]")
SYSTOLIC = Sign("8480-6", "Systolic blood pressure", "271649006", "Overtrykk", "mm[Hg]", 90, 140)
DIASTOLIC = Sign("8462-4", "Diastolic blood pressure", "271650006", "Undertrykk", "mm[Hg]", 60, 90)

SIGNS = {
    "pulse": Sign("8867-4", "Heart rate", "364075005", "Puls", "/min", 50, 100),
    "weight": Sign("29463-7", "Body weight", "27113001", "Vekt", "kg", decimals=1),
    "height": Sign("8302-2", "Body height", "50373000", "Høyde", "cm"),
    "bmi": Sign("39156-5", "Body mass index", "60621009", "KMI", "kg/m2", 18.5, 25, 1),
    "temperature": Sign(
        "8310-5", "Body temperature", "276885007", "Kroppstemperatur", "Cel", 36.0, 37.8, 1
    ),
    "saturation": Sign("2708-6", "Oxygen saturation", "431314004", "Oksygenmetning", "%", 95, 100),
    "respiration": Sign("9279-1", "Respiratory rate", "86290005", "Pustefrekvens", "/min", 12, 20),
}
