"""What programs do over FHIR in one day of care, from sending to correcting.

https://hl7.org/fhir/R4/http.html
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from builders.resources import a_bundle, a_patient, an_entry, an_identifier, an_observation
from builders.server import serving

Resource = dict[str, Any]


@pytest.fixture
def fhir(tmp_path: Path) -> Iterator[httpx.Client]:
    with (
        serving(tmp_path, "--open") as server,
        httpx.Client(base_url=server.fhir, headers={"accept-language": "en"}) as client,
    ):
        yield client


def results(sample: str, **values: float) -> Resource:
    """A laboratory's message: who it is about by identifier, a report, and its results."""
    observations = [
        an_entry(
            "POST",
            "Observation",
            an_observation(
                "Patient?identifier=kari",
                code,
                effectiveDateTime="2026-11-23T08:00:00+01:00",
                valueQuantity={
                    "value": value,
                    "unit": "mmol/L",
                    "system": "http://unitsofmeasure.org",
                    "code": "mmol/L",
                },
            ),
            full_url=f"urn:uuid:{code}",
        )
        for code, value in values.items()
    ]
    report = {
        "resourceType": "DiagnosticReport",
        "identifier": [an_identifier(sample, "urn:lab:samples")],
        "status": "final",
        "code": {"text": "Blood"},
        "subject": {"reference": "Patient?identifier=kari"},
        "result": [{"reference": f"urn:uuid:{code}"} for code in values],
    }
    key = f"identifier=urn:lab:samples|{sample}"
    return a_bundle(
        "transaction", an_entry("POST", "DiagnosticReport", report, ifNoneExist=key), *observations
    )


def test_a_laboratory_delivers_and_the_doctor_finds_and_corrects(fhir: httpx.Client) -> None:
    # The population register keeps the patient up to date, by identifier.
    person = a_patient("Kvam", identifier=[an_identifier("kari")])
    for _ in range(2):
        assert fhir.put("/Patient?identifier=kari", json=person).status_code in (200, 201)
    assert fhir.get("/Patient?identifier=kari").json()["total"] == 1

    # The laboratory sends its results.
    sent = fhir.post("/", json=results("s-1", potassium=4.1, sodium=140))
    assert sent.status_code == 200

    # The doctor asks for high values of the day, with the patient they are about.
    query = "value-quantity=gt100||mmol/L&date=2026-11-23&_include=Observation:patient"
    found = fhir.get(f"/Observation?{query}").json()["entry"]
    assert [entry["search"]["mode"] for entry in found] == ["match", "include"]
    sodium = found[0]["resource"]
    assert found[1]["resource"]["name"] == [{"family": "Kvam"}]

    # The laboratory corrects; a second correction from an old copy is refused.
    tag = {"if-match": f'W/"{sodium["meta"]["versionId"]}"'}
    corrected = {**sodium, "status": "corrected"}
    address = f"/Observation/{sodium['id']}"
    assert fhir.put(address, json=corrected, headers=tag).status_code == 200
    assert fhir.put(address, json=corrected, headers=tag).status_code == 412

    # Everything of the patient is one list, and the report leads to the corrected result.
    reports = fhir.get("/DiagnosticReport?_include=DiagnosticReport:result").json()["entry"]
    states = {entry["resource"]["id"]: entry["resource"]["status"] for entry in reports}
    assert states[sodium["id"]] == "corrected"
    patient = found[1]["resource"]["id"]
    types = {
        entry["resource"]["resourceType"]
        for entry in fhir.get(f"/Patient/{patient}/$everything").json()["entry"]
    }
    assert types == {"Patient", "DiagnosticReport", "Observation"}
    history = fhir.get(f"{address}/_history").json()
    assert [entry["resource"]["status"] for entry in history["entry"]] == ["corrected", "final"]


def test_a_message_about_somebody_unknown_changes_nothing(fhir: httpx.Client) -> None:
    refused = fhir.post("/", json=results("s-2", potassium=4.1))
    assert refused.status_code == 412
    assert "conditional reference" in refused.json()["issue"][0]["details"]["text"]
    assert fhir.get("/Observation?_summary=count").json()["total"] == 0


def test_the_access_log_is_searched(fhir: httpx.Client) -> None:
    patient = fhir.post("/Patient", json=a_patient()).json()["id"]
    fhir.get(f"/Patient/{patient}")
    found = fhir.get("/AuditEvent", params={"patient": patient, "_sort": "-date", "_count": 1})
    assert found.status_code == 200
    assert [each["resource"]["resourceType"] for each in found.json()["entry"]] == ["AuditEvent"]
