"""One authorization server for the tests of a file."""

from collections.abc import Iterator

import pytest

from builders.identity import Desk, a_desk


@pytest.fixture(scope="module")
def opened() -> Iterator[Desk]:
    with a_desk() as made:
        yield made


@pytest.fixture
def desk(opened: Desk) -> Desk:
    """The same server some minutes later, with its client as it was."""
    opened.clock.pass_seconds(120)
    opened.client()
    return opened
