"""The records of the long proofs: kept as JSON lines, printed as `docs/proof.md`."""

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
    lines = page.with_suffix(".jsonl")
    kept = {(old.test, old.promise): old for old in _read(lines)}
    kept[proof.test, proof.promise] = proof
    ordered = [kept[key] for key in sorted(kept)]
    lines.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in ordered))
    page.write_text(_HEAD + "".join(_row(each) for each in ordered))


def _read(lines: Path) -> list[Proof]:
    text = lines.read_bytes() if lines.exists() else b""
    return [msgspec.json.decode(line, type=Proof) for line in text.splitlines()]


def _row(proof: Proof) -> str:
    return (
        f"| {proof.promise} | {proof.runs:,} | {proof.found} | {proof.control} "
        f"| {proof.seconds:,.0f} s | `{proof.test}` | {proof.machine} |\n"
    )


_HEAD = """# What was proved

Printed by `make proof`, which runs the long forms of these tests; `make check` runs the short
forms. A single one: `PROOF=write .venv/bin/pytest -m proof <test>`. The control is a run in which
the same test had to find a loss, and did.

| promise | runs | found | control | time | test | where and when |
|---|---|---|---|---|---|---|
"""
