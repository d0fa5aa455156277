"""A clock that jumps does no harm: lastUpdated never goes back, `_since` and pages lose nothing.

The clock of the store is set an hour or a day forth and back, over a leap second, over the change
from summer time, and over 2038, at random between writes and between pages.
"""

from collections.abc import Callable
from random import Random

import pytest

from builders import records
from builders.records import Clock, a_store, an_observation, observations
from builders.sessions import STORES
from samspill.fhir.search.query import All, Sort
from samspill.store import Store, Version

HOUR = 3_600_000_000
DAY = records.DAY
LEAP = 1_483_228_800_000_000
"""2017-01-01, after the last leap second so far."""
SUMMER_TIME_ENDS = 1_792_890_000_000_000
"""2026-10-25T01:00Z, when clocks in Norway go back."""
END_OF_32_BITS = 2_147_483_648_000_000
"""2038-01-19T03:14:08Z."""
PLACES = (LEAP, SUMMER_TIME_ENDS, END_OF_32_BITS)
BY_UPDATE = (Sort("_lastUpdated", "date"),)


def _jump(clock: Clock, random: Random) -> None:
    kind = random.random()
    if kind < 0.6:
        clock.at += random.randrange(3_000_000)
    elif kind < 0.95:
        clock.at += random.choice([-DAY, -HOUR, -1_000_000, HOUR])
    else:
        clock.at = random.choice(PLACES) - random.randrange(2_000_000)


def _write(store: Store, n: int) -> Version:
    return store.write(lambda t: t.write(an_observation(f"{n % 50:02}")))


def _check_order(store: Store, written: list[Version]) -> None:
    """In the order of the commits, time stands or goes on; so does the history of each."""
    times = [version.at for version in written]
    assert times == sorted(times)
    for n in range(50):
        past = store.history("Observation", f"{n:02}", count=1_000).versions
        assert [each.number for each in past] == list(range(len(past), 0, -1))
        assert [each.at for each in past] == sorted((each.at for each in past), reverse=True)


def _check_since(store: Store, written: list[Version], since: int) -> None:
    """All that was written at or after an instant, on all pages."""
    page = store.history("Observation", since=since, count=70)
    found = list(page.versions)
    while page.next:
        page = store.history("Observation", since=since, count=70, cursor=page.next)
        found += page.versions
    expected = [version.commit for version in written if version.at >= since]
    assert [version.commit for version in found] == expected[::-1]


def _check_pages(store: Store, clock: Clock, random: Random, n: int) -> None:
    """Pages by lastUpdated are of one moment though the clock jumps between them."""
    query = observations(All(), BY_UPDATE, count=9)
    whole = store.search(observations(All(), BY_UPDATE, count=100)).versions
    page = store.search(query)
    found = list(page.versions)
    while page.next:
        _jump(clock, random)
        _write(store, n)
        page = store.search(query, cursor=page.next)
        found += page.versions
    assert [(each.id, each.number) for each in found] == [(v.id, v.number) for v in whole]


def _run(store: str, writes: int, seed: int = 1) -> None:
    token = records.KIND.set(store)
    clock, random = Clock(), Random(seed)
    try:
        with a_store(clock) as opened:
            written = []
            for n in range(writes):
                _jump(clock, random)
                written.append(_write(opened, n))
                if n % 100 == 99:
                    _check_since(opened, written, random.choice(written).at)
            _check_order(opened, written)
            _check_pages(opened, clock, random, 7)
    finally:
        records.KIND.reset(token)


@pytest.mark.parametrize("store", STORES)
def test_a_clock_that_jumps_does_no_harm(store: str) -> None:
    _run(store, 300)


@pytest.mark.proof
@pytest.mark.parametrize("store", STORES)
def test_a_clock_that_jumps_for_long_does_no_harm(store: str, proof: Callable[..., None]) -> None:
    for seed in range(10):
        _run(store, 2_000, seed)
    proof(
        f"{store}: whatever the clock does, lastUpdated never goes back, and _since and pages are"
        " whole",
        runs=20_000,
        found="0 versions out of order, lost or doubled",
    )
