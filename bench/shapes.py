"""Thirty shapes of searches over HTTP at 8 clients, on a made-up population of any size.

`make bench ROOMS=shapes` takes 100,000 resources. `SHAPES=1000000 make bench ROOMS=shapes` makes
and measures that many beside them, and writes docs/search-speed.md; `SHAPES_RECORD` names the
folder of a record to be measured in place of a new one. SAMSPILL_DATABASE moves all to PostgreSQL.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx

from bench import Figure, machine
from bench.http import free_port

SMALL = 100_000
PER_PERSON = 272
"""Resources of a made-up person, about."""
CLIENTS = 8
SECONDS = 2
PAGE = Path(__file__).parents[1] / "docs" / "search-speed.md"
SCRIPT = Path(__file__).parent / "wrk" / "shape.lua"

LAB = "urn:oid:2.16.578.1.12.4.1.1.7280|"
TWENTY = (
    "NPU02593 NPU19748 NOR05172 NPU04998 NOR25909 NPU03230 NPU19651 NPU03429 NPU03568 NPU03577 "
    "NPU19763 NPU27300 NPU01566 NPU01568 NPU01567 NPU04094 NPU02192 NPU21571 NPU19673 NPU09356"
).replace(" ", f",{LAB}")
SHAPES = {
    "newest of a patient": "Observation?patient={patient}&_sort=-date",
    "a patient and a code": "Observation?patient={patient}&code=http://loinc.org|85354-9",
    "frequent code": "Observation?code=http://loinc.org|85354-9&_sort=-date",
    "frequent code within a year": f"Observation?code={LAB}NPU02593&date=ge2022&date=lt2023",
    "frequent code within a week": f"Observation?code={LAB}NPU02593&date=ge2015-03-01"
    "&date=lt2015-03-08&_sort=date",
    "rare code": f"Observation?code={LAB}NPU09356&_sort=date",
    "a code that is nowhere": "Observation?code=http://loinc.org|0000-0&_sort=-date",
    "two frequent, never together": f"Observation?code={LAB}NPU02593&category=vital-signs",
    "sparse, sorted": "Observation?code=http://loinc.org|8867-4&value-quantity=gt130&_sort=-date",
    "one of twenty codes": f"Observation?code={LAB}{TWENTY}&_sort=-date",
    "chain to a name": "Observation?patient.family={family}&code=http://loinc.org|8867-4",
    "deep chain": "DiagnosticReport?result.specimen.subject.family={family}&_sort=-date",
    "chain to half of all": "Observation?patient.gender=female&_sort=-date",
    "_has, rare": f"Patient?_has:Observation:patient:code={LAB}NPU09356",
    "_has, frequent": "Patient?_has:Condition:patient:code=R74",
    "_has in a _has": "Practitioner?_has:Encounter:participant:_has:Condition:encounter:code=A98",
    "quantity range": "Observation?value-quantity=ge99.9|http://unitsofmeasure.org|kg"
    "&value-quantity=le100|http://unitsofmeasure.org|kg",
    "date range": "Observation?date=ge2020-03-01&date=lt2020-04-01",
    "name begins": "Patient?family=han&_sort=family",
    "identifier": "Patient?identifier={identifier}",
    "lately updated": "Observation?_sort=-_lastUpdated",
    "all sorted by token": "Encounter?_sort=class",
    "all sorted by reference": "Observation?_sort=subject",
    "all sorted by quantity": "Observation?_sort=-value-quantity",
    "all sorted by string": "DocumentReference?_sort=description",
    "missing": "Observation?encounter:missing=true",
    "composite": "Observation?component-code-value-quantity=http://loinc.org|8480-6$gt160",
    "with includes": "MedicationRequest?code=C09CA06&_include=MedicationRequest:subject"
    "&_revinclude=MedicationDispense:prescription",
    "count of a code": "Observation?code=http://loinc.org|85354-9&_summary=count",
    "words": "DocumentReference?_content=epikrise",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds of a shape."""

    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one record."""

    resources: int
    shapes: Mapping[str, Taken]
    paged: float
    """Resources a second."""
    megabytes: float
    """Resident memory of the worker afterwards."""


def figures() -> Iterator[Figure]:
    """Nothing is measured without wrk."""
    if shutil.which("wrk") is None:
        print("wrk is not installed: the shapes of searches are left out", file=sys.stderr)
        return
    size = int(os.environ.get("SHAPES", SMALL))
    small = of_size(SMALL)
    large = of_size(size, os.environ.get("SHAPES_RECORD", "")) if size > SMALL else small
    if large is not small:
        PAGE.write_text(page(small, large))
    p50, p99 = goals()
    taken = large.shapes.values()
    what = f"{len(taken)} search shapes, {large.resources:,} resources, {CLIENTS} clients: "
    well = sum(each.p50 <= p50 and each.p99 <= p99 for each in taken)
    yield Figure(f"{what}in the goals of p50 and p99", well, "shapes", len(taken))
    for name, goal in (("p50", p50), ("p99", p99)):
        worst = max(getattr(each, name) for each in taken)
        yield Figure(f"{what}the slowest", worst, f"ms {name}", goal, is_more_better=False)
    yield Figure("Paging through all Observations", large.paged, "resources/s", 20_000)
    what = "Resident memory of the worker afterwards"
    yield Figure(what, large.megabytes, "MB", 300, is_more_better=False)


def goals() -> tuple[float, float]:
    """Milliseconds of p50 and p99."""
    on_postgres = os.environ.get("SAMSPILL_DATABASE", "").startswith(("postgres", "embedded"))
    return (20, 100) if on_postgres else (10, 50)


def of_size(size: int, record: str = "") -> Measured:
    """Measures a record, which is made if none is named."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(record or name)
        if not record:
            people = str(max(1, size // PER_PERSON))
            _samspill("seed", "--data", str(folder), "--people", people)
        with serving(folder) as (url, pid):
            return measure(url, pid, Path(name))


def measure(url: str, pid: int, folder: Path) -> Measured:
    shapes = {}
    values = list(_values(url))
    for name, shape in SHAPES.items():
        paths = folder / "paths"
        paths.write_text("\n".join(_address(shape.format(**each)) for each in values))
        shapes[name] = _wrk(url, paths)
    total = httpx.get(f"{url}/fhir/?_summary=count", timeout=60).json()["total"]
    paged = _paged(url)
    return Measured(total, shapes, paged, _resident(pid))


def _values(url: str) -> Iterator[dict[str, str]]:
    """What stands in the place of {patient}, {family} and {identifier}, of some patients."""
    bundle = httpx.get(f"{url}/fhir/Patient?_count=100&_sort=_id", timeout=60).json()
    for entry in bundle["entry"]:
        patient = entry["resource"]
        number = patient["identifier"][0]
        yield {
            "patient": patient["id"],
            "family": patient["name"][0]["family"],
            "identifier": f"{number.get('system', '')}|{number['value']}",
        }


def _address(shape: str) -> str:
    path, _, query = shape.partition("?")
    return f"/fhir/{path}?{quote(query, safe='=&:/,')}&_count=20"


def _wrk(url: str, paths: Path) -> Taken:
    """p50 and p99 of some seconds, after a second that does not count."""
    options = ["-t1", f"-c{CLIENTS}", "--latency", "--timeout", "30s", "-s", str(SCRIPT), url]
    environment = {**os.environ, "PATHS": str(paths)}
    for seconds in (1, SECONDS):
        done = subprocess.run(
            ["wrk", f"-d{seconds}s", *options],
            env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
    if "Non-2xx" in done.stdout:
        raise RuntimeError(f"{paths.read_text().splitlines()[0]}: {done.stdout}")
    return Taken(_percentile(done.stdout, 50), _percentile(done.stdout, 99))


def _percentile(text: str, part: int) -> float:
    found = re.search(rf"{part}%\s+([\d.]+)(us|ms|s)", text)
    if found is None:
        raise RuntimeError(text)
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]]


def _paged(url: str) -> float:
    """Resources a second, by one client who follows the links."""
    address, seen, began = f"{url}/fhir/Observation?_count=1000", 0, time.perf_counter()
    with httpx.Client(timeout=60, headers={"accept-encoding": ""}) as client:
        while address and seen < SMALL:
            body = client.get(address).content
            head = body[: body.index(b'"entry"')] if b'"entry"' in body else body
            seen += body.count(b'"fullUrl"')
            links = json.loads(head.rstrip(b", \n") + b"}").get("link", ())
            address = next((each["url"] for each in links if each["relation"] == "next"), "")
    return seen / (time.perf_counter() - began)


def _resident(pid: int) -> float:
    """Of the process and its children, the largest one, in MB."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    sizes = []
    for each in (str(pid), *children):
        found = re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{each}/status").read_text())
        sizes.append(int(found[1]) if found else 0)
    return max(sizes) / 1024


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, int]]:
    """`samspill serve --open` on a record: its address and its process."""
    port = free_port()
    command = [_program(), "serve", "--open", "--data", str(folder), "--port", str(port)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            if _is_ready(url):
                break
            time.sleep(0.1)
        yield url, running.pid
    finally:
        running.terminate()
        running.wait(30)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/fhir/metadata", timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def _program() -> str:
    return str(Path(sys.executable).with_name("samspill"))


def _samspill(*command: str) -> None:
    subprocess.run([_program(), *command], check=True, stdout=subprocess.DEVNULL)


def page(small: Measured, large: Measured) -> str:
    """docs/search-speed.md."""
    rows = [
        f"| {name} | {small.shapes[name].p50:.1f} | {each.p50:.1f} | {each.p99:.1f} "
        f"| {each.p50 / small.shapes[name].p50:.1f} | `{SHAPES[name]}` |"
        for name, each in large.shapes.items()
    ]
    return HEAD.format(
        machine=machine.describe(), small=f"{small.resources:,}", large=f"{large.resources:,}",
        paged=f"{large.paged:,.0f}", memory=f"{large.megabytes:.0f}", clients=CLIENTS,
        rows="\n".join(rows),
    )  # fmt: skip


HEAD = """# How fast searches are

Printed by `SHAPES=1000000 make bench ROOMS=shapes`: thirty shapes over HTTP at {clients} clients,
20 resources on a page, one worker. Milliseconds; the goals are 10 for p50, 50 for p99, and growth
of p50 of at most 1.5. Figures of a shared machine differ between runs.

{machine}

The plan of a search is made of counts of the ranges themselves, never of the database's statistics,
so there are none to grow stale.

| shape | p50, {small} | p50, {large} | p99 | growth | search |
|---|---|---|---|---|---|
{rows}

Paging through the Observations, 1,000 on a page, one client: {paged} resources a second. Memory of
the worker afterwards, but for pages shared with the file: {memory} MB.
"""
