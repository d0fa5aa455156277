"""What belongs to the server cannot be set by any way of writing. T17 of the design's threats."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from builders.resources import a_bundle, a_patient, an_entry, an_identifier

Resource = dict[str, Any]
Write = Callable[[httpx.Client, str, Resource], Resource]

FORGED = {"versionId": "77", "lastUpdated": "2001-01-01T00:00:00Z"}
JSON_PATCH = {"content-type": "application/json-patch+json"}


def by_create(fhir: httpx.Client, id: str, meta: Resource) -> Resource:
    created: Resource = fhir.post("/Patient", json=a_patient(id=id, meta=meta)).json()
    assert created["id"] != id
    return created


def by_update(fhir: httpx.Client, id: str, meta: Resource) -> Resource:
    updated: Resource = fhir.put(f"/Patient/{id}", json=a_patient(id=id, meta=meta)).json()
    return updated


def by_conditional_update(fhir: httpx.Client, id: str, meta: Resource) -> Resource:
    body = a_patient(meta=meta, identifier=[an_identifier(id)])
    updated: Resource = fhir.put(f"/Patient?identifier={id}", json=body).json()
    return updated


def by_json_patch(fhir: httpx.Client, id: str, meta: Resource) -> Resource:
    fhir.put(f"/Patient/{id}", json=a_patient(id=id))
    steps = [
        {"op": "add", "path": "/meta", "value": meta},
        {"op": "replace", "path": "/id", "value": "other"},
    ]
    patched: Resource = fhir.patch(f"/Patient/{id}", json=steps, headers=JSON_PATCH).json()
    return patched


def by_fhirpath_patch(fhir: httpx.Client, id: str, meta: Resource) -> Resource:
    fhir.put(f"/Patient/{id}", json=a_patient(id=id))
    parts = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": "Patient.meta"},
        {"name": "value", "valueMeta": meta},
    ]
    parameters = {
        "resourceType": "Parameters",
        "parameter": [{"name": "operation", "part": parts}],
    }
    patched: Resource = fhir.patch(f"/Patient/{id}", json=parameters).json()
    return patched


def by_bundle(kind: str) -> Write:
    def write(fhir: httpx.Client, id: str, meta: Resource) -> Resource:
        entry = an_entry("PUT", f"Patient/{id}", a_patient(id=id, meta=meta))
        fhir.post("/", json=a_bundle(kind, entry)).raise_for_status()
        read: Resource = fhir.get(f"/Patient/{id}").json()
        return read

    return write


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("create", by_create),
        ("update", by_update),
        ("conditional", by_conditional_update),
        ("json-patch", by_json_patch),
        ("fhirpath-patch", by_fhirpath_patch),
        ("batch", by_bundle("batch")),
        ("transaction", by_bundle("transaction")),
    ],
)
def test_version_and_time_are_the_servers(fhir: httpx.Client, name: str, write: Write) -> None:
    written = write(fhir, f"own-{name}", FORGED)
    assert int(written["meta"]["versionId"]) < 3
    assert written["meta"]["lastUpdated"] > "2020"
    assert written["id"] != "other"
    stored = fhir.get(f"/Patient/{written['id']}")
    assert stored.json()["meta"] == written["meta"]
    assert json.dumps(stored.json()).count("versionId") == 1
    assert stored.headers["etag"] == f'W/"{written["meta"]["versionId"]}"'


def test_a_contained_resource_is_nobody_elses(fhir: httpx.Client) -> None:
    fhir.put("/Patient/victim", json=a_patient("Victim", id="victim"))
    inside = {"resourceType": "Patient", "id": "victim", "name": [{"family": "Changed"}]}
    fhir.post(
        "/Basic", json={"resourceType": "Basic", "code": {"text": "x"}, "contained": [inside]}
    )
    assert fhir.get("/Patient/victim").json()["name"] == [{"family": "Victim"}]
    assert fhir.get("/Patient?name=Changed").json()["total"] == 0
