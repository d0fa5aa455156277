"""What people do about access, through the use cases: each act counts from the next request."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from msgspec import structs

from builders import access_worlds
from builders.access_worlds import CARERS, DOCTOR, FNR, MANY, Place, citizen, ref
from samspill.access.actor import Actor, Assurance, Kind
from samspill.base.errors import Forbidden, InvalidRequest, NotFound
from samspill.interactions import create, operation, read
from samspill.interactions.session import Session
from samspill.services import privacy
from samspill.services.privacy import service

HOUR = 3_600_000_000
STRANGER = Actor(
    Kind.PROFESSIONAL, "Practitioner/d1", assurance=Assurance.HIGH, authorised_until=MANY
)


@pytest.fixture
def place() -> Iterator[Place]:
    with access_worlds.place() as place:
        place.put(list(enumerate(_world())))
        yield replace(
            place, platform=replace(place.platform, operations=privacy.SERVICE.operations)
        )


def _world() -> list[access_worlds.Resource]:
    made = [each for each in access_worlds.world(1) if each["resourceType"] in ("Practitioner",)]
    for id, born in (("grown", "1980-01-01"), ("child", "2020-05-05"), ("friend", "1990-01-01")):
        made.append(
            {
                "resourceType": "Patient",
                "id": id,
                "identifier": [{"system": FNR, "value": f"{id}-number"}],
                "name": [{"family": id.title()}],
                "birthDate": born,
                "address": [{"use": "home", "line": ["Road 1"]}],
                "generalPractitioner": [CARERS[0]] if id == "grown" else [],
            }
        )
    relation = "http://hl7.no/fhir/CodeSystem/no-basis-"
    coding = [
        {"system": f"{relation}family-relation", "code": "far"},
        {"system": f"{relation}parental-responsibility", "code": "far"},
    ]
    made.append(
        {
            "resourceType": "RelatedPerson",
            "id": "father",
            "patient": ref("Patient", "child"),
            "identifier": [{"system": FNR, "value": "grown-number"}],
            "relationship": [{"coding": coding}],
        }
    )
    for n in "12":
        made.append(
            {
                "resourceType": "DocumentReference",
                "id": f"doc{n}",
                "status": "current",
                "subject": ref("Patient", "grown"),
                "content": [{"attachment": {"title": "x"}}],
            }
        )
    return made


def session(place: Place, actor: Actor) -> Session:
    return Session(place.platform, actor)


def sees(place: Place, actor: Actor, what: str) -> bool:
    try:
        read.read(session(place, actor), *what.split("/", 1))
    except NotFound:
        return False
    return True


def test_a_document_is_restricted_and_the_restriction_lifted(place: Place) -> None:
    mine = session(place, citizen("grown"))
    made = service.restrict(mine, "grown", "DocumentReference/doc1")
    assert not sees(place, DOCTOR, "DocumentReference/doc1")
    assert sees(place, DOCTOR, "DocumentReference/doc2")
    assert sees(place, citizen("grown"), "DocumentReference/doc1")
    (wish,) = service.wishes(mine, "grown")
    assert (wish.kind, wish.what, wish.is_active) == ("restriction", "DocumentReference/doc1", True)
    service.lift(mine, "grown", made.id)
    assert sees(place, DOCTOR, "DocumentReference/doc1")
    assert not service.wishes(mine, "grown")[0].is_active


def test_emergency_lifts_a_restriction_for_an_hour_but_never_a_blocking(place: Place) -> None:
    mine = session(place, citizen("grown"))
    service.restrict(mine, "grown")
    assert not sees(place, STRANGER, "Patient/grown")
    opened = service.open_emergency(session(place, STRANGER), "grown", "life", "Unconscious")
    assert sees(place, STRANGER, "DocumentReference/doc1")
    place.clock.at += HOUR
    assert not sees(place, STRANGER, "Patient/grown")
    place.clock.at -= HOUR
    service.block(mine, "grown", "Practitioner/d1")
    assert not sees(place, STRANGER, "Patient/grown")
    (told,) = service.emergencies_of(mine, "grown")
    assert (told.id, told.who_name, told.reason, told.text) == (
        opened.id, "Doc1", "life", "Unconscious",
    )  # fmt: skip


def test_an_emergency_needs_a_reason_and_an_authorised_professional(place: Place) -> None:
    for reason, text in (("curious", "x"), ("life", " ")):
        with pytest.raises(InvalidRequest):
            service.open_emergency(session(place, STRANGER), "grown", reason, text)
    for actor in (replace(STRANGER, authorised_until=0), citizen("grown")):
        with pytest.raises(Forbidden):
            service.open_emergency(session(place, actor), "grown", "life", "Unconscious")


def test_an_emergency_is_reviewed_by_someone_else(place: Place) -> None:
    opened = service.open_emergency(session(place, STRANGER), "grown", "harm", "Bleeding")
    leader = session(place, replace(DOCTOR, roles=("leader",)))
    assert [each.id for each in service.emergencies(leader)] == [opened.id]
    own = session(place, replace(STRANGER, roles=("leader",)))
    with pytest.raises(Forbidden):
        service.review(own, opened.id, "justified", "Fine")
    with pytest.raises(Forbidden):
        service.emergencies(session(place, STRANGER))
    service.review(leader, opened.id, "questioned", "Why?")
    assert service.emergencies(leader) == []
    (done,) = service.emergencies(leader, open_only=False)
    assert (done.outcome, done.comment, done.reviewer) == ("questioned", "Why?", "Practitioner/d0")


def test_a_stated_need_holds_for_an_hour(place: Place) -> None:
    card = service.look_up(session(place, STRANGER), "no number")
    assert card is None
    assert not sees(place, STRANGER, "Patient/friend")
    service.attest(session(place, STRANGER), "friend", "TREAT", "Came to the ward")
    assert sees(place, STRANGER, "Patient/friend")
    place.clock.at += HOUR
    assert not sees(place, STRANGER, "Patient/friend")


def test_statements_are_made_by_the_use_cases_alone(place: Place) -> None:
    made = service.attest(session(place, DOCTOR), "grown", "TREAT", "At the office")
    task = read.parsed(made)
    task["code"]["coding"][0]["code"] = "emergency"
    with pytest.raises(Forbidden):
        create.create(session(place, DOCTOR), {**task, "id": ""})


def test_a_proxy_acts_within_its_areas_until_it_is_withdrawn(place: Place) -> None:
    mine, friend = session(place, citizen("grown")), session(place, citizen("friend"))
    given = service.give_proxy(mine, "grown", "Patient/friend", ("results",))
    (found,) = service.represented(friend)
    assert (found.patient, found.name) == ("grown", "Grown")
    acting = service.act_for(friend, "grown")
    read.read(acting, "Patient", "grown")
    with pytest.raises(NotFound):
        read.read(acting, "DocumentReference", "doc1")
    for decide in (service.restrict, service.wishes):
        with pytest.raises(Forbidden):
            decide(acting, "grown")
    service.withdraw(friend, "grown", given.id)
    assert service.represented(friend) == []
    with pytest.raises(Forbidden):
        service.act_for(friend, "grown")


def test_a_parent_acts_for_a_child(place: Place) -> None:
    mine = session(place, citizen("grown"))
    assert [each.patient for each in service.represented(mine)] == ["child"]
    acting = service.act_for(mine, "child")
    service.restrict(acting, "child", "Observation")
    assert service.act_for(acting, "").on_behalf_of == ""
    with pytest.raises(Forbidden):
        service.restrict(mine, "friend")


def test_why_names_the_grounds_to_those_who_may_ask(place: Place) -> None:
    mine, doctor = session(place, citizen("grown")), session(place, DOCTOR)
    found = service.why(doctor, "grown")
    assert found.may
    assert [each.en for each in found.bases] == ["Takes part in the care"]
    service.restrict(mine, "grown", towards=("Practitioner/d0",))
    assert service.why(doctor, "grown") == service.Why(False, (), ())
    told = service.why(mine, "grown", "Practitioner/d0")
    assert [each.en for each in told.denials] == ["The patient has restricted this"]
    with pytest.raises(Forbidden):
        service.why(session(place, citizen("friend")), "grown", "Practitioner/d0")
    parameters = [("who", "Practitioner/d0")]
    answer = operation.run(
        structs.replace(mine, language="nb"), "why", "Patient", "grown", parameters
    )
    assert isinstance(answer, dict)
    assert answer["parameter"][0] == {"name": "may", "valueBoolean": False}
