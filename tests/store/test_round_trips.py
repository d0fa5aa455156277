"""A commit asks a PostgreSQL server a few times only, however many units share it; and the
connections of threads that have ended are closed."""

import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest

from builders import postgres
from builders.records import Clock, an_observation
from samspill.store import Change, Store, Transaction
from samspill.store.dialects import postgres as dialect
from samspill.store.types import Access

LINE = Access(1, "a clinician", "read", "Observation", "Observation/1/1", "1 2", "0", "r", "salt")


@pytest.fixture
def url() -> Iterator[str]:
    made = postgres.fresh()
    yield made
    postgres.drop(made)


def test_units_that_share_a_commit_share_its_statements(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(url, Clock())
    changes = [an_observation(f"{n}", "a") for n in range(40)]
    store.write(_logged(changes[0]))
    asked, together = list[str](), list[str]()
    execute = dialect.Connection._execute

    def counted(self: dialect.Connection, sql: str, parameters: object) -> object:
        (together if self._is_together else asked).append(sql)
        return execute(self, sql, parameters)  # type: ignore[arg-type]

    monkeypatch.setattr(dialect.Connection, "_execute", counted)
    held = threading.Event()
    first = store.submit(lambda _: held.wait(10))
    futures = [store.submit(_logged(each), [(each.type, each.id)]) for each in changes[1:]]
    asked.clear()
    together.clear()
    held.set()
    first.result()
    for future in futures:
        future.result()
    assert len(asked) <= 4  # the heads and COMMIT; COMMIT alone for the unit that was held
    assert len(together) <= 24
    store.close()


def _logged(change: Change) -> Callable[[Transaction], None]:
    def unit(transaction: Transaction) -> None:
        transaction.log([LINE])
        transaction.write(change)

    return unit


def test_connections_of_threads_that_have_ended_are_closed(url: str) -> None:
    store = Store.open(url, Clock())
    for _ in range(20):
        thread = threading.Thread(target=lambda: store.read("Observation", "1"))
        thread.start()
        thread.join()
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    assert row[0] <= 6
    store.close()
