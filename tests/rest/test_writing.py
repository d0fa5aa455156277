"""create, update and delete with their headers. https://hl7.org/fhir/R4/http.html#create"""

import re

import httpx
import pytest

from builders.resources import a_patient, an_identifier


def test_a_create_answers_with_the_place_of_the_new_resource(fhir: httpx.Client) -> None:
    created = fhir.post("/Patient", json=a_patient())
    assert created.status_code == 201
    id = created.json()["id"]
    assert created.headers["location"] == f"{fhir.base_url}Patient/{id}/_history/1"
    assert re.fullmatch(
        r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", created.headers["last-modified"]
    )


def test_the_server_alone_sets_id_version_and_time_of_a_create(fhir: httpx.Client) -> None:
    meta = {"versionId": "77", "lastUpdated": "2000-01-01T00:00:00Z", "source": "urn:x"}
    created = fhir.post("/Patient", json=a_patient(id="mine", meta=meta)).json()
    assert created["id"] != "mine"
    assert created["meta"]["versionId"] == "1"
    assert created["meta"]["lastUpdated"] > "2020"
    assert created["meta"]["source"] == "urn:x"


def test_decimals_keep_their_digits(fhir: httpx.Client) -> None:
    body = (
        '{"resourceType":"Observation","status":"final","code":{"text":"x"},'
        '"valueQuantity":{"value":1.00,"unit":"mg"}}'
    )
    created = fhir.post("/Observation", content=body)
    assert created.status_code == 201
    assert '"value":1.00' in fhir.get(f"/Observation/{created.json()['id']}").text


@pytest.mark.parametrize(
    ("prefer", "expected"),
    [
        ("return=minimal", None),
        ("return=representation", "Patient"),
        ("return=OperationOutcome", "OperationOutcome"),
        ("", "Patient"),
    ],
)
def test_prefer_decides_what_comes_back(
    fhir: httpx.Client, prefer: str, expected: str | None
) -> None:
    created = fhir.post("/Patient", json=a_patient(), headers={"prefer": prefer})
    assert created.status_code == 201
    assert (created.json()["resourceType"] if created.content else None) == expected


def test_a_wrong_identity_number_is_kept_and_told_in_the_readers_language(
    fhir: httpx.Client,
) -> None:
    """The second check digit of a synthetic number is one too high."""
    number = {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "19929949998"}
    headers = {"prefer": "return=OperationOutcome", "accept-language": "nb"}
    told = fhir.post("/Patient", json=a_patient(identifier=[number]), headers=headers)
    assert told.status_code == 201
    (issue,) = told.json()["issue"]
    assert issue["severity"] == "warning"
    assert issue["expression"] == ["Patient.identifier[0].value"]
    assert issue["details"]["text"] == (
        "Fødselsnummeret har kontrollsifre som ikke stemmer. "
        "Forventet: 11 sifre, de to siste kontrollsifre"
    )


def test_an_update_makes_the_next_version(fhir: httpx.Client) -> None:
    id = fhir.post("/Patient", json=a_patient()).json()["id"]
    updated = fhir.put(f"/Patient/{id}", json=a_patient("Olsen", id=id))
    assert (updated.status_code, updated.headers["etag"]) == (200, 'W/"2"')
    assert fhir.get(f"/Patient/{id}").json()["name"] == [{"family": "Olsen"}]


def test_an_update_of_an_unknown_id_creates_it(fhir: httpx.Client) -> None:
    created = fhir.put("/Patient/chosen", json=a_patient(id="chosen"))
    assert (created.status_code, created.json()["id"]) == (201, "chosen")


def test_an_update_brings_a_deleted_resource_back(fhir: httpx.Client) -> None:
    fhir.put("/Patient/phoenix", json=a_patient(id="phoenix"))
    fhir.delete("/Patient/phoenix")
    back = fhir.put("/Patient/phoenix", json=a_patient(id="phoenix"))
    assert (back.status_code, back.headers["etag"]) == (201, 'W/"3"')


