"""A line of the access log as an AuditEvent.

https://hl7.org/fhir/R4/auditevent.html
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from samspill.access import entry
from samspill.access.entry import Deed, Who
from samspill.base.errors import NotSupported
from samspill.base.json import Resource
from samspill.store import Access

TYPE = "AuditEvent"
_EVENTS = "http://terminology.hl7.org/CodeSystem/audit-event-type"
_INTERACTIONS = "http://hl7.org/fhir/restful-interaction"
_PURPOSES = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_AGENTS = "http://terminology.hl7.org/CodeSystem/extra-security-role-type"
_ENTITIES = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_ROLES = "http://terminology.hl7.org/CodeSystem/object-role"
_ACTIONS = {
    "create": "C", "load": "C", "read": "R", "vread": "R", "history": "R", "update": "U",
    "patch": "U", "delete": "D",
}  # fmt: skip
_SUCCESS, _REFUSED = "0", "4"
_PATIENT_ROLE, _RESOURCE_ROLE = "1", "4"

About = Callable[[str], Sequence[str]]
"""The ids of the patients that a version ("Type/id/number") is about."""


def refuse_write(type: str) -> None:
    """Raises `NotSupported` for what the log alone may tell."""
    if type == TYPE:
        raise NotSupported(
            "The access log is written by the server alone",
            "Tilgangsloggen skrives bare av tjeneren",
            where=TYPE,
        )


def of_line(
    position: int, line: Access, about: About, observer: str, patient: str = ""
) -> Resource:
    """A line as an AuditEvent; of one patient's view, unless that is ""."""
    who, done = entry.who(line), entry.done(line)
    patients = [patient] if patient else line.patients.split()
    seen = [each for each in line.seen.split() if not patient or patient in about(each)]
    return {
        "resourceType": TYPE,
        "id": str(position),
        "meta": {"versionId": "1", "lastUpdated": _instant(line.at)},
        "type": {"system": _EVENTS, "code": "rest", "display": "RESTful Operation"},
        "subtype": [{"system": _INTERACTIONS, "code": _interaction(done)}],
        "action": _ACTIONS.get(done.action, "E"),
        "recorded": _instant(line.at),
        "outcome": _REFUSED if line.outcome else _SUCCESS,
        **({"outcomeDesc": line.outcome} if line.outcome else {}),
        **_purpose(done),
        "agent": _agents(who, done),
        "source": {"observer": {"display": observer}},
        "entity": [
            *(_entity(f"Patient/{id}", "1", _PATIENT_ROLE) for id in patients),
            *(_entity(_versioned(each), "2", _RESOURCE_ROLE) for each in seen),
            *([_asked(line.type)] if line.type and not seen and not patients else []),
        ],
    }


def _interaction(done: Deed) -> str:
    return {"search": "search-type", "history": "history-instance", "load": "transaction"}.get(
        done.action, done.action
    )


def _purpose(done: Deed) -> Resource:
    if not done.purpose:
        return {}
    return {"purposeOfEvent": [{"coding": [{"system": _PURPOSES, "code": done.purpose}]}]}


def _agents(who: Who, done: Deed) -> list[Resource]:
    """The one who acted, the one it was done for, and the program in between."""
    person: Resource = {"requestor": True}
    if who.reference:
        person["who"] = {"reference": who.reference, **({"display": who.name} if who.name else {})}
    else:
        person["name"] = who.name or who.kind
    if who.roles:
        person["role"] = [{"text": role} for role in who.roles]
    if who.organization:
        person["policy"] = [f"urn:samspill:basis:{basis}" for basis in done.basis]
        agents = [person, {"requestor": False, "who": {"reference": who.organization}}]
    else:
        agents = [person]
    if done.on_behalf_of:
        of = {"reference": f"Patient/{done.on_behalf_of}"}
        agents.append({"requestor": False, "who": of, "type": _role("humanuser")})
    if who.client:
        agents.append({"requestor": False, "altId": who.client, "type": _role("dataprocessor")})
    return agents


def _role(code: str) -> Resource:
    return {"coding": [{"system": _AGENTS, "code": code}]}


def _entity(reference: str, type: str, role: str) -> Resource:
    return {
        "what": {"reference": reference},
        "type": {"system": _ENTITIES, "code": type},
        "role": {"system": _ROLES, "code": role},
    }


def _asked(type: str) -> Resource:
    """What was looked for where nothing was found or the request was refused."""
    return {"type": {"system": "http://hl7.org/fhir/resource-types", "code": type}}


def _versioned(seen: str) -> str:
    type, id, number = seen.split("/")
    return f"{type}/{id}/_history/{number}"


def _instant(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000_000, UTC).isoformat(timespec="milliseconds")
