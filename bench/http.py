"""FHIR over HTTP at 32 clients, by wrk, beside a bare server that answers the same bytes.

https://github.com/wg/wrk
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from bench import Figure, Rounds, in_turns

SCRIPTS = Path(__file__).parent / "wrk"
CLIENTS = 32
SECONDS = 2
PATIENTS = 4_000
ENTRIES = 20
"""Resources in a transaction."""


@dataclass(frozen=True, slots=True)
class Run:
    """What wrk found: requests per second, and the 99th percentile in milliseconds."""

    rate: float
    p99: float


def figures() -> Iterator[Figure]:
    """Nothing is measured without wrk."""
    if shutil.which("wrk") is None:
        print("wrk is not installed: the HTTP figures are left out", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as name, serving(Path(name)) as url:
        folder = Path(name)
        fill(url)
        body = httpx.get(f"{url}/fhir/Patient/0", headers={"accept-encoding": ""}).content
        with bare(body) as yardstick:
            yield from reads(url, yardstick)
        yield from writes(url, folder)
    with tempfile.TemporaryDirectory() as name:
        yield from of_workers(Path(name))


def of_workers(folder: Path) -> Iterator[Figure]:
    """The same reads, searches and creates by one process and by two, on one record."""
    with serving(folder) as url:
        fill(url)
    body = folder / "create.json"
    body.write_text(json.dumps(an_observation("$P", "$M", "$V")).replace('"$V"', "$V"))
    environment = {"COUNT": str(PATIENTS), "BODY": str(body)}
    found: dict[int, tuple[Rounds, ...]] = {}
    for workers in (1, 2):
        with serving(folder, "--workers", str(workers)) as url:
            runs = (partial(_rate, url, script, environment) for script in _OF_WORKERS)
            found[workers] = in_turns(*runs, rounds=3)
    for what, one, two in zip(_OF_WORKERS.values(), found[1], found[2], strict=True):
        yield _figure(f"{what} by two processes", two, 1.0, "by one process", one)


def _rate(url: str, script: str, environment: dict[str, str]) -> float:
    return wrk(url, script, environment).rate


_OF_WORKERS = {"read": "Read by id", "search": "Search", "create": "Durable create"}
"""Script of wrk, and what it does."""


def reads(url: str, yardstick: str) -> Iterator[Figure]:
    """Read by id, and a search of one page, beside the bare server."""
    environment = {"COUNT": str(PATIENTS)}
    read, search, limit = in_turns(
        lambda: wrk(url, "read", environment).rate,
        lambda: wrk(url, "search", environment).rate,
        lambda: wrk(yardstick, "read", environment).rate,
    )
    what = f"Read by id at {CLIENTS} clients, access log included"
    yield _figure(what, read, 0.6, "a bare server, same bytes", limit)
    yield _figure("Search by code and date, sorted, 20 results", search, 0.25, "our read", read)


def writes(url: str, folder: Path) -> Iterator[Figure]:
    """Durable writes, with all default index rows and base validation."""
    for name, what, per_second, body in (
        ("create", "Durable create", 2_000, json.dumps(an_observation("$P", "$M", "$V"))),
        ("update", "Durable update", 1_000, json.dumps(a_patient("$I"))),
        ("transact", f"Transactions of {ENTRIES} entries, in resources", 3_000, a_transaction()),
    ):
        path = folder / f"{name}.json"
        # A value such as $V is a number in the body.
        path.write_text(body.replace('"$V"', "$V"))
        runs = [wrk(url, name, {"BODY": str(path)}) for _ in range(3)]
        factor = ENTRIES if name == "transact" else 1
        rate = Rounds(tuple(run.rate * factor for run in runs))
        yield Figure(what, rate.median, "/s", per_second, spread=rate.spread)
        if name == "create":
            p99 = Rounds(tuple(run.p99 for run in runs))
            yield Figure(
                "Durable create, 99th percentile", p99.median, "ms", 100, is_more_better=False
            )


def _figure(what: str, ours: Rounds, goal: float, yardstick: str, theirs: Rounds) -> Figure:
    return Figure(what, ours.median, "/s", goal, yardstick, theirs.median, spread=ours.spread)


def wrk(url: str, script: str, environment: dict[str, str], clients: int = CLIENTS) -> Run:
    """Runs a script of ours; raises when an answer was an error."""
    options = ["-t1", f"-c{clients}", f"-d{SECONDS}s", "--latency", "--timeout", "10s"]
    done = subprocess.run(
        ["wrk", *options, "-s", str(SCRIPTS / f"{script}.lua"), url],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise RuntimeError(done.stdout)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", done.stdout)
    if rate is None or p99 is None:
        raise RuntimeError(done.stdout)
    return Run(float(rate[1]), float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]])


@contextmanager
def serving(folder: Path, *further: str, public_url: str = "") -> Iterator[str]:
    """`samspill serve --open` on the record of a folder, made if there is none; in the normal mode
    for tokens of a public URL."""
    program = str(Path(sys.executable).with_name("samspill"))
    port = free_port()
    options = ["--data", str(folder), "--port", str(port), *further]
    mode = [] if public_url else ["--open"]
    with process([program, "serve", *mode, *options], port, public_url=public_url) as url:
        yield url


@contextmanager
def bare(body: bytes) -> Iterator[str]:
    """The yardstick with these bytes behind every address."""
    port = free_port()
    command = [sys.executable, "-m", "bench.bare", str(port), str(PATIENTS)]
    with process(command, port, body) as url:
        yield url


@contextmanager
def process(
    command: list[str], port: int, given: bytes = b"", public_url: str = ""
) -> Iterator[str]:
    """A server in a process of its own, from its first answer on."""
    running = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **({"SAMSPILL_PUBLIC_URL": public_url} if public_url else {})},
    )
    assert running.stdin is not None
    running.stdin.write(given)
    running.stdin.close()
    url = f"http://127.0.0.1:{port}"
    try:
        while not _answers(url):
            if running.poll() is not None:
                raise RuntimeError(f"{command} ended with {running.returncode}")
            time.sleep(0.05)
        yield url
    finally:
        running.terminate()
        running.wait(30)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as trial:
        port: int = trial.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/metadata/0").status_code < 500
    except httpx.TransportError:
        return False


def fill(url: str) -> None:
    """Patients 0 to 3,999, and ten thousand observations of October."""
    with httpx.Client(base_url=f"{url}/fhir", timeout=60) as client:
        for first in range(0, PATIENTS, 200):
            entries = [
                {
                    "resource": a_patient(str(number)),
                    "request": {"method": "PUT", "url": f"Patient/{number}"},
                }
                for number in range(first, first + 200)
            ]
            _transact(client, entries)
        for day in range(1, 29):
            date = f"2026-10-{day:02}T10"
            entries = [_post(an_observation(str(n), "00", n, date)) for n in range(360)]
            _transact(client, entries)


def _transact(client: httpx.Client, entries: list[Any]) -> None:
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    client.post("/", json=bundle).raise_for_status()


def _post(resource: dict[str, Any]) -> dict[str, Any]:
    return {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}}


def a_transaction() -> str:
    """Observations and what they are about, as one bundle."""
    entries = [_post(an_observation(str(number), "30", number)) for number in range(ENTRIES)]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def a_patient(id: str) -> dict[str, Any]:
    """About 3.3 kB, most of it narrative."""
    words = "Kari Nordmann, Storgata 1, 0155 Oslo. " * 66
    return {
        "resourceType": "Patient",
        "id": id,
        "text": {
            "status": "generated",
            "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>',
        },
        "active": True,
        "name": [{"use": "official", "family": "Nordmann", "given": ["Kari", "Anne"]}],
        "telecom": [{"system": "phone", "value": "+47 99 99 99 99", "use": "mobile"}],
        "gender": "female",
        "birthDate": "1980-01-02",
        "address": [{"line": ["Storgata 1"], "city": "Oslo", "postalCode": "0155"}],
    }


def an_observation(
    patient: str, minute: str, value: Any, hour: str = "2026-11-23T09"
) -> dict[str, Any]:
    """About 1 kB."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                        "code": "vital-signs",
                        "display": "Vital Signs",
                    }
                ]
            }
        ],
        "code": {
            "coding": [{"system": "http://loinc.org", "code": "8867-4", "display": "Heart rate"}],
            "text": "Heart rate",
        },
        "subject": {"reference": f"Patient/{patient}"},
        "encounter": {"reference": f"Encounter/{patient}"},
        "effectiveDateTime": f"{hour}:{minute}:00+01:00",
        "issued": f"{hour}:{minute}:00.000+01:00",
        "performer": [{"reference": "Practitioner/1"}],
        "valueQuantity": {
            "value": value,
            "unit": "beats/minute",
            "system": "http://unitsofmeasure.org",
            "code": "/min",
        },
    }
