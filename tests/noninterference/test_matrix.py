"""What may not be seen is as if it had never been: all types × all interactions × all personas.

The types, interactions and operations are those of the CapabilityStatement. T18, T19, T20 and T39
of docs/threats.md.
"""

from collections.abc import Iterator
from json import dumps, loads
from typing import Any

import pytest

from builders import access_worlds
from builders.access_answers import answer
from builders.access_requests import Wish
from builders.access_worlds import PERSONAS, Place
from samspill.access.decide import Action
from samspill.access.rules.types import PUBLIC
from samspill.interactions import guard
from samspill.interactions.checks import RELIED_ON

Resource = dict[str, Any]
HIDDEN, NEVER = "hidden0", "never00"
JSON = {"content-type": "application/fhir+json"}
PATCH = {"content-type": "application/json-patch+json"}
OF_TYPES = {"create", "history-type"}
"""Interactions that name no resource."""


def resource(type: str, id: str) -> Resource:
    who = {"reference": "Patient/stranger"}
    return {"resourceType": type, "id": id, "subject": who, "patient": who}


def named(interaction: str, type: str, id: str) -> Wish | None:
    """The request by which an interaction names a resource; None for one that names none."""
    place, body = f"{type}/{id}", dumps(resource(type, id)).encode()
    step = dumps([{"op": "add", "path": "/language", "value": "nn"}]).encode()
    match interaction:
        case "read":
            return Wish("GET", place)
        case "vread":
            return Wish("GET", f"{place}/_history/1")
        case "history-instance":
            return Wish("GET", f"{place}/_history")
        case "update":
            return Wish("PUT", place, body, JSON)
        case "patch":
            return Wish("PATCH", place, step, PATCH)
        case "delete":
            return Wish("DELETE", place)
        case "search-type":
            return Wish("GET", f"{type}?_id={id}&_total=accurate")
        case _:
            assert interaction in OF_TYPES, f"{interaction} is offered and not tested"
            return None


def beside(type: str, id: str, operations: list[str]) -> Iterator[Wish]:
    """Further ways to one resource: conditions, operations, bundles, GraphQL."""
    tag = {**JSON, "if-match": 'W/"1"'}
    body = dumps(resource(type, id)).encode()
    yield Wish("PUT", f"{type}/{id}", body, tag)
    yield Wish("DELETE", f"{type}/{id}", headers={"if-match": 'W/"2"'})
    yield Wish("DELETE", f"{type}?_id={id}")
    yield Wish("GET", f"{type}/{id}", headers={"if-none-match": 'W/"1"'})
    for name in operations:
        yield Wish("GET", f"{type}/{id}/${name}")
    yield Wish("GET", f"{type}/{id}/$graphql?query={{id}}")
    entry = {"request": {"method": "GET", "url": f"{type}/{id}"}}
    for kind in ("batch", "transaction"):
        bundle = {"resourceType": "Bundle", "type": kind, "entry": [entry]}
        yield Wish("POST", "", dumps(bundle).encode(), JSON)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A record in which each type has one resource about a stranger."""
    with access_worlds.place() as place:
        world = access_worlds.world(7)
        stranger = {"resourceType": "Patient", "id": "stranger", "birthDate": "1990-01-01"}
        unwritable = RELIED_ON | {"AuditEvent"}
        types = [type for type in offered(place) if type not in unwritable]
        hidden = [resource(type, HIDDEN) for type in types]
        place.put(list(enumerate([*world, stranger, *hidden])))
        yield place


def offered(place: Place) -> dict[str, Resource]:
    """The types of the CapabilityStatement."""
    _, _, body = answer(place, "doctor", Wish("GET", "metadata"))
    (rest,) = loads(body)["rest"]
    return {each["type"]: each for each in rest["resource"]}


def told(place: Place, persona: str) -> tuple[int, list[str]]:
    """How many requests there were, and those by which a hidden resource is told from none."""
    number, found, session = 0, list[str](), place.session(persona)
    for type, entry in offered(place).items():
        version = place.platform.store.read(type, HIDDEN)
        if version and guard.visible(session, Action.READ, (version,)):
            assert type in PUBLIC or persona == "service", (persona, type)
            continue
        operations = [each["name"] for each in entry.get("operation", ())]
        pairs = [
            (named(each["code"], type, HIDDEN), named(each["code"], type, NEVER))
            for each in entry["interaction"]
        ]
        ways = zip(beside(type, HIDDEN, operations), beside(type, NEVER, operations), strict=True)
        for one, other in (*pairs, *ways):
            if one is None or other is None:
                continue
            number += 1
            first, second = repr(answer(place, persona, one)), repr(answer(place, persona, other))
            if first.replace(HIDDEN, NEVER) != second:
                found.append(f"{one}\n{first}\n{second}")
    return number, found


@pytest.mark.parametrize("persona", ["doctor", "citizen", "patient app"])
def test_what_is_hidden_answers_as_what_never_was(place: Place, persona: str) -> None:
    number, found = told(place, persona)
    assert not found, "\n\n".join(found[:3])
    assert number > 1_500


@pytest.mark.proof
@pytest.mark.parametrize("persona", PERSONAS)
def test_what_is_hidden_answers_as_what_never_was_to_all(place: Place, persona: str) -> None:
    assert not told(place, persona)[1]


def test_the_matrix_tells_a_403_from_a_404(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "one", lambda session, action, version: version)
    assert len(told(place, "citizen")[1]) > 100


def test_two_users_who_alternate_get_what_each_gets_alone() -> None:
    """Statements, plans, patients and pages that are kept belong to one. T26."""
    users = ("doctor", "citizen", "laboratory app")
    world = list(enumerate(access_worlds.world(7)))
    asked = [
        Wish("GET", f"{type}?_total=accurate&_count={count}{more}")
        for type in ("Observation", "Patient", "DocumentReference", "Encounter")
        for count in (1, 20)
        for more in ("", "&_sort=_lastUpdated", "&_sort=-_lastUpdated", "&_include=*")
    ]
    alone = {}
    for user in users:
        with access_worlds.place() as place:
            place.put(world)
            alone[user] = [answer(place, user, wish) for wish in asked]
    assert len({repr(each) for each in alone.values()}) == len(users)
    with access_worlds.place() as place:
        place.put(world)
        for _ in range(8):
            for number, wish in enumerate(asked):
                for user in users:
                    assert answer(place, user, wish) == alone[user][number], (user, wish)
