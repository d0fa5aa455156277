"""MedicationStatement, MedicationRequest and MedicationDispense: in use, prescribed, fetched."""

from datetime import date
from typing import Literal

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.population import chart
from samspill.population.chart import Chart
from samspill.population.facts.medicines import MEDICINES, Medicine
from samspill.population.institutions import Clinician

PRESCRIPTION_DAYS = 365
PACKAGE_DAYS = 91

Status = Literal["active", "completed", "stopped"]


def statement(
    of: Chart, key: str, since: date, *, until: date | None = None, reason: Resource | None = None,
    note: str = "",
) -> Resource:  # fmt: skip
    """A line in the patient's medication list."""
    medicine = MEDICINES[key]
    period = {"start": since.isoformat()}
    if until:
        period["end"] = until.isoformat()
    return of.add(
        "MedicationStatement",
        status="stopped" if until and not medicine.days else "completed" if until else "active",
        category={"coding": [_use_area(medicine)]},
        medicationCodeableConcept=concept(medicine),
        subject=of.patient,
        effectivePeriod=period,
        dateAsserted=since.isoformat(),
        informationSource=chart.practitioner(of.care.gp),
        reasonCode=[reason] if reason else [{"text": medicine.purpose}],
        dosage=[dosage(medicine)],
        note=[{"text": note}] if note else None,
    )


def prescription(
    of: Chart, key: str, day: date, *, by: Clinician | None = None, status: Status = "active",
    encounter: Resource | None = None, days: int = 0,
) -> Resource:  # fmt: skip
    """A prescription for a year, or for a course."""
    medicine = MEDICINES[key]
    length = days or medicine.days or PRESCRIPTION_DAYS
    prescriber = by or of.care.gp
    return of.add(
        "MedicationRequest",
        extension=[_group(medicine)],
        status=status,
        intent="order",
        medicationCodeableConcept=concept(medicine),
        subject=of.patient,
        encounter=encounter,
        authoredOn=chart.at(day, 10, 15),
        requester=chart.practitioner(prescriber),
        reasonCode=[{"text": medicine.purpose}],
        dosageInstruction=[dosage(medicine)],
        dispenseRequest={
            "validityPeriod": {
                "start": day.isoformat(),
                "end": chart.after(day, length).isoformat(),
            },
            "numberOfRepeatsAllowed": 0 if medicine.days else 3,
        },
    )


def dispensing(of: Chart, key: str, day: date, request: Resource) -> Resource:
    """A package that was fetched at the pharmacy."""
    medicine = MEDICINES[key]
    days = medicine.days or PACKAGE_DAYS
    return of.add(
        "MedicationDispense",
        status="completed",
        medicationCodeableConcept=concept(medicine),
        subject=of.patient,
        performer=[{"actor": chart.organisation(of.care.pharmacy)}],
        authorizingPrescription=[request],
        quantity={"value": max(1, round(medicine.per_day * days)) if medicine.per_day else 20},
        daysSupply={"value": days, "unit": "døgn", "system": codes.UCUM, "code": "d"},
        whenHandedOver=chart.at(day, 15, 30),
        dosageInstruction=[dosage(medicine)],
    )


def concept(medicine: Medicine) -> Resource:
    coding = {"system": codes.ATC, "code": medicine.atc, "display": medicine.substance}
    return {"coding": [coding], "text": medicine.label}


def dosage(medicine: Medicine) -> Resource:
    """The text that the patient reads, and the timing where it is whole times a day."""
    element: Resource = {"text": medicine.dosage}
    if medicine.per_day >= 1:
        times = round(medicine.per_day)
        element["timing"] = {"repeat": {"frequency": times, "period": 1, "periodUnit": "d"}}
    elif not medicine.per_day:
        element["asNeededBoolean"] = True
    return element


def _group(medicine: Medicine) -> Resource:
    group = {"coding": [codes.coding(codes.PRESCRIPTION_GROUP, medicine.group)]}
    return {
        "url": "http://hl7.no/fhir/StructureDefinition/no-basis-prescriptiongroup",
        "extension": [{"url": "prescriptiongroup", "valueCodeableConcept": group}],
    }


def _use_area(medicine: Medicine) -> Resource:
    code = "2" if medicine.days else "1" if medicine.per_day else "3"
    return codes.coding(codes.USE_AREA, code)
