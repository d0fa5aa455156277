"""The facts of a summary as lines that a person reads: what, which code, how much, since when.

https://hl7.org/fhir/uv/ips/
"""

from collections.abc import Callable

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.services import elements
from samspill.services.care_record.model import Line
from samspill.services.elements import UNKNOWN, When

SYSTEMS = {
    codes.SNOMED: "SNOMED CT",
    codes.ICD_10: "ICD-10",
    codes.ATC: "ATC",
    codes.LOINC: "LOINC",
    codes.NLK: "NPU",
    codes.ICPC_2: "ICPC-2",
}
"""Those that are known abroad come first."""
UNITS = {"h": "hour", "d": "day", "wk": "week", "mo": "month"}


def line(resource: Resource, language: str) -> Line:
    """The line of a resource; the words stand as they were written, with codes beside them."""
    named = next((resource[name] for name in NAMES if resource.get(name)), None)
    title = elements.concept(named) if isinstance(named, dict) else str(named or "")
    dates = DATES.get(resource["resourceType"], ())
    return Line(
        title=title or elements.displays(resource.get("medicationReference")),
        code=_code(named),
        detail=" · ".join(filter(None, _details(resource, language))),
        when=elements.first_when(resource, *dates),
        reference=f"{resource['resourceType']}/{resource.get('id', '')}",
    )


def _code(concept: object) -> str:
    known = dict(reversed([*elements.codings(concept)]))
    return next(
        (f"{name} {known[system]}" for system, name in SYSTEMS.items() if system in known), ""
    )


def _details(resource: Resource, language: str) -> list[str]:
    tell = DETAILS.get(resource["resourceType"])
    return tell(resource, language) if tell else []


def _allergy(resource: Resource, language: str) -> list[str]:
    reactions = [
        elements.concept(each)
        for reaction in resource.get("reaction") or []
        for each in reaction.get("manifestation") or []
    ]
    severe = (
        {"en": "high risk", "nb": "høy risiko"} if resource.get("criticality") == "high" else {}
    )
    doubt = {"en": "unconfirmed", "nb": "ikke bekreftet"}
    is_unsure = "unconfirmed" in elements.codes(resource.get("verificationStatus"))
    return [
        ", ".join(dict.fromkeys(filter(None, reactions))),
        severe.get(language, severe.get("en", "")),
        doubt.get(language, doubt["en"]) if is_unsure else "",
    ]


def _medicine(resource: Resource, language: str) -> list[str]:
    dosages = resource.get("dosageInstruction") or resource.get("dosage") or []
    reasons = [elements.concept(each) for each in resource.get("reasonCode") or []]
    told = [str(each.get("text", "")) for each in dosages]
    if language == "en":
        told += [_times(each) for each in dosages]
    return ["; ".join(filter(None, told)), ", ".join(filter(None, reasons))]


def _times(dosage: Resource) -> str:
    """How often, for one who cannot read the text: 2 times a day."""
    repeat = (dosage.get("timing") or {}).get("repeat") or {}
    unit = UNITS.get(str(repeat.get("periodUnit", "")), "")
    if not unit or not repeat.get("frequency"):
        return ""
    period = repeat.get("period", 1)
    often = "once" if repeat["frequency"] == 1 else f"{repeat['frequency']} times"
    return f"{often} a {unit}" if period == 1 else f"{often} every {period} {unit}s"


def _observation(resource: Resource, language: str) -> list[str]:
    parts = [_value(part) for part in (resource, *(resource.get("component") or []))]
    low_high = []
    for reach in resource.get("referenceRange") or []:
        low, high = (elements.quantity(reach.get(end))[0] for end in ("low", "high"))
        low_high.append(f"({'' if low is None else low}–{'' if high is None else high})")
    return [" / ".join(filter(None, parts)) + (" " + low_high[0] if low_high else "")]


def _value(resource: Resource) -> str:
    number, unit = elements.quantity(resource.get("valueQuantity"))
    if number is not None:
        sign = str(resource["valueQuantity"].get("comparator", ""))
        return f"{sign}{number} {unit}".strip()
    said = resource.get("valueString") or elements.concept(resource.get("valueCodeableConcept"))
    return str(said or "")


def _vaccine(resource: Resource, language: str) -> list[str]:
    doses = [each.get("doseNumberPositiveInt") for each in resource.get("protocolApplied") or []]
    word = "dose"
    return [f"{word} {doses[0]}" if doses and doses[0] else ""]


def _plan(resource: Resource, language: str) -> list[str]:
    activities = [each.get("detail") or {} for each in resource.get("activity") or []]
    return ["; ".join(str(one["description"]) for one in activities if one.get("description"))]


NAMES = ("code", "medicationCodeableConcept", "vaccineCode", "title", "type")
DATES = {
    "AllergyIntolerance": ("onsetDateTime", "recordedDate"),
    "CarePlan": ("period", "created"),
    "Condition": ("onsetDateTime", "onsetPeriod", "recordedDate"),
    "Flag": ("period",),
    "Immunization": ("occurrenceDateTime",),
    "MedicationRequest": ("authoredOn",),
    "MedicationStatement": ("effectivePeriod", "effectiveDateTime", "dateAsserted"),
    "Observation": ("effectiveDateTime", "effectivePeriod", "issued"),
    "Procedure": ("performedDateTime", "performedPeriod"),
}
DETAILS: dict[str, Callable[[Resource, str], list[str]]] = {
    "AllergyIntolerance": _allergy,
    "CarePlan": _plan,
    "Immunization": _vaccine,
    "MedicationRequest": _medicine,
    "MedicationStatement": _medicine,
    "Observation": _observation,
}


def day(when: When) -> str:
    """An ISO date as exactly as it is known, which is read alike everywhere; "" if unknown."""
    if when == UNKNOWN:
        return ""
    length = {"year": 4, "month": 7}.get(when.precision, 10)
    return when.on.isoformat()[:length]
