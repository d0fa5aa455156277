"""Units of work: all or nothing, alone in their failure, seeing what they have written."""

from concurrent.futures import wait

import pytest

from builders.records import SYSTEM, a_patient, a_store, an_observation, ids, observations
from samspill.base.errors import Unavailable
from samspill.fhir.search.query import Match, TokenIs
from samspill.store import Access, Store, Transaction

pytestmark = pytest.mark.usefixtures("on_each_database")

CODE_A = observations(Match("code", TokenIs(SYSTEM, "a")))


def test_a_unit_that_fails_takes_back_all_that_it_wrote() -> None:
    def unit(transaction: Transaction) -> None:
        transaction.write(an_observation("1"))
        transaction.log([_line()])
        transaction.write(a_patient("1", "Hansen"))
        raise ValueError("no")

    with a_store() as store:
        with pytest.raises(ValueError, match="no"):
            store.write(unit)
        assert store.read("Observation", "1") is None
        assert ids(store, CODE_A) == []
        assert store.accesses() == ()
        assert store.outbox_position() == 0


def test_units_that_share_a_commit_do_not_share_their_failures() -> None:
    """Some fail after a search, which has written the rows of the units before them."""

    def unit(transaction: Transaction, n: int) -> None:
        transaction.write(an_observation(str(n), code=f"c{n % 7}"))
        if n % 3 == 0:
            transaction.search(CODE_A)
        if n % 4 == 0:
            raise ValueError

    with a_store() as store:
        futures = [store.submit(lambda t, n=n: unit(t, n)) for n in range(60)]
        wait(futures)
        failed = {n for n, future in enumerate(futures) if future.exception()}
        assert failed == set(range(0, 60, 4))
        kept = {str(n) for n in range(60)} - {str(n) for n in failed}
        found = [
            id
            for code in range(7)
            for id in ids(store, observations(Match("code", TokenIs(SYSTEM, f"c{code}"))))
        ]
        assert sorted(found) == sorted(kept)
        commits = [event.position for event in store.outbox(count=100)]
        assert commits == list(range(1, len(kept) + 1)), "no gap is left"


def test_a_unit_sees_what_it_has_written() -> None:
    def unit(transaction: Transaction) -> tuple[int, int, int]:
        transaction.write(an_observation("1"))
        before = transaction.count(CODE_A)
        transaction.write(an_observation("2"))
        transaction.write(an_observation("1", code="b"))
        found = transaction.read("Observation", "1")
        old = transaction.read_version("Observation", "1", 1)
        assert found is not None
        assert old is not None
        return before, transaction.count(CODE_A), found.number + old.number

    with a_store() as store:
        assert store.write(unit) == (1, 1, 3)


def test_a_closed_store_takes_no_more_units() -> None:
    with a_store() as store:
        store.close()
        with pytest.raises(Unavailable):
            store.submit(lambda transaction: None)


def test_the_access_log_is_read_by_position_and_patient() -> None:
    with a_store() as store:
        store.write(lambda t: t.log([_line("1"), _line("2"), _line("1 2")]))
        assert [position for position, _ in store.accesses()] == [1, 2, 3]
        assert [line.patients for _, line in store.accesses(patient="2")] == ["2", "1 2"]
        assert [position for position, _ in store.accesses(after=1, count=1)] == [2]


def test_the_wait_for_an_answer_ends_when_the_write_is_durable() -> None:
    with a_store() as store:
        future = store.submit(lambda t: t.write(an_observation("1")).number)
        assert future.result() == 1
        assert _reopened_read(store) == 1


def _reopened_read(store: Store) -> int:
    version = store.read("Observation", "1")
    return version.number if version else 0


def _line(patients: str = "") -> Access:
    return Access(0, "{}", "{}", "Observation", "Observation/1/1", patients)
