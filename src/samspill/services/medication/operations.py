"""$medication-list, $reconcile and $getMedication of a Patient.

The first two are no operations of the standard: urn:samspill:operation:medication-list and
urn:samspill:operation:reconcile. $getMedication answers as the national medication modules do: a
document Bundle in Parameters. http://ehelse.no/fhir/StructureDefinition/sfm-MedicationBundle
"""

from samspill.base import clock
from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.interactions import read
from samspill.interactions.service import Call
from samspill.services.medication import service
from samspill.services.medication.mapping import lists
from samspill.services.medication.mapping.lists import PersonList
from samspill.services.medication.model.reconciling import Answer

SECTIONS = "http://ehelse.no/fhir/CodeSystem/sfm-section-types"


def medication_list(call: Call) -> Resource:
    """The list with its lines, as a collection; `version` asks for an earlier one."""
    number = int(call.value("version") or 0)
    return _bundle("collection", call, service.person_list(call.session, call.id, number))


def reconcile(call: Call) -> Resource:
    """Without answers, the differences; with answers and `base`, the new version of the list."""
    answers = {}
    for given in call.values("answer"):
        line, _, answer = str(given).partition("=")
        if answer not in tuple(Answer):
            raise InvalidRequest(
                "This answer is not known",
                "Dette svaret er ikke kjent",
                where="answer",
                expected="line=behold | line=endre | line=seponer",
            )
        answers[line] = Answer(answer)
    if not answers:
        return _differences(call)
    base, reason = int(call.value("base") or 0), str(call.value("reason") or "")
    signed = service.reconcile(call.session, call.id, base, answers, reason)
    return _bundle("collection", call, signed)


def get_medication(call: Call) -> Resource:
    """The list as a document in Parameters, as the national medication modules answer."""
    found = service.person_list(call.session, call.id)
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": "medication", "resource": _bundle("document", call, found)}],
    }


def _differences(call: Call) -> Resource:
    seen, rows = service.reconciliation(call.session, call.id)
    told = []
    for row in rows:
        parts: list[Resource] = [
            {"name": "line", "valueString": row.id},
            {"name": "name", "valueString": row.name},
        ]
        parts += [{"name": "difference", "valueCode": one.value} for one in row.differences]
        parts += [
            {"name": source.value, "valueReference": {"reference": said.reference}}
            for source, said in row.said.items()
        ]
        told.append({"name": "row", "part": parts})
    base = {"name": "base", "valueUnsignedInt": seen.number}
    return {"resourceType": "Parameters", "parameter": [base, *told]}


def _bundle(type: str, call: Call, of: PersonList) -> Resource:
    at = clock.instant(call.session.platform.clock())
    lines = [
        {**lists.statement(of.patient, id, line), "meta": {"versionId": str(of.numbers[id])}}
        for id, line in of.lines.items()
    ]
    head: list[Resource] = []
    if type == "document":
        person = read.resource(call.session, "Patient", of.patient)
        head = [_composition(of, at), person]
    elif of.number:
        head = [lists.to_list(of)]
    base = call.session.base.rstrip("/")
    entries = [
        {"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one}
        for one in [*head, *lines]
    ]
    made: Resource = {"resourceType": "Bundle", "type": type, "timestamp": at, "entry": entries}
    if type == "document":
        made["identifier"] = {"value": f"{lists.list_id(of.patient)}-{of.number}"}
    return made


def _composition(of: PersonList, at: str) -> Resource:
    author = {"reference": of.author} if of.author else {"display": "Samspill"}
    coding = {"system": SECTIONS, "code": "sectionMedication"}
    section = {
        "title": "Medication",
        "code": {"coding": [coding]},
        "entry": [{"reference": f"MedicationStatement/{id}"} for id in of.lines],
    }
    return {
        "resourceType": "Composition",
        "id": f"{lists.list_id(of.patient)}-{of.number}",
        "status": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11503-0"}]},
        "subject": {"reference": f"Patient/{of.patient}"},
        "date": at,
        "author": [author],
        "title": "Medication summary",
        "section": [{name: value for name, value in section.items() if value != []}],
    }
