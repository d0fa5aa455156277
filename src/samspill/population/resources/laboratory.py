"""Specimen, Observation and DiagnosticReport of one set of laboratory analyses, with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.population import chart
from samspill.population.chart import Chart
from samspill.population.facts.analyses import ANALYSES, PANELS
from samspill.population.institutions import Clinician
from samspill.population.resources import provenance

HL7 = "http://terminology.hl7.org/CodeSystem"


@dataclass(frozen=True, slots=True)
class Sample:
    """What the analyses of one blood sample have in common."""

    taken_at: str
    answered_at: str
    status: str
    performer: Resource
    specimen: Resource
    encounter: Resource | None


def report(
    of: Chart, day: date, panel: str, values: Mapping[str, float], *,
    requester: Clinician | None = None, encounter: Resource | None = None, is_final: bool = True,
) -> Resource:  # fmt: skip
    """A panel with a value for each analysis; returns the reference to the report."""
    taken_at, answered_at = chart.at(day, 8, 40), _answered_at(of, day)
    status = "final" if is_final else "preliminary"
    performer, specimen = chart.organisation(of.care.laboratory), _specimen(of, taken_at)
    sample = Sample(taken_at, answered_at, status, performer, specimen, encounter)
    results = [observation(of, key, value, sample) for key, value in values.items()]
    made = of.add(
        "DiagnosticReport",
        identifier=[{"system": "urn:samspill:report", "value": specimen["reference"][9:]}],
        status=status,
        category=[{"coding": [LABORATORY], "text": "Laboratorium"}],
        code={"text": PANELS[panel][0]},
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


def _answered_at(of: Chart, day: date) -> str:
    """The afternoon after the sample was taken, unless that is still to come."""
    answered_on = chart.after(day, 1)
    return chart.at(answered_on, 14, 5) if answered_on < of.today else chart.at(day, 8, 55)


def _specimen(of: Chart, taken_at: str) -> Resource:
    return of.add(
        "Specimen",
        status="available",
        type={"coding": [BLOOD], "text": "Blod"},
        subject=of.patient,
        receivedTime=taken_at,
        collection={"collectedDateTime": taken_at},
    )


def observation(of: Chart, key: str, value: float, sample: Sample) -> Resource:
    """One analysis, with limits for the person's sex and a mark where the value is outside."""
    analysis = ANALYSES[key]
    low, high = analysis.limits(of.person.sex)
    mark = interpretation(value, low, high)
    return of.add(
        "Observation",
        status=sample.status,
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
        encounter=sample.encounter,
        effectiveDateTime=sample.taken_at,
        issued=sample.answered_at,
        performer=[sample.performer],
        valueQuantity=quantity(value, analysis.unit, analysis.decimals),
        interpretation=[mark] if mark else None,
        referenceRange=[reference_range(low, high, analysis.unit, analysis.decimals)],
        specimen=sample.specimen,
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


LABORATORY = {"system": f"{HL7}/v2-0074", "code": "LAB"}
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
