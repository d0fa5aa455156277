"""The person, critical information, diagnoses, documents, appointments.

https://hl7.org/fhir/R4/resourcelist.html
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from samspill.base.json import Resource
from samspill.norway import codes, confidentiality, identifiers
from samspill.norway.identifiers import Kind
from samspill.services import elements
from samspill.services.care_record.model import (
    Appointment,
    Certainty,
    Critical,
    Diagnosis,
    Document,
    Group,
    Person,
)

SYSTEMS = {codes.ICPC_2: "ICPC-2", codes.ICD_10: "ICD-10", codes.SNOMED: "SNOMED CT"}
KNOWN_BY = "http://hl7.no/fhir/StructureDefinition/no-basis-sourceofinformation"
GROUPS: Mapping[str, Group] = MappingProxyType(
    {
        codes.volven(7515): "anaesthesia",
        codes.volven(7516): "anaesthesia",
        codes.ONGOING_TREATMENT: "treatment",
        codes.IMPLANT: "implant",
        codes.INFECTION: "infection",
        codes.CHANGED_PROCEDURE: "procedure",
    }
)
"""The group of a flag by the system of its code."""
CERTAIN: Mapping[str, Certainty] = MappingProxyType(
    {
        "1": "suspected",
        "2": "likely",
        "3": "confirmed",
        "unconfirmed": "suspected",
        "confirmed": "confirmed",
    }
)
"""By the standard, and by Volven 7521."""
NUMBERS = (Kind.NATIONAL, Kind.D, Kind.JOINT_HELP, Kind.HELP, Kind.DUF)
"""The first of these that a person has is shown."""


def person(patient: Resource) -> Person:
    given, family = elements.human_name(patient.get("name") or [])
    addresses = patient.get("address") or [{}]
    is_protected = confidentiality.is_hidden(confidentiality.of(patient))
    return Person(
        id=str(patient.get("id", "")),
        given=given,
        family=family,
        born_on=_day(patient.get("birthDate")),
        died_on=_day(str(patient.get("deceasedDateTime", ""))[:10]),
        sex=str(patient.get("gender", "")),
        number=_number(patient),
        municipality="" if is_protected else _place(addresses[0]),
        regular_gp=elements.displays(patient.get("generalPractitioner")),
        is_protected=is_protected,
    )


def allergy(resource: Resource) -> Critical:
    """https://hl7.org/fhir/R4/allergyintolerance.html"""
    reactions = [
        elements.concept(manifestation)
        for reaction in resource.get("reaction") or []
        for manifestation in reaction.get("manifestation") or []
    ]
    severities = {reaction.get("severity") for reaction in resource.get("reaction") or []}
    verification = elements.codes(resource.get("verificationStatus"))
    certainty: Certainty = next((CERTAIN[code] for code in verification if code in CERTAIN), "")
    return Critical(
        id=str(resource.get("id", "")),
        title=elements.concept(resource.get("code")),
        detail=", ".join(dict.fromkeys(filter(None, reactions))),
        group="allergy",
        is_severe=resource.get("criticality") == "high" or "severe" in severities,
        is_refuted="refuted" in verification,
        is_unconfirmed=certainty in ("suspected", "likely"),
        certainty=certainty,
        known_by=_known_by(resource),
        origin=elements.origin(resource, "recorder", "asserter"),
    )


def flag(resource: Resource) -> Critical:
    """https://hl7.org/fhir/R4/flag.html"""
    title = elements.concept(resource.get("code"))
    kinds = [coding.get("display", "") for coding in (resource.get("code") or {}).get("coding", [])]
    systems = [codes.canonical(system) for system, _ in elements.codings(resource.get("code"))]
    return Critical(
        id=str(resource.get("id", "")),
        title=title,
        detail=", ".join(kind for kind in kinds if kind and kind != title),
        group=next((GROUPS[system] for system in systems if system in GROUPS), "other"),
        is_severe=True,
        is_refuted=False,
        is_unconfirmed=False,
        certainty="",
        known_by=_known_by(resource),
        origin=elements.origin(resource, "author"),
    )


def _known_by(resource: Resource) -> str:
    """The Norwegian extension with the source of critical information (Volven 7498)."""
    for extension in resource.get("extension") or []:
        if extension.get("url") == KNOWN_BY:
            parts = extension.get("extension") or []
            said = [elements.concept(part.get("valueCodeableConcept")) for part in parts]
            return next(filter(None, said), "")
    return ""


def diagnosis(resource: Resource) -> Diagnosis:
    """https://hl7.org/fhir/R4/condition.html"""
    known = [
        (code, SYSTEMS[codes.canonical(system)])
        for system, code in elements.codings(resource.get("code"))
        if codes.canonical(system) in SYSTEMS
    ]
    code, system = next(iter(known), ("", ""))
    statuses = elements.codes(resource.get("clinicalStatus"))
    return Diagnosis(
        id=str(resource.get("id", "")),
        name=elements.concept(resource.get("code")),
        code=code,
        system=system,
        since=elements.first_when(resource, "onsetDateTime", "onsetPeriod", "recordedDate"),
        until=elements.first_when(resource, "abatementDateTime", "abatementPeriod"),
        is_active=not statuses or bool({"active", "recurrence", "relapse"} & {*statuses}),
        origin=elements.origin(resource, "recorder", "asserter"),
    )


def document(
    resource: Resource, paragraphs: tuple[str, ...] = (), content_type: str = ""
) -> Document:
    """A document with the content that was read for it, if any.

    https://hl7.org/fhir/R4/documentreference.html
    """
    attachments = [content.get("attachment") or {} for content in resource.get("content") or []]
    type = elements.concept(resource.get("type"))
    titles = [resource.get("description"), *(one.get("title") for one in attachments), type]
    return Document(
        id=str(resource.get("id", "")),
        title=str(next(filter(None, titles), "")),
        type=type,
        author=elements.displays(resource.get("author")),
        custodian=elements.displays(resource.get("custodian")),
        when=elements.first_when(resource, "date", "context"),
        origin=elements.origin(resource, "author", "custodian"),
        paragraphs=paragraphs,
        content_type=content_type,
    )


def appointment(resource: Resource) -> Appointment:
    """https://hl7.org/fhir/R4/appointment.html"""
    others = [
        elements.displays([participant])
        for participant in resource.get("participant") or []
        if not str((participant.get("actor") or {}).get("reference", "")).startswith("Patient/")
    ]
    services = [elements.concept(service) for service in resource.get("serviceType") or []]
    whats = [resource.get("description"), *services]
    return Appointment(
        id=str(resource.get("id", "")),
        when=elements.first_when(resource, "start", "requestedPeriod"),
        what=str(next(filter(None, whats), "")),
        whom=", ".join(dict.fromkeys(filter(None, others))),
        instruction=str(resource.get("patientInstruction", "")),
        origin=elements.origin(resource),
    )


def _number(patient: Resource) -> str:
    """The best of the identifiers in use."""
    in_use = [one for one in patient.get("identifier") or [] if one.get("use") != "old"]
    numbers = {identifiers.find_kind(one.get("system", "")): one.get("value", "") for one in in_use}
    return next((str(numbers[kind]) for kind in NUMBERS if numbers.get(kind)), "")


def _place(address: Resource) -> str:
    return str(address.get("district") or address.get("city") or "")


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
