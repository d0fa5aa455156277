"""Jobs: taken by one worker at a time, done once, back to the others when a worker is gone."""

import pytest

from builders.records import Clock, a_store
from samspill.store import Store

pytestmark = pytest.mark.usefixtures("on_each_database")

SECOND = 1_000_000


def _take(store: Store, *kinds: str) -> str:
    job = store.write(lambda t: t.take_job(kinds, 60 * SECOND))
    return job.id if job else ""


def test_a_job_is_taken_once_and_done() -> None:
    with a_store() as store:
        store.write(lambda t: t.add_job("1", "export", '{"type":"Patient"}'))
        assert _take(store, "import") == ""
        assert _take(store, "import", "export") == "1"
        assert _take(store, "export") == ""
        store.write(lambda t: t.end_job("1", '{"files":2}'))
        job = store.job("1")
        assert job is not None
        assert (job.state, job.input, job.output) == ("done", '{"type":"Patient"}', '{"files":2}')
        assert store.job("2") is None


def test_a_job_waits_until_it_is_due() -> None:
    clock = Clock()
    with a_store(clock) as store:
        store.write(lambda t: t.add_job("late", "export", "", wait=5 * SECOND))
        store.write(lambda t: t.add_job("early", "export", "", wait=2 * SECOND))
        assert _take(store, "export") == ""
        clock.at += 10 * SECOND
        assert [_take(store, "export") for _ in range(3)] == ["early", "late", ""]


def test_the_job_of_a_worker_that_is_gone_goes_to_the_next() -> None:
    clock = Clock()
    with a_store(clock) as store:
        store.write(lambda t: t.add_job("1", "export", ""))
        assert _take(store, "export") == "1"
        clock.at += 61 * SECOND
        assert _take(store, "export") == "1"
        store.write(lambda t: t.end_job("1", "disk full", failed=True))
        clock.at += 61 * SECOND
        assert _take(store, "export") == ""
