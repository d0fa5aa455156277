"""The International Patient Summary: a document of the sections that a stranger needs first.

References stay within the document: what they name is an entry, or only its name is kept.
https://hl7.org/fhir/uv/ips/
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import escape

from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.norway import codes, confidentiality
from samspill.services import elements
from samspill.services.care_record.mapping import lines, record
from samspill.services.care_record.model import Line, Section, Summary

ABSENT = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
EMPTY = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
REASON_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
TITLE = Text("International Patient Summary", "Internasjonal pasientoppsummering")
NOTHING = Text("Nothing is recorded here", "Ingenting er registrert her")
DEVICE: Resource = {
    "resourceType": "Device",
    "id": "samspill",
    "deviceName": [{"name": "Samspill", "type": "manufacturer-name"}],
}
"""The author: the platform puts the summary together."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A section as the guide defines it."""

    code: str
    """LOINC."""
    display: str
    heading: Text
    absent: Text | None = None
    """What a required section holds when nothing is recorded; the key is `absent_code`."""
    absent_code: str = ""


KINDS = (
    Kind("104605-1", "Alert", Text("Alerts", "Varsler")),
    Kind(
        "48765-2",
        "Allergies and adverse reactions Document",
        Text("Allergies and intolerances", "Allergier og overfølsomhet"),
        Text("No information about allergies", "Ingen opplysninger om allergier"),
        "no-allergy-info",
    ),
    Kind(
        "10160-0",
        "History of Medication use Narrative",
        Text("Medicines", "Legemidler"),
        Text("No information about medicines", "Ingen opplysninger om legemidler"),
        "no-medication-info",
    ),
    Kind(
        "11450-4",
        "Problem list - Reported",
        Text("Health problems", "Helseproblemer"),
        Text("No information about health problems", "Ingen opplysninger om helseproblemer"),
        "no-problem-info",
    ),
    Kind("11369-6", "History of Immunization note", Text("Vaccinations", "Vaksiner")),
    Kind(
        "30954-2",
        "Relevant diagnostic tests/laboratory data note",
        Text("Test results", "Prøvesvar"),
    ),
    Kind("8716-3", "Vital signs note", Text("Vital signs", "Målinger")),
    Kind("47519-4", "History of Procedures Document", Text("Procedures", "Prosedyrer")),
    Kind("46264-8", "History of medical device use", Text("Medical devices", "Medisinsk utstyr")),
    Kind("11348-0", "History of Past illness note", Text("Past problems", "Tidligere problemer")),
    Kind("18776-5", "Plan of care note", Text("Plan of care", "Planer")),
)
HELD = ["Patient", "Practitioner", "PractitionerRole", "Organization", "Medication", "Device"]
"""What entries refer to that comes along; of all else only the name."""


def document(
    patient: Resource,
    found: Mapping[str, Sequence[Resource]],
    named: Sequence[Resource],
    *,
    base: str,
    id: str,
    now: str,
    language: str,
) -> Resource:
    """The document from resources by code of section; `named` are those that they refer to."""
    patient = confidentiality.without_whereabouts(patient) if _is_hidden(patient) else patient
    sections, held = [], [patient, DEVICE, *named]
    for kind in KINDS:
        entries = list(found.get(kind.code, ())) or _absent(kind, patient, now, language)
        sections.append(_section(kind, entries, language))
        held += entries
    composition = _composition(patient, sections, id=id, now=now, language=language)
    whole = {f"{one['resourceType']}/{one['id']}": one for one in (composition, *held)}
    return bundle(whole, base=base, id=id, now=now) | {"language": language}


def bundle(whole: Mapping[str, Resource], *, base: str, id: str, now: str) -> Resource:
    """A document of resources by reference, the Composition first; references stay within it."""
    return {
        "resourceType": "Bundle",
        "id": id,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{id}"},
        "type": "document",
        "timestamp": now,
        "entry": [
            {"fullUrl": f"{base}/{name}", "resource": _closed(one, whole)}
            for name, one in whole.items()
        ],
    }


def read(bundle: Resource) -> Summary:
    """What a summary says, also one that was made elsewhere by the same guide."""
    held = {
        f"{one['resourceType']}/{one.get('id', '')}": one
        for one in (entry.get("resource") or {} for entry in bundle.get("entry") or [])
        if one
    }
    composition = next(one for one in held.values() if one["resourceType"] == "Composition")
    language = str(composition.get("language", "en"))
    subject = held[str(composition["subject"]["reference"])]
    return Summary(
        person=record.person(subject),
        made=elements.when(composition.get("date")),
        language=language,
        sections=tuple(_read(one, held, language) for one in composition.get("section") or []),
    )


def references(resource: Any) -> Iterator[str]:
    """All that a resource refers to."""
    match resource:
        case dict():
            if isinstance(resource.get("reference"), str):
                yield resource["reference"]
            for value in resource.values():
                yield from references(value)
        case list():
            for value in resource:
                yield from references(value)


def _is_hidden(patient: Resource) -> bool:
    return confidentiality.is_hidden(confidentiality.of(patient))


