"""Writes through the door without HTTP: plans, races, the access log."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from builders.record import opened
from builders.resources import a_bundle, a_patient, an_entry, an_identifier, an_observation
from samspill.access import actor as actors
from samspill.access import entry
from samspill.access.actor import Actor, Kind
from samspill.base import json
from samspill.base.errors import Forbidden, LoginRequired, PreconditionFailed
from samspill.fhir.search.query import InCompartment, Query
from samspill.interactions import create, delete, read, save, search, transaction, update
from samspill.interactions.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with opened(tmp_path) as session:
        yield session


def test_a_resource_that_is_given_is_not_changed(session: Session) -> None:
    given = a_patient(meta={"versionId": "9"})
    before = json.format(given)
    create.create(session, given)
    assert json.format(given) == before


def test_a_hundred_conditional_creates_at_once_make_one_resource(session: Session) -> None:
    body = a_patient(identifier=[an_identifier("one")])
    with ThreadPoolExecutor(8) as pool:
        versions = list(
            pool.map(
                lambda _: create.create(session, body, if_none_exist="identifier=one"), range(100)
            )
        )
    assert len({version.id for version in versions}) == 1
    assert search.count(session, "Patient", "identifier=one") == 1


def test_sixty_four_writers_with_if_match_lose_nothing(session: Session) -> None:
    """One success for each version, and a history without a gap."""
    ids = [create.create(session, a_patient()).id for _ in range(8)]

    def increase(writer: int) -> int:
        id, done = ids[writer % 8], 0
        for _ in range(5):
            current = read.read(session, "Patient", id)
            body = a_patient(str(writer), id=id)
            try:
                update.update(session, "Patient", id, body, expected=current.number)
                done += 1
            except PreconditionFailed:
                continue
        return done

    with ThreadPoolExecutor(64) as pool:
        done = sum(pool.map(increase, range(64)))
    numbers = [read.read(session, "Patient", id).number for id in ids]
    assert sum(numbers) == 8 + done
    for id, number in zip(ids, numbers, strict=True):
        for each in range(1, number + 1):
            assert read.read_version(session, "Patient", id, each).number == each


def test_a_plan_is_made_again_when_the_record_has_moved(session: Session) -> None:
    """Between the plan of a conditional update and its turn, another write took the condition."""
    body = a_patient(identifier=[an_identifier("moved")])
    planned: list[Session] = []

    def plan(at: Session) -> str:
        planned.append(at)
        if len(planned) == 1:
            create.create(session, body)
        return "plan"

    def carry_out(inner: Session, plan: str) -> int:
        return search.search(inner, "Patient", "identifier=moved").total or 0

    future: Future[int] = save.submit_planned(
        session, plan, lambda inner, made: len(planned) > 1, carry_out
    )
    assert future.result() == 1
    assert planned[0].transaction is None
    assert planned[1].transaction is not None


def test_a_search_inside_a_transaction_sees_what_it_wrote(session: Session) -> None:
    seen: list[Any] = []

    def look(inner: Session, request: object) -> None:
        seen.append(search.count(inner, "Patient", "name=inside"))

    bundle = a_bundle(
        "transaction", an_entry("GET", "Patient"), an_entry("POST", "Patient", a_patient("Inside"))
    )
    transaction.start(session, bundle, look).result()
    assert seen == [1]


def test_a_resource_belongs_to_every_patient_it_names(session: Session) -> None:
    kari = create.create(session, a_patient(identifier=[an_identifier("kari")])).id
    ola = create.create(session, a_patient()).id
    observation = an_observation(
        f"Patient/{ola}",
        performer=[{"type": "Patient", "identifier": an_identifier("kari")}],
    )
    written = create.create(session, observation)
    for id in (kari, ola):
        query = Query(("Observation",), InCompartment("Patient", (id,)))
        page = session.platform.store.search(query)
        assert [version.id for version in page.versions] == [written.id]


def test_who_is_nobody_gets_nothing(session: Session) -> None:
    nobody = Session(session.platform, actors.NOBODY)
    for attempt in (
        lambda: read.read(nobody, "Patient", "1"),
        lambda: search.search(nobody, "Patient"),
        lambda: create.create(nobody, a_patient()),
        lambda: delete.delete(nobody, "Patient", "1"),
    ):
        with pytest.raises(LoginRequired):
            attempt()
    citizen = Session(session.platform, Actor(Kind.CITIZEN, "Patient/1"))
    with pytest.raises(Forbidden):
        read.read(citizen, "Patient", "1")


def test_reads_and_writes_are_in_the_access_log(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        doctor = Actor(Kind.DEMO, reference="Practitioner/1", client="test")
        acting = Session(session.platform, doctor, request="r-1")
        id = create.create(acting, a_patient()).id
        read.read(acting, "Patient", id)
        update.update(acting, "Patient", id, a_patient(id=id))
        delete.delete(acting, "Patient", id)
    with opened(tmp_path) as session:
        lines = [line for _, line in session.platform.store.accesses()]
    lines.sort(key=lambda line: line.at)
    assert [(entry.done(line).action, line.seen) for line in lines] == [
        ("create", f"Patient/{id}/1"),
        ("read", f"Patient/{id}/1"),
        ("update", f"Patient/{id}/2"),
        ("delete", f"Patient/{id}/3"),
    ]
    assert {entry.who(line).reference for line in lines} == {"Practitioner/1"}
    assert {(line.type, line.patients, line.request) for line in lines} == {("Patient", id, "r-1")}
