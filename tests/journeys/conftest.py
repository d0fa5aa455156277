"""A demo server on the people of the stories, and a browser that watches what pages do wrong."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from builders.readers import Readers
from builders.server import serving

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PEOPLE = "1"
"""Besides the people of the stories."""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running demo server."""
    data = tmp_path_factory.mktemp("demo")
    program = str(Path(sys.executable).with_name("samspill"))
    command = [program, "seed", "--data", str(data), "--people", PEOPLE]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with serving(data, "--demo") as server:
        yield server.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a file: while it is open, no other event loop can run in this process."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def reader(site: str, browser: Browser) -> Iterator[Readers]:
    """Makes readers; fails the test if their browsers had anything to complain about."""
    readers = Readers(site, browser)
    yield readers
    for context in readers.contexts:
        context.close()
    assert [fault for one in readers.all for fault in one.faults] == []
