"""The access log says by which rules the actor was let in: to each patient, of what was seen or
written, and nothing of what let the actor in to others."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from builders.access_worlds import DOCTOR, citizen, ref
from builders.record import opened
from builders.resources import a_patient, an_observation
from samspill.access import entry
from samspill.access.actor import Actor
from samspill.interactions import create, guard, history, read, search, update
from samspill.interactions.session import Session
from samspill.services.privacy import service

CARE, EMERGENCY = "pjl-19-care-relation", "hpl-7-emergency"
STRANGER = replace(DOCTOR, reference="Practitioner/d1", acts_as=(), organization="")


@pytest.fixture
def system(tmp_path: Path) -> Iterator[Session]:
    """A patient of the doctor, and one to whom nobody but the stranger, in an emergency, comes."""
    with opened(tmp_path, validation="off") as system:
        for id in ("d0", "d1"):
            update.update(system, "Practitioner", id, {"resourceType": "Practitioner", "id": id})
        listed = a_patient(id="listed", generalPractitioner=[ref("Practitioner", "d0")])
        for patient in (listed, a_patient(id="alone", birthDate="1980-01-01")):
            update.update(system, "Patient", patient["id"], patient)
            create.create(system, an_observation(f"Patient/{patient['id']}"))
        yield system


def _as(system: Session, actor: Actor, purpose: str = "TREAT") -> Session:
    return Session(system.platform, actor, purpose=purpose)


def _bases(system: Session, patient: str, actor: Actor) -> list[tuple[str, tuple[str, ...]]]:
    """What the actor's lines in a patient's log say."""
    system.platform.log.flush()
    lines = [line for _, line in system.platform.store.accesses(0, 1_000, patient)]
    done = [entry.done(each) for each in lines if entry.who(each).reference == actor.reference]
    return sorted((each.action, each.basis) for each in done)


def test_reads_and_searches_and_writes_have_their_reason(system: Session) -> None:
    doctor = _as(system, DOCTOR)
    read.read(doctor, "Patient", "listed")
    search.search(doctor, "Observation")
    create.create(doctor, an_observation("Patient/listed"))
    history.history(doctor, "Patient", "listed")
    said = [(action, (CARE,)) for action in ("create", "history", "read", "search")]
    assert _bases(system, "listed", DOCTOR) == said
    assert _bases(system, "alone", DOCTOR) == []


def test_nobody_reads_what_let_the_actor_in_to_others(system: Session) -> None:
    both = replace(STRANGER, acts_as=("Practitioner/d0",))
    service.open_emergency(_as(system, both), "alone", "life", "Unconscious")
    emergency = _as(system, both, "ETREAT")
    assert len(search.search(emergency, "Patient").versions) == 2
    assert _bases(system, "listed", both) == [("search", (CARE,))]
    assert _bases(system, "alone", both)[-1] == ("search", (EMERGENCY,))


def test_a_citizen_is_there_by_right(system: Session) -> None:
    read.read(_as(system, citizen("alone"), ""), "Patient", "alone")
    assert _bases(system, "alone", citizen("alone")) == [("read", ("pbrl-5-1-own-record",))]


def test_the_platform_itself_is_named_without_a_decision(
    system: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "holds", pytest.fail)
    read.read(system, "Patient", "alone")
    assert ("read", ("platform",)) in _bases(system, "alone", system.actor)
