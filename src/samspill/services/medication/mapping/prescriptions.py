"""Prescriptions, the person's wishes about them, and questions on a line.

https://hl7.org/fhir/R4/medicationrequest.html · https://hl7.org/fhir/R4/communication.html
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from samspill.base import clock
from samspill.base.json import Resource
from samspill.services import elements
from samspill.services.medication.mapping.lists import substance
from samspill.services.medication.model.versions import Lines

VALID_DAYS = 365
TASK, CATEGORY = "urn:samspill:task", "urn:samspill:communication"


def of_line(id: str, lines: Lines, requests: Iterable[Resource]) -> Iterator[Resource]:
    """The prescriptions of a line: those that name it; else those for its substance, and where
    another line has the same one, for the very same product."""
    line = lines[id]
    code, name = substance(line), _name(line)
    alike = [other for other in lines if other != id and code and substance(lines[other]) == code]
    for request in requests:
        named = [one.get("reference", "") for one in request.get("supportingInformation", ())]
        known = [one.split("/")[1] for one in named if one.startswith("MedicationStatement/")]
        is_alike = substance(request) == code if code and not alike else _name(request) == name
        if id in known or (not known and is_alike):
            yield request


def recalled(request: Resource, reason: str) -> Resource:
    return {**request, "status": "stopped", "statusReason": {"text": reason}}


def renewed(old: Resource, id: str, author: Resource, at: int) -> Resource:
    """As the old one, from now on for a year."""
    period = _year(at)
    kept = {name: value for name, value in old.items() if name not in ("id", "meta", "encounter")}
    return {
        **kept,
        "id": id,
        "status": "active",
        "authoredOn": clock.instant(at),
        "requester": author,
        "priorPrescription": {"reference": f"MedicationRequest/{old['id']}"},
        "dispenseRequest": {**old.get("dispenseRequest", {}), "validityPeriod": period},
    }


def prescribed(
    patient: str, line_id: str, line: Resource, id: str, author: Resource, at: int
) -> Resource:
    made: Resource = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": f"Patient/{patient}"},
        "authoredOn": clock.instant(at),
        "requester": author,
        "supportingInformation": [{"reference": f"MedicationStatement/{line_id}"}],
        "reasonCode": line.get("reasonCode"),
        "dosageInstruction": line.get("dosage"),
        "dispenseRequest": {"validityPeriod": _year(at), "numberOfRepeatsAllowed": 3},
        "medicationCodeableConcept": line.get("medicationCodeableConcept"),
        "medicationReference": line.get("medicationReference"),
    }
    return {"id": id, **{name: value for name, value in made.items() if value is not None}}


def wanted(old: Resource, by: str, at: int) -> Resource:
    """The wish for a new prescription, to the one who wrote the last."""
    made: Resource = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "proposal",
        "code": {"coding": [{"system": TASK, "code": "renew-prescription"}]},
        "focus": {"reference": f"MedicationRequest/{old['id']}"},
        "for": old["subject"],
        "authoredOn": clock.instant(at),
        "requester": {"reference": by},
        "owner": old.get("requester"),
    }
    return {name: value for name, value in made.items() if value is not None}


def not_taken(line: Resource, patient: str, words: str, at: int) -> Resource:
    said: Resource = {
        "resourceType": "MedicationStatement",
        "status": "not-taken",
        "medicationCodeableConcept": line.get("medicationCodeableConcept"),
        "medicationReference": line.get("medicationReference"),
        "subject": {"reference": f"Patient/{patient}"},
        "dateAsserted": clock.instant(at),
        "informationSource": {"reference": f"Patient/{patient}"},
        "derivedFrom": [{"reference": f"{line['resourceType']}/{line['id']}"}],
        "note": [{"text": words}] if words else None,
    }
    return {name: value for name, value in said.items() if value is not None}


def question(
    patient: str, line: str, words: str, author: Resource, answers: str, at: int
) -> Resource:
    made: Resource = {
        "resourceType": "Communication",
        "status": "completed",
        "category": [{"coding": [{"system": CATEGORY, "code": "list-line"}]}],
        "subject": {"reference": f"Patient/{patient}"},
        "about": [{"reference": f"MedicationStatement/{line}"}],
        "sent": clock.instant(at),
        "sender": author,
        "payload": [{"contentString": words}],
    }
    return {
        **made,
        **({"inResponseTo": [{"reference": f"Communication/{answers}"}]} if answers else {}),
    }


def _year(at: int) -> Resource:
    first = clock.to_datetime(at).date()
    return {"start": first.isoformat(), "end": (first + timedelta(days=VALID_DAYS)).isoformat()}


def _name(resource: Resource) -> str:
    concept = elements.concept(resource.get("medicationCodeableConcept"))
    return (concept or elements.displays(resource.get("medicationReference"))).casefold()
