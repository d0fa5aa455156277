"""Custom search parameters over HTTP: refused until complete, also when the server is killed."""

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from builders.server import PATIENCE, Server, serving

COLOUR = "http://example.org/colour"
PARAMETER = {
    "resourceType": "SearchParameter",
    "url": "http://example.org/favourite",
    "name": "favourite",
    "status": "active",
    "description": "For tests",
    "code": "favourite",
    "base": ["Patient"],
    "type": "token",
    "expression": f"Patient.extension.where(url = '{COLOUR}').value.ofType(code)",
}


def client(server: Server) -> httpx.Client:
    headers = {"content-type": "application/fhir+json", "accept-language": "en"}
    return httpx.Client(base_url=server.fhir, headers=headers, timeout=30)


def people(count: int) -> dict[str, Any]:
    person = {"resourceType": "Patient", "extension": [{"url": COLOUR, "valueCode": "red"}]}
    request = {"method": "POST", "url": "Patient"}
    entries = [{"resource": person, "request": request} for _ in range(count)]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def stated(fhir: httpx.Client, code: str) -> dict[str, Any] | None:
    """What the CapabilityStatement says of a parameter of Patient."""
    types = fhir.get("/metadata").json()["rest"][0]["resource"]
    patient = next(each for each in types if each["type"] == "Patient")
    return next((each for each in patient["searchParam"] if each["name"] == code), None)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)


def test_a_parameter_comes_and_goes(fhir: httpx.Client) -> None:
    fhir.post("", json=people(20)).raise_for_status()
    assert fhir.get("/Patient?favourite=red").status_code == 400
    made = fhir.post("/SearchParameter", json=PARAMETER)
    assert made.status_code == 201
    said = stated(fhir, "favourite")
    assert said is not None
    assert said["definition"] == PARAMETER["url"]
    until(lambda: fhir.get("/Patient?favourite=red").status_code == 200)
    assert fhir.get("/Patient?favourite=red&_summary=count").json()["total"] == 20
    assert (stated(fhir, "favourite") or {})["documentation"].endswith("is complete.")
    assert fhir.delete(f"/SearchParameter/{made.json()['id']}").is_success
    assert stated(fhir, "favourite") is None
    assert fhir.get("/Patient?favourite=red").status_code == 400


def test_a_wrong_expression_is_told_with_its_place(fhir: httpx.Client) -> None:
    answer = fhir.post("/SearchParameter", json={**PARAMETER, "expression": "Patient.colour"})
    assert answer.status_code == 400
    issue = answer.json()["issue"][0]
    assert issue["expression"] == ["SearchParameter.expression"]
    norwegian = fhir.post(
        "/SearchParameter",
        json={**PARAMETER, "code": "gender"},
        headers={"accept-language": "nb"},
    )
    assert "har allerede en søkeparameter" in norwegian.json()["issue"][0]["details"]["text"]


def test_the_index_is_completed_after_kills(tmp_path: Path) -> None:
    """Killed three times in the midst of the work; no answer is ever a part of all."""
    with serving(tmp_path, "--open") as server, client(server) as fhir:
        for _ in range(4):
            fhir.post("", json=people(2_000)).raise_for_status()
        assert fhir.post("/SearchParameter", json=PARAMETER).status_code == 201
        answer = fhir.get("/Patient?favourite=red")
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert "of 8000 resources" in answer.text
        assert "of 8000 resources" in (stated(fhir, "favourite") or {})["documentation"]
        server.stop(signal.SIGKILL)
    for pause in (0.25, 0.35):
        with serving(tmp_path, "--open") as server:
            time.sleep(pause)
            server.stop(signal.SIGKILL)
    with serving(tmp_path, "--open") as server, client(server) as fhir:

        def is_answered() -> bool:
            answer = fhir.get("/Patient?favourite=red&_summary=count")
            assert answer.status_code == 503 or answer.json()["total"] == 8_000
            return answer.status_code == 200

        until(is_answered)
