"""Operations over HTTP. https://hl7.org/fhir/R4/operations.html"""

from typing import Any

import httpx
import pytest

from builders.resources import a_patient, an_observation

Resource = dict[str, Any]


def with_meta(**meta: Any) -> Resource:
    return {"resourceType": "Parameters", "parameter": [{"name": "meta", "valueMeta": meta}]}


def returned(answer: httpx.Response) -> Resource:
    meta: Resource = answer.json()["parameter"][0]["valueMeta"]
    return meta


def test_metadata_of_an_instance_is_read_added_and_taken_away(fhir: httpx.Client) -> None:
    tag = {"system": "urn:x", "code": "a"}
    id = fhir.post("/Patient", json=a_patient(meta={"tag": [tag]})).json()["id"]
    address = f"/Patient/{id}"
    assert returned(fhir.get(f"{address}/$meta"))["tag"] == [tag]
    label = {"system": "urn:y", "code": "b"}
    added = fhir.post(f"{address}/$meta-add", json=with_meta(tag=[tag], security=[label]))
    assert (returned(added)["tag"], returned(added)["security"]) == ([tag], [label])
    assert returned(added)["versionId"] == "2"
    taken = fhir.post(f"{address}/$meta-delete", json=with_meta(tag=[tag]))
    assert "tag" not in returned(taken)
    assert fhir.get(address).json()["meta"]["security"] == [label]
    assert fhir.get(f"/Patient?_security=urn:y|b&_id={id}").json()["total"] == 1
    assert fhir.get(f"{address}/$meta-add").status_code == 405
    assert fhir.post(f"{address}/$meta-add", json=a_patient()).status_code == 400
    assert fhir.get("/Patient/nobody/$meta").status_code == 404


def test_the_latest_of_each_code(fhir: httpx.Client) -> None:
    id = fhir.post("/Patient", json=a_patient()).json()["id"]
    for code, day in (("a", 1), ("a", 2), ("a", 3), ("b", 1), ("c", 5)):
        body = an_observation(f"Patient/{id}", code, effectiveDateTime=f"2026-11-{day:02}")
        fhir.post("/Observation", json=body)

    def latest(query: str) -> list[tuple[str, str]]:
        bundle = fhir.get(f"/Observation/$lastn?patient={id}{query}").json()
        found = [entry["resource"] for entry in bundle["entry"]]
        return [(each["code"]["coding"][0]["code"], each["effectiveDateTime"]) for each in found]

    assert latest("") == [("c", "2026-11-05"), ("a", "2026-11-03"), ("b", "2026-11-01")]
    assert [code for code, _ in latest("&max=2")] == ["c", "a", "a", "b"]
    assert latest("&code=a") == [("a", "2026-11-03")]
    for wrong in ("", f"?patient={id}&max=0", f"?patient={id}&max=x", f"?patient={id}&shoe=1"):
        assert fhir.get(f"/Observation/$lastn{wrong}").status_code == 400


def test_validation_tells_all_without_writing(fhir: httpx.Client) -> None:
    before = fhir.get("/Patient?_summary=count").json()["total"]
    wrong = a_patient(birthDate="soon", shoeSize=1)
    parameters = {
        "resourceType": "Parameters",
        "parameter": [{"name": "resource", "resource": wrong}],
    }
    for body in (wrong, parameters):
        told = fhir.post("/Patient/$validate", json=body)
        assert told.status_code == 200
        assert {issue["severity"] for issue in told.json()["issue"]} == {"error"}
    fine = fhir.post("/Patient/$validate", json=a_patient())
    assert fine.json()["issue"][0]["severity"] in ("information", "warning")
    assert fhir.get("/Patient?_summary=count").json()["total"] == before
    assert fhir.post("/Observation/$validate", json=a_patient()).status_code == 400


def test_an_instance_is_validated_where_it_is(fhir: httpx.Client) -> None:
    id = fhir.post("/Patient", json=a_patient()).json()["id"]
    assert fhir.get(f"/Patient/{id}/$validate").json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    "parameters",
    [
        {"resourceType": "Parameters", "parameter": {}},
        {"resourceType": "Parameters", "parameter": [{"valueString": "x"}]},
        {"resourceType": "Parameters", "parameter": [{"name": "x"}]},
        {
            "resourceType": "Parameters",
            "parameter": [{"name": "x", "valueString": "x", "valueCode": "x"}],
        },
    ],
)
def test_parameters_without_form_are_refused(fhir: httpx.Client, parameters: Resource) -> None:
    assert fhir.post("/Patient/$validate", json=parameters).status_code == 400


def test_the_difference_of_versions_is_a_patch(fhir: httpx.Client) -> None:
    id = fhir.post("/Patient", json=a_patient("A", gender="male")).json()["id"]
    fhir.put(f"/Patient/{id}", json=a_patient("B", gender="male", id=id))
    fhir.put(f"/Patient/{id}", json=a_patient("C", id=id))

    def kinds(address: str) -> list[tuple[str, str]]:
        operations = [each["part"] for each in fhir.get(address).json().get("parameter", ())]
        return [(part[0]["valueCode"], part[1]["valueString"]) for part in operations]

    assert kinds(f"/Patient/{id}/$diff") == [
        ("delete", "Patient.gender"),
        ("replace", "Patient.name[0].family"),
    ]
    assert kinds(f"/Patient/{id}/$diff?fromVersion=3") == []
    between = f"from=Patient/{id}/_history/1&to=Patient/{id}/_history/2"
    assert kinds(f"/$diff?{between}") == [("replace", "Patient.name[0].family")]
    for wrong in ("", "?from=x&to=y", f"?from=Patient/{id}&to=http://else.where/Patient/1"):
        assert fhir.get(f"/$diff{wrong}").status_code == 400
    assert fhir.get(f"/Patient/{id}/$diff?fromVersion=9").status_code == 404
    assert fhir.get(f"/Patient/{id}/$diff?fromVersion=x").status_code == 400
