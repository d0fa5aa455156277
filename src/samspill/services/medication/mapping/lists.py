"""The list (pasientens legemiddelliste) as FHIR: a List, its lines, and a Provenance per version.

Lines are MedicationStatements of their own, so that every reader of the record finds them; the List
names them with their versions, so that each version of the list is a whole for ever.
https://hl7.org/fhir/R4/list.html · https://hl7.org/fhir/R4/provenance.html
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from samspill.base import clock, json
from samspill.base.json import Resource
from samspill.services import elements
from samspill.services.elements import When
from samspill.services.medication.model import reconciling
from samspill.services.medication.model.reconciling import From, Said
from samspill.services.medication.model.versions import Lines, is_stopped

LOINC = "http://loinc.org"
IN_USE, AT_DISCHARGE = "10160-0", "10183-2"
RESPONSIBLE = "urn:samspill:medication-list:responsible"
SIGNATURE = {
    "system": "urn:iso-astm:E1762-95:2013",
    "code": "1.2.840.10065.1.12.1.1",
    "display": "Author's Signature",
}
NOT_OF_THE_LINE = frozenset({"id", "meta", "resourceType", "subject", "text"})


@dataclass(frozen=True, slots=True)
class PersonList:
    """One version of a person's list; 0 when nobody has signed one yet."""

    patient: str
    number: int
    lines: Lines
    numbers: Mapping[str, int]
    """The version of each line."""
    author: str = ""
    at: When = elements.UNKNOWN
    reason: str = ""
    responsible: str = ""
    author_name: str = ""
    responsible_name: str = ""

    @property
    def in_use(self) -> Lines:
        return {id: line for id, line in self.lines.items() if not is_stopped(line)}


def list_id(patient: str) -> str:
    """One for each person, so that two who begin at once meet; ids may be as long as ours."""
    return f"pll-{sha256(patient.encode()).hexdigest()[:32]}"


def line(statement: Resource) -> Resource:
    return {name: value for name, value in statement.items() if name not in NOT_OF_THE_LINE}


def places(list: Resource) -> list[tuple[str, int]]:
    """Id and version of each line."""
    found = []
    for entry in list.get("entry", ()):
        _, id, _, number = entry["item"]["reference"].split("/")
        found.append((id, int(number)))
    return found


def statement(patient: str, id: str, line: Resource) -> Resource:
    subject = {"reference": f"Patient/{patient}"}
    return {"resourceType": "MedicationStatement", "id": id, **line, "subject": subject}


def to_list(of: PersonList) -> Resource:
    """The List resource of a version."""
    made: Resource = {
        "resourceType": "List",
        "id": list_id(of.patient),
        "status": "current",
        "mode": "working",
        "title": "Pasientens legemiddelliste",
        "code": {"coding": [{"system": LOINC, "code": IN_USE}]},
        "subject": {"reference": f"Patient/{of.patient}"},
        "date": of.at.at.isoformat(),
        "source": named(of.author, of.author_name),
        "note": [{"text": of.reason}],
        "entry": [
            {"item": {"reference": f"MedicationStatement/{id}/_history/{of.numbers[id]}"}}
            for id in of.lines
        ],
    }
    if of.responsible:
        doctor = named(of.responsible, of.responsible_name)
        made["extension"] = [{"url": RESPONSIBLE, "valueReference": doctor}]
    return {name: value for name, value in made.items() if value != []}


def from_list(patient: str, number: int, list: Resource, lines: Lines) -> PersonList:
    source = list.get("source") or {}
    doctors = [
        one["valueReference"] for one in list.get("extension", ()) if one["url"] == RESPONSIBLE
    ]
    doctor: Resource = next(iter(doctors), {})
    return PersonList(
        patient, number, lines, dict(places(list)),
        author=source.get("reference", ""), author_name=source.get("display", ""),
        at=elements.when(list.get("date")), reason=list.get("note", [{}])[0].get("text", ""),
        responsible=doctor.get("reference", ""), responsible_name=doctor.get("display", ""),
    )  # fmt: skip


def provenance(of: PersonList, sources: Sequence[str], at: int) -> Resource:
    """Who signed a version, when and why, from what; with the digest of all that it says."""
    target, who = f"List/{list_id(of.patient)}/_history/{of.number}", {"reference": of.author}
    recorded = clock.instant(at)
    made: Resource = {
        "resourceType": "Provenance",
        "id": f"{list_id(of.patient)}-{of.number}",
        "target": [{"reference": target}, {"reference": f"Patient/{of.patient}"}],
        "recorded": recorded,
        "reason": [{"text": of.reason}],
        "agent": [{"who": named(of.author, of.author_name)}],
        "entity": [{"role": "source", "what": {"reference": one}} for one in sources],
        "signature": [
            {
                "type": [SIGNATURE],
                "when": recorded,
                "who": who,
                "data": b64encode(digest(of).encode()).decode(),
            }
        ],
    }
    return {name: value for name, value in made.items() if value != []}


def digest(of: PersonList) -> str:
    """SHA-256 over author, reason, number and lines: a later change of any of them shows."""
    told = [of.author, of.reason, of.number, {id: of.lines[id] for id in sorted(of.lines)}]
    return sha256(json.format(told)).hexdigest()


def said(source: From, resource: Resource, language: str = "nb") -> Said:
    """What a resource of a source says of one medicine."""
    medicine = resource.get("medicationCodeableConcept")
    name = elements.concept(medicine) or elements.displays(resource.get("medicationReference"))
    dosages = resource.get("dosage") or resource.get("dosageInstruction") or []
    given = [one.get("text", "") for one in dosages]
    version = (resource.get("meta") or {}).get("versionId", "")
    reference = f"{resource['resourceType']}/{resource.get('id', '')}"
    taken = {"medicationCodeableConcept": medicine, "dosage": dosages}
    is_statement = resource["resourceType"] == "MedicationStatement"
    own = line(resource) if is_statement else {"status": "active", **taken}
    return Said(
        source=source,
        reference=f"{reference}/_history/{version}" if version else reference,
        key=substance(resource) or name.casefold(),
        name=name,
        dosage="; ".join(filter(None, given)),
        strength=reconciling.strength(name),
        is_taken=not is_stopped(resource) or not is_statement,
        line=own,
    )


def substance(resource: Resource) -> str:
    """The ATC code of a statement, order or dispensing."""
    from_concept = elements.codings(resource.get("medicationCodeableConcept"))
    return next((c for system, c in from_concept if system.endswith(("atc", "7180"))), "")


def named(reference: str, name: str) -> Resource:
    return {"reference": reference, **({"display": name} if name else {})}


def listed(of: PersonList, id: str) -> Resource:
    """A line as the resource that it is, with its version."""
    version = {"meta": {"versionId": str(of.numbers[id])}}
    return {**statement(of.patient, id, of.lines[id]), **version}


def is_own(statement: Resource) -> bool:
    who = (statement.get("informationSource") or {}).get("reference", "")
    return str(who).startswith(("Patient/", "RelatedPerson/"))


def latest(resources: Iterable[Resource], source: From) -> list[Said]:
    """The newest word of a source about each medicine."""
    newest: dict[str, Said] = {}
    for each in sorted(
        resources, key=lambda one: str(one.get("whenHandedOver") or one.get("dateAsserted"))
    ):
        word = said(source, each)
        newest[word.key] = word
    return list(newest.values())
