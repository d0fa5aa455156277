"""What every test may use: the fixture `proof`, which records what a long proof has shown."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import machine
from builders import proofs
from builders.proofs import Proof

PAGE = Path(__file__).parents[1] / "docs" / "proof.md"


@pytest.fixture
def proof(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Records a result: `proof("0 acknowledged writes lost", runs=100, found="0 of 41,223")`.

    `make proof` gathers the records into `docs/proof.md`; other runs of the tests forget them.
    A `control` tells what the same test found where it had to find something.
    """
    began = time.monotonic()

    def record(promise: str, *, runs: int, found: str, control: str = "") -> None:
        seconds = round(time.monotonic() - began, 1)
        if os.environ.get("PROOF") == "write":
            where = machine.describe()
            test = request.node.nodeid
            proofs.add(PAGE, Proof(test, promise, runs, found, control, seconds, where))

    return record


def pytest_make_parametrize_id(val: object) -> str | None:
    """Sets in order, so that each of the processes calls a test by the same name."""
    if isinstance(val, set | frozenset):
        return "{" + ", ".join(sorted(map(repr, val))) + "}"
    return None
