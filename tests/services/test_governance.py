"""What the access log tells: looks in words for the citizen, patterns for those who review."""

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from builders import record
from samspill.access import entry
from samspill.access.actor import Actor, Assurance, Context, Kind
from samspill.base.errors import Forbidden, InvalidRequest, NotFound
from samspill.base.json import Resource
from samspill.interactions import read, transaction, update
from samspill.interactions.session import Session
from samspill.services.governance import service
from samspill.services.governance.model import Unusual

STREETS = [f"{name}veien" for name in ("Bjørke", "Furu", "Gran", "Osp", "Selje", "Rogne", "Hegg")]
FAMILIES = [f"{name}{end}" for name in ("Berg", "Lund", "Dal", "Vik") for end in ("e", "set", "")]
LEADER = Actor(Kind.PROFESSIONAL, "Practitioner/boss", "Boss", roles=("leader",))
HONEST, SNOOPERS = 600, 50


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with record.opened(tmp_path) as session:
        yield session


def a_person(type: str, id: str, draws: random.Random) -> Resource:
    return {
        "resourceType": type,
        "id": id,
        "name": [{"family": draws.choice(FAMILIES), "given": [f"N{draws.randrange(10_000)}"]}],
        "birthDate": f"{draws.randrange(1930, 2005)}-0{draws.randrange(1, 10)}-11",
        "address": [
            {
                "use": "home",
                "line": [f"{draws.choice(STREETS)} {draws.randrange(1, 99)}"],
                "postalCode": f"{draws.randrange(7000, 7040)}",
            }
        ],
    }


def a_citizen(id: str) -> Actor:
    return Actor(Kind.CITIZEN, f"Patient/{id}", id, ("citizen",), assurance=Assurance.HIGH)


def a_look(session: Session, doctor: str, patient: str, action: str = "read") -> None:
    actor = Actor(Kind.PROFESSIONAL, f"Practitioner/{doctor}", doctor, ("LE",))
    deed = entry.deed(action, Context(0, purpose="TREAT"), ())
    now = session.platform.clock()
    line = entry.line(actor, deed, at=now, type="Observation", seen="", patients=patient)
    session.platform.log.add(line)


def put(session: Session, resource: Resource) -> None:
    update.update(session, resource["resourceType"], resource["id"], resource)


def put_all(session: Session, resources: list[Resource]) -> None:
    entries = [
        {
            "resource": each,
            "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"},
        }
        for each in {(one["resourceType"], one["id"]): one for one in resources}.values()
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    transaction.transaction(session, bundle)


def a_hospital(session: Session, draws: random.Random) -> tuple[list[Resource], list[Resource]]:
    doctors = [a_person("Practitioner", f"d{n}", draws) for n in range(40)]
    patients = [a_person("Patient", f"p{n}", draws) for n in range(150)]
    roles = [
        {
            "resourceType": "PractitionerRole",
            "id": f"r{n}",
            "practitioner": {"reference": f"Practitioner/{doctor['id']}"},
            "organization": {"display": f"Unit {n % 8}"},
        }
        for n, doctor in enumerate(doctors)
    ]
    put_all(session, [*doctors, *patients, *roles])
    return doctors, patients


def test_fifty_snoopers_stand_out_among_honest_work(session: Session) -> None:
    draws = random.Random(7)
    doctors, patients = a_hospital(session, draws)
    famous = "p0"
    work = [(draws.choice(doctors)["id"], draws.choice(patients[20:])["id"]) for _ in range(HONEST)]
    put_all(session, [a_team(doctor, patient) for doctor, patient in work])
    for doctor, patient in work:
        a_look(session, doctor, patient, draws.choice(("read", "read", "create")))
    # Those on call have no relation, but write what they do.
    for _ in range(200):
        on_call, patient = draws.choice(doctors)["id"], draws.choice(patients[20:])["id"]
        a_look(session, on_call, patient)
        a_look(session, on_call, patient, "create")
    snooped = set()
    for number in range(SNOOPERS):
        snooper = doctors[number % len(doctors)]
        patient = famous if number % 3 == 0 else a_relative(session, snooper, number, draws)
        snooped.add((f"Practitioner/{snooper['id']}", patient))
        a_look(session, snooper["id"], patient)
    found = service.unusual(session.acting(LEADER))
    hits = {(each.who.reference, each.patient) for each in found} & snooped
    assert len(found) <= 100
    assert len(hits) >= 45 * len(snooped) / SNOOPERS, worst(found, snooped)
    assert all(each.reasons for each in found)


