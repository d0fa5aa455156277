"""Wishes and statements to FHIR and back: Consent and Task. docs/adr/0020

https://hl7.org/fhir/R4/consent.html · https://hl7.org/fhir/R4/task.html
"""

from collections.abc import Sequence
from datetime import date

from samspill.access import consent, facts
from samspill.base.clock import instant
from samspill.base.json import Resource
from samspill.norway import codes
from samspill.services.privacy.model import EVERYTHING, Emergency, Outcome, Wish, WishKind

SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
REASONS = "urn:samspill:emergency-reason"
REVIEW = "urn:samspill:emergency-review"
PURPOSE = "http://terminology.hl7.org/CodeSystem/v3-ActReason"


def restriction(wish: Wish, patient: str, by: str, at: int) -> Resource:
    """The Consent of a restriction or a blocking."""
    provision: Resource = {"type": "deny"}
    if wish.until_on:
        provision["period"] = {"end": wish.until_on.isoformat()}
    if wish.towards:
        provision["actor"] = [_actor(each) for each in wish.towards]
    if "/" in wish.what:
        reference = {"reference": wish.what}
        provision["data"] = [{"meaning": "related", "reference": reference}]
    elif wish.what != EVERYTHING:
        provision["class"] = [{"system": consent.RESOURCE_TYPES, "code": wish.what}]
    if wish.spare:
        spared = [_actor(each) for each in wish.spare]
        provision["provision"] = [{"type": "permit", "actor": spared}]
    category = consent.BLOCKING if wish.kind == "blocking" else consent.RESTRICTION
    return _consent(patient, by, at, {"system": codes.PRIVACY_SCOPE, "code": category}, provision)


def proxy(
    patient: str, by: str, at: int, to: str, areas: Sequence[str], until: date | None
) -> Resource:
    provision: Resource = {
        "type": "permit",
        "period": {"start": instant(at), **({"end": until.isoformat()} if until else {})},
        "actor": [
            {
                "role": {"coding": [{"system": codes.REPRESENTATION, "code": "FU"}]},
                "reference": {"reference": to},
            }
        ],
        "class": [{"system": consent.PROXY_AREA, "code": each} for each in areas],
    }
    category = {"system": codes.PRIVACY_SCOPE, "code": consent.PROXY}
    return _consent(patient, by, at, category, provision)


def own_access(patient: str, by: str, at: int) -> Resource:
    """Parents let a youth of 13 to 15 see the own record."""
    category = {"system": consent.CATEGORY, "code": "own-access"}
    return _consent(patient, by, at, category, {"type": "permit"})


def _consent(patient: str, by: str, at: int, category: Resource, provision: Resource) -> Resource:
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": SCOPE, "code": "patient-privacy"}]},
        "category": [{"coding": [category]}],
        "patient": {"reference": f"Patient/{patient}"},
        "dateTime": instant(at),
        "performer": [{"reference": by}],
        "policyRule": {"text": "pasient- og brukerrettighetsloven § 5-3"},
        "provision": provision,
    }


def _actor(reference: str) -> Resource:
    role = {"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": "IRCP"}
    return {"role": {"coding": [role]}, "reference": {"reference": reference}}


def wish(resource: Resource) -> Wish:
    """A Consent as a wish."""
    provision = resource.get("provision", {})
    types = [each.get("code", "") for each in provision.get("class", ())]
    data = [each["reference"].get("reference", "") for each in provision.get("data", ())]
    period = provision.get("period", {})
    spared = [each for each in provision.get("provision", ()) if each.get("type") == "permit"]
    kind = _kind(resource)
    return Wish(
        id=resource["id"],
        kind=kind,
        what=next(iter((*data, *(types if kind != "proxy" else ()))), EVERYTHING),
        towards=_references(provision),
        spare=tuple(name for each in spared for name in _references(each)),
        areas=tuple(types) if kind == "proxy" else (),
        from_on=_day(period.get("start") or resource.get("dateTime")),
        until_on=_day(period.get("end")),
        is_active=resource.get("status") == "active",
    )


def _kind(resource: Resource) -> WishKind:
    found = {
        each.get("code")
        for category in resource.get("category", ())
        for each in category.get("coding", ())
    }
    if consent.PROXY in found:
        return "proxy"
    if "own-access" in found:
        return "own-access"
    if consent.BLOCKING in found:
        return "blocking"
    return "restriction" if resource.get("provision", {}).get("type") == "deny" else "consent"


def _references(provision: Resource) -> tuple[str, ...]:
    named = (each.get("reference", {}).get("reference") for each in provision.get("actor", ()))
    return tuple(each for each in named if each)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text and len(text) >= 10 else None


def statement(code: str, patient: str, by: str, at: int, until: int, reason: Resource) -> Resource:
    """The Task of a stated need or an emergency: who, whom, why, and for how long."""
    return {
        "resourceType": "Task",
        "status": "requested" if code == "emergency" else "completed",
        "intent": "order",
        "code": {"coding": [{"system": facts.ACCESS_TASK, "code": code}]},
        "for": {"reference": f"Patient/{patient}"},
        "requester": {"reference": by},
        "authoredOn": instant(at),
        "executionPeriod": {"start": instant(at), "end": instant(until)},
        "reasonCode": reason,
    }


def reviewed(task: Resource, outcome: Outcome, comment: str, by: str) -> Resource:
    """The Task with what the review has said."""
    status: Resource = {"coding": [{"system": REVIEW, "code": outcome}]}
    if comment.strip():
        status["text"] = comment.strip()
    return {**task, "status": "completed", "businessStatus": status, "owner": {"reference": by}}


def emergency(task: Resource, name: str) -> Emergency:
    coding: Resource = next(iter(task.get("businessStatus", {}).get("coding", ())), {})
    outcome: Outcome | None = None
    if coding.get("system") == REVIEW:
        outcome = "justified" if coding.get("code") == "justified" else "questioned"
    reason: Resource = task.get("reasonCode", {})
    given: Resource = next(iter(reason.get("coding", ())), {})
    return Emergency(
        id=task["id"],
        patient=task["for"]["reference"].partition("/")[2],
        who=task["requester"]["reference"],
        who_name=name,
        at=task["executionPeriod"]["start"],
        until=task["executionPeriod"]["end"],
        reason=given.get("code", ""),
        text=reason.get("text", ""),
        outcome=outcome,
        comment=task.get("businessStatus", {}).get("text", ""),
        reviewer=task.get("owner", {}).get("reference", ""),
    )
