"""A made-up code system of many concepts, asked over HTTP.

BENCH_CONCEPTS sets its size; the goals were set for 350,000 concepts with 600,000 is-a
edges, and hold for fewer all the more. https://hl7.org/fhir/R4/terminology-service.html
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from bench import Figure, Rounds, http, vocabulary
from samspill.store.concepts import Concepts

CONCEPTS = int(os.environ.get("BENCH_CONCEPTS", "350000"))
EDGES = CONCEPTS * 12 // 7
CLIENTS = 8
TIMES = 15
"""Expansions of each kind, for the median."""


def figures() -> Iterator[Figure]:
    """Nothing is measured without wrk."""
    if shutil.which("wrk") is None:
        print("wrk is not installed: the figures of terminology are left out", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield load(folder)
        with http.serving(folder) as url:
            before = resident(url)
            yield from rates(url)
            yield from expansions(url)
            yield Figure(
                f"Memory that {CONCEPTS:,} concepts add to the server when they have been asked",
                resident(url) - before, "MiB", 200, is_more_better=False,
            )  # fmt: skip


def load(folder: Path) -> Figure:
    concepts = Concepts.open(folder / "record.db")
    began = time.perf_counter()
    loaded = concepts.load(vocabulary.HEADER, vocabulary.concepts(CONCEPTS, EDGES))
    seconds = time.perf_counter() - began
    concepts.close()
    what = f"Load of {loaded.concepts:,} concepts with {loaded.edges:,} is-a edges"
    return Figure(what, seconds, "s", 120, is_more_better=False)


def rates(url: str) -> Iterator[Figure]:
    for operation, what in (
        ("lookup", "$lookup"),
        ("validate", "$validate-code"),
        ("subsumes", "$subsumes"),
    ):
        given = {"SIZE": str(CONCEPTS), "OPERATION": operation}
        runs = [http.wrk(url, "terminology", given, clients=CLIENTS).rate for _ in range(3)]
        rate = Rounds(tuple(runs))
        yield Figure(f"{what} at {CLIENTS} clients", rate.median, "/s", 3_000, spread=rate.spread)


def expansions(url: str) -> Iterator[Figure]:
    """Median times as one client meets them, JSON included."""
    branch = f"{vocabulary.URL}?fhir_vs=isa/{vocabulary.code_of(2)}"
    whole = f"{vocabulary.URL}?fhir_vs"
    asked = (
        ("$expand of 1,000 below a concept", {"url": branch, "count": "1000"}),
        ("$expand with a text filter, 50 codes", {"url": whole, "filter": "sko", "count": "50"}),
    )
    with httpx.Client(base_url=f"{url}/fhir") as client:
        for what, parameters in asked:
            taken = []
            for number in range(TIMES):
                given = {**parameters, "offset": str(number * 10)}
                began = time.perf_counter()
                client.get("/ValueSet/$expand", params=given).raise_for_status()
                taken.append((time.perf_counter() - began) * 1e3)
            median = statistics.median(taken)
            yield Figure(what, median, "ms p50", 20, is_more_better=False)


def resident(url: str) -> float:
    """MiB of memory of the server that listens there, and of its processes."""
    port = int(url.rpartition(":")[2])
    return sum(_resident(pid) for pid in _listening(port))


def _listening(port: int) -> list[int]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                command = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"serve" in command and str(port).encode() in command:
                found.append(int(folder.name))
    return found


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))
