"""The list as a signed whole, through the use cases: nothing is lost, each may what is lawful."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count, pairwise
from typing import Any

import pytest

from builders import access_worlds
from builders.access_worlds import DOCTOR, Place, citizen, ref
from samspill.access.actor import DEMO, Actor
from samspill.base.errors import Forbidden, InvalidRequest
from samspill.interactions import read
from samspill.interactions.session import Session
from samspill.services.elements import UNKNOWN
from samspill.services.medication import service
from samspill.services.medication.mapping import lists
from samspill.services.medication.model import versions
from samspill.services.medication.model.reconciling import Answer, Difference
from samspill.services.medication.model.versions import Lines, Stale

ATC = "http://www.whocc.no/atc"
Resource = dict[str, Any]
NURSE = replace(DOCTOR, roles=("SP",))
DEMO_DOCTOR = replace(DEMO, reference="Practitioner/d0", name="Demo")


@pytest.fixture
def place() -> Iterator[Place]:
    with access_worlds.place() as place:
        place.put(list(enumerate(_world())))
        numbers = count()
        platform = replace(place.platform, ids=lambda: f"made-{next(numbers)}")
        yield replace(place, platform=platform)


def a_line(text: str, atc: str, dosage: str = "1 tablett daglig") -> Resource:
    concept = {"coding": [{"system": ATC, "code": atc}], "text": text}
    return {"status": "active", "medicationCodeableConcept": concept, "dosage": [{"text": dosage}]}


def _world() -> list[Resource]:
    who = {"subject": ref("Patient", "p0")}
    of = {"resourceType": "MedicationStatement", **who}
    metformin = a_line("Metformin 500 mg tabletter", "A10BA02")
    letter = [{"item": ref("MedicationStatement", id)} for id in ("l1", "l2")]
    discharge = {"coding": [{"system": lists.LOINC, "code": lists.AT_DISCHARGE}]}
    return [
        {"resourceType": "Practitioner", "id": "d0", "name": [{"family": "Lie"}]},
        {"resourceType": "Patient", "id": "p0", "birthDate": "1980-01-01",
         "generalPractitioner": [ref("Practitioner", "d0")]},
        {"id": "s1", **of, **metformin},
        {"id": "s2", **of, **a_line("Selo-Zok 50 mg depottabletter", "C07AB02")},
        {"id": "l1", **of, **metformin},
        {"id": "l2", **of, **a_line("Selo-Zok 100 mg depottabletter", "C07AB02")},
        {"resourceType": "List", "id": "letter", "status": "current", "mode": "snapshot",
         "code": discharge, **who, "date": "2026-11-20", "entry": letter},
        {"resourceType": "MedicationRequest", "id": "r1", "status": "active", "intent": "order",
         **who, "medicationCodeableConcept": metformin["medicationCodeableConcept"]},
    ]  # fmt: skip


def by(place: Place, actor: Actor = DOCTOR) -> Session:
    return Session(place.platform, actor)


@pytest.mark.parametrize("actor", [DOCTOR, DEMO_DOCTOR], ids=["doctor", "demo"])
def test_a_signed_version_has_author_time_reason_and_provenance(place: Place, actor: Actor) -> None:
    session = by(place, actor)
    made = service.sign(session, "p0", 0, {"x": a_line("Paracet 500 mg", "N02BE01")}, "Smerter")
    assert (made.number, made.author, made.reason) == (1, "Practitioner/d0", "Smerter")
    assert {*made.lines} == {"s1", "s2", "made-0"}
    provenance = read.resource(session, "Provenance", f"{lists.list_id('p0')}-1")
    assert provenance["reason"] == [{"text": "Smerter"}]
    assert provenance["signature"][0]["who"] == {"reference": "Practitioner/d0"}
    assert service.person_list(session, "p0") == made


def test_a_stale_version_is_refused_with_both_and_their_merge(place: Place) -> None:
    session = by(place)
    seen = service.sign(session, "p0", 0, {}, "Første liste")
    metformin, metoprolol = seen.lines["s1"], seen.lines["s2"]
    service.sign(session, "p0", 1, {"s1": {**metformin, "dosage": [{"text": "2"}]}}, "Mer")
    mine = {"s2": {**metoprolol, "dosage": [{"text": "3"}]}, "n": a_line("Paracet", "N02BE01")}
    with pytest.raises(Stale) as refused:
        service.sign(session, "p0", 1, mine, "Mitt")
    merge = refused.value.merge
    assert not merge.conflicts
    assert merge.lines["s1"]["dosage"] == [{"text": "2"}]
    assert service.person_list(session, "p0").number == 2
    made = service.sign(session, "p0", refused.value.newest, merge.lines, "Slått sammen")
    assert {id: line["dosage"][0]["text"] for id, line in made.lines.items()} == {
        "s1": "2", "s2": "3", "made-0": "1 tablett daglig"
    }  # fmt: skip


def test_a_stop_recalls_the_prescriptions_in_the_same_transaction(place: Place) -> None:
    session = by(place)
    line = service.person_list(session, "p0").lines["s1"]
    service.sign(session, "p0", 0, {"s1": {**line, "status": "stopped"}}, "Bivirkninger")
    request = read.resource(session, "MedicationRequest", "r1")
    assert (request["status"], request["statusReason"]) == ("stopped", {"text": "Bivirkninger"})


def test_only_those_who_prescribe_sign_and_with_a_reason(place: Place) -> None:
    for actor in (NURSE, citizen("p0"), replace(DOCTOR, authorised_until=0)):
        with pytest.raises(Forbidden):
            service.sign(by(place, actor), "p0", 0, {}, "Forsøk")
    with pytest.raises(Forbidden):
        service.person_list(by(place, replace(DOCTOR, reference="Practitioner/d9")), "p0")
    with pytest.raises(InvalidRequest):
        service.sign(by(place), "p0", 0, {}, " ")


def test_differences_are_open_and_each_is_settled_by_an_answer(place: Place) -> None:
    session = by(place)
    service.report_not_taken(by(place, citizen("p0")), "p0", "MedicationStatement/s1", "Blir kvalm")
    seen, rows = service.reconciliation(session, "p0")
    found = {row.id: row.differences for row in rows}
    assert found == {"s1": (Difference.NOT_TAKEN,), "s2": (Difference.STRENGTH,)}
    answers = {"s1": Answer.STOP, "s2": Answer.CHANGE}
    made = service.reconcile(session, "p0", seen.number, answers)
    assert {*made.in_use} == {"s2"}
    assert "100 mg" in made.lines["s2"]["medicationCodeableConcept"]["text"]
    assert made.lines["s2"]["derivedFrom"] == [{"reference": "MedicationStatement/l2/_history/1"}]
    provenance = read.resource(session, "Provenance", f"{lists.list_id('p0')}-1")
    assert {"MedicationStatement/l2/_history/1"} < {
        one["what"]["reference"] for one in provenance["entity"]
    }


def test_a_person_asks_for_renewal_once_and_the_doctor_renews(place: Place) -> None:
    person = by(place, citizen("p0"))
    wish = service.ask_renewal(person, "p0", "r1")
    assert service.ask_renewal(person, "p0", "r1").id == wish.id
    made = service.renew(by(place), "p0", "r1")
    assert read.resource(by(place), "Task", wish.id)["status"] == "completed"
    told = read.resource(by(place), "MedicationRequest", made.id)
    assert told["priorPrescription"] == {"reference": "MedicationRequest/r1"}


def test_questions_go_between_professionals(place: Place) -> None:
    asked = service.ask(by(place, NURSE), "p0", "s1", "Skal den gis før mat?")
    service.ask(by(place), "p0", "s1", "Ja", answers=asked.id)
    told = [one["payload"][0]["contentString"] for one in service.questions(by(place), "p0")]
    assert sorted(told) == ["Ja", "Skal den gis før mat?"]
    with pytest.raises(Forbidden):
        service.ask(by(place, citizen("p0")), "p0", "s1", "Hei")


def _edit(session: Session, who: int, rounds: int) -> None:
    """Changes a line of the own again and again; a stale version is merged and signed again."""
    line = f"line-{who}"
    for n in range(rounds):
        seen = service.person_list(session, "p0")
        mine = {line: {**seen.lines[line], "note": [{"text": f"{who} {n}"}]}}
        base = seen.number
        while (newest := _signed(session, base, mine, f"{who} {n}")) != base:
            base = newest


def _signed(session: Session, base: int, mine: Lines, reason: str) -> int:
    """The base when it was signed; else the newest, on which to try again."""
    try:
        service.sign(session, "p0", base, mine, reason)
    except Stale as stale:
        merged, newest = stale.merge, stale.newest
    else:
        return base
    assert not merged.conflicts
    assert all(merged.lines[id] == line for id, line in mine.items())
    return newest


def _contended(place: Place, editors: int, rounds: int) -> int:
    """Rounds of all editors; then each version tells what one of them did, and nothing is lost."""
    session = by(place)
    names = iter(f"line-{n}" for n in range(editors))
    named = Session(replace(place.platform, ids=lambda: next(names)), DOCTOR)
    own = {f"new {n}": a_line(f"M{n} 1 mg", f"V{n}") for n in range(editors)}
    service.sign(named, "p0", 0, own, "Første")
    with ThreadPoolExecutor(editors) as pool:
        list(pool.map(lambda who: _edit(session, who, rounds), range(editors)))
    told = [service.person_list(session, "p0", n + 1) for n in range(1 + editors * rounds)]
    assert service.person_list(session, "p0").number == len(told)
    assert all(one.author and one.reason and one.at != UNKNOWN for one in told)
    done: dict[str, int] = dict.fromkeys(map(str, range(editors)), 0)
    for before, after in pairwise(told):
        who, n = after.reason.split()
        [change] = versions.compare(before.lines, after.lines)
        assert (change.id, change.elements, int(n)) == (f"line-{who}", ("note",), done[who])
        done[who] += 1
    assert set(done.values()) == {rounds}
    for one in told:
        read.read(session, "Provenance", f"{lists.list_id('p0')}-{one.number}")
    return len(told)


def test_four_people_who_edit_one_list_lose_no_line(place: Place) -> None:
    _contended(place, 4, 4)


@pytest.mark.proof
def test_sixteen_people_who_edit_one_list_lose_no_line(place: Place) -> None:
    assert _contended(place, 16, 63) == 1009
