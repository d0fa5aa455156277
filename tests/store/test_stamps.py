"""The stamp of the record: new after each change, in every process; a log line leaves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import writing
from samspill.store import kept
from samspill.store.connect import Connection
from samspill.store.dialects.sqlite import Sqlite
from samspill.store.kept import FOREVER, Kept
from samspill.store.store import Store


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Path]:
    """A record that one process has open, so that its log stays."""
    path = tmp_path / "record.db"
    store = Store.open(path)
    store.write(lambda transaction: transaction.write(writing.change("1")))
    yield path
    store.close()


@pytest.fixture
def one(record: Path) -> Iterator[Sqlite]:
    database = Sqlite(record)
    yield database
    database.close()


@pytest.fixture
def other(record: Path) -> Iterator[Sqlite]:
    database = Sqlite(record)
    yield database
    database.close()


def commit(database: Sqlite, name: str, changes: bool, *, announced: bool = True) -> None:
    database.writer.begin()
    if announced:
        database.announce(changes)
    database.writer.insert("mark", [(name, 1)])
    database.writer.run("COMMIT")


def test_a_change_is_seen_and_a_line_of_the_log_is_not(one: Sqlite, other: Sqlite) -> None:
    stamps = [(one.stamp(), other.stamp())]
    for number, changes in enumerate((False, False, True, False, True, True, False)):
        commit(one if number % 2 else other, f"m{number}", changes)
        before, now = stamps[-1], (one.stamp(), other.stamp())
        assert now[0] == now[1]
        assert (now != before) == changes
        stamps.append(now)


def test_what_nobody_announced_is_seen(one: Sqlite, other: Sqlite) -> None:
    commit(one, "a", changes=False)
    before = other.stamp()
    commit(one, "b", changes=False)
    commit(one, "c", changes=True, announced=False)
    assert other.stamp() != before


def test_an_announced_commit_that_never_came_hides_no_other_one(one: Sqlite, other: Sqlite) -> None:
    commit(one, "a", changes=False)
    before = other.stamp()
    one.writer.begin()
    one.announce(changes=False)
    one.writer.run("ROLLBACK")
    assert other.stamp() == before
    commit(other, "b", changes=True)
    assert one.stamp() != before
    assert other.stamp() == one.stamp()


def test_reads_of_the_log_leave_what_a_store_remembers(record: Path) -> None:
    store = Store.open(record)
    before = store.stamp()
    store.write(lambda transaction: transaction.log(()))
    store.write(lambda transaction: transaction.keep_beside(_keep))
    assert store.stamp() == before
    store.write(lambda transaction: transaction.write(writing.change("2")))
    assert store.stamp() != before
    store.close()


def _keep(connection: Connection) -> None:
    kept.put(connection, "a-kind", Kept("a-key", "{}", FOREVER))
