"""Pages of a search are of one moment: nothing is lost or shown twice while others write."""

import threading
from random import Random

import pytest

from builders.records import DAY, SYSTEM, Clock, a_store, an_observation, ids, observations
from samspill.base.errors import InvalidSearch
from samspill.fhir.search.query import All, DateIs, Match, Or, Query, Sort, TokenIs
from samspill.store import Page, Store

pytestmark = pytest.mark.usefixtures("on_each_database")

BY_DATE = Sort("date", "date")
NEWEST = Sort("date", "date", True)
BY_CODE = Sort("code", "token")
BY_UPDATE = Sort("_lastUpdated", "date", True)
BY_ID = Sort("_id", "token")
SORTS = [(), (BY_DATE,), (NEWEST,), (BY_CODE, NEWEST), (BY_UPDATE,), (BY_ID,)]


def _fill(store: Store, count: int = 60) -> None:
    for n in range(count):
        day = None if n % 11 == 0 else n * 7 % 13
        store.submit(lambda t, n=n, d=day: t.write(an_observation(f"{n:03}", f"c{n % 5}", d)))
    store.write(lambda t: None)


@pytest.mark.parametrize("sort", SORTS)
def test_every_match_is_on_one_page_and_back_again(sort: tuple[Sort, ...]) -> None:
    with a_store() as store:
        _fill(store)
        query = observations(All(), sort, count=7)
        whole = [v.id for v in store.search(observations(All(), sort, count=100)).versions]
        pages = [store.search(query)]
        while pages[-1].next:
            pages.append(store.search(query, cursor=pages[-1].next))
        assert [version.id for page in pages for version in page.versions] == whole
        back = pages[-1]
        for page in reversed(pages[:-1]):
            back = store.search(query, cursor=back.previous)
            assert _shown(back) == _shown(page)
        assert back.previous == ""


def _shown(page: Page) -> list[str]:
    return [version.id for version in page.versions]


@pytest.mark.parametrize("sort", SORTS)
def test_pages_stay_of_their_moment_while_others_write(sort: tuple[Sort, ...]) -> None:
    query = observations(All(), sort, count=4)
    with a_store() as store:
        _fill(store, 30)
        whole = ids(store, observations(All(), sort, count=100))
        random, shown = Random(1), list[str]()
        page = store.search(query)
        while True:
            shown += _shown(page)
            for _ in range(5):
                _disturb(store, random)
            if not page.next:
                break
            page = store.search(query, cursor=page.next)
        assert shown == whole


def _disturb(store: Store, random: Random) -> None:
    id = f"{random.randrange(40):03}"
    change = an_observation(id, f"c{random.randrange(5)}", random.randrange(13))
    if random.random() < 0.3:
        store.write(lambda t: t.delete("Observation", id))
    else:
        store.write(lambda t: t.write(change))


def test_pages_stay_of_their_moment_under_constant_writes() -> None:
    stop = threading.Event()
    with a_store() as store:
        _fill(store, 200)

        def write() -> None:
            random = Random(2)
            while not stop.is_set():
                _disturb(store, random)

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for sort in SORTS:
                found = ids(store, observations(All(), sort, count=9))
                assert len(found) == len(set(found))
                assert {f"{n:03}" for n in range(41, 200)} <= set(found)
        finally:
            stop.set()
            writer.join()


def test_a_cursor_is_good_for_its_search_only() -> None:
    with a_store() as store:
        _fill(store)
        cursor = store.search(observations(All(), count=5)).next
        other = observations(Match("code", TokenIs(SYSTEM, "c1")), count=5)
        with pytest.raises(InvalidSearch):
            store.search(other, cursor=cursor)
        forged = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
        for wrong in (forged, "x", "é", cursor + "AAAA", ""[:0] + "-" * 60):
            with pytest.raises(InvalidSearch):
                store.search(observations(All(), count=5), cursor=wrong)


def test_a_cursor_expires_when_its_moment_has_been_swept() -> None:
    with a_store() as store:
        _fill(store)
        query = observations(All(), count=5)
        cursor = store.search(query).next
        store.write(lambda t: t.write(an_observation("000", "c4", 3)))
        store._upkeep.sweep(store.outbox_position())
        with pytest.raises(InvalidSearch, match="expired"):
            store.search(query, cursor=cursor)


def test_the_total_is_of_the_first_page() -> None:
    query = Query(("Observation",), All(), count=5, total="accurate")
    with a_store() as store:
        _fill(store, 12)
        page = store.search(query)
        assert page.total == 12
        store.write(lambda t: t.write(an_observation("new")))
        assert store.search(query, cursor=page.next).total == 12
        assert store.search(query).total == 13


def test_no_more_than_the_most_that_is_wanted() -> None:
    query = Query(("Observation",), All(), count=5, most=12)
    with a_store() as store:
        _fill(store, 30)
        found = ids(store, query)
        assert len(found) == 12
        assert store.count(query) == 12


def test_dates_of_all_lengths_are_found_in_order() -> None:
    clock = Clock()
    lengths = [1, 2, 30, 300, 3_000, 30_000]
    with a_store(clock) as store:
        for n, days in enumerate(lengths * 4):
            change = an_observation(f"{n:02}", "a", n * 100, days=days)
            store.write(lambda t, change=change: t.write(change))
        for low in (0, 150, 1_000, 2_250):
            test = DateIs("ap", low * DAY, (low + 50) * DAY, "")
            where = Or((Match("date", test), Match("date", DateIs("eb", 0, 1, ""))))
            expected = [
                f"{n:02}"
                for n, days in enumerate(lengths * 4)
                if n * 100 < low + 50 and n * 100 + days > low
            ]
            assert ids(store, observations(Match("date", test), [BY_DATE])) == expected
            assert ids(store, observations(where, [NEWEST], count=3)) == expected[::-1]


def test_what_was_written_is_found_at_once_by_every_thread() -> None:
    """Also what searches remember of a record is forgotten with the next commit."""
    query = observations(Match("code", TokenIs(SYSTEM, "new")))
    with a_store() as store:
        missed = list[int]()

        def write_and_search(writer: int) -> None:
            for n in range(25):
                id = f"{writer}-{n}"
                store.write(lambda t, id=id: t.write(an_observation(id, "new")))
                if id not in ids(store, query):
                    missed.append(n)
                store.write(lambda t, id=id: t.delete("Observation", id))
                if id in ids(store, query):
                    missed.append(n)

        threads = [threading.Thread(target=write_and_search, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert missed == []
