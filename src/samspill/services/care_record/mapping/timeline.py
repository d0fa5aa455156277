"""What happened, as rows of a timeline: one function for each type of resource.

A row per value would bury the rest, so results that belong together are one row.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from samspill.base.json import Resource
from samspill.services import elements
from samspill.services.care_record.mapping import content
from samspill.services.care_record.model import Event, EventKind
from samspill.services.elements import When

HIDDEN = {"entered-in-error", "cancelled", "not-done", "draft", "superseded"}
"""Statuses of what did not happen or is replaced."""


def events(resources: Iterable[Resource]) -> list[Event]:
    """The rows that resources of any type make; types without a row are passed over."""
    shown = [one for one in resources if one.get("status") not in HIDDEN]
    rows = [ROWS[one["resourceType"]](one) for one in shown if one["resourceType"] in ROWS]
    return rows + _observed([one for one in shown if one["resourceType"] == "Observation"])


def _observed(observations: Iterable[Resource]) -> list[Event]:
    """Results of a day from one place, and what a person has measured in a month, are one row."""
    groups: dict[tuple[date, EventKind, str], list[Resource]] = defaultdict(list)
    for one in observations:
        on = _observed_when(one).on
        since = on.replace(day=1) if elements.is_by_patient(one) else on
        groups[since, _observed_kind(one), elements.displays(one.get("performer"))].append(one)
    return [_group(kind, who, group) for (_, kind, who), group in groups.items()]


def _group(kind: EventKind, who: str, group: list[Resource]) -> Event:
    """One row; what lies outside its range is named first, and the newest says when it was."""
    ranked = sorted(group, key=lambda one: not elements.lies_outside(one))
    codes = [next(iter(elements.codes(one.get("code"))), "") for one in ranked]
    names = dict(zip(codes, (elements.concept(one.get("code")) for one in ranked), strict=True))
    outside = {code for code, one in zip(codes, ranked, strict=True) if elements.lies_outside(one)}
    newest = max(ranked, key=_observed_when)
    return Event(
        kind=kind,
        id=str(newest.get("id", "")),
        when=_observed_when(newest),
        names=tuple(names.values()),
        codes=tuple(names),
        values=len(group),
        outside=len(outside),
        is_own=elements.is_by_patient(newest),
        detail="",
        who=who,
        origin=elements.origin(newest, "performer"),
    )


def _observed_when(observation: Resource) -> When:
    return elements.first_when(observation, "effectiveDateTime", "effectivePeriod", "issued")


def _observed_kind(observation: Resource) -> EventKind:
    categories = observation.get("category") or []
    codes = {code for category in categories for code in elements.codes(category)}
    return "result" if "laboratory" in codes else "measurement"


def _row(
    kind: EventKind,
    resource: Resource,
    name: str,
    dates: tuple[str, ...],
    *people: str,
    detail: str = "",
) -> Event:
    return Event(
        kind=kind,
        id=str(resource.get("id", "")),
        when=elements.first_when(resource, *dates),
        names=(name,),
        codes=(),
        values=0,
        outside=0,
        is_own=False,
        detail=detail,
        who=next(filter(None, (elements.displays(resource.get(one)) for one in people)), ""),
        origin=elements.origin(resource, *people),
    )


def _document(resource: Resource) -> Event:
    type = elements.concept(resource.get("type"))
    name = str(resource.get("description") or type)
    detail = type if type != name else ""
    row = _row("document", resource, name, ("date",), "author", "custodian", detail=detail)
    return replace(row, words=_words(resource))


def _words(document: Resource) -> str:
    """The text of a note, as far as the document itself holds it."""
    held = content.attachment(document)
    data, type = str(held.get("data", "")), str(held.get("contentType", ""))
    return " ".join(content.paragraphs(data, type)) if data else ""


def _medicine(resource: Resource) -> Event:
    medicine = resource.get("medicationCodeableConcept")
    name = elements.concept(medicine) or elements.displays(resource.get("medicationReference"))
    dosages = [one.get("text", "") for one in resource.get("dosageInstruction") or []]
    reasons = [elements.concept(reason) for reason in resource.get("reasonCode") or []]
    detail = " · ".join(filter(None, ("; ".join(filter(None, dosages)), ", ".join(reasons))))
    return _row("medicine", resource, name, ("authoredOn",), "requester", detail=detail)


def _vaccine(resource: Resource) -> Event:
    name = elements.concept(resource.get("vaccineCode"))
    return _row("vaccine", resource, name, ("occurrenceDateTime", "recorded"), "performer")


def _contact(resource: Resource) -> Event:
    types = [elements.concept(type) for type in resource.get("type") or []]
    reasons = [elements.concept(reason) for reason in resource.get("reasonCode") or []]
    display = (resource.get("class") or {}).get("display", "")
    name = next(filter(None, [*types, display]), "")
    detail = ", ".join(filter(None, reasons))
    return _row("contact", resource, name, ("period",), "serviceProvider", detail=detail)


def _diagnosis(resource: Resource) -> Event:
    dates = ("onsetDateTime", "onsetPeriod", "recordedDate")
    return _row("diagnosis", resource, elements.concept(resource.get("code")), dates, "recorder")


def _referral(resource: Resource) -> Event:
    name = elements.concept(resource.get("code"))
    to = elements.displays(resource.get("performer"))
    return _row("referral", resource, name, ("authoredOn",), "requester", detail=to)


ROWS: dict[str, Callable[[Resource], Event]] = {
    "Condition": _diagnosis,
    "DocumentReference": _document,
    "Encounter": _contact,
    "Immunization": _vaccine,
    "MedicationRequest": _medicine,
    "ServiceRequest": _referral,
}
