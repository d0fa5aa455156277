"""Loading files: every form, faults named by file and line, the rest loaded, bounds kept."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders import record
from builders.shared import folder
from samspill.interactions import load, read, search
from samspill.interactions.indexing import IndexBuilding
from samspill.interactions.load import Summary
from samspill.interactions.loading import files, prepare, workshop
from samspill.interactions.reindex import Reindex
from samspill.interactions.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with record.opened(tmp_path / "record") as session:
        yield session


def loaded(session: Session, *paths: Path, jobs: int = 1) -> Summary:
    return load.run(session, paths, lambda _: None, jobs)


def a_patient(id: str, **elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": id, **elements}


def written(path: Path, *values: Any, form: str = "lines") -> Path:
    """Lines of JSON, or one value; packed where the name says so."""
    text = "\n".join(json.dumps(value) for value in values).encode()
    path.write_bytes(gzip.compress(text) if path.name.endswith(".gz") else text)
    return path


def a_transaction(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [
        {
            "fullUrl": f"urn:uuid:{number:08d}-0000-4000-8000-000000000000",
            "resource": resource,
            "request": {"method": "POST", "url": resource["resourceType"]},
        }
        for number, resource in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


@pytest.mark.parametrize("name", ["people.ndjson", "people.ndjson.gz"])
def test_lines_are_loaded_under_their_own_ids(session: Session, tmp_path: Path, name: str) -> None:
    summary = loaded(session, written(tmp_path / name, a_patient("a"), a_patient("b")))
    assert (summary.counts, summary.failed) == ({"Patient": 2}, 0)
    assert read.resource(session, "Patient", "b")["id"] == "b"


@pytest.mark.parametrize("name", ["one.json", "one.json.gz"])
def test_a_single_resource_without_id_gets_one(session: Session, tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, {"resourceType": "Patient", "active": True})
    assert loaded(session, path).counts == {"Patient": 1}
    assert search.count(session, "Patient", [("active", "true")]) == 1


def test_a_transaction_is_loaded_with_its_references(session: Session, tmp_path: Path) -> None:
    first = "urn:uuid:00000000-0000-4000-8000-000000000000"
    bundle = a_transaction(
        {"resourceType": "Patient"},
        {"resourceType": "Basic", "code": {"text": "x"}, "subject": {"reference": first}},
    )
    assert loaded(session, written(tmp_path / "b.json", bundle)).counts == {
        "Patient": 1,
        "Basic": 1,
    }
    (basic,) = search.search(session, "Basic", "").resources()
    kind, _, id = basic["subject"]["reference"].partition("/")
    assert read.resource(session, kind, id)["resourceType"] == "Patient"


def test_a_transaction_with_one_fault_is_not_loaded_at_all(
    session: Session, tmp_path: Path
) -> None:
    bundle = a_transaction({"resourceType": "Patient"}, {"resourceType": "Patient", "gender": "x"})
    summary = loaded(session, written(tmp_path / "b.json", bundle))
    assert (summary.entries, summary.failed) == (0, 1)
    assert "Bundle.entry[1].resource.gender" in summary.failures[0].text.en
    assert search.count(session, "Patient", []) == 0


def test_a_condition_in_a_transaction_is_asked_of_the_record(
    session: Session, tmp_path: Path
) -> None:
    bundle = a_transaction(a_patient("x", identifier=[{"system": "urn:a", "value": "1"}]))
    bundle["entry"][0]["request"]["ifNoneExist"] = "identifier=urn:a|1"
    path = written(tmp_path / "b.json", bundle)
    assert loaded(session, path).entries == 1
    assert loaded(session, path).entries == 0
    assert search.count(session, "Patient", []) == 1


def test_the_entries_of_a_batch_stand_and_fall_alone(session: Session, tmp_path: Path) -> None:
    bundle = a_transaction({"resourceType": "Patient"}, {"resourceType": "Patient", "gender": "x"})
    summary = loaded(session, written(tmp_path / "b.json", {**bundle, "type": "batch"}))
    assert (summary.entries, summary.failed) == (1, 1)


def test_a_collection_is_unpacked_and_a_document_is_kept_whole(
    session: Session, tmp_path: Path
) -> None:
    collection = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": a_patient("a")}, {"resource": a_patient("b")}],
    }
    message = {"resourceType": "Bundle", "type": "history", "id": "kept"}
    summary = loaded(session, written(tmp_path / "all.ndjson", collection, message))
    assert summary.counts == {"Patient": 2, "Bundle": 1}


def test_an_update_makes_the_next_version(session: Session, tmp_path: Path) -> None:
    path = written(tmp_path / "people.ndjson", a_patient("a"))
    loaded(session, path)
    loaded(session, path)
    assert read.resource(session, "Patient", "a")["meta"]["versionId"] == "2"


def test_a_resource_is_in_the_compartment_of_a_patient_named_by_identifier(
    session: Session, tmp_path: Path
) -> None:
    number = {"system": "urn:a", "value": "1"}
    flag = {
        "resourceType": "Flag",
        "id": "f",
        "status": "active",
        "code": {"text": "x"},
        "subject": {"identifier": number},
    }
    summary = loaded(
        session, written(tmp_path / "a.ndjson", a_patient("a", identifier=[number]), flag)
    )
    assert (summary.entries, summary.failed) == (2, 0)


def test_each_fault_is_named_by_file_and_line_and_the_rest_is_loaded(
    session: Session, tmp_path: Path
) -> None:
    (tmp_path / "people.ndjson").write_text(
        '{"resourceType":"Patient","id":"a"}\n\n{"resourceType":\n[1]\n'
        '{"resourceType":"Patient","id":"b","gender":"secret"}\n'
        '{"resourceType":"Patient","id":"c"}\n{"resourceType":"Nothing","id":"d"}'
    )
    summary = loaded(session, tmp_path / "people.ndjson")
    assert summary.counts == {"Patient": 2}
    assert [failure.line for failure in summary.failures] == [3, 4, 5, 7]
    assert "secret" not in " ".join(failure.said_in("en") for failure in summary.failures)


def test_a_folder_is_read_in_order_and_other_files_are_left_alone(
    session: Session, tmp_path: Path
) -> None:
    inside = tmp_path / "in" / "deeper"
    inside.mkdir(parents=True)
    written(inside / "a.json", a_patient("a"))
    written(tmp_path / "in" / "b.ndjson", a_patient("b"))
    (tmp_path / "in" / "README.md").write_text("no resource")
    assert loaded(session, tmp_path / "in").counts == {"Patient": 2}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("notes.txt", b"{}", "no known kind"),
        ("broken.json.gz", b"not packed", "cannot be read"),
        (
            "cut.ndjson.gz",
            gzip.compress(b'{"resourceType":"Patient"}\n' * 99, mtime=0)[:-20],
            "cannot be read",
        ),
        ("empty.json", b"", "Line 1"),
        ("list.json", b"[]", "A resource is a JSON object"),
    ],
)
def test_a_bad_file_is_named_and_the_next_one_is_loaded(
    session: Session, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    good = written(tmp_path / "good.json", a_patient("a"))
    summary = loaded(session, tmp_path / name, tmp_path / "missing.json", good)
    assert read.resource(session, "Patient", "a")
    assert any(said in failure.text.en for failure in summary.failures), summary.failures
    assert summary.failures[-1].text.en == "There is no such file"


def test_a_line_without_end_is_given_up_at_a_bound(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST_LINE", 100_000)
    bomb = tmp_path / "bomb.ndjson.gz"
    bomb.write_bytes(gzip.compress(b'{"resourceType":"Patient"}\n{"a":"' + b"x" * 30_000_000))
    summary = loaded(session, bomb)
    assert (summary.entries, summary.failures[0].line) == (1, 2)


def test_lines_without_content_are_given_up_at_a_bound(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_EMPTY_BYTES", 1_000_000)
    bomb = tmp_path / "bomb.ndjson.gz"
    bomb.write_bytes(gzip.compress(b"\n" * 30_000_000))
    assert "empty lines" in loaded(session, bomb).failures[0].text.en


def test_a_file_that_unpacks_without_end_is_given_up_at_a_bound(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST_FILE", 1_000_000)
    bomb = tmp_path / "bomb.json.gz"
    bomb.write_bytes(gzip.compress(b" " * 30_000_000))
    assert "larger than" in loaded(session, bomb).failures[0].text.en


def test_two_processes_load_the_same_as_one(session: Session, tmp_path: Path) -> None:
    people = [
        a_patient(f"p{n}", extension=[{"url": "urn:x", "valueString": "y" * 900}])
        for n in range(3000)
    ]
    summary = loaded(session, written(tmp_path / "people.ndjson", *people), jobs=2)
    assert (summary.entries, summary.failed) == (3000, 0)
    found = search.search(session, "Patient", "_sort=_lastUpdated&_count=1").resources()
    assert found[0]["id"] == "p0"


def test_the_public_sample_bundles_are_loaded_whole(session: Session) -> None:
    bundles = sorted(folder("synthea").glob("*.json.gz"))[:3]
    entries = sum(len(json.loads(gzip.decompress(path.read_bytes()))["entry"]) for path in bundles)
    summary = loaded(session, *bundles)
    assert (summary.entries, summary.failed) == (entries, 0)


def test_what_is_loaded_by_parameters_of_yesterday_is_indexed_again(
    session: Session, tmp_path: Path
) -> None:
    """A worker may prepare a batch before a search parameter comes, and hand it over after."""
    recipe = workshop.recipe(session)
    path = written(tmp_path / "people.ndjson", a_patient("a", gender="male"))
    prepared = [prepare.prepare(workshop.open(recipe), each) for each in files.pieces(path)]
    parameter = {
        "resourceType": "SearchParameter", "url": "http://example.org/sex", "name": "sex",
        "status": "active", "description": "For tests", "code": "sex", "base": ["Patient"],
        "type": "string", "expression": "Patient.gender",
    }  # fmt: skip
    loaded(session, written(tmp_path / "parameter.ndjson", parameter))
    work = Reindex(session.platform)
    while work.step():
        pass
    assert not search.count(session, "Patient", "sex=male")
    load.write(session, prepared, lambda _: None)
    with pytest.raises(IndexBuilding):
        search.count(session, "Patient", "sex=male")
    while work.step():
        pass
    assert search.count(session, "Patient", "sex=male") == 1
    loaded(session, written(tmp_path / "more.ndjson", a_patient("b", gender="male")))
    assert search.count(session, "Patient", "sex=male") == 2
