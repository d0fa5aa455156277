"""The server as an operator meets it: health, metrics, metadata, modes, stopping.

docs/operations.md
"""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import httpx
import pytest

from builders.resources import a_patient
from builders.server import Server, serving


def test_health_and_readiness(server: Server) -> None:
    assert httpx.get(f"{server.url}/health/live").text == "alive\n"
    assert httpx.get(f"{server.url}/health/ready").text == "ready\n"


def test_metrics_count_requests(server: Server, fhir: httpx.Client) -> None:
    fhir.get("/Patient/nobody")
    metrics = httpx.get(f"{server.url}/metrics").text
    assert 'samspill_requests_total{method="GET",status="404"}' in metrics
    assert "samspill_request_seconds_count" in metrics
    assert "process_resident_memory_bytes" in metrics


def test_the_capability_statement_says_what_holds(fhir: httpx.Client) -> None:
    statement = fhir.get("/metadata").json()
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    assert statement["implementation"]["url"] == str(fhir.base_url).rstrip("/")
    assert "OPEN: no sign-in" in statement["implementation"]["description"]
    rest = statement["rest"][0]
    assert len(rest["resource"]) == 146
    observation = next(each for each in rest["resource"] if each["type"] == "Observation")
    parameters = {each["name"]: each["type"] for each in observation["searchParam"]}
    assert parameters["code"] == "token"
    assert parameters["_lastUpdated"] == "date"
    assert "Observation:subject" in observation["searchInclude"]
    assert fhir.post("/CapabilityStatement/$validate", json=statement).json()["issue"][0][
        "severity"
    ] in ("information", "warning")


def test_the_statement_names_only_operations_that_answer(fhir: httpx.Client) -> None:
    rest = fhir.get("/metadata").json()["rest"][0]
    for resource in rest["resource"]:
        for operation in resource.get("operation", ()):
            places = (f"/{resource['type']}", f"/{resource['type']}/nobody")
            answers = [fhir.post(f"{place}/${operation['name']}") for place in places]
            assert not all("not offered here" in each.text for each in answers), operation


def test_a_start_is_quick_and_small(server: Server) -> None:
    assert server.memory_mib() < 200


def test_without_a_mode_nobody_gets_in(tmp_path: Path) -> None:
    with serving(tmp_path) as server, httpx.Client(base_url=server.fhir) as client:
        assert client.get("/metadata").status_code == 200
        refused = client.get("/Patient")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")
        # The body is not even read: broken JSON is not what is told.
        assert client.post("/Patient", content=b"{").status_code == 401
        assert client.post("/", content=b"{").status_code == 401


def test_demo_mode_says_so(tmp_path: Path) -> None:
    with serving(tmp_path, "--demo") as server:
        statement = httpx.get(f"{server.fhir}/metadata").json()
        assert "DEMO" in statement["implementation"]["description"]


@pytest.mark.parametrize("mode", ["--open", "--demo"])
def test_open_and_demo_refuse_other_addresses(tmp_path: Path, mode: str) -> None:
    refused = _samspill("serve", "--data", str(tmp_path), mode, "--host", "0.0.0.0")
    assert refused.returncode == 2
    assert "127.0.0.1" in refused.stderr


def test_a_taken_port_is_told(tmp_path: Path, server: Server) -> None:
    refused = _samspill("serve", "--data", str(tmp_path), "--port", str(server.port), "--open")
    assert refused.returncode == 2
    assert f"port {server.port}: it is taken by another program" in refused.stderr


def test_a_request_under_way_is_finished_before_the_server_stops(tmp_path: Path) -> None:
    statuses: list[int] = []
    with serving(tmp_path, "--open") as server:
        with httpx.Client(base_url=server.fhir) as client:
            client.get("/metadata")

            def write() -> None:
                try:
                    for number in range(500):
                        url = f"/Patient/{number}"
                        statuses.append(client.put(url, json=a_patient(id=str(number))).status_code)
                except httpx.TransportError:
                    return

            writer = Thread(target=write)
            writer.start()
            while len(statuses) < 20:
                pass
            assert server.stop(signal.SIGTERM) == 0
            writer.join()
        acknowledged = len(statuses)
    assert set(statuses) == {201}
    with serving(tmp_path, "--open") as server:
        total = httpx.get(f"{server.fhir}/Patient?_summary=count").json()["total"]
    assert acknowledged <= total <= acknowledged + 1


def test_a_wrong_command_tells_how(tmp_path: Path) -> None:
    assert _samspill().returncode == 2
    assert _samspill("serve", "--nothing").returncode == 2
    assert "serve FHIR" in _samspill("--help").stdout


def _samspill(*arguments: str) -> "subprocess.CompletedProcess[str]":
    program = str(Path(sys.executable).with_name("samspill"))
    environment = {"LANG": "en_GB.UTF-8", "PATH": "/usr/bin:/bin"}
    return subprocess.run(
        [program, *arguments], capture_output=True, text=True, timeout=30, env=environment
    )


def test_more_than_it_can_take_is_told_to_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMSPILL_MOST_REQUESTS", "4")
    with (
        serving(tmp_path, "--open") as server,
        httpx.Client(base_url=server.fhir, timeout=30) as client,
        ThreadPoolExecutor(32) as pool,
    ):

        def write(number: int) -> tuple[int, str | None]:
            id = f"p{number % 32}"
            answer = client.put(f"/Patient/{id}", json={"resourceType": "Patient", "id": id})
            return answer.status_code, answer.headers.get("retry-after")

        answers = set(pool.map(write, range(160)))
        assert answers <= {(200, None), (201, None), (503, "1")}
        assert (503, "1") in answers
        assert client.get("/Patient").is_success
