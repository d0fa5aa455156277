"""Two worlds that differ only in what someone may not see give that one the same answers.

Every byte is compared: status, headers, bodies. docs/adr/0020
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from json import dumps
from random import Random

import pytest

from builders import access_worlds
from builders.access_answers import answer
from builders.access_leaks import LEAKS, OF_WRITES, SLOW
from builders.access_requests import Requests, Wish
from builders.access_worlds import PATIENTS, PERSONAS, Place, Resource
from samspill.access import labels
from samspill.access.decide import Action
from samspill.fhir import references
from samspill.fhir.search.query import All, Query
from samspill.interactions import guard
from samspill.store.memo import Memo

BEARING = frozenset({"Patient", "Encounter", "CareTeam", "Task", "Consent", "RelatedPerson"})
"""What says who may see what: two worlds have the same of it."""


def seen(place: Place, persona: str) -> dict[str, bytes]:
    """Everything that the persona may see, as it is shown."""
    session = place.session(persona)
    found = {}
    for version in place.platform.store.search(Query((), All(), count=1_000)).versions:
        shown = guard.one(session, Action.READ, version)
        if shown is not None:
            found[f"{version.type}/{version.id}"] = shown.body
    return found


Written = list[tuple[int, Resource]]


WAYS = ("keep", "take away", "change", "add a version", "write twice")


def other(random: Random, world: list[Resource], visible: dict[str, bytes]) -> Written:
    """The world with what is not seen taken away, changed or added to."""
    made: Written = []
    parts = {part for each in world for part in labels.made_of(each)}
    consents = [each for each in world if each["resourceType"] == "Consent"]
    named = {each["reference"] for consent in consents for each in references.walk(consent)}
    unknown = _never_met(random, visible)
    for n, resource in enumerate(world):
        if unknown and f'"Patient/{unknown}"' in dumps([resource, f"Patient/{resource['id']}"]):
            continue
        resource = _elsewhere(random, resource, visible)
        place = f"{resource['resourceType']}/{resource['id']}"
        way = random.choice(WAYS)
        if place in visible or resource["resourceType"] in BEARING or way == "keep":
            made.append((n, resource))
        elif way == "take away" and place not in parts:
            # But for parts: what is made of them would lose the labels that it inherits.
            continue
        elif way == "change":
            made.append((n, {**resource, **CHANGES.get(resource["resourceType"], {})}))
        elif way == "add a version":
            made += [(n, resource), (n, {**resource, "language": "nn"})]
        elif way == "write twice" and place not in named:
            twin = {**resource, "id": f"{resource['id']}-twin"}
            made += [(n, resource), (n, twin)]
        else:
            made.append((n, resource))
    return made


def _never_met(random: Random, visible: dict[str, bytes]) -> str:
    """A patient of whom nothing is seen, who may as well not be there; "" for none."""
    seen = b" ".join((*visible.values(), *(place.encode() for place in visible)))
    unseen = [id for id in PATIENTS if f"Patient/{id}".encode() not in seen]
    return random.choice(["", *unseen])


def _elsewhere(random: Random, resource: Resource, visible: dict[str, bytes]) -> Resource:
    """A protected person who is seen without whereabouts, living somewhere else."""
    shown = visible.get(f"Patient/{resource['id']}")
    if resource["resourceType"] != "Patient" or not shown or b'"address"' in shown:
        return resource
    home = {"use": "home", "line": ["Elsewhere 9"], "city": "Oslo"}
    if random.random() < 0.7:
        return {**resource, "address": [home], "telecom": []}
    return resource


CHANGES: dict[str, Resource] = {
    "Observation": {"code": {"coding": [{"code": "w"}]}, "effectiveDateTime": "2019-01-01"},
    "DocumentReference": {"description": "Other"},
    "Composition": {"title": "Other"},
    "List": {"title": "Other"},
}


class Pair:
    """A world and its twin, for one persona."""

    def __init__(self, kind: str, seed: int, persona: str) -> None:
        self._random = Random(seed)
        self.persona = persona
        self._kind = kind
        self.world = access_worlds.world(seed)

    @contextmanager
    def opened(self) -> Iterator[tuple[Place, Place]]:
        with access_worlds.place(self._kind) as one, access_worlds.place(self._kind) as two:
            one.put(list(enumerate(self.world)))
            visible = seen(one, self.persona)
            two.put(other(self._random, self.world, visible))
            assert seen(two, self.persona) == visible
            yield one, two

    def wishes(self, number: int) -> Iterator[Wish]:
        made = self.requests()
        return (made.next() for _ in range(number))

    def requests(self) -> Requests:
        """Requests that name what is in the worlds."""
        places = [(each["resourceType"], each["id"]) for each in self.world]
        return Requests(self._random, [*places, *((t, f"{i}-twin") for t, i in places)])


def differences(kind: str, seed: int, persona: str, number: int) -> Iterator[str]:
    """The requests that were answered differently in the two worlds."""
    pair = Pair(kind, seed, persona)
    with pair.opened() as (one, two):
        for wish in pair.wishes(number):
            first, second = answer(one, persona, wish), answer(two, persona, wish)
            if first != second:
                yield f"{seed} {persona}: {wish}\n{first}\n{second}"


@pytest.mark.parametrize(("kind", "number"), [("sqlite", 60), ("postgres", 25)])
@pytest.mark.parametrize("persona", PERSONAS)
def test_what_is_not_seen_changes_nothing(kind: str, number: int, persona: str) -> None:
    found = list(differences(kind, 7, persona, number))
    assert not found, "\n\n".join(found[:3])


@pytest.mark.proof
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_what_is_not_seen_changes_nothing_in_20000_pairs(kind: str) -> None:
    for seed in range(1_000, 1_025):
        for persona in PERSONAS:
            assert not list(differences(kind, seed, persona, 100))


SPIES = (("laboratory app", 3), ("laboratory app", 4), ("doctor", 4))
"""Personas and the seeds of their worlds, in which planted leaks are sought."""


def _planted(leaks: Iterable[str]) -> list[object]:
    """The leaks as parameters of a test, those that are slow to find in the long form."""
    marks = {True: [pytest.mark.proof], False: list[pytest.MarkDecorator]()}
    return [pytest.param(leak, marks=marks[leak in SLOW]) for leak in sorted(leaks)]


@pytest.fixture(scope="module")
def spied() -> Iterator[list[tuple[str, Place, Place, list[Wish]]]]:
    """Pairs of worlds with everything that can be read of them once."""
    with ExitStack() as stack:
        found = []
        for persona, seed in SPIES:
            pair = Pair("sqlite", seed, persona)
            one, two = stack.enter_context(pair.opened())
            found.append((persona, one, two, [*pair.requests().sweep()]))
        yield found


@pytest.mark.parametrize("leak", _planted({*LEAKS} - OF_WRITES))
def test_a_planted_leak_is_found(
    leak: str, spied: list[tuple[str, Place, Place, list[Wish]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    LEAKS[leak](monkeypatch)
    for persona, one, two, wishes in spied:
        _forget(one, two)
        for wish in wishes:
            if answer(one, persona, wish) != answer(two, persona, wish):
                monkeypatch.undo()
                _forget(one, two)
                assert answer(one, persona, wish) == answer(two, persona, wish), "only by the leak"
                return
    pytest.fail(f"nobody noticed: {leak}")


@pytest.mark.parametrize("leak", _planted(OF_WRITES))
def test_a_planted_leak_of_writes_is_found(leak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    LEAKS[leak](monkeypatch)
    for persona, seed in SPIES:
        pair = Pair("sqlite", seed, persona)
        with pair.opened() as (one, two):
            requests = pair.requests()
            for wish in (requests.write() for _ in range(250)):
                if answer(one, persona, wish) != answer(two, persona, wish):
                    return
    pytest.fail(f"nobody noticed: {leak}")


def test_without_a_leak_all_that_can_be_read_is_the_same(
    spied: list[tuple[str, Place, Place, list[Wish]]],
) -> None:
    for persona, one, two, wishes in spied[:1]:
        _forget(one, two)
        for wish in wishes:
            assert answer(one, persona, wish) == answer(two, persona, wish), wish


def _forget(*places: Place) -> None:
    """What searches have found out: statements of a leak would be kept, and asked again."""
    for place in places:
        object.__setattr__(place.platform.store._reader, "memo", Memo(lambda: b""))
