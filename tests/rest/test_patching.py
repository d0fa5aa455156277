"""patch by JSON Patch and FHIRPath Patch. https://hl7.org/fhir/R4/http.html#patch"""

import base64
import json
from typing import Any

import httpx
import pytest

from builders.resources import a_bundle, a_patient, an_entry, an_identifier

JSON_PATCH = {"content-type": "application/json-patch+json"}


def replacing(path: str, value: Any) -> list[dict[str, Any]]:
    return [{"op": "replace", "path": path, "value": value}]


def to_male() -> dict[str, Any]:
    """A FHIRPath Patch that replaces the gender."""
    parts = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": "Patient.gender"},
        {"name": "value", "valueCode": "male"},
    ]
    return {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}


@pytest.fixture
def address(fhir: httpx.Client) -> str:
    id = fhir.post("/Patient", json=a_patient(gender="female")).json()["id"]
    return f"/Patient/{id}"


def test_a_json_patch_makes_the_next_version(fhir: httpx.Client, address: str) -> None:
    steps = replacing("/gender", "male")
    patched = fhir.patch(address, json=steps, headers=JSON_PATCH)
    assert (patched.status_code, patched.headers["etag"]) == (200, 'W/"2"')
    assert patched.json()["gender"] == "male"
    assert fhir.get("/Patient?gender=male&_id=" + address.split("/")[2]).json()["total"] == 1


def test_a_fhirpath_patch_makes_the_next_version(fhir: httpx.Client, address: str) -> None:
    patched = fhir.patch(address, json=to_male())
    assert (patched.status_code, patched.json()["gender"]) == (200, "male")


def test_a_patch_can_be_guarded(fhir: httpx.Client, address: str) -> None:
    steps = replacing("/gender", "other")
    late = {**JSON_PATCH, "if-match": 'W/"7"'}
    assert fhir.patch(address, json=steps, headers=late).status_code == 412
    in_time = {**JSON_PATCH, "if-match": 'W/"1"'}
    assert fhir.patch(address, json=steps, headers=in_time).status_code == 200


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        (replacing("/gender", "unknowable"), 400),
        (replacing("/shoeSize", 42), 400),
        ([{"op": "test", "path": "/gender", "value": "other"}], 400),
        ([{"op": "remove", "path": "/name/7"}], 400),
        ([{"op": "explode", "path": "/name"}], 400),
        ({"op": "remove", "path": "/name"}, 400),
    ],
)
def test_a_patch_that_leads_nowhere_changes_nothing(
    fhir: httpx.Client, address: str, steps: Any, status: int
) -> None:
    assert fhir.patch(address, json=steps, headers=JSON_PATCH).status_code == status
    assert fhir.get(address).headers["etag"] == 'W/"1"'


def test_a_patch_cannot_move_a_resource(fhir: httpx.Client, address: str) -> None:
    patched = fhir.patch(address, json=replacing("/id", "elsewhere"), headers=JSON_PATCH)
    assert patched.json()["id"] == address.split("/")[2]
    assert patched.json()["meta"]["versionId"] == "2"


def test_a_missing_resource_cannot_be_patched(fhir: httpx.Client) -> None:
    assert fhir.patch("/Patient/nobody", json=[], headers=JSON_PATCH).status_code == 404
    text = {"content-type": "text/plain"}
    assert fhir.patch("/Patient/nobody", content=b"x", headers=text).status_code == 415


def test_a_conditional_patch(fhir: httpx.Client) -> None:
    fhir.post("/Patient", json=a_patient(identifier=[an_identifier("p-1")], gender="female"))
    patched = fhir.patch("/Patient?identifier=p-1", json=to_male())
    assert (patched.status_code, patched.json()["gender"]) == (200, "male")
    assert fhir.patch("/Patient?identifier=p-none", json=to_male()).status_code == 404


def test_patches_in_bundles(fhir: httpx.Client, address: str) -> None:
    steps = json.dumps(replacing("/gender", "other")).encode()
    binary = {
        "resourceType": "Binary",
        "contentType": "application/json-patch+json",
        "data": base64.b64encode(steps).decode(),
    }
    for kind, patch in (("batch", to_male()), ("transaction", binary)):
        done = fhir.post("/", json=a_bundle(kind, an_entry("PATCH", address[1:], patch)))
        assert done.json()["entry"][0]["response"]["status"] == "200 OK"
    assert fhir.get(address).json()["gender"] == "other"
    assert fhir.get(address).headers["etag"] == 'W/"3"'
    broken = {**binary, "data": "####"}
    entry = an_entry("PATCH", address[1:], broken)
    assert fhir.post("/", json=a_bundle("transaction", entry)).status_code == 400
