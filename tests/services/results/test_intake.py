"""Messages taken in: versions in any order, the same twice, faults kept, originals to the byte."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from msgspec import structs

from builders import kith_messages, sessions
from builders.access_worlds import citizen
from builders.kith_messages import report, result
from samspill.access.actor import Actor, Kind
from samspill.base import json
from samspill.base.errors import Forbidden
from samspill.interactions import create, delete, read, search, update
from samspill.interactions.session import Session
from samspill.services.results import service


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with sessions.a_session(tmp_path / "record", "sqlite") as session:
        yield session


def found(session: Session, type: str, query: str = "") -> list[dict[str, Any]]:
    return list(search.search(session, type, query).resources())


def said(session: Session) -> bytes:
    """All results and reports as they stand, without versions and times of writing."""
    resources = [*found(session, "Observation", "_count=500"), *found(session, "DiagnosticReport")]
    bare = [{k: v for k, v in each.items() if k not in ("meta", "subject")} for each in resources]
    return json.format(sorted(bare, key=lambda each: str(each["id"])))


def values(session: Session) -> dict[str, tuple[str, str]]:
    """Value and status of each result by its number."""
    return {
        each["identifier"][0]["value"]: (str(each["valueQuantity"]["value"]), each["status"])
        for each in found(session, "Observation", "_count=500")
    }


STORY = (
    report(id="M1", made="2026-01-01T10:00:00", status="P",
           results=result("a", "4.1") + result("b", "5.0", status="2")),
    report(id="M2", made="2026-01-01T11:00:00", kind="M",
           results=result("b", "5.2", kind="M") + result("c", "1.0")),
    report(id="M3", made="2026-01-01T12:00:00", kind="M",
           results=result("a", "4.4", kind="M") + result("c", "1.0", kind="C")),
)  # fmt: skip


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)], ids=str)
def test_versions_give_the_same_in_any_order(order: tuple[int, ...], session: Session) -> None:
    for n in order:
        service.receive(session, STORY[n])
    assert values(session) == {
        "a": ("4.4", "corrected"),
        "b": ("5.2", "final"),
        "c": ("1.0", "entered-in-error"),
    }
    (stated,) = found(session, "DiagnosticReport")
    assert stated["status"] == "corrected"
    assert len(found(session, "Provenance")) == 3


def test_versions_and_repetitions_give_the_same_in_the_record(tmp_path: Path) -> None:
    ends = set()
    for n in range(2):
        with sessions.a_session(tmp_path / str(n), "sqlite") as session:
            for data in Random(n).sample([*STORY, *STORY], 6):
                service.receive(session, data)
            ends.add(said(session))
    assert len(ends) == 1


def test_the_same_message_twice_gives_nothing_new(session: Session) -> None:
    first = service.receive(session, STORY[0])
    before = [(v.type, v.id, v.number) for v in search.search(session, "Observation", "").versions]
    again = service.receive(session, STORY[0])
    after = [(v.type, v.id, v.number) for v in search.search(session, "Observation", "").versions]
    assert (first.is_known, again.is_known) == (False, True)
    assert before == after
    assert len(found(session, "Binary")) == 1
    assert len(found(session, "Patient")) == 1


def test_an_older_version_after_a_newer_does_not_win(session: Session) -> None:
    service.receive(session, STORY[2])
    service.receive(session, STORY[0])
    assert values(session)["a"] == ("4.4", "corrected")


def test_a_cancelled_report_withdraws_all_its_results(session: Session) -> None:
    service.receive(session, report(id="M9", made="2026-01-02T08:00:00", kind="C"))
    service.receive(session, STORY[0])
    assert {status for _, status in values(session).values()} == {"entered-in-error"}
    assert found(session, "DiagnosticReport")[0]["status"] == "entered-in-error"


def test_the_original_is_kept_to_the_byte_and_every_result_leads_to_it(session: Session) -> None:
    service.receive(session, STORY[0])
    one = found(session, "Observation")[0]
    (source,) = found(session, "Provenance", f"target=Observation/{one['id']}")
    address = source["entity"][0]["what"]["reference"]
    original = read.resource(session, *address.split("/", 1))
    assert base64.b64decode(original["data"]) == STORY[0]


def test_people_and_laboratories_are_found_again(session: Session) -> None:
    for number in ("R1", "R2"):
        service.receive(session, report(number=number, id=number, results=result("a", "4.0")))
    assert len(found(session, "Patient")) == 1
    assert len(found(session, "Organization")) == 2
    assert len(found(session, "Observation")) == 2


def test_what_cannot_be_taken_in_is_kept_and_answered(session: Session) -> None:
    broken = STORY[0].replace(b'<GenDate V="2026-01-01T10:00:00"/>', b"")
    done = service.receive(session, broken)
    assert done.outcome == "2"
    assert b'<Status V="2"' in done.receipt
    assert b'V="T02"' in done.receipt
    (task,) = service.faulty(session)
    kept = read.resource(session, *task["focus"]["reference"].split("/", 1))
    assert base64.b64decode(kept["data"]) == broken
    assert "GenDate" in task["description"]
    assert not found(session, "Observation")
    service.receive(session, broken)
    assert len(service.faulty(session)) == 1


def test_a_fault_that_does_not_refuse_is_told(session: Session) -> None:
    done = service.receive(session, report(person="13116900217", results=result("a", "4.0")))
    assert done.outcome == "3"
    assert {each.code for each in done.faults} == {"E31", "E35"}
    assert kith_messages.PERSON.encode() not in done.receipt


def test_labels_of_a_report_stay_and_count_for_new_results(session: Session) -> None:
    service.receive(session, STORY[0])
    (stated,) = found(session, "DiagnosticReport")
    label = [{"system": "urn:oid:2.16.578.1.12.4.1.1.9603", "code": "NORU"}]
    update.update(
        session, "DiagnosticReport", stated["id"], {**stated, "meta": {"security": label}}
    )
    service.receive(session, STORY[1])
    marked = [*found(session, "DiagnosticReport"), *found(session, "Observation")]
    assert [each["meta"]["security"] for each in marked] == [label] * 4


@pytest.mark.parametrize("who", [citizen("p0"), replace(citizen("p0"), kind=Kind.PROFESSIONAL)])
def test_people_send_no_messages(who: Actor, session: Session) -> None:
    with pytest.raises(Forbidden):
        service.receive(session.acting(who), STORY[0])


def test_an_application_needs_the_scope_to_write_reports(session: Session) -> None:
    laboratory = session.acting(Actor(Kind.APPLICATION, client="lab"))
    with pytest.raises(Forbidden):
        service.receive(structs.replace(laboratory, scopes=("system/Observation.rs",)), STORY[0])
    allowed = structs.replace(laboratory, scopes=("system/DiagnosticReport.c",))
    assert service.receive(allowed, STORY[0]).outcome == "3"


def test_what_the_record_does_not_take_is_kept_too(session: Session) -> None:
    number = {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": kith_messages.PERSON}
    person = {"resourceType": "Patient", "identifier": [number]}
    twice = [create.create(session, person) for _ in range(2)]
    done = [service.receive(session, STORY[0]) for _ in range(2)]
    assert [(each.outcome, each.reports) for each in done] == [("2", ())] * 2
    assert len(service.faulty(session)) == 1
    assert not found(session, "DiagnosticReport")
    delete.delete(session, "Patient", twice[0].id)
    assert service.receive(session, STORY[0]).outcome == "1"
    assert not service.faulty(session)
    assert len(found(session, "DiagnosticReport")) == 1


def test_a_local_code_gets_the_common_one_beside_it_where_a_map_has_it(session: Session) -> None:
    local, common = "urn:oid:2.16.578.1.12.4.1.1.8212", "urn:oid:2.16.578.1.12.4.1.1.7280"
    target = [{"code": "NPU03230", "equivalence": "equivalent"}]
    group = {"source": local, "target": common, "element": [{"code": "K", "target": target}]}
    concept_map = {"resourceType": "ConceptMap", "url": "urn:samspill:test:map",
                   "status": "active", "group": [group]}  # fmt: skip
    create.create(session, concept_map)
    given = result("a", "4.0", code="K").replace("7280", "8212")
    service.receive(session, report(results=given + result("b", "4.0", code="NPU1")))
    by_number = {each["identifier"][0]["value"]: each for each in found(session, "Observation")}
    coded = [(each["system"], each["code"]) for each in by_number["a"]["code"]["coding"]]
    assert coded == [(local, "K"), (common, "NPU03230")]
    assert len(by_number["b"]["code"]["coding"]) == 1
