"""Profiles that bind to value sets of the record: judged by what stands there at the moment."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders import record
from samspill.base.errors import InvalidResource
from samspill.fhir.terminology import entries
from samspill.interactions import create, load, operation, transaction, update
from samspill.interactions.session import Session

Resource = dict[str, Any]
PROFILE = "http://example.org/colour-profile"
COLOURS = "http://example.org/colours"
SYSTEM = "http://example.org/colour-system"
STRUCTURE: Resource = {
    "resourceType": "StructureDefinition",
    "url": PROFILE,
    "name": "Colour",
    "status": "active",
    "kind": "resource",
    "abstract": False,
    "type": "Observation",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Observation",
    "derivation": "constraint",
    "differential": {
        "element": [
            {"id": "Observation", "path": "Observation"},
            {
                "id": "Observation.code",
                "path": "Observation.code",
                "binding": {"strength": "required", "valueSet": COLOURS},
            },
        ]
    },
}


def a_value_set(*codes: str) -> Resource:
    listed = [{"code": each} for each in codes]
    return {
        "resourceType": "ValueSet",
        "id": "colours",
        "url": COLOURS,
        "status": "active",
        "compose": {"include": [{"system": SYSTEM, **({"concept": listed} if codes else {})}]},
    }


def an_observation(code: str, id: str = "") -> Resource:
    made = {
        "resourceType": "Observation",
        "meta": {"profile": [PROFILE]},
        "status": "final",
        "code": {"coding": [{"system": SYSTEM, "code": code}]},
    }
    return {**made, "id": id} if id else made


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    package = tmp_path / "package"
    package.mkdir()
    (package / "profile.json").write_text(json.dumps(STRUCTURE))
    given = {"packages": (package,), "validation": "profiles"}
    with record.opened(tmp_path / "data", **given) as opened:
        yield opened


def is_taken(session: Session, code: str) -> bool:
    try:
        create.create(session, an_observation(code))
    except InvalidResource as refused:
        return not any(COLOURS in str(issue.rule) for issue in refused.issues)
    return True


def test_a_stored_value_set_counts_from_its_write_on_and_its_changes_too(session: Session) -> None:
    assert is_taken(session, "red")
    update.update(session, "ValueSet", "colours", a_value_set("blue"))
    assert not is_taken(session, "red")
    update.update(session, "ValueSet", "colours", a_value_set("red", "blue"))
    assert is_taken(session, "red")


def test_a_code_system_that_is_stored_or_loaded_makes_a_value_set_of_all_its_codes_known(
    session: Session,
) -> None:
    update.update(session, "ValueSet", "colours", a_value_set())
    assert is_taken(session, "red")
    header = {"resourceType": "CodeSystem", "url": SYSTEM, "version": "1", "content": "complete"}
    concepts = session.platform.concepts
    concepts.load(header, [entries.concept("blue")])
    assert not is_taken(session, "red")
    concepts.load(header, [entries.concept("blue"), entries.concept("red")])
    assert is_taken(session, "red")
    assert not is_taken(session, "green")


def test_a_transaction_brings_its_value_set_along(session: Session) -> None:
    def a_bundle(code: str) -> Resource:
        entries = [
            {
                "resource": a_value_set("blue"),
                "request": {"method": "PUT", "url": "ValueSet/colours"},
            },
            {"resource": an_observation(code), "request": {"method": "POST", "url": "Observation"}},
        ]
        return {"resourceType": "Bundle", "type": "transaction", "entry": entries}

    with pytest.raises(InvalidResource):
        transaction.transaction(session, a_bundle("red"))
    transaction.transaction(session, a_bundle("blue"))


def test_processes_that_load_leave_what_is_judged_by_the_record_to_it(
    session: Session, tmp_path: Path
) -> None:
    update.update(session, "ValueSet", "colours", a_value_set("blue"))
    file = tmp_path / "observations.ndjson"
    file.write_text("\n".join(json.dumps(an_observation(c, c)) for c in ("blue", "red", "green")))
    summary = load.run(session, [file], lambda line: None, jobs=1)
    assert (summary.counts["Observation"], summary.failed) == (1, 2)


def test_validate_is_judged_by_the_record_too(session: Session) -> None:
    update.update(session, "ValueSet", "colours", a_value_set("blue"))
    pairs = [("resource", an_observation("red"))]
    found = operation.run(session, "validate", "Observation", parameters=pairs)
    assert any(issue["severity"] == "error" for issue in found["issue"])
