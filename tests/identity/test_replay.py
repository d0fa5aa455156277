"""A proof is taken once: from whichever of many senders is first, and after a restart too."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from builders import records
from builders.identity import Clock, Desk, a_desk
from samspill.base.errors import Busy
from samspill.identity import dpop
from samspill.identity.dpop import Proof, Replays
from samspill.identity.state import State
from samspill.store import Store

SENDERS = 16


def opened(path: Path, clock: Clock) -> tuple[Store, Replays]:
    store = Store.open(path, clock)
    return store, Replays(State(store, clock))


def winners(doors: list[Replays], proof: Proof, senders: int = SENDERS) -> int:
    """How many of the senders, spread over the processes' doors, are let in."""
    with ThreadPoolExecutor(senders) as threads:
        tries = [threads.submit(doors[n % len(doors)].claim, proof) for n in range(senders)]
        return sum(each.result().result() for each in tries)


def rounds(folder: Path, count: int) -> list[int]:
    """Winners in each round, with two stores on one record and a restart in between."""
    clock, path, found = Clock(), folder / "record.db", []
    first, one = opened(path, clock)
    second, two = opened(path, clock)
    for number in range(count):
        proof = Proof("key", f"jti-{number}", clock.seconds)
        found.append(winners([one, two], proof))
        if number % 50 == 5:
            second.close()
            second, two = opened(path, clock)
            found[-1] += winners([two], proof, 2)
    first.close()
    second.close()
    return found


def test_one_of_many_senders_gets_in(tmp_path: Path) -> None:
    assert set(rounds(tmp_path, 20)) == {1}


@pytest.mark.proof
def test_one_of_sixteen_senders_gets_in(tmp_path: Path, proof: Callable[..., None]) -> None:
    found = rounds(tmp_path, 1_000)
    proof(
        "A DPoP proof sent by 16 senders to two stores, with restarts, is accepted once",
        runs=len(found),
        found=f"{sum(each != 1 for each in found)} rounds with another number of winners than 1",
    )
    assert set(found) == {1}


def test_proofs_are_remembered_for_as_long_as_they_could_be_used(tmp_path: Path) -> None:
    clock = Clock()
    store, replays = opened(tmp_path / "record.db", clock)
    for ahead in (-59, 0, 15):
        proof = Proof("key", f"jti{ahead}", clock.seconds + ahead)
        assert replays.claim(proof).result()
        clock.pass_seconds(max(0, ahead + dpop.OLDEST_SECONDS))
        assert not replays.claim(proof).result()
        clock.pass_seconds(-max(0, ahead + dpop.OLDEST_SECONDS))
    clock.pass_seconds(3600)
    assert replays.claim(Proof("key", "later", clock.seconds)).result()
    assert list(State(store, clock).all(dpop.KIND)) != []
    with_room = store.all_kept(dpop.KIND, 0)
    assert len(with_room) == 1, "what has ended is swept away"
    store.close()


def test_a_flood_of_proofs_is_held_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dpop, "MOST_KEPT", 10)
    with a_desk() as desk:
        tried = [_claimed(desk, number) for number in range(20)]
        assert tried == [True] * 10 + [False] * 10
        desk.clock.pass_seconds(61)
        assert _claimed(desk, 21)


def _claimed(desk: Desk, number: int) -> bool:
    try:
        proof = Proof("key", str(number), desk.clock.seconds)
        return desk.provider.replays.claim(proof).result()
    except Busy:
        return False


def test_what_is_kept_of_a_proof_is_small() -> None:
    with a_desk() as desk:
        desk.provider.replays.claim(Proof("k" * 43, "j" * 256, desk.clock.seconds)).result()
        (name,) = desk.provider.state.all(dpop.KIND)
        assert len(name) < 64


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_on_each_database_one_of_many_gets_the_code_and_the_proof(kind: str) -> None:
    token = records.KIND.set(kind)
    with a_desk() as desk:
        proof = Proof("key", "jti", desk.clock.seconds)
        assert winners([desk.provider.replays], proof) == 1
        code = desk.code(scope="openid offline_access patient/*.rs")
        with ThreadPoolExecutor(SENDERS) as threads:
            statuses = list(threads.map(lambda _: desk.redeem(code).status, range(SENDERS)))
        assert statuses.count(200) == 1
        desk.clock.pass_seconds(3600)
        assert desk.provider.state.all("code") == {}
    records.KIND.reset(token)