def _composition(
    patient: Resource, sections: Sequence[Resource], *, id: str, now: str, language: str
) -> Resource:
    subject = {"reference": f"Patient/{patient['id']}"}
    return {
        "resourceType": "Composition",
        "id": id,
        "meta": {"profile": ["http://hl7.org/fhir/uv/ips/StructureDefinition/Composition-uv-ips"]},
        "language": language,
        "text": _text((TITLE.said_in(language),), language),
        "status": "final",
        "type": _coded(codes.LOINC, "60591-5", "Patient summary Document"),
        "subject": subject,
        "date": now,
        "author": [{"reference": "Device/samspill", "display": "Samspill"}],
        "title": TITLE.said_in(language),
        "confidentiality": "N",
        "event": [
            {
                "code": [_coded("http://terminology.hl7.org/CodeSystem/v3-ActClass", "PCPR")],
                "period": {"end": now},
            }
        ],
        "section": list(sections),
    }


def _section(kind: Kind, entries: Sequence[Resource], language: str) -> Resource:
    told = [lines.line(one, language) for one in entries]
    section: Resource = {
        "title": kind.heading.said_in(language),
        "code": _coded(codes.LOINC, kind.code, kind.display),
        "text": _table(told, language),
    }
    if entries:
        return section | {"entry": [{"reference": one.reference} for one in told]}
    empty = _coded(EMPTY, "unavailable", "Unavailable")
    text = _text((NOTHING.said_in(language),), language)
    return section | {"text": text, "emptyReason": empty}


def _read(section: Resource, held: Mapping[str, Resource], language: str) -> Section:
    entries = [held[str(one["reference"])] for one in section.get("entry") or []]
    is_absent = any(system == ABSENT for one in entries for system, _ in _codes(one))
    return Section(
        code=next(iter(elements.codes(section.get("code"))), ""),
        heading=str(section.get("title", "")),
        lines=() if is_absent else tuple(lines.line(one, language) for one in entries),
        nothing=lines.line(entries[0], language).title if is_absent else NOTHING.said_in(language),
    )


def _codes(resource: Resource) -> Iterator[tuple[str, str]]:
    for name in ("code", "medicationCodeableConcept"):
        yield from elements.codings(resource.get(name))


def _absent(kind: Kind, patient: Resource, now: str, language: str) -> list[Resource]:
    """For a required section: a resource that says in code that nothing is known."""
    if kind.absent is None:
        return []
    subject = {"reference": f"Patient/{patient['id']}"}
    said = {
        **_coded(ABSENT, kind.absent_code, kind.absent.en),
        "text": kind.absent.said_in(language),
    }
    id = kind.absent_code
    match id:
        case "no-allergy-info":
            active = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
            status = {"clinicalStatus": _coded(active, "active")}
            return [{"resourceType": "AllergyIntolerance", "id": id, **status, "code": said,
                     "patient": subject}]  # fmt: skip
        case "no-medication-info":
            unknown = {"extension": [{"url": REASON_ABSENT, "valueCode": "unknown"}]}
            return [{"resourceType": "MedicationStatement", "id": id, "status": "unknown",
                     "medicationCodeableConcept": said, "subject": subject,
                     "_effectiveDateTime": unknown}]  # fmt: skip
        case _:
            active = "http://terminology.hl7.org/CodeSystem/condition-clinical"
            status = {"clinicalStatus": _coded(active, "active")}
            return [{"resourceType": "Condition", "id": id, **status, "code": said,
                     "subject": subject}]  # fmt: skip


def _closed(value: Any, whole: Mapping[str, Resource]) -> Any:
    """A copy in which every reference is to an entry or inside the resource."""
    match value:
        case dict():
            made = {key: _closed(each, whole) for key, each in value.items()}
            target = made.get("reference")
            if isinstance(target, str) and target not in whole and target[0] != "#":
                del made["reference"]
                if not made:
                    made["type"] = target.split("/")[-2] if "/" in target else "Resource"
            return made
        case list():
            return [_closed(each, whole) for each in value]
        case _:
            return value


def _table(told: Sequence[Line], language: str) -> Resource:
    """The narrative of a section: a list, whose words are escaped."""
    return _text([_sentence(one) for one in told], language)


def _sentence(one: Line) -> str:
    beside = ", ".join(filter(None, (one.code, lines.day(one.when))))
    said = f"{one.title}: {one.detail}" if one.detail else one.title
    return f"{said} ({beside})" if beside else said


def _text(sentences: Sequence[str], language: str) -> Resource:
    items = "".join(f"<li>{escape(one)}</li>" for one in sentences)
    opened = f'<div xmlns="http://www.w3.org/1999/xhtml" lang="{language}" xml:lang="{language}">'
    return {"status": "generated", "div": f"{opened}<ul>{items}</ul></div>"}


def _coded(system: str, code: str, display: str = "") -> Resource:
    coding = {"system": system, "code": code, "display": display}
    return {"coding": [{name: value for name, value in coding.items() if value}]}
