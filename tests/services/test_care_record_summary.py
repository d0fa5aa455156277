"""The International Patient Summary of each person of the stories. https://hl7.org/fhir/uv/ips/"""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from builders import record as records
from samspill.access.actor import Actor, Assurance, Kind
from samspill.base.json import Resource
from samspill.interactions import create, operation
from samspill.interactions.session import Session
from samspill.population import seed, stories
from samspill.services.care_record import service
from samspill.services.care_record.mapping import choice, summary

REQUIRED = {"48765-2", "10160-0", "11450-4"}
SIGN_INS = {story.sign_in.partition("/")[::2] for story in stories.STORIES}
PATIENTS = sorted(id for type, id in SIGN_INS if type == "Patient")
EVIL = "<script>alert('x')</script> & \"more\""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The record of the stories."""
    with records.opened(tmp_path_factory.mktemp("record")) as session:
        seed.run(session, people=1, seed=2026, report=lambda _: None, jobs=1)
        yield session


def a_citizen(session: Session, patient: str) -> Session:
    actor = Actor(Kind.CITIZEN, f"Patient/{patient}", roles=("citizen",), assurance=Assurance.HIGH)
    return session.acting(actor)


def resources(bundle: Resource) -> list[Resource]:
    return [entry["resource"] for entry in bundle["entry"]]


def faults(bundle: Resource) -> list[str]:
    """The rules of the guide, read independently of the code that makes the document."""
    found = []
    held = resources(bundle)
    head = held[0]
    if bundle["type"] != "document" or head["resourceType"] != "Composition":
        found.append("no document")
    if head["type"]["coding"][0]["code"] != "60591-5" or head["status"] != "final":
        found.append("no summary")
    if not {each["code"]["coding"][0]["code"] for each in head["section"]} >= REQUIRED:
        found.append("a required section is missing")
    for section in head["section"]:
        if bool(section.get("entry")) == bool(section.get("emptyReason")):
            found.append(f"{section['title']}: entries or a reason, and never both")
        if not section["text"]["div"].startswith("<div"):
            found.append(f"{section['title']}: no narrative")
    names = {f"{each['resourceType']}/{each['id']}" for each in held}
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    outside = {each for each in summary.references(held) if each not in names and each[0] != "#"}
    found += [f"{each} is not in the document" for each in outside]
    if len(set(urls)) != len(urls) or len(names) != len(held):
        found.append("something is there twice")
    [patient] = [each for each in held if each["resourceType"] == "Patient"]
    if not patient.get("name") or not patient.get("birthDate"):
        found.append("the patient has no name or birth date")
    return found


@pytest.mark.parametrize("patient", PATIENTS)
def test_the_summary_of_a_person_keeps_the_rules(told: Session, patient: str) -> None:
    made = operation.run(told, "summary", "Patient", patient)
    assert isinstance(made, dict)
    assert faults(made) == []
    issues = told.platform.validator.validate(made)
    assert [each for each in issues if each.severity in ("error", "fatal")] == []


def test_the_rules_are_broken_by_a_document_that_is_not_whole(told: Session) -> None:
    made = service.summary(told, "diabetes")
    made["entry"] = made["entry"][:-1]
    made["entry"][0]["resource"]["section"][1].pop("entry", None)
    assert len(faults(made)) >= 2


def test_what_is_not_known_is_said_in_code(told: Session) -> None:
    version = create.create(told, a_stranger())
    said = summary.read(service.summary(told, version.id))
    nothing = {section.code: section.nothing for section in said.sections if not section.lines}
    assert nothing["48765-2"] == "No information about allergies"
    made = service.summary(told, version.id)
    codes = [each["code"]["coding"][0]["code"] for each in resources(made)
             if each["resourceType"] == "AllergyIntolerance"]  # fmt: skip
    assert codes == ["no-allergy-info"]


def a_stranger(**elements: Any) -> Resource:
    return {
        "resourceType": "Patient",
        "name": [{"family": "Nordmann", "given": ["Kari"]}],
        "birthDate": "1980-02-29",
        **elements,
    }


def test_the_narrative_is_escaped(told: Session) -> None:
    patient = create.create(told, a_stranger()).id
    create.create(
        told,
        {
            "resourceType": "AllergyIntolerance",
            "patient": {"reference": f"Patient/{patient}"},
            "code": {"text": EVIL},
            "clinicalStatus": {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                        "code": "active",
                    }
                ]
            },
        },
    )
    made = service.summary(told, patient)
    narrative = "".join(each["text"]["div"] for each in made["entry"][0]["resource"]["section"])
    assert "<script" not in narrative
    assert "&lt;script&gt;" in narrative
    assert not [each for each in told.platform.validator.validate(made) if each.severity == "error"]


def test_a_graded_address_is_left_out(told: Session) -> None:
    made = service.summary(told, "protected-address")
    [patient] = [each for each in resources(made) if each["resourceType"] == "Patient"]
    assert "address" not in patient
    assert "telecom" not in patient


def test_a_refuted_allergy_and_a_cold_are_no_part_of_it(told: Session) -> None:
    said = {each.code: each for each in summary.read(service.summary(told, "emergency")).sections}
    assert [each.title for each in said["48765-2"].lines] == ["Penicillin"]
    cold = {
        "resourceType": "Condition",
        "category": [{"coding": [{"code": "encounter-diagnosis"}]}],
    }
    assert (
        choice.past_problems([cold | {"clinicalStatus": {"coding": [{"code": "resolved"}]}}]) == []
    )


def test_each_citizen_gets_the_own_summary_and_no_other(told: Session) -> None:
    mine = a_citizen(told, "diabetes")
    assert faults(service.summary(mine, "diabetes")) == []
    assert len(resources(service.summary(mine, "diabetes"))) > 20
    with pytest.raises(Exception, match=r"no such resource|no access"):
        operation.run(mine, "summary", "Patient", "emergency")


def test_a_summary_is_made_in_time(told: Session) -> None:
    service.summary(told, "diabetes")
    started = time.perf_counter()
    service.summary(told, "diabetes")
    assert time.perf_counter() - started < 0.5, "150 ms on a quiet machine"


def test_a_composition_heads_a_document(told: Session) -> None:
    loinc = {"system": "http://loinc.org", "code": "60591-5"}
    head = {
        "resourceType": "Composition",
        "status": "final",
        "type": {"coding": [loinc]},
        "subject": {"reference": "Patient/diabetes"},
        "date": "2026-11-23",
        "title": "Oppsummering",
        "author": [{"reference": "Practitioner/gp-5001-1"}],
        "section": [{"title": "Mål", "entry": [{"reference": "Goal/diabetes-go1"}]}],
    }
    kept = create.create(told, head)
    whole = operation.run(told, "document", "Composition", kept.id, [("persist", True)])
    assert isinstance(whole, dict)
    types = [each["resourceType"] for each in resources(whole)]
    assert types == ["Composition", "Patient", "Practitioner", "Goal"]
    assert whole["meta"]["versionId"] == "1"
