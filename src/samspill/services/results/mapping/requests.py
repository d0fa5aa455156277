"""Requisitions that a report answers, as ServiceRequest. https://hl7.org/fhir/R4/servicerequest.html"""

from collections.abc import Iterator

from samspill.base.json import Resource
from samspill.norway import kith
from samspill.services.results.mapping import parties, values, versions
from samspill.services.results.mapping.parties import Cast
from samspill.services.results.mapping.tree import NOTHING, Node

PRIORITIES = {"OHJELP": "stat", "TELC": "stat", "DATO": "urgent", "PK": "urgent", "NORM": "routine"}
"""Wanted priority (Volven 7303) as ServiceRequest.priority."""


def requests(cast: Cast, report: Node, id: str, subject: Resource) -> Iterator[Resource]:
    """One for each requisition; what is told of the patient for it goes with the first."""
    requester = [
        each for holder in report.all("Requester") for each in parties.provider(cast, holder)
    ]
    people = [each for each in requester if each.get("reference", "").startswith("Practitioner/")]
    told = [each for whom in versions.subjects(report) for each in _told(whom)]
    # What is told of the patient needs a place, also where no requisition is named.
    for number, node in enumerate(report.all("ServReq") or ([NOTHING] if told else [])):
        asked = values.concept(node.one("MsgDescr"), table=8202)
        made: Resource = {
            "resourceType": "ServiceRequest",
            "id": parties.stable_id("ServiceRequest", id, str(number)),
            "extension": list(_extensions(node, requester)),
            "identifier": list(_identifiers(node)),
            "status": "revoked" if node.get("ServType") == kith.CANCELLATION else "completed",
            "intent": "order",
            "category": [asked] if asked else [],
            "priority": PRIORITIES.get(node.get("RequestedPrioReport"), ""),
            "subject": subject,
            "authoredOn": values.moment(node.get("IssueDate")),
            "requester": next(iter((*people, *requester)), None),
            "performer": [
                each for s in report.all("ServProvider") for each in parties.provider(cast, s)
            ],
            "reasonCode": [*_reasons(node), *([] if number else [reason for reason, _ in told])],
            "note": [
                {"text": text}
                for text in (*_notes(node), *([] if number else [note for _, note in told]))
                if text
            ],
        }
        yield {key: value for key, value in made.items() if value}


def _identifiers(node: Node) -> Iterator[Resource]:
    system = "http://terminology.hl7.org/CodeSystem/v2-0203"
    for name, code in (("Id", "PLAC"), ("IdByServProvider", "FILL")):
        if text := node.get(name):
            yield {"type": {"coding": [{"system": system, "code": code}]}, "value": text}


def _extensions(node: Node, requester: list[Resource]) -> Iterator[Resource]:
    if received := values.moment(node.get("ReceiptDate")):
        yield values.extension("received", valueDateTime=received)
    for name, table in (("PaymentCat", 7304), ("RequestedPrioReport", 7303), ("Ack", 8203),
                        ("Reservation", ""), ("Permission", "")):  # fmt: skip
        for each in node.all(name):
            if found := values.concept(each, table=table):
                yield values.extension(name.lower(), valueCodeableConcept=found)
    # FHIR has room for one requester; the person is it, and the place stands here.
    for place in requester[:-1]:
        yield values.extension("requester-place", valueReference=place)


def _reasons(node: Node) -> Iterator[Resource]:
    for each in node.all("ReasonAsText"):
        made = values.concept(*each.all("TextCode"), text=each.get("TextResultValue"))
        if heading := values.concept(each.one("Heading"), table=8231):
            made["extension"] = [values.extension("heading", valueCodeableConcept=heading)]
        if made:
            yield made


def _notes(node: Node) -> Iterator[str]:
    yield node.get("ReqComment")
    for each in node.all("Comment"):
        heading, coded = each.one("Heading").attributes, each.one("TextCode").attributes
        said = (each.get("TextResultValue"), coded.get("DN") or coded.get("OT") or coded.get("V"))
        text = ", ".join(filter(None, said))
        yield f"{heading['DN']}: {text}" if heading.get("DN") and text else text


def _told(patient: Node) -> Iterator[tuple[Resource, str]]:
    """Clinical information for the laboratory, each with a comment on it."""
    for each in patient.all("InfItem"):
        said = each.one("Observation")
        moments = (each.get(name) for name in ("StartDateTime", "EndDateTime", "OrgDate"))
        dates = " – ".join(filter(None, moments))
        made = values.concept(*said.all("CodedDescr"), text=said.get("Description"))
        note = " ".join(filter(None, (said.get("Comment"), dates and f"({dates})")))
        made = made or {"text": note or "?"}
        if kind := values.concept(each.one("Type"), table=8204):
            made["extension"] = [values.extension("heading", valueCodeableConcept=kind)]
        yield made, note
