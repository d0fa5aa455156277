"""A record of its own in a folder, open for the tests that go through the door without HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from samspill import app
from samspill.access import actor as actors
from samspill.base import settings
from samspill.interactions.session import Session


@contextmanager
def opened(folder: Path, **given: Any) -> Iterator[Session]:
    """A session of the platform itself on an empty record; `given` are settings."""
    platform = app.build(settings.load({}, data=folder, language="en", **given))
    try:
        yield Session(platform, actors.SYSTEM, base=app.fhir_base(platform.settings))
    finally:
        platform.close()
