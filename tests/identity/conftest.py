"""One authorization server for the tests of a file, and a running one for those of all."""

from collections.abc import Iterator

import pytest

from builders.identity import Desk, a_desk, a_record_of_apps
from builders.server import Server, serving


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


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """In demo mode, with a patient, her doctor, and the apps of `builders.identity`."""
    data = tmp_path_factory.mktemp("apps")
    a_record_of_apps(data)
    with serving(data, "--demo") as running:
        yield running
