"""Use cases: find a person, and read what their record holds."""

from collections.abc import Sequence
from datetime import date

from samspill.base import clock
from samspill.base.errors import Forbidden, NotFound
from samspill.base.json import Resource
from samspill.fhir.search import escapes
from samspill.interactions import read, search
from samspill.interactions.platform import fhir_base
from samspill.interactions.session import Session
from samspill.norway import identifiers
from samspill.services import finding
from samspill.services.care_record import model
from samspill.services.care_record.mapping import choice, content, record, timeline
from samspill.services.care_record.mapping import summary as summaries
from samspill.services.care_record.model import (
    Appointment,
    Critical,
    Diagnosis,
    Document,
    Event,
    Person,
    Summary,
)

FOUND = "20"
"""Most people that a search by name shows."""

A_SECTION = "300"
"""Most resources that a section of the summary is chosen among."""

# Type and the parameter that gives its main date, for the timeline.
DATED = {
    "Condition": "onset-date",
    "DocumentReference": "date",
    "Encounter": "date",
    "Immunization": "date",
    "MedicationRequest": "authoredon",
    "Observation": "date",
    "ServiceRequest": "authored",
}


def person(session: Session, id: str) -> Person:
    return record.person(read.resource(session, "Patient", id))


def find_people(session: Session, typed: str) -> tuple[Person, ...]:
    """People by a number of any Norwegian kind, or by parts of their names."""
    numbers = identifiers.recognise(typed)
    if numbers:
        values = ",".join(f"{number.system}|{number.value}" for number in numbers)
        return _people(session, [("identifier", values)])
    words = [("name", escapes.escape(word)) for word in typed.replace(",", " ").split()]
    return _people(session, words) if words else ()


def listed_people(session: Session, practitioner: str) -> tuple[Person, ...]:
    """Those who have the practitioner as their regular GP, in any of the practitioner's roles."""
    own = f"Practitioner/{practitioner}"
    found = search.search(session, "PractitionerRole", [("practitioner", own)])
    roles = [f"PractitionerRole/{role['id']}" for role in found.resources()]
    return _people(session, [("general-practitioner", ",".join((own, *roles)))])


def critical_information(session: Session, patient: str) -> tuple[Critical, ...]:
    """Allergies and flags in force, by group and the severe ones first; refuted ones last.

    What was written in error is deleted, and nowhere; what is refuted is known not to be so.
    """
    allergies = _of(session, "AllergyIntolerance", patient)
    found = [record.allergy(one) for one in allergies if not choice.is_in_error(one)]
    flags = _of(session, "Flag", patient)
    found += [record.flag(one) for one in flags if one.get("status") == "active"]
    order = model.GROUPS.index
    return tuple(
        sorted(
            found,
            key=lambda one: (one.is_refuted, order(one.group), not one.is_severe, one.title),
        )
    )


def diagnoses(session: Session, patient: str) -> tuple[Diagnosis, ...]:
    """The active ones first, then by how new they are; what one visit was about (a cold) stands
    in the timeline only."""
    conditions = _of(session, "Condition", patient)
    found = [record.diagnosis(one) for one in conditions if choice.is_standing(one)]
    newest_first = sorted(found, key=lambda one: one.since, reverse=True)
    return tuple(sorted(newest_first, key=lambda one: not one.is_active))


def documents(session: Session, patient: str) -> tuple[Document, ...]:
    """All documents, the newest first, without their content."""
    found = [record.document(one) for one in _of(session, "DocumentReference", patient)]
    return tuple(sorted(found, key=lambda one: one.when, reverse=True))


def document(session: Session, patient: str, id: str) -> Document:
    """One document with its content; NotFound if it is not about this person."""
    resource = read.resource(session, "DocumentReference", id)
    if (resource.get("subject") or {}).get("reference") != f"Patient/{patient}":
        raise NotFound("There is no such document", "Dokumentet finnes ikke", where="id")
    attachment = content.attachment(resource)
    data, type = str(attachment.get("data", "")), str(attachment.get("contentType", ""))
    if not data and str(attachment.get("url", "")).startswith("Binary/"):
        binary = read.resource(session, "Binary", attachment["url"].removeprefix("Binary/"))
        data, type = str(binary.get("data", "")), str(binary.get("contentType", type))
    return record.document(resource, content.paragraphs(data, type), type)


