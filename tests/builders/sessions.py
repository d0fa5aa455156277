"""The door to an empty record on a kind of store."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from builders import postgres, record
from samspill.interactions.session import Session

STORES = ("sqlite", "postgres")


@contextmanager
def a_session(folder: Path, store: str, **given: Any) -> Iterator[Session]:
    """A session of the platform itself; `given` are settings. Skips where there is no server."""
    if store == "sqlite":
        with record.opened(folder, **given) as session:
            yield session
        return
    url = postgres.fresh()
    try:
        with record.opened(folder, database=url, **given) as session:
            yield session
    finally:
        postgres.drop(url)
