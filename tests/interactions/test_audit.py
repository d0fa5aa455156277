"""The access log as AuditEvents: found as any resource, by each patient only as far as it concerns
the patient, and written by nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from builders.record import opened
from builders.resources import a_patient, an_observation
from samspill.access.actor import Actor, Assurance, Kind
from samspill.base.errors import Forbidden, InvalidSearch, NotFound, NotSupported, TooCostly
from samspill.interactions import audit, create, read, search, update
from samspill.interactions.session import Session

NURSE = Actor(Kind.DEMO, "Practitioner/n", name="A Nurse", roles=("SP",), client="ward")
CITIZEN = Actor(Kind.CITIZEN, "Patient/one", assurance=Assurance.HIGH)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Session]:
    """Two patients, whose observations a nurse has seen on one page."""
    with opened(tmp_path) as system:
        for id in ("one", "two"):
            update.update(system, "Patient", id, a_patient(id=id))
            create.create(system, an_observation(f"Patient/{id}"))
        nurse = Session(system.platform, NURSE, purpose="TREAT", request="r-9")
        search.search(nurse, "Observation")
        read.read(nurse, "Patient", "two")
        yield system


def found(session: Session, query: str) -> list[dict[str, object]]:
    return search.search(session, "AuditEvent", query).resources()


def test_events_are_found_and_valid(record: Session) -> None:
    events = found(record, "agent=Practitioner/n&_sort=-date")
    assert len(events) == 2
    for each in events:
        assert not [i for i in record.platform.validator.validate(each) if i.severity == "error"]
    assert [each["action"] for each in found(record, "agent=Practitioner/n&action=R")] == ["R"]
    assert found(record, "agent=Practitioner/n&subtype=search-type")[0]["purposeOfEvent"] == [
        {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
                    "code": "TREAT",
                }
            ]
        }
    ]
    assert len(found(record, "patient=two&agent=Practitioner/n")) == 2
    assert len(found(record, "patient=one&agent=Practitioner/n")) == 1


def test_a_citizen_sees_the_own_lines_and_nothing_of_others_in_them(record: Session) -> None:
    citizen = Session(record.platform, CITIZEN)
    page = audit.search(citizen, search.ask(record, "AuditEvent", ()).query, "")
    assert page.versions
    text = b"".join(each.body for each in page.versions)
    assert b"Patient/one" in text
    assert b"Patient/two" not in text
    assert text.count(b"Observation/") == 2
    every = audit.search(record, search.ask(record, "AuditEvent", ()).query, "")
    hidden = {each.id for each in every.versions} - {each.id for each in page.versions}
    for id in (*hidden, "999", "0", "-1", "x", "9" * 30):
        with pytest.raises(NotFound):
            audit.read(citizen, id)
    assert audit.read(citizen, page.versions[0].id).body == page.versions[0].body


def test_pages_hold_still_while_the_log_grows(record: Session) -> None:
    query = search.ask(record, "AuditEvent", (("_count", "2"),)).query
    first = audit.search(record, query, "")
    everything, cursor = list(first.versions), first.next
    while cursor:
        page = audit.search(record, query, cursor)
        everything += page.versions
        cursor = page.next
    assert len({each.id for each in everything}) == len(everything) == first.total
    with pytest.raises(InvalidSearch):
        audit.search(record, query, "not-given")


def test_nobody_writes_an_event(record: Session) -> None:
    event = found(record, "")[0]
    with pytest.raises(NotSupported, match="written by the server alone"):
        create.create(record, event)


def test_professionals_and_wide_searches_are_refused(
    record: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = search.ask(record, "AuditEvent", ()).query
    doctor = Actor(Kind.PROFESSIONAL, "Practitioner/n", assurance=Assurance.HIGH)
    with pytest.raises(Forbidden):
        audit.search(Session(record.platform, doctor), query, "")
    for wide in ("patient.name=x", "_include=AuditEvent:agent"):
        with pytest.raises(NotSupported):
            search.search(record, "AuditEvent", wide)
    monkeypatch.setattr(audit, "MOST", 1)
    with pytest.raises(TooCostly):
        search.search(record, "AuditEvent", "")