def next_appointments(session: Session, patient: str) -> tuple[Appointment, ...]:
    """Booked times from now on, the soonest first."""
    now = clock.instant(session.platform.clock())
    booked = [("status", "booked,pending,arrived"), ("date", f"ge{now}"), ("_sort", "date")]
    return tuple(record.appointment(one) for one in _of(session, "Appointment", patient, *booked))


def events(session: Session, patient: str, since: date | None = None) -> tuple[Event, ...]:
    """The timeline, the newest first; from a day on, or all."""
    found: list[Resource] = []
    for type, parameter in DATED.items():
        dates = [(parameter, f"ge{since.isoformat()}")] if since else []
        found += _of(session, type, patient, ("_sort", f"-{parameter}"), *dates)
    return model.order(timeline.events(found))


def summary(session: Session, patient: str) -> Resource:
    """The International Patient Summary as a document, of what this session may see."""
    platform = session.platform
    found = {
        code: choose([one for type in types for one in _seen(session, type, patient)])
        for code, (types, choose) in choice.SECTIONS.items()
    }
    person = read.resource(session, "Patient", patient)
    return summaries.document(
        person,
        found,
        _named(session, [person, *(one for each in found.values() for one in each)]),
        base=session.base or fhir_base(platform.settings),
        id=platform.ids(),
        now=clock.instant(platform.clock()),
        language="nb" if session.language[:2] in {"nb", "nn", "no", "se"} else "en",
    )


def read_summary(document: Resource) -> Summary:
    """What a summary says."""
    return summaries.read(document)


def document_of(session: Session, composition: str) -> Resource:
    """The document that a stored Composition heads, with all that it names; NotFound when the
    session may not see some of that, since a document is whole or not at all."""
    head = read.resource(session, "Composition", composition)
    held = {f"Composition/{composition}": head}
    for reference in dict.fromkeys(summaries.references(head)):
        type, _, id = reference.rpartition("/")
        if type.isalpha() and reference not in held:
            held[reference] = read.resource(session, type, id)
    platform = session.platform
    return summaries.bundle(
        held,
        base=session.base or fhir_base(platform.settings),
        id=platform.ids(),
        now=clock.instant(platform.clock()),
    )


def _seen(session: Session, type: str, patient: str) -> list[Resource]:
    """The newest of a type; nothing where the session may see none."""
    asked = [("patient", f"Patient/{patient}"), *choice.ASKED.get(type, ()), ("_count", A_SECTION)]
    try:
        return search.search(session, type, asked).resources()
    except Forbidden:
        return []


def _named(session: Session, resources: Sequence[Resource]) -> list[Resource]:
    """The people, organisations and medicines that resources refer to."""
    ids: dict[str, list[str]] = {}
    for reference in dict.fromkeys(summaries.references([*resources])):
        type, _, id = reference.rpartition("/")
        if type in summaries.HELD and type != "Patient":
            ids.setdefault(type, []).append(id)
    asked = ((type, [("_id", ",".join(some)), ("_count", A_SECTION)]) for type, some in ids.items())
    return [one for type, query in asked for one in search.search(session, type, query).resources()]


def _people(session: Session, query: Sequence[tuple[str, str]]) -> tuple[Person, ...]:
    sorted_query = [*query, ("_sort", "family,given"), ("_count", FOUND)]
    found = search.search(session, "Patient", sorted_query)
    return tuple(record.person(one) for one in found.resources())


def _of(session: Session, type: str, patient: str, *query: tuple[str, str]) -> list[Resource]:
    return list(finding.every(session, type, [("patient", f"Patient/{patient}"), *query]))
