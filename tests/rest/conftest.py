"""One open server per file of tests, and a client of its FHIR base."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from builders.server import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("record")
    with serving(folder, "--open") as running:
        yield running


@pytest.fixture(scope="module")
def fhir(server: Server) -> Iterator[httpx.Client]:
    headers = {"content-type": "application/fhir+json", "accept-language": "en"}
    with httpx.Client(base_url=server.fhir, headers=headers, timeout=30) as client:
        yield client
