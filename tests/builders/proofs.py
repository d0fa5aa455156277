"""The records of the long proofs: kept as JSON lines, printed as `docs/proof.md`.

A run may have a limit of minutes. Then it takes the proofs that are missing first, and after them
those whose record is the oldest, so that one run after the other comes round to all.
"""

import os
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec


@dataclass(frozen=True, slots=True)
class Proof:
    """What one test has shown, and how often it tried."""

    test: str
    promise: str
    runs: int
    found: str
    control: str
    """What the test found where it had to find something; one that cannot fail proves nothing."""
    seconds: float
    machine: str


def add(page: Path, proof: Proof) -> None:
    """Puts the record in the place of an earlier one of the same promise, and prints the page."""
    same = (proof.test, proof.promise)
    _write(page, [*(old for old in read(page) if (old.test, old.promise) != same), proof])


def withdraw(page: Path, test: str) -> None:
    """Takes away what a test has shown before."""
    _write(page, [old for old in read(page) if old.test != test])


def settle(page: Path, tests: Collection[str]) -> None:
    """After a run over all proofs: those that are no more are dropped, those missing are named."""
    kept = [old for old in read(page) if old.test in tests]
    _write(page, kept, sorted(set(tests) - {each.test for each in kept}))


def read(page: Path) -> list[Proof]:
    lines = page.with_suffix(".jsonl")
    text = lines.read_bytes() if lines.exists() else b""
    return [msgspec.json.decode(line, type=Proof) for line in text.splitlines()]


def in_need(page: Path, tests: Sequence[str]) -> list[str]:
    """The tests in the order in which they need to be run."""
    dates = {each.test: each.machine[:16] for each in read(page)}
    return sorted(tests, key=lambda test: dates.get(test, ""))


class Limit:
    """The time that a run may take, from `PROOF_MINUTES`; a proof that has begun is finished."""

    def __init__(self) -> None:
        self.minutes = float(os.environ.get("PROOF_MINUTES") or "inf")
        self._end = time.monotonic() + 60 * self.minutes

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self._end


def _write(page: Path, proofs: Sequence[Proof], missing: Sequence[str] = ()) -> None:
    ordered = sorted(proofs, key=lambda each: (each.test, each.promise))
    lines = [msgspec.json.encode(each) + b"\n" for each in ordered]
    page.with_suffix(".jsonl").write_bytes(b"".join(lines))
    rows = "".join(_row(each) for each in ordered)
    rest = "".join(f"- `{test}`\n" for test in missing)
    hours = sum(each.seconds for each in ordered) / 3_600
    page.write_text(f"{_HEAD.format(hours)}{rows}{_MISSING + rest if missing else ''}")


def _row(proof: Proof) -> str:
    return (
        f"| {proof.promise} | {proof.runs:,} | {proof.found} | {proof.control} "
        f"| {proof.seconds:,.0f} s | `{proof.test}` | {proof.machine} |\n"
    )


_HEAD = """# What was proved

Printed by `make proof`, which runs the long forms of these tests; `make check` runs the short
forms. A single one: `PROOF=write .venv/bin/pytest -m proof <test>`. The control is a run in which
the same test had to find a loss, and did. Together these took {:.1f} hours. In pieces:
`make proof PROOF_MINUTES=30` begins no other proof when the time is over; it takes those that are
missing first and then the oldest. A row is taken away when its test fails, and each says of which
commit it is. Speed is measured by `make bench`, see [bench.md](bench.md).

| promise | runs | found | control | time | test | where and when |
|---|---|---|---|---|---|---|
"""

_MISSING = """
## Not proved yet

These tests have no result: the time of the last run was over before their turn, or they failed,
or what they need was not there.

"""
