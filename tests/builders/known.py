"""Known failures of the standards' cases: TOML files that say of each case its kind and reason."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest


@dataclass(frozen=True, slots=True)
class Known:
    """Why a case fails: a bug of ours, not made yet, or read otherwise by us for good."""

    kind: Literal["bug", "not yet", "never"]
    reason: str


def load(path: Path) -> dict[str, Known]:
    """The known failures by the name of the case."""
    cases = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Known(**case) for name, case in cases.items()}


def check(name: str, known: dict[str, Known], failure: str) -> None:
    """Fails on a failure that is not listed, and on a listed case that passes: `failure` is ""."""
    listed = known.get(name)
    if failure and listed is None:
        pytest.fail(f"{name}: {failure}")
    if listed is not None and not failure:
        pytest.fail(f"{name} passes now: take it off the list of known failures")