def worst(found: list[Unusual], snooped: set[tuple[str, str]]) -> str:
    top = {(each.who.reference, each.patient) for each in found}
    return f"missed {sorted(snooped - top)}"


def a_relative(session: Session, doctor: Resource, number: int, draws: random.Random) -> str:
    """Someone of the family, or from the street."""
    person = a_person("Patient", f"close{number}", draws)
    if number % 3 == 1:
        person["name"][0]["family"] = doctor["name"][0]["family"]
    else:
        person["address"] = doctor["address"]
    put(session, person)
    return str(person["id"])


def a_team(doctor: str, patient: str) -> Resource:
    """That a doctor takes part in the care of a patient."""
    return {
        "resourceType": "CareTeam",
        "id": f"t-{doctor}-{patient}",
        "status": "active",
        "subject": {"reference": f"Patient/{patient}"},
        "participant": [{"member": {"reference": f"Practitioner/{doctor}"}}],
    }


def test_only_those_whose_duty_it_is_see_patterns(session: Session) -> None:
    for actor in (a_citizen("p"), replace(LEADER, roles=("LE",))):
        with pytest.raises(Forbidden):
            service.unusual(session.acting(actor))
        with pytest.raises(Forbidden):
            service.open_cases(session.acting(actor))


def test_a_page_of_a_long_log_is_quick_and_pages_meet(session: Session) -> None:
    put(session, a_person("Patient", "p", random.Random(1)))
    for number in range(10_000):
        a_look(session, f"d{number % 97}", "p")
    own = session.acting(a_citizen("p"))
    service.looks(own, "p", "others")
    started = time.perf_counter()
    first, older = service.looks(own, "p", "others")
    assert time.perf_counter() - started < 0.3
    assert len(first) == service.A_PAGE
    second, _ = service.looks(own, "p", "others", older)
    positions = [each.position for each in (*first, *second)]
    assert positions == list(range(positions[0], positions[0] - 100, -1))


def test_a_record_is_read_by_whoever_may(session: Session) -> None:
    for id in ("p", "q"):
        put(session, a_person("Patient", id, random.Random(1)))
    other = session.acting(a_citizen("q"))
    for asking in (other, structs.replace(other, on_behalf_of="p")):
        with pytest.raises(Forbidden):
            service.looks(asking, "p", "others")


def test_a_case_has_a_deadline_and_is_answered(session: Session) -> None:
    put(session, a_person("Patient", "p", random.Random(1)))
    a_look(session, "d1", "p")
    own, boss = session.acting(a_citizen("p")), session.acting(LEADER)
    [look], _ = service.looks(own, "p", "others")
    with pytest.raises(InvalidRequest):
        service.ask(own, "p", "question", look.position, "d1", " ")
    with pytest.raises(NotFound):
        service.ask(own, "p", "question", look.position + 1000, "d1", "Why?")
    service.ask(own, "p", "complaint", look.position, "d1", "Why?")
    [case] = service.open_cases(boss)
    assert (case.kind, case.text, case.is_open) == ("complaint", "Why?", True)
    service.answer(boss, case.id, "On call.")
    assert service.open_cases(boss) == []
    [answered] = service.cases(own, "p")
    assert answered.answer == "On call."


def test_a_case_is_hidden_from_personnel(session: Session) -> None:
    put(session, a_person("Patient", "p", random.Random(1)))
    put(session, a_person("Practitioner", "d1", random.Random(2)))
    put(session, a_team("d1", "p"))
    a_look(session, "d1", "p")
    own = session.acting(a_citizen("p"))
    [look], _ = service.looks(own, "p", "others")
    made = service.ask(own, "p", "complaint", look.position, "d1", "Why?")
    doctor = Actor(
        Kind.PROFESSIONAL, "Practitioner/d1", assurance=Assurance.HIGH, authorised_until=2**62
    )
    assert read.read(session.acting(doctor), "Patient", "p")
    with pytest.raises(NotFound):
        read.read(session.acting(doctor), "Task", made.id)


def test_what_one_did_without_a_break_is_one_look(session: Session) -> None:
    put(session, a_person("Patient", "p", random.Random(1)))
    for action in ("read", "search", "create"):
        a_look(session, "d1", "p", action)
    a_look(session, "d2", "p")
    own = session.acting(a_citizen("p"))
    found, _ = service.looks(own, "p", "others")
    assert [(each.who.name, each.has_written) for each in found] == [("d2", False), ("d1", True)]
