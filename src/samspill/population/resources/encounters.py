"""Encounter: contacts with GP, hospital, home care; on the spot, by video, or as a stay."""

from datetime import date
from typing import Literal

from samspill.base.json import Resource
from samspill.population import chart
from samspill.population.chart import Chart
from samspill.population.institutions import Clinician, Organisation

Class = Literal["AMB", "VR", "HH", "IMP", "EMER"]


def contact(
    of: Chart, day: date, with_: Clinician, reason: str, *, kind: Class = "AMB", hour: int = 10,
    minutes: int = 20, code: Resource | None = None,
) -> Resource:  # fmt: skip
    """A contact that is over; `code` is the coding of the reason."""
    return of.add(
        "Encounter",
        status="finished",
        **{"class": _class(kind)},
        type=[{"text": TYPES[kind]}],
        subject=of.patient,
        participant=[{"individual": chart.practitioner(with_)}],
        period={"start": chart.at(day, hour), "end": chart.at(day, hour, minutes)},
        reasonCode=[_reason(reason, code)],
        serviceProvider=chart.organisation(with_.organisation),
    )


def stay(
    of: Chart, first: date, last: date | None, doctor: Clinician, reason: str, *,
    code: Resource | None = None, hospital: Organisation | None = None,
) -> Resource:  # fmt: skip
    """A hospital stay; without a last day the patient is still there."""
    period = {"start": chart.at(first, 9, 30)}
    if last:
        period["end"] = chart.at(last, 13)
    return of.add(
        "Encounter",
        status="finished" if last else "in-progress",
        **{"class": _class("IMP")},
        type=[{"text": TYPES["IMP"]}],
        subject=of.patient,
        participant=[{"individual": chart.practitioner(doctor)}],
        period=period,
        reasonCode=[_reason(reason, code)],
        serviceProvider=chart.organisation(hospital or doctor.organisation),
    )


def _class(kind: Class) -> Resource:
    return {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        "code": kind,
        "display": CLASSES[kind],
    }


def _reason(text: str, code: Resource | None) -> Resource:
    return {"coding": [code], "text": text} if code else {"text": text}


CLASSES: dict[Class, str] = {
    "AMB": "ambulatory",
    "VR": "virtual",
    "HH": "home health",
    "IMP": "inpatient encounter",
    "EMER": "emergency",
}
TYPES: dict[Class, str] = {
    "AMB": "Konsultasjon",
    "VR": "Videokonsultasjon",
    "HH": "Hjemmebesøk",
    "IMP": "Innleggelse",
    "EMER": "Øyeblikkelig hjelp",
}
