"""What the guard costs: the same record asked with it, by a professional of 2,000 patients, and
without it; and what the access log costs to write, show and verify.

`make bench ROOMS=access` takes 40,000 resources; ACCESS=1000000 before it takes a million.
"""

import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from bench import Figure, Rounds, http, in_turns
from samspill import app
from samspill.access import actor as actors
from samspill.access import entry, inspect, signing
from samspill.access.actor import Actor, Assurance, Context, Kind
from samspill.base import clock, settings
from samspill.identity import grants, provider
from samspill.identity.grants import Grant
from samspill.interactions import audit, load, search
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session

URL = "http://samspill.test"
"""For whose FHIR base the token is."""
SIZE = 40_000
PATIENTS = 4_000
MINE = 2_000
"""Patients of the professional."""
CODES = ("8867-4", "8310-5", "9279-1", "2708-6")
ASKED = 100
"""Searches of a round."""
PAGE = 10_000
"""Lines about one citizen."""
LINES = 100_000
"""Lines that are verified."""

DOCTOR = Actor(
    Kind.PROFESSIONAL,
    "Practitioner/mine",
    roles=("LE",),
    assurance=Assurance.HIGH,
    authorised_until=1 << 60,
)
CITIZEN = Actor(Kind.CITIZEN, "Patient/0", assurance=Assurance.HIGH)


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        platform = app.build(settings.load({}, data=folder / "record", public_url=URL))
        _fill(platform, folder / "record.ndjson")
        token = _token(platform)
        yield from _searches(platform)
        platform.close()
        if shutil.which("wrk"):
            yield from _reads(folder, token)
        platform = app.build(settings.load({}, data=folder / "record", public_url=URL))
        yield from _log(platform)
        platform.close()


def _fill(platform: Platform, path: Path) -> None:
    """Patients of two practitioners by turns, and observations of all."""
    with path.open("w") as lines:
        for resource in _resources(int(os.environ.get("ACCESS", SIZE))):
            lines.write(json.dumps(resource) + "\n")
    load.run(Session(platform, actors.SYSTEM), [path], lambda _: None)


def _resources(size: int) -> Iterator[dict[str, Any]]:
    for name in ("mine", "other"):
        yield {"resourceType": "Practitioner", "id": name, "name": [{"family": name}]}
    for number in range(PATIENTS):
        whose = "mine" if number < MINE else "other"
        patient = http.a_patient(str(number))
        yield {**patient, "generalPractitioner": [{"reference": f"Practitioner/{whose}"}]}
    for number in range(size - PATIENTS):
        whose, minute = str(number % PATIENTS), f"{number % 60:02}"
        day = f"20{10 + number % 16}-{number % 12 + 1:02}-{number % 28 + 1:02}T10"
        made = http.an_observation(whose, minute, number % 90, day)
        made["code"] = {"coding": [{"system": "http://loinc.org", "code": CODES[number % 4]}]}
        made.pop("encounter")
        yield {**made, "id": f"o{number}"}


def _token(platform: Platform) -> str:
    """An access token of the professional, as an application gets it."""
    own = provider.build(platform)
    scopes = ("user/*.rs",)
    grant = Grant(provider.new_secret(), "app", DOCTOR, scopes, "s", until=own.now + 3600)
    own.state.change(lambda changes: grants.keep(changes, grant))
    return own.tokens.issue(grant, grant.scopes, own.now)[0]


def _reads(folder: Path, token: str) -> Iterator[Figure]:
    """Two servers on two copies of the record."""
    shutil.copytree(folder / "record", folder / "open")
    shown = {"COUNT": str(MINE)}
    with (
        http.serving(folder / "record", public_url=URL) as guarded,
        http.serving(folder / "open") as unguarded,
    ):
        ours, theirs = in_turns(
            lambda: http.wrk(guarded, "read", {**shown, "TOKEN": token}).rate,
            lambda: http.wrk(unguarded, "read", shown).rate,
        )
    what = "Read by id with token, decision and durable log"
    yield Figure(what, ours.median, "/s", 0.5, "open to all", theirs.median, spread=ours.spread)


def _searches(platform: Platform) -> Iterator[Figure]:
    asked = "patient=Patient/{0}&code=http://loinc.org|8867-4&_sort=-date&_count=20"
    for what, step in (("asked again", 0), ("never asked before", ASKED)):
        with_guard, without = in_turns(
            _round(platform, DOCTOR, asked, step), _round(platform, actors.OPEN, asked, step)
        )
        what = f"Search in the record of one patient, with the guard, {what}"
        yield _milliseconds(what, with_guard, 1.5, "without it", without.median)
    for name, asked in (
        ("newest", "code=http://loinc.org|8867-4&_sort=-date&_count=20&_total=accurate&date=gt{1}"),
        ("family", "family=nord&_count=20&_total=accurate&_lastUpdated=gt{1}"),
    ):
        (taken,) = in_turns(partial(_p95, platform, DOCTOR, asked), rounds=3)
        what = f"Search across {MINE:,} patients, {name}, exact total"
        yield _milliseconds(what, taken, 50)


def _round(platform: Platform, actor: Actor, asked: str, step: int) -> Callable[[], float]:
    """A measurement that begins `step` patients later each time."""
    first = count(0, step)
    return lambda: _p95(platform, actor, asked, next(first))


def _milliseconds(
    what: str, rounds: Rounds, goal: float, yardstick: str = "", against: float = 0.0
) -> Figure:
    return Figure(
        what, rounds.median, "ms p95", goal, yardstick, against, False, rounds.spread
    )  # fmt: skip


def _p95(platform: Platform, actor: Actor, asked: str, first: int = 0) -> float:
    """Milliseconds of the processor, so that what else runs does not count. Each search is another
    one: about another patient, or since another day."""
    taken = []
    for number in range(first, first + ASKED):
        session = Session(platform, actor, purpose="TREAT", receipts=[])
        type = "Patient" if asked.startswith("family") else "Observation"
        query = asked.format(number * 7 % MINE, f"20{10 + number % 10}-{number % 12 + 1:02}-01")
        before = time.thread_time()
        search.search(session, type, query)
        taken.append((time.thread_time() - before) * 1e3)
    return statistics.quantiles(taken, n=20)[-1]


def _timed(function: Callable[[], object]) -> float:
    began = time.perf_counter()
    function()
    return (time.perf_counter() - began) * 1e3


def _log(platform: Platform) -> Iterator[Figure]:
    deed = entry.deed("read", Context(clock.system()), ())

    def add(patient: str) -> Any:
        at = clock.system()
        seen = f"Patient/{patient}/1"
        line = entry.line(DOCTOR, deed, at=at, type="Patient", seen=seen, patients=patient)
        return platform.log.add(line)

    alone = statistics.median(_timed(lambda: add("1").result()) for _ in range(500))
    yield Figure("A line of the access log, durable", alone, "ms", 1, is_more_better=False)
    for number in range(LINES):
        add("0" if number % (LINES // PAGE) == 0 else "1")
    platform.log.flush()
    session = Session(platform, CITIZEN)
    (shown,) = in_turns(lambda: _timed(lambda: audit.newest(session, "0", count=PAGE)), rounds=3)
    what = f"A citizen's log of {PAGE:,} lines"
    yield replace(_milliseconds(what, shown, 300), unit="ms")
    verifier = signing.signer(platform.settings.data).verifier
    began = time.perf_counter()
    found = inspect.inspect(platform.store, verifier)
    rate = found.lines / (time.perf_counter() - began)
    yield Figure("Verification of the log", rate, "lines/s", 1_000_000 / 60)
