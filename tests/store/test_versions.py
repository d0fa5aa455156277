"""Versions: written, read by id and number, replaced, deleted; their history."""

import pytest

from builders.records import DAY, Clock, a_store, an_observation
from samspill.base.errors import PreconditionFailed
from samspill.store import Store, Transaction

pytestmark = pytest.mark.usefixtures("on_each_database")


def _write(store: Store, id: str, expected: int | None = None) -> int:
    return store.write(lambda t: t.write(an_observation(id, expected=expected))).number


def test_a_resource_is_read_as_it_was_written() -> None:
    with a_store() as store:
        written = store.write(lambda t: t.write(an_observation("1")))
        assert store.read("Observation", "1") == written
        assert written.body == b'{"resourceType":"Observation","id":"1","meta":{"versionId":"1"}}'
        assert (written.number, written.deleted) == (1, False)


def test_what_was_never_written_is_not_there() -> None:
    with a_store() as store:
        assert store.read("Observation", "1") is None
        store.write(lambda t: t.write(an_observation("2", patient="7")))
        assert store.read("Observation", "1") is None
        assert store.read("Patient", "7") is None, "it is only referred to"


def test_each_write_makes_the_next_version_and_keeps_the_others() -> None:
    with a_store() as store:
        assert [_write(store, "1") for _ in range(3)] == [1, 2, 3]
        for number in (1, 2, 3):
            version = store.read_version("Observation", "1", number)
            assert version is not None
            assert b'"versionId":"%d"' % number in version.body
        assert store.read_version("Observation", "1", 4) is None


def test_a_deletion_is_a_version_without_a_body() -> None:
    with a_store() as store:
        _write(store, "1")
        gone = store.write(lambda t: t.delete("Observation", "1"))
        assert gone is not None
        assert (gone.number, gone.deleted, gone.body) == (2, True, b"")
        assert store.read("Observation", "1") == gone
        assert store.write(lambda t: t.delete("Observation", "1")) is None
        assert _write(store, "1") == 3, "it comes back with the next number"


@pytest.mark.parametrize(("there", "expected"), [(2, 1), (2, 3), (2, 0), (0, 1)])
def test_a_write_that_expects_another_version_is_refused(there: int, expected: int) -> None:
    with a_store() as store:
        for _ in range(there):
            _write(store, "1")
        with pytest.raises(PreconditionFailed):
            _write(store, "1", expected)
        with pytest.raises(PreconditionFailed):
            store.write(lambda t: t.delete("Observation", "1", expected=expected))
        found = store.read("Observation", "1")
        assert (found.number if found else 0) == there


def test_a_deleted_resource_counts_as_none() -> None:
    with a_store() as store:
        _write(store, "1")
        store.write(lambda t: t.delete("Observation", "1", expected=1))
        assert _write(store, "1", expected=0) == 3


def test_last_updated_never_goes_back() -> None:
    clock = Clock()
    with a_store(clock) as store:
        first = store.write(lambda t: t.write(an_observation("1")))
        clock.at -= DAY
        second = store.write(lambda t: t.write(an_observation("2")))
        assert second.at == first.at
        assert second.commit > first.commit


def test_history_is_newest_first_and_has_pages() -> None:
    with a_store() as store:
        for _ in range(5):
            _write(store, "1")
        _write(store, "2")
        page = store.history("Observation", "1", count=2)
        numbers = [version.number for version in page.versions]
        while page.next:
            _write(store, "1")
            page = store.history("Observation", "1", count=2, cursor=page.next)
            numbers += [version.number for version in page.versions]
        assert numbers == [5, 4, 3, 2, 1], "as of the first page"
        assert page.total == 5


def test_history_of_a_type_and_of_all() -> None:
    with a_store() as store:
        _write(store, "1")
        store.write(lambda t: t.delete("Observation", "1"))
        _write(store, "2")
        both = [(v.id, v.number, v.deleted) for v in store.history("Observation").versions]
        assert both == [("2", 1, False), ("1", 2, True), ("1", 1, False)]
        assert len(store.history().versions) == 3
        assert store.history("Patient").versions == ()


def test_history_since_and_at() -> None:
    clock = Clock()
    start = clock.at
    with a_store(clock) as store:
        for _ in range(4):
            _write(store, "1")
            clock.at += DAY
        since = store.history("Observation", "1", since=start + 2 * DAY)
        assert [version.number for version in since.versions] == [4, 3]
        low = start + DAY + DAY // 2
        at = store.history("Observation", "1", at=(low, low + DAY))
        assert [version.number for version in at.versions] == [3, 2]


def test_the_outbox_tells_of_every_commit_in_order() -> None:
    with a_store() as store:
        _write(store, "1")
        store.write(lambda t: t.delete("Observation", "1"))
        events = store.outbox()
        assert [(e.version.id, e.version.deleted) for e in events] == [("1", False), ("1", True)]
        store.forget_outbox(events[0].position)
        store.write(lambda t: None)
        assert [event.version.deleted for event in store.outbox()] == [True]
        assert store.outbox(after=store.outbox_position()) == ()


def test_a_mark_is_kept() -> None:
    def note(transaction: Transaction) -> None:
        transaction.mark("index", 7)

    with a_store() as store:
        assert store.mark("index") == 0
        store.write(note)
        assert store.mark("index") == 7
