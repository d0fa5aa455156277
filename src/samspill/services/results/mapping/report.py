"""What holds of a report as DiagnosticReport, with all that it refers to.

https://hl7.org/fhir/R4/diagnosticreport.html
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from samspill.base.json import Resource
from samspill.norway import kith
from samspill.services.results.mapping import (
    observations,
    parties,
    requests,
    specimens,
    values,
    versions,
)
from samspill.services.results.mapping.parties import Cast
from samspill.services.results.mapping.tree import NOTHING, Node
from samspill.services.results.mapping.versions import Effective, Version

SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"


@dataclass(frozen=True, slots=True)
class Mapped:
    """The resources of one report. People whom the record numbers have a "urn:uuid:" address."""

    id: str
    """Of the DiagnosticReport."""
    cast: dict[str, Resource]
    """People and organisations by address."""
    resources: tuple[Resource, ...]
    """All else, each with its id; the DiagnosticReport is the last."""


def report_id(key: str) -> str:
    return parties.stable_id("DiagnosticReport", key)


def to_fhir(found: Effective) -> Mapped:
    """The resources of what holds of one report."""
    id, cast, node = report_id(found.latest.key), Cast(), found.latest.report
    subjects = _subjects(cast, node, id)
    subject = subjects[0][1] if subjects else {}
    taken = [
        each for holder, whom in subjects for each in specimens.specimens(cast, holder, id, whom)
    ]
    collected = {
        each.get("accessionIdentifier", {}).get("value", ""): each.get("collection", {}).get(
            "collectedDateTime", ""
        )
        for each in taken
    }
    results = _results(cast, id, found, [whom for _, whom in subjects], collected)
    asked = list(requests.requests(cast, node, id, subject)) if subject else []
    files = list(_files(node, id))
    forms = [attachment for _, attachment in files]
    body = _report(cast, found, id, subject, (asked, taken, results, forms), collected)
    binaries = [binary for binary, _ in files if binary]
    return Mapped(id, cast.resources, (*asked, *taken, *results, *binaries, body))


def _subjects(cast: Cast, report: Node, id: str) -> list[tuple[Node, Resource]]:
    """Whom the report is about; one within another is a person or thing of its own."""
    made = []
    for number, node in enumerate(versions.subjects(report)):
        match node.name:
            case "Patient":
                made.append((node, parties.person(cast, node)))
            case "Animal":
                made.append((node, parties.animal(cast, node)))
            case _:
                made.append((node, parties.material(cast, node, f"{id}/{number}")))
    return made


def _results(
    cast: Cast, id: str, found: Effective, subjects: Sequence[Resource], collected: dict[str, str]
) -> list[Resource]:
    keys = {item.key for item in found.items}
    members: dict[str, list[str]] = {}
    for item in found.items:
        if item.parent in keys:
            members.setdefault(item.parent, []).append(item.key)
    return [
        observations.observation(
            cast, id, item, subjects[min(item.subject, len(subjects) - 1)] if subjects else {},
            collected, members.get(item.key, []),
        )
        for item in found.items
    ]  # fmt: skip


Parts = tuple[list[Resource], list[Resource], list[Resource], list[Resource]]
"""Requests, specimens, results and attachments."""


def _report(
    cast: Cast,
    found: Effective,
    id: str,
    subject: Resource,
    parts: Parts,
    collected: dict[str, str],
) -> Resource:
    node, (asked, taken, results, files) = found.latest.report, parts
    withheld = {each["reference"] for one in results for each in one.get("hasMember", ())}
    moments = sorted(filter(None, collected.values())) or [
        values.moment(item.node.get("InvDate")) for item in found.items
    ]
    made: Resource = {
        "resourceType": "DiagnosticReport",
        "id": id,
        "extension": list(_extensions(cast, found)),
        "identifier": [{"value": text} for text in [node.get("ServProvId")] if text],
        "basedOn": [_reference(each) for each in asked],
        "status": found.status,
        "category": [_section(node)],
        "code": values.concept(node.one("MsgDescr"), table=8202) or {"text": "Svarrapport"},
        "subject": subject,
        "effectiveDateTime": next(filter(None, moments), "")
        or values.moment(node.get("IssueDate")),
        "issued": values.instant(node.get("IssueDate")),
        "performer": [each for s in node.all("ServProvider") for each in parties.provider(cast, s)],
        "resultsInterpreter": [
            each for s in node.all("RelServProv") for each in parties.involved(cast, s)
        ],
        "specimen": [_reference(each) for each in taken],
        "result": [
            ref for each in results if (ref := _reference(each))["reference"] not in withheld
        ],
        "conclusion": node.get("Comment"),
        "conclusionCode": [c for e in node.all("CodedComment") if (c := values.concept(e))],
        "presentedForm": files,
    }
    return {key: value for key, value in made.items() if value}


def _reference(resource: Resource) -> Resource:
    return {"reference": f"{resource['resourceType']}/{resource['id']}"}


def _section(node: Node) -> Resource:
    kind = node.get("MsgDescr")
    made = values.coding(node.one("MsgDescr"), 8202)
    section = {"system": SECTION, "code": kith.SECTIONS.get(kind, "OTH")}
    return {"coding": [section, made] if made else [section]}


def _extensions(cast: Cast, found: Effective) -> Iterator[Resource]:
    node = found.latest.report
    if approved := values.moment(node.get("ApprDate")):
        yield values.extension("approved", valueDateTime=approved)
    last = found.versions[-1].report
    if reason := values.concept(last.one("CancellationCode")):
        yield values.extension("cancelled-because", valueCodeableConcept=reason)
    if last is not node and last.get("Comment"):
        yield values.extension("cancellation-comment", valueString=last.get("Comment"))
    for subject in versions.subjects(node):
        if relation := values.concept(subject.one("Relation"), table=8238):
            yield values.extension("subject-relation", valueCodeableConcept=relation)
        for holder in subject.all("ResponsibleHcp"):
            for reference in parties.involved(cast, holder):
                yield values.extension("responsible", valueReference=reference)
    for name in ("CopyDest", "PaymentResponsible"):
        for holder in node.all(name):
            for reference in parties.provider(cast, holder):
                yield values.extension(name.lower(), valueReference=reference)


def _files(node: Node, id: str) -> Iterator[tuple[Resource, Resource]]:
    """Documents that came along or are named: the Binary of each ({} if there is none), which is
    guarded like the report, and its attachment."""
    for number, document in enumerate(node.all("RefDoc")):
        for part in document.one("Content").all("Base64Container") or [NOTHING]:
            binary = _binary(part, document.get("MimeType"), id, number)
            yield binary, _attachment(document, binary)


def _binary(part: Node, type: str, report: str, number: int) -> Resource:
    try:
        content = base64.b64decode("".join(part.text.split()), validate=True)
    except binascii.Error:
        return {}
    if not content:
        return {}
    return {
        "resourceType": "Binary",
        "id": parties.stable_id("Binary", report, str(number), sha256(content).hexdigest()),
        "contentType": type or "application/octet-stream",
        "securityContext": {"reference": f"DiagnosticReport/{report}"},
        "data": base64.b64encode(content).decode(),
    }


def _attachment(document: Node, binary: Resource) -> Resource:
    said = {"document-id": document.get("Id"), "file": document.get("FileReference")}
    made: Resource = {
        "extension": [
            values.extension(name, valueString=text) for name, text in said.items() if text
        ],
        "contentType": document.get("MimeType"),
        "url": f"Binary/{binary['id']}" if binary else "",
        "title": document.get("Description") or document.get("FileReference") or document.get("Id"),
        "creation": values.moment(document.get("IssueDate")),
    }
    for name, table in (("MsgType", 8278), ("Compression", "")):
        if found := values.concept(document.one(name), table=table):
            made["extension"].append(values.extension(name.lower(), valueCodeableConcept=found))
    return {key: value for key, value in made.items() if value}


def provenance(mapped: Mapped, version: Version, by: Resource, at: str) -> Resource:
    """Where what a version says comes from: the message as it came, who sent it and brought it."""
    sender = next(iter(mapped.resources[-1].get("performer", ())), {"display": "?"})
    agents = [(sender, "author"), (by, "enterer")]
    what: Resource = {"reference": f"Binary/{version.source}"}
    if number := version.message.get("MsgId"):
        what["identifier"] = {"value": number}
    targets = [each for each in reversed(mapped.resources) if each["resourceType"] != "Binary"]
    made: Resource = {
        "resourceType": "Provenance",
        "id": parties.stable_id("Provenance", mapped.id, version.source),
        "target": [_reference(each) for each in targets],
        "occurredDateTime": values.moment(version.message.get("GenDate")),
        "recorded": at,
        "activity": values.concept(version.report.one("ServType"), table=8207),
        "agent": [
            {"type": {"coding": [{"system": AGENT, "code": code}]}, "who": who}
            for who, code in agents
            if who
        ],
        "entity": [{"role": "source", "what": what}],
    }
    return {key: value for key, value in made.items() if value}


AGENT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def original(data: bytes, id: str, context: str) -> Resource:
    """The message, byte for byte."""
    made: Resource = {"resourceType": "Binary", "id": id, "contentType": "application/xml"}
    if context:
        made["securityContext"] = {"reference": context}
    made["data"] = base64.b64encode(data).decode()
    return made
