"""What every test may use: the fixture `proof`, which records what a long proof has shown."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench import machine
from builders import postgres, proofs
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


IS_WRITTEN = os.environ.get("PROOF") == "write"
LIMIT = proofs.Limit()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Under a limit of time, what needs to be proved most comes first."""
    if IS_WRITTEN:
        order = {test: n for n, test in enumerate(proofs.in_need(PAGE, _ids(items)))}
        items.sort(key=lambda item: order[item.nodeid])


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What is proved anew is not proved until it is: a test that fails has no row."""
    if not IS_WRITTEN or item.get_closest_marker("proof") is None:
        return
    if LIMIT.is_over:
        pytest.skip(f"the {LIMIT.minutes:g} minutes of this run are over")
    proofs.withdraw(PAGE, item.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """After a run over the whole suite, the page tells of all proofs that there are."""
    is_whole = session.config.args in (["tests"], ["tests/"])
    if IS_WRITTEN and is_whole and not session.config.option.keyword and exitstatus in (0, 1):
        proofs.settle(PAGE, _ids(session.items))


def _ids(items: list[pytest.Item]) -> list[str]:
    return [item.nodeid for item in items]


def pytest_make_parametrize_id(val: object) -> str | None:
    """Sets in order, so that each of the processes calls a test by the same name."""
    if isinstance(val, set | frozenset):
        return "{" + ", ".join(sorted(map(repr, val))) + "}"
    return None


def pytest_unconfigure() -> None:
    """A worker of xdist leaves without the exit of a program, which would stop the server."""
    postgres.stop()
