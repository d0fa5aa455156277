"""The map of current commits: right after every commit, of this process and of others."""

from pathlib import Path
from threading import Thread

import pytest

from samspill.store import Change, Store, Version
from samspill.store.heads import Heads
from samspill.store.types import Stamp

KEY = ("Patient", "1")
CHANGE = Change("Patient", "1", Stamp(b'{"a":"', b"}"))


def a_version(commit: int) -> Version:
    return Version("Patient", "1", commit, 0, b"{}", False, commit)


class State:
    """A database whose stamp the test sets: a count of commits, and something beside it."""

    def __init__(self) -> None:
        self.commits = 0

    def stamp(self) -> bytes:
        return b"%d" % self.commits

    def count(self) -> int:
        return self.commits


@pytest.fixture
def state() -> State:
    return State()


@pytest.fixture
def heads(state: State) -> Heads:
    found = Heads(state.stamp, state.count)
    found.keep(found.mark(), a_version(1))
    return found


def commit(heads: Heads, state: State, *keys: tuple[str, str], foreign: int = 0) -> None:
    """A commit of our own, and right after it some of another process."""
    heads.changing()
    state.commits += 1 + foreign
    heads.changed(keys)


def test_what_was_read_is_remembered(heads: Heads) -> None:
    assert heads.find(KEY) == 1
    assert heads.find(("Patient", "2")) is None


def test_our_own_commit_forgets_what_it_wrote_and_nothing_else(heads: Heads, state: State) -> None:
    commit(heads, state, ("Patient", "2"))
    assert heads.find(KEY) == 1
    commit(heads, state, KEY)
    assert heads.find(KEY) is None


def test_nothing_is_answered_while_a_commit_is_on_its_way(heads: Heads, state: State) -> None:
    heads.changing()
    assert heads.find(KEY) == 1
    state.commits += 1
    assert heads.find(KEY) is None
    heads.changed(())
    assert heads.find(KEY) == 1


def test_a_commit_of_another_process_forgets_all(heads: Heads, state: State) -> None:
    state.commits += 1
    assert heads.find(KEY) is None
    assert heads.find(KEY) is None


def test_commits_of_others_around_our_own_are_noticed(heads: Heads, state: State) -> None:
    state.commits += 1
    commit(heads, state)
    assert heads.find(KEY) is None
    heads.keep(heads.mark(), a_version(1))
    commit(heads, state, foreign=1)
    assert heads.find(KEY) is None


def test_a_batch_or_a_failed_commit_forgets_all(heads: Heads, state: State) -> None:
    heads.changing()
    heads.changed(None)
    assert heads.find(KEY) is None


def test_an_answer_from_before_a_commit_is_not_kept(heads: Heads, state: State) -> None:
    mark = heads.mark()
    commit(heads, state, KEY)
    heads.keep(mark, a_version(1))
    assert heads.find(KEY) is None
    mark = heads.mark()
    heads.changing()
    heads.keep(mark, a_version(1))
    state.commits += 1
    heads.changed(())
    assert heads.find(KEY) is None


def test_without_a_stamp_nothing_is_kept() -> None:
    heads = Heads(lambda: b"", lambda: 0)
    heads.keep(heads.mark(), a_version(1))
    assert heads.find(KEY) is None


def test_a_read_sees_what_another_connection_committed(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    store = Store.open(path)
    store.write(lambda transaction: transaction.write(CHANGE))
    first = store.read("Patient", "1")
    assert first is not None
    assert store.read("Patient", "1") is first
    other = Store.open(path)
    other.write(lambda transaction: transaction.delete("Patient", "1"))
    other.close()
    again = store.read("Patient", "1")
    assert again is not None
    assert again.deleted
    store.close()


def test_every_read_after_a_write_sees_it(tmp_path: Path) -> None:
    """Readers race with a writer; none may see an older version than one acknowledged before."""
    store = Store.open(tmp_path / "record.db")
    acknowledged = [0]
    seen_old: list[tuple[int, int]] = []

    def read() -> None:
        while acknowledged[0] < 200:
            least = acknowledged[0]
            version = store.read("Patient", "1")
            if version is not None and version.number < least:
                seen_old.append((version.number, least))

    readers = [Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for _ in range(200):
        written = store.write(lambda transaction: transaction.write(CHANGE))
        acknowledged[0] = written.number
    for reader in readers:
        reader.join()
    store.close()
    assert seen_old == []
