"""The door to an empty record on a kind of store."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from builders import postgres, record
from samspill.interactions.session import Session

STORES = ("sqlite", "postgres")


@contextmanager
def an_address(folder: Path, store: str) -> Iterator[str]:
    """The address of an empty record. Skips where there is no server."""
    if store == "sqlite":
        yield f"sqlite://{folder}/record.db"
        return
    url = postgres.fresh()
    try:
        yield url
    finally:
        postgres.drop(url)


@contextmanager
def a_session(folder: Path, store: str, **given: Any) -> Iterator[Session]:
    """A session of the platform itself; `given` are settings."""
    folder.mkdir(exist_ok=True)
    with (
        an_address(folder, store) as address,
        record.opened(folder, database=address, **given) as session,
    ):
        yield session
