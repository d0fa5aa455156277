"""Two worlds that differ only in what someone may not see give that one the same answers.

Every byte is compared: status, headers, bodies. docs/adr/0022
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest

from builders import access_worlds
from builders.access_requests import Requests, Wish
from builders.access_worlds import PERSONAS, Place, Resource
from samspill.access import labels
from samspill.access.decide import Action
from samspill.fhir import references
from samspill.fhir.search.query import All, Query
from samspill.interactions import guard
from samspill.rest import encode, errors, requests, routes
from samspill.rest.replies import Pending
from samspill.rest.requests import Request

KINDS = ("sqlite", "postgres")
BEARING = frozenset({"Patient", "Encounter", "CareTeam", "Task", "Consent", "RelatedPerson"})
"""What says who may see what: two worlds have the same of it."""

Answer = tuple[int, tuple[tuple[str, str], ...], bytes]


def answer(place: Place, persona: str, wish: Wish) -> Answer:
    """What a persona gets, as bytes; the seals of page links, made anew each time, are left out."""
    base = "http://127.0.0.1:8000/fhir"
    path, _, query = wish.path.partition("?")
    session = place.session(persona)
    request = Request(
        wish.method, requests.segments(path), query, wish.headers, base, "r", wish.body
    )
    try:
        reply = routes.answer(request, session)
        if isinstance(reply, Pending):
            reply = reply.present(reply.future.result())
    except Exception as error:
        reply = errors.respond(error, session.sending(wish.body))
    response = encode.encoded(reply, encode.wanted_for_error(request), place.platform.definitions)
    assert response.status < 500, (wish, response.body)
    return response.status, response.headers, SEALED.sub(rb"\1", response.body)


SEALED = re.compile(rb"(_cursor=)[A-Za-z0-9_%=-]+")


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


def other(random: Random, world: list[Resource], visible: dict[str, bytes]) -> Written:
    """The world with what is not seen taken away, changed or added to."""
    made: Written = []
    parts = {part for each in world for part in labels.made_of(each)}
    consents = [each for each in world if each["resourceType"] == "Consent"]
    named = {each["reference"] for consent in consents for each in references.walk(consent)}
    for n, resource in enumerate(world):
        place = f"{resource['resourceType']}/{resource['id']}"
        way = random.choice(("keep", "take away", "change", "add a version", "write twice"))
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


CHANGES = {
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
        places = [(each["resourceType"], each["id"]) for each in self.world]
        made = Requests(self._random, [*places, *((t, f"{i}-twin") for t, i in places)])
        return (made.next() for _ in range(number))


def differences(kind: str, seed: int, persona: str, number: int) -> Iterator[str]:
    """The requests that were answered differently in the two worlds."""
    pair = Pair(kind, seed, persona)
    with pair.opened() as (one, two):
        for wish in pair.wishes(number):
            first, second = answer(one, persona, wish), answer(two, persona, wish)
            if first != second:
                yield f"{seed} {persona}: {wish}\n{first}\n{second}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("persona", PERSONAS)
def test_what_is_not_seen_changes_nothing(kind: str, persona: str) -> None:
    found = list(differences(kind, 7, persona, 60))
    assert not found, "\n\n".join(found[:3])
