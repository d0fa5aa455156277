"""Custom search parameters: they take effect, are indexed in the background, and never in part."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from builders import postgres
from builders.record import opened
from builders.resources import a_patient
from samspill.base import json
from samspill.base.errors import InvalidResource, SamspillError
from samspill.fhir.search import match
from samspill.fhir.search.match import World
from samspill.interactions import create, delete, indexing, read, search, transaction, update
from samspill.interactions.indexing import IndexBuilding
from samspill.interactions.reindex import Reindex
from samspill.interactions.session import Session
from samspill.store import Version

EYES = "http://example.org/eyes"


def a_parameter(code: str = "eyes", **given: Any) -> dict[str, Any]:
    return {
        "resourceType": "SearchParameter",
        "url": f"http://example.org/{code}",
        "name": code,
        "status": "active",
        "description": "For tests",
        "code": code,
        "base": ["Patient"],
        "type": "token",
        "expression": f"Patient.extension.where(url = '{EYES}').value.ofType(code)",
        **given,
    }


def a_person(colour: str, **given: Any) -> dict[str, Any]:
    return a_patient(extension=[{"url": EYES, "valueCode": colour}], **given)


@pytest.fixture(params=["sqlite", "postgres"])
def session(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    with at(tmp_path, request.param) as session:
        yield session


@contextmanager
def at(folder: Path, kind: str) -> Iterator[Session]:
    url = postgres.fresh() if kind == "postgres" else ""
    with opened(folder, database=url) as session:
        yield session
    if url:
        postgres.drop(url)


def steps(session: Session, most: int = 1_000) -> int:
    """Does the work, or a part of it; how many steps it was."""
    work = Reindex(session.platform, grace=0)
    done = 0
    while done < most and work.step():
        done += 1
    return done


def found(session: Session, query: str, type: str = "Patient") -> set[str]:
    page = search.search(session, type, f"{query}&_count=1000")
    return {version.id for version in page.versions}


def verified(session: Session) -> None:
    """Every index row is what the resources of the record give by its parameters now."""
    now = session.platform.indexing.current()
    result = session.platform.store.verify(now.extractor.extract, now.unfinished())
    assert result.is_sound, str(result)


def test_a_parameter_finds_what_was_there_and_what_comes(session: Session) -> None:
    old = {create.create(session, a_person("blue")).id for _ in range(3)}
    create.create(session, a_person("brown"))
    create.create(session, a_parameter())
    with pytest.raises(IndexBuilding, match="0 of 4"):
        found(session, "eyes=blue")
    verified(session)
    steps(session)
    assert found(session, "eyes=blue") == old
    new = create.create(session, a_person("blue")).id
    assert found(session, "eyes=blue") == {*old, new}
    assert found(session, "eyes:missing=true") == set()
    verified(session)


def test_every_way_to_search_waits_for_the_index(session: Session) -> None:
    create.create(session, a_person("blue"))
    create.create(session, a_parameter())
    to_general = a_parameter(
        "helper", type="reference", expression="Patient.generalPractitioner", target=["Patient"]
    )
    to_general["expression"] = "Patient.link.other.where(resolve() is Patient)"
    create.create(session, to_general)
    for type, query in (
        ("Patient", "eyes=blue"),
        ("Patient", "_sort=eyes"),
        ("Patient", "_filter=eyes eq blue"),
        ("Patient", "eyes:missing=false"),
        ("Patient", "_include=Patient:helper"),
        ("Patient", "_include=*"),
        ("Patient", "_revinclude=Patient:*"),
        ("Observation", "subject:Patient.eyes=blue"),
        ("Observation", "subject.eyes=blue"),
        ("Patient", "_has:Patient:helper:eyes=blue"),
        ("Patient", "_has:Patient:helper:_id=1"),
    ):
        with pytest.raises(IndexBuilding):
            found(session, query, type)
        with pytest.raises(IndexBuilding):
            search.search(Session(session.platform, session.actor, lenient=True), type, query)
    with pytest.raises(IndexBuilding):
        create.create(session, a_person("blue"), if_none_exist="eyes=blue")
    steps(session)
    assert len(found(session, "eyes=blue&_include=*&_sort=eyes")) == 1


def test_a_changed_expression_is_indexed_anew(session: Session) -> None:
    blue = create.create(session, a_person("blue", gender="female")).id
    other = create.create(session, a_person("brown", gender="male")).id
    id = create.create(session, a_parameter()).id
    steps(session)
    changed = a_parameter(id=id, type="string", expression="Patient.name.family | Patient.gender")
    update.update(session, "SearchParameter", id, changed)
    with pytest.raises(IndexBuilding):
        found(session, "eyes=male")
    steps(session)
    verified(session)
    assert found(session, "eyes=male") == {other}
    assert found(session, "eyes=female") == {blue}
    assert found(session, "eyes=blue") == set()


@pytest.mark.parametrize("way", ["retire", "delete"])
def test_one_that_is_gone_is_unknown_and_its_rows_go(session: Session, way: str) -> None:
    create.create(session, a_person("blue"))
    id = create.create(session, a_parameter()).id
    steps(session)
    if way == "retire":
        retired = a_parameter(id=id, status="retired")
        update.update(session, "SearchParameter", id, retired)
    else:
        delete.delete(session, "SearchParameter", id)
    with pytest.raises(SamspillError, match="no search parameter"):
        found(session, "eyes=blue")
    verified(session)
    steps(session)
    verified(session)
    assert indexing.kept(session.platform.store) == {}


def test_what_was_written_while_it_was_retired_is_found_when_it_is_back(session: Session) -> None:
    id = create.create(session, a_parameter()).id
    steps(session)
    update.update(session, "SearchParameter", id, a_parameter(id=id, status="retired"))
    blue = create.create(session, a_person("blue")).id
    update.update(session, "SearchParameter", id, a_parameter(id=id))
    with pytest.raises(IndexBuilding):
        found(session, "eyes=blue")
    steps(session)
    assert found(session, "eyes=blue") == {blue}


def test_a_write_prepared_before_the_parameter_is_indexed_by_it(session: Session) -> None:
    """The writer is held while a create is prepared, and lets the parameter go first."""
    create.create(session, a_person("brown"))
    free = Event()
    session.platform.store.submit(lambda _: free.wait(10))
    parameter = create.start(session, a_parameter())
    late = create.start(session, a_person("blue"))
    free.set()
    assert parameter.result().created
    steps(session)
    assert found(session, "eyes=blue") == {late.result().version.id}
    verified(session)


def test_a_bundle_may_bring_a_parameter_and_its_resources(session: Session) -> None:
    entries = [a_person("blue"), a_parameter(), a_person("blue")]
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"resource": each, "request": {"method": "POST", "url": each["resourceType"]}}
            for each in entries
        ],
    }
    transaction.transaction(session, bundle)
    steps(session)
    assert len(found(session, "eyes=blue")) == 2
    verified(session)


def test_of_two_parameters_with_one_code_one_is_refused(session: Session) -> None:
    with ThreadPoolExecutor(2) as pool:
        one = a_parameter(url="http://example.org/one")
        two = a_parameter(url="http://example.org/two")
        results = list(pool.map(lambda each: _created(session, each), (one, two)))
    assert sorted(isinstance(each, InvalidResource) for each in results) == [False, True]


def _created(session: Session, resource: dict[str, Any]) -> Version | InvalidResource:
    try:
        return create.create(session, resource)
    except InvalidResource as error:
        return error


def test_derived_and_composite_parameters_are_complete_too(session: Session) -> None:
    create.create(session, a_person("blue", gender="male"))
    id = create.create(session, a_parameter()).id
    create.create(session, a_parameter("aa-eyes"))
    create.create(session, a_parameter("a-gender", expression="Patient.gender"))
    pair = a_parameter(
        "eyes-and-gender",
        type="composite",
        expression="Patient",
        component=[
            {"definition": "http://example.org/eyes", "expression": a_parameter()["expression"]},
            {
                "definition": "http://hl7.org/fhir/SearchParameter/individual-gender",
                "expression": "gender",
            },
        ],
    )
    create.create(session, pair)
    steps(session)
    for query in ("eyes=blue", "aa-eyes=blue", "a-gender=male", "eyes-and-gender=blue$male"):
        assert len(found(session, query)) == 1, query
    assert found(session, "eyes-and-gender=blue$female") == set()
    verified(session)
    again = a_parameter(id=id, expression=f"({a_parameter()['expression']})")
    update.update(session, "SearchParameter", id, again)
    for query in ("eyes=blue", "aa-eyes=blue", "eyes-and-gender=blue$male"):
        with pytest.raises(IndexBuilding):
            found(session, query)
    assert found(session, "a-gender=male")
    steps(session)
    assert found(session, "eyes-and-gender=blue$male")


def test_work_goes_on_after_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samspill.interactions.reindex.BATCH", 3)
    with opened(tmp_path) as session:
        blue = {create.create(session, a_person("blue")).id for _ in range(10)}
        create.create(session, a_parameter())
        steps(session, 3)
    with opened(tmp_path) as session:
        with pytest.raises(IndexBuilding, match="6 of 10"):
            found(session, "eyes=blue")
        assert steps(session) == 3
        assert found(session, "eyes=blue") == blue
        verified(session)


def test_nothing_is_missing_after_writes_during_the_work(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight writers go on while parameters come, change and go; the oracle sees no difference."""
    monkeypatch.setattr("samspill.interactions.reindex.BATCH", 20)
    ids = [create.create(session, a_person("blue")).id for _ in range(100)]
    work = Reindex(session.platform, grace=0)
    work.start()
    colours = ("blue", "brown", "green")

    def write(writer: int) -> None:
        for n in range(30):
            id, colour = ids[(writer * 31 + n * 7) % len(ids)], colours[n % 3]
            update.update(session, "Patient", id, a_person(colour, id=id))
            create.create(session, a_person(colour))

    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write, n) for n in range(8)]
        id = create.create(session, a_parameter()).id
        create.create(session, a_parameter("sex", expression="Patient.gender | Patient.active"))
        gone = create.create(session, a_parameter("gone")).id
        changed = a_parameter(id=id, description="Same expression")
        update.update(session, "SearchParameter", id, changed)
        delete.delete(session, "SearchParameter", gone)
        wide = a_parameter(id=id, base=["Patient", "Person"])
        wide["expression"] += f" | Person.extension.where(url = '{EYES}').value.ofType(code)"
        update.update(session, "SearchParameter", id, wide)
        for each in writers:
            each.result()
    work.close()
    steps(session)
    verified(session)
    agree(session, [f"eyes={colour}" for colour in colours])


