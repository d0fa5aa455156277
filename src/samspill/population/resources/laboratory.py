"""Specimen, Observation and DiagnosticReport of one set of laboratory analyses, with its source."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.population import chart
from samspill.population.chart import Chart
from samspill.population.facts.analyses import ANALYSES, PANELS, Analysis
from samspill.population.institutions import Clinician
from samspill.population.resources import provenance

HL7 = "http://terminology.hl7.org/CodeSystem"


def report(
    of: Chart, day: date, panel: str, values: Mapping[str, float], *,
    requester: Clinician | None = None, encounter: Resource | None = None, is_final: bool = True,
) -> Resource:  # fmt: skip
    """A panel with a value for each analysis; returns the reference to the report."""
    title, _ = PANELS[panel]
    performer = chart.organisation(of.care.laboratory)
    taken_at, answered_at = chart.at(day, 8, 40), chart.at(chart.after(day, 1), 14, 5)
    answered_at = max(taken_at, answered_at) if chart.after(day, 1) <= of.today else taken_at
    specimen = of.add(
        "Specimen",
        status="available",
        type={"coding": [BLOOD], "text": "Blod"},
        subject=of.patient,
        receivedTime=taken_at,
        collection={"collectedDateTime": taken_at},
    )
    results = [
        observation(
            of,
            ANALYSES[key],
            value,
            taken_at,
            answered_at,
            performer,
            specimen,
            encounter,
            is_final,
        )
        for key, value in values.items()
    ]
    made = of.add(
        "DiagnosticReport",
        identifier=[{"system": "urn:samspill:report", "value": specimen["reference"][9:]}],
        status="final" if is_final else "preliminary",
        category=[
            {"coding": [{"system": f"{HL7}/v2-0074", "code": "LAB"}], "text": "Laboratorium"}
        ],
        code={"text": title},
        subject=of.patient,
        encounter=encounter,
        effectiveDateTime=taken_at,
        issued=answered_at,
        performer=[performer],
        resultsInterpreter=[chart.practitioner(requester or of.care.gp)],
        specimen=[specimen],
        result=results,
    )
    provenance.add(of, [made], answered_at, of.care.laboratory)
    return made


def observation(
    of: Chart, analysis: Analysis, value: float, taken_at: str, answered_at: str,
    performer: Resource, specimen: Resource | None, encounter: Resource | None, is_final: bool,
) -> Resource:  # fmt: skip
    low, high = analysis.limits(of.person.sex)
    mark = interpretation(value, low, high)
    return of.add(
        "Observation",
        status="final" if is_final else "preliminary",
        category=[
            {
                "coding": [{"system": f"{HL7}/observation-category", "code": "laboratory"}],
            }
        ],
        code={
            "coding": [{"system": codes.NLK, "code": analysis.code, "display": analysis.name}],
            "text": analysis.name,
        },
        subject=of.patient,
        encounter=encounter,
        effectiveDateTime=taken_at,
        issued=answered_at,
        performer=[performer],
        valueQuantity=quantity(value, analysis.unit, analysis.decimals),
        interpretation=[mark] if mark else None,
        referenceRange=[reference_range(low, high, analysis.unit, analysis.decimals)],
        specimen=specimen,
    )


def quantity(value: float, unit: str, decimals: int = 0) -> Resource:
    """A Quantity with UCUM code, its value written with as many decimals as the analysis has."""
    number = Decimal(f"{value:.{decimals}f}") if decimals else round(value)
    return {"value": number, "unit": SHOWN.get(unit, unit), "system": codes.UCUM, "code": unit}


def reference_range(
    low: float | None, high: float | None, unit: str, decimals: int = 0
) -> Resource:
    limits = {"low": low, "high": high}
    return {
        name: quantity(limit, unit, decimals) for name, limit in limits.items() if limit is not None
    }


def interpretation(value: float, low: float | None, high: float | None) -> Resource | None:
    """The v3 interpretation beside the Norwegian deviation marker (Volven 8244); none if normal."""
    if low is not None and value < low:
        code, marker = {"code": "L", "display": "Low"}, "2"
    elif high is not None and value > high:
        code, marker = {"code": "H", "display": "High"}, "1"
    else:
        return None
    system = f"{HL7}/v3-ObservationInterpretation"
    return {"coding": [{"system": system, **code}, codes.coding(codes.DEVIATION, marker)]}


BLOOD = {"system": codes.SNOMED, "code": "119297000", "display": "Blood specimen"}
SHOWN = {
    "10*9/L": "×10⁹/L",
    "umol/L": "µmol/L",
    "ug/L": "µg/L",
    "m[IU]/L": "mIU/L",
    "mL/min/{1.73_m2}": "mL/min/1,73 m²",
    "{INR}": "INR",
    "Cel": "°C",
    "mm[Hg]": "mmHg",
    "/min": "per minutt",
}
"""How units are shown where UCUM's own spelling is for machines."""
