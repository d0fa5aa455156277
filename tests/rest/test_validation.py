"""$validate with its modes, and the lines of what is wrong in a body that was sent."""

import json
from typing import Any

import httpx
import pytest

from builders.resources import a_patient

Outcome = dict[str, Any]
LINE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line"
COLUMN = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col"
XML = {"content-type": "application/fhir+xml", "accept": "application/fhir+json"}

PATIENT = """{
  "resourceType": "Patient",
  "name": [{"family": "A"}, {"given": [
     "B", 5]}],
  "multipleBirthInteger": "two",
  "gender": "unknwon"
}"""
PATIENT_XML = """<Patient xmlns="http://hl7.org/fhir">
  <name><family value="A"/></name>
  <name>
    <use value="offical"/></name>
  <contact>
    <gender value="unknwon"/>
  </contact>
</Patient>"""


def places(outcome: Outcome) -> dict[str, tuple[int, int]]:
    """Line and column by the path of the element."""
    found = {}
    for issue in outcome["issue"]:
        told = {
            each["url"]: each["valueInteger"]
            for each in issue.get("extension", ())
            if "valueInteger" in each
        }
        found[issue["expression"][0]] = (told.get(LINE, 0), told.get(COLUMN, 0))
    return found


IN_JSON = {
    "Patient.name[1].given[1]": (4, 11),
    "Patient.multipleBirth.ofType(integer)": (5, 3),
    "Patient.gender": (6, 3),
}
IN_XML = {"Patient.name[1].use": (4, 5), "Patient.contact[0].gender": (6, 5)}


def test_a_refused_write_tells_lines_and_columns(fhir: httpx.Client) -> None:
    refused = fhir.post("/Patient", content=PATIENT)

    assert refused.status_code == 400
    assert places(refused.json()) == IN_JSON
    assert places(fhir.post("/Patient", content=PATIENT_XML, headers=XML).json()) == IN_XML


def test_validation_tells_the_same_places(fhir: httpx.Client) -> None:
    told = places(fhir.post("/Patient/$validate", content=PATIENT).json())
    assert {path: told[path] for path in IN_JSON} == IN_JSON
    told = places(fhir.post("/$validate", content=PATIENT_XML, headers=XML).json())
    assert {path: told[path] for path in IN_XML} == IN_XML


def test_a_resource_among_parameters_keeps_its_own_lines(fhir: httpx.Client) -> None:
    before = (
        '{"resourceType": "Parameters", "parameter": [{"name": "mode", "valueCode": "create"},\n'
    )
    body = f'{before}{{"name": "resource", "resource":\n{PATIENT}}}]}}'

    told = places(fhir.post("/Patient/$validate?profile=", content=body).json())

    assert told["Patient.gender"] == (IN_JSON["Patient.gender"][0] + 2, 3)


def test_a_refused_transaction_tells_the_line_of_the_entry(fhir: httpx.Client) -> None:
    entry = f'{{"request": {{"method": "POST", "url": "Patient"}},\n"resource": {PATIENT}}}'
    body = f'{{"resourceType": "Bundle", "type": "transaction", "entry": [\n{entry}]}}'

    told = places(fhir.post("", content=body).json())

    assert told["Bundle.entry[0].resource.gender"] == (8, 3)


def test_a_patch_that_is_refused_names_no_line_of_the_patch(fhir: httpx.Client) -> None:
    id = fhir.post("/Patient", json=a_patient()).json()["id"]
    patch = '[{"op": "add", "path": "/gender", "value": "unknwon"}]'
    headers = {"content-type": "application/json-patch+json"}

    refused = fhir.patch(f"/Patient/{id}", content=patch, headers=headers)

    assert refused.status_code == 400
    assert places(refused.json())["Patient.gender"] == (0, 0)


def errors(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [
        each["code"] for each in response.json()["issue"] if each["severity"] in ("error", "fatal")
    ]


def asked(mode: str, resource: Outcome | None = None, **more: str) -> str:
    parameters: list[Outcome] = [{"name": "mode", "valueCode": mode}]
    if resource:
        parameters.append({"name": "resource", "resource": resource})
    parameters += [{"name": name, "valueUri": value} for name, value in more.items()]
    return json.dumps({"resourceType": "Parameters", "parameter": parameters})


def test_a_mode_asks_whether_it_could_be_done(fhir: httpx.Client) -> None:
    id = fhir.post("/Patient", json=a_patient()).json()["id"]
    one = f"/Patient/{id}/$validate"

    assert errors(fhir.post("/Patient/$validate", content=asked("create", a_patient()))) == []
    assert errors(fhir.post(one, content=asked("update", a_patient(id=id)))) == []
    assert errors(fhir.post(one, content=asked("update", a_patient(id="other")))) == ["invalid"]
    assert errors(fhir.post(one, content=asked("update", a_patient()))) == ["invalid"]
    assert errors(fhir.post(one, content=asked("delete"))) == []
    assert fhir.get(f"/Patient/{id}").status_code == 200


def test_the_mode_profile_asks_for_a_profile(fhir: httpx.Client) -> None:
    weight = "http://hl7.org/fhir/StructureDefinition/bodyweight"
    observation = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}}
    id = fhir.post("/Observation", json=observation).json()["id"]

    for place, body in (
        ("/Observation/$validate", observation),
        ("/$validate", observation),
        (f"/Observation/{id}/$validate", None),
    ):
        assert errors(fhir.post(place, content=asked("profile", body, profile=weight)))
    assert errors(
        fhir.post(
            "/Observation/$validate", content=asked("profile", observation, profile="http://x/none")
        )
    )


@pytest.mark.parametrize(
    ("place", "body"),
    [
        ("/Patient/$validate", asked("create")),
        ("/Patient/$validate", asked("delete")),
        ("/Patient/$validate", asked("much", a_patient())),
        ("/Patient/$validate", asked("profile", a_patient())),
        ("/$validate", asked("create")),
        ("/Patient/nobody/$validate", asked("delete")),
    ],
)
def test_a_mode_that_cannot_be_answered_is_refused(
    fhir: httpx.Client, place: str, body: str
) -> None:
    assert fhir.post(place, content=body).status_code in (400, 404)


def test_the_statement_offers_it_on_all_levels(fhir: httpx.Client) -> None:
    [rest] = fhir.get("/metadata").json()["rest"]
    patient = next(each for each in rest["resource"] if each["type"] == "Patient")

    for offered in (rest["operation"], patient["operation"]):
        assert "validate" in {each["name"] for each in offered}
    assert "must fit the standard" in rest["documentation"]