def agree(session: Session, queries: list[str]) -> None:
    """The record finds what the match of all its patients finds."""
    now = session.platform.indexing.current()
    everyone = [read.resource(session, "Patient", id) for id in all_ids(session)]
    world = World(json.parse(json.format(everyone)), now.extractor)
    for query in queries:
        asked = search.ask(
            session,
            "Patient",
            [(query.partition("=")[0], query.partition("=")[2]), ("_count", "1000")],
        )
        expected = match.find(asked.query, world)
        assert {f"Patient/{id}" for id in found(session, query)} == set(expected), query
        assert expected, query


def all_ids(session: Session) -> list[str]:
    page = search.search(session, "Patient", "_count=1000&_total=none")
    assert not page.next
    return [version.id for version in page.versions]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"expression": "Patient.extension.where("}, "expression"),
        ({"expression": "Patient.eyeColour"}, "expression"),
        ({"expression": "Observation.code"}, "expression"),
        ({"type": "date", "expression": "Patient.gender"}, "expression"),
        ({"base": ["Patient", "Person"]}, "expression"),
        ({"type": "special"}, "type"),
        ({"code": "gender"}, "code"),
        ({"code": "_eyes"}, "code"),
        ({"code": "a.b"}, "code"),
        ({"url": "http://hl7.org/fhir/SearchParameter/individual-gender"}, "code"),
        ({"type": "composite", "expression": "Patient"}, "component"),
    ],
)
def test_what_cannot_take_effect_is_refused(
    tmp_path: Path, given: dict[str, Any], where: str
) -> None:
    with opened(tmp_path) as session:
        with pytest.raises(InvalidResource) as refused:
            create.create(session, a_parameter(**given))
        assert refused.value.issues[0].expression.startswith(f"SearchParameter.{where}")
        drafted = a_parameter(**given, status="draft")
        assert given.get("type") == "composite" or create.create(session, drafted)
        assert session.platform.indexing.current().custom == ()