def test_if_match_guards_against_lost_updates(fhir: httpx.Client) -> None:
    id = fhir.post("/Patient", json=a_patient()).json()["id"]

    def put(tag: str) -> int:
        body = a_patient(id=id)
        return fhir.put(f"/Patient/{id}", json=body, headers={"if-match": tag}).status_code

    assert put('W/"1"') == 200
    assert put('W/"1"') == 412
    assert put('W/"2"') == 200
    assert put("soon") == 400
    assert fhir.delete(f"/Patient/{id}", headers={"if-match": 'W/"1"'}).status_code == 412
    assert fhir.delete(f"/Patient/{id}", headers={"if-match": 'W/"3"'}).status_code == 204


def test_if_none_match_guards_an_id_that_exists(fhir: httpx.Client) -> None:
    headers = {"if-none-match": "*"}
    body = a_patient(id="only-once")
    assert fhir.put("/Patient/only-once", json=body, headers=headers).status_code == 201
    assert fhir.put("/Patient/only-once", json=body, headers=headers).status_code == 412


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/Patient/a", a_patient(id="b")),
        ("/Patient/a", a_patient()),
        ("/Patient/a", {"resourceType": "Group", "id": "a", "type": "person", "actual": True}),
    ],
)
def test_a_body_that_does_not_fit_its_address_is_refused(
    fhir: httpx.Client, address: str, body: dict[str, object]
) -> None:
    assert fhir.put(address, json=body).status_code == 400


def test_deleting_twice_is_as_good_as_once(fhir: httpx.Client) -> None:
    id = fhir.post("/Patient", json=a_patient()).json()["id"]
    assert fhir.delete(f"/Patient/{id}").status_code == 204
    assert fhir.delete(f"/Patient/{id}").status_code == 204
    assert fhir.delete("/Patient/never-was").status_code == 204


def test_a_fault_is_told_with_its_place(fhir: httpx.Client) -> None:
    refused = fhir.post("/Patient", json=a_patient(birthDate="yesterday", shoeSize=42))
    assert refused.status_code == 400
    issues = refused.json()["issue"]
    assert {"Patient.birthDate", "Patient.shoeSize"} <= {i["expression"][0] for i in issues}


def test_a_conditional_create_finds_what_is_there(fhir: httpx.Client) -> None:
    body = a_patient(identifier=[an_identifier("c-1")])
    condition = {"if-none-exist": "identifier=c-1"}
    first = fhir.post("/Patient", json=body, headers=condition)
    again = fhir.post("/Patient", json=body, headers=condition)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == first.json()["id"]
    fhir.post("/Patient", json=body)
    assert fhir.post("/Patient", json=body, headers=condition).status_code == 412


def test_a_conditional_update_creates_updates_or_refuses(fhir: httpx.Client) -> None:
    address = "/Patient?identifier=c-2"
    body = a_patient(identifier=[an_identifier("c-2")])
    created = fhir.put(address, json=body)
    assert created.status_code == 201
    updated = fhir.put(address, json=body)
    assert (updated.status_code, updated.headers["etag"]) == (200, 'W/"2"')
    assert fhir.put(address, json={**body, "id": "other"}).status_code == 400
    fhir.post("/Patient", json=body)
    assert fhir.put(address, json=body).status_code == 412


def test_a_conditional_delete_takes_one_resource_only(fhir: httpx.Client) -> None:
    body = a_patient(identifier=[an_identifier("c-3")])
    id = fhir.post("/Patient", json=body).json()["id"]
    other = fhir.post("/Patient", json=body).json()["id"]
    address = "/Patient?identifier=c-3"
    assert fhir.delete(address).status_code == 412
    fhir.delete(f"/Patient/{other}")
    assert fhir.delete(address).status_code == 204
    assert fhir.get(f"/Patient/{id}").status_code == 410
    assert fhir.delete(address).status_code == 204


@pytest.mark.parametrize("condition", ["", "?", "?shoe=42", "?_format=json"])
def test_a_condition_that_says_nothing_is_refused(fhir: httpx.Client, condition: str) -> None:
    lenient = {"prefer": "handling=lenient"}
    assert fhir.delete(f"/Patient{condition}", headers=lenient).status_code == 400
    assert fhir.put(f"/Patient{condition}", json=a_patient(), headers=lenient).status_code == 400
