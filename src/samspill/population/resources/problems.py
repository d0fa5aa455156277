"""Condition, AllergyIntolerance and Flag: what is the matter, and what must not be overlooked.

Critical information by the groups of the national summary care record (Volven 7497–7522).
"""

from datetime import date
from typing import Literal

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.population import chart
from samspill.population.chart import Chart
from samspill.population.institutions import Clinician

Category = Literal["medication", "food", "environment"]

HL7 = "http://terminology.hl7.org/CodeSystem"
CROSS_REACTIONS = {"N02BA01": ("B01AC06", "M01A")}
"""By ATC group, which others are avoided with it: who reacts to aspirin may to every NSAID."""


def icpc(code: str, display: str) -> Resource:
    return {"system": codes.ICPC_2, "code": code, "display": display}


def icd(code: str, display: str) -> Resource:
    return {"system": codes.ICD_10, "code": code, "display": display}


def condition(
    of: Chart, since: date, name: str, codings: list[Resource], *, until: date | None = None,
    recorder: Clinician | None = None, encounter: Resource | None = None, note: str = "",
    certainty: Literal["confirmed", "provisional"] = "confirmed",
) -> Resource:  # fmt: skip
    status = "resolved" if until else "active"
    category = "encounter-diagnosis" if until and encounter else "problem-list-item"
    return of.add(
        "Condition",
        clinicalStatus={"coding": [{"system": f"{HL7}/condition-clinical", "code": status}]},
        verificationStatus={
            "coding": [{"system": f"{HL7}/condition-ver-status", "code": certainty}]
        },
        category=[{"coding": [{"system": f"{HL7}/condition-category", "code": category}]}],
        code={"coding": codings, "text": name},
        subject=of.patient,
        encounter=encounter,
        onsetDateTime=since.isoformat(),
        abatementDateTime=until.isoformat() if until else None,
        recordedDate=since.isoformat(),
        recorder=chart.practitioner(recorder or of.care.gp),
        note=[{"text": note}] if note else None,
    )


def allergy(
    of: Chart, since: date, text: str, *, coding: Resource | None = None,
    category: Category = "medication",
    reaction: str = "11", is_severe: bool = False,
    status: Literal["confirmed", "unconfirmed", "refuted"] = "confirmed", source: str = "3",
) -> Resource:  # fmt: skip
    """A hypersensitivity; reaction is a code of Volven 7497, source one of 7498.

    Comes before the life it matters to: from its day on, nobody prescribes what it tells against.
    """
    if coding and coding["system"] == codes.ATC and status != "refuted":
        for group in (coding["code"], *CROSS_REACTIONS.get(coding["code"], ())):
            of.avoided[group] = since
    # What is refuted is kept, so that it is not suspected anew.
    clinical = "inactive" if status == "refuted" else "active"
    return of.add(
        "AllergyIntolerance",
        extension=[_source_of_information(source)],
        clinicalStatus={
            "coding": [{"system": f"{HL7}/allergyintolerance-clinical", "code": clinical}]
        },
        verificationStatus={
            "coding": [{"system": f"{HL7}/allergyintolerance-verification", "code": status}]
        },
        type="allergy",
        category=[category],
        criticality="high" if is_severe else "low",
        code={"coding": [coding], "text": text} if coding else {"text": text},
        patient=of.patient,
        onsetDateTime=since.isoformat(),
        recordedDate=since.isoformat(),
        recorder=chart.practitioner(of.care.gp),
        reaction=[_reaction(reaction, is_severe)],
    )


def _source_of_information(code: str) -> Resource:
    source = _as_fixed(codes.coding(codes.CRITICAL_SOURCE, code))
    return {
        "url": "http://hl7.no/fhir/StructureDefinition/no-basis-sourceofinformation",
        "extension": [{"url": "source", "valueCodeableConcept": {"coding": [source]}}],
    }


def _reaction(code: str, is_severe: bool) -> Resource:
    seen = _as_fixed(codes.coding(codes.CRITICAL_REACTION, code))
    return {
        "manifestation": [{"coding": [seen], "text": seen["display"]}],
        "severity": "severe" if is_severe else "mild",
    }


def _as_fixed(coding: Resource) -> Resource:
    """The Norwegian profile on allergies fixes "urn:uid:" where "urn:oid:" is meant."""
    return {**coding, "system": coding["system"].replace("urn:oid:", "urn:uid:")}


def flag(
    of: Chart, since: date, system: str, code: str, text: str, *, is_safety: bool = True
) -> Resource:
    """Critical information that is no allergy: implants, treatment, infection, procedures."""
    category = ("safety", "Safety") if is_safety else ("clinical", "Clinical")
    return of.add(
        "Flag",
        status="active",
        category=[
            {
                "coding": [
                    {"system": f"{HL7}/flag-category", "code": category[0], "display": category[1]}
                ],
                "text": "Kritisk informasjon",
            }
        ],
        code={"coding": [codes.coding(system, code)], "text": text},
        subject=of.patient,
        period={"start": since.isoformat()},
        author=chart.practitioner(of.care.gp),
    )
