"""A record that is older than the facts about access gets them in the background; until then, who
may see a part of it is refused, whatever is asked for, and never shown less or more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import postgres
from builders.access_worlds import DOCTOR, ref
from builders.record import opened
from builders.resources import a_patient, an_observation
from samspill.base.errors import NotFound, Unavailable
from samspill.interactions import create, delete, read, search, update
from samspill.interactions.reindex import Reindex
from samspill.interactions.session import Session
from samspill.norway import withholding
from samspill.store.connect import Connection

TABLES = ("relation", "person", "person_number", "label", "made_of")


@pytest.fixture(params=["sqlite", "postgres"])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    url = postgres.fresh() if request.param == "postgres" else ""
    with opened(tmp_path, database=url, validation="off") as session:
        yield session
    if url:
        postgres.drop(url)


def _write(system: Session) -> None:
    """A patient of the doctor with a locked note, one who no longer is, and a summary of both."""
    update.update(system, "Practitioner", "d0", {"resourceType": "Practitioner", "id": "d0"})
    mine = a_patient(id="mine", generalPractitioner=[ref("Practitioner", "d0")])
    update.update(system, "Patient", "mine", mine)
    update.update(system, "Patient", "left", {**mine, "id": "left"})
    update.update(system, "Patient", "left", a_patient(id="left"))
    locked = {"system": withholding.SYSTEM, "code": withholding.LOCKED}
    note = an_observation("Patient/mine", id="locked", meta={"security": [locked]})
    update.update(system, "Observation", "locked", note)
    part = [ref("Observation", "locked")]
    whole = an_observation("Patient/mine", id="whole", derivedFrom=part)
    update.update(system, "Observation", "whole", whole)
    update.update(system, "Observation", "gone", {**note, "id": "gone"})
    delete.delete(system, "Observation", "gone")
    create.create(system, an_observation("Patient/mine"))


def _facts(system: Session) -> list[list[tuple[object, ...]]]:
    def rows(connection: Connection) -> list[list[tuple[object, ...]]]:
        return [sorted(connection.rows(f"SELECT * FROM {t}")) for t in TABLES]  # noqa: S608

    return system.platform.store.write(lambda inner: inner.keep_up(rows))


def _as_of_before(connection: Connection) -> None:
    """The record as the migration finds it: with what was written, and without what follows."""
    for table in TABLES:
        connection.run(f"DELETE FROM {table}")  # noqa: S608
    connection.run("INSERT INTO mark SELECT 'facts', CAST(max(t) AS TEXT) FROM version")


def test_nobody_sees_a_part_until_it_is_known_which(system: Session) -> None:
    _write(system)
    before, store = _facts(system), system.platform.store
    assert all(before)
    store.write(lambda inner: inner.keep_up(_as_of_before))
    # A platform that opens the old record asks once more whether it is done.
    store._is_stated = False
    doctor = Session(system.platform, DOCTOR, purpose="TREAT")
    for id in ("locked", "never-was"):
        with pytest.raises(Unavailable, match="being worked out: 0 of"):
            read.read(doctor, "Observation", id)
    with pytest.raises(Unavailable):
        search.search(doctor, "Observation")
    assert len(search.search(system, "Observation").versions) == 3
    update.update(system, "Patient", "left", a_patient(id="left", language="nb"))
    work = Reindex(system.platform, grace=0)
    while work.step():
        pass
    assert store.stating() is None
    assert _facts(system) == before
    assert len(search.search(doctor, "Observation").versions) == 1
    with pytest.raises(NotFound):
        read.read(doctor, "Observation", "locked")
