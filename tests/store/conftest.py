"""Every test of the store that asks for a store is run on each kind of database."""

from collections.abc import Iterator

import pytest

from builders import records


@pytest.fixture(params=["sqlite", "postgres"])
def on_each_database(request: pytest.FixtureRequest) -> Iterator[str]:
    token = records.KIND.set(request.param)
    yield request.param
    records.KIND.reset(token)
