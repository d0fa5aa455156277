"""Parts of a resource: what stays, and the tag that tells that something is left out."""

from typing import Any

from samspill.fhir import subset
from samspill.fhir.definitions import Definitions

DEFINITIONS = Definitions.load()
TAG = subset.SUBSETTED
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "o",
    "meta": {"versionId": "3", "tag": [{"code": "own"}]},
    "text": {"status": "generated", "div": "<div/>"},
    "status": "final",
    "_status": {"id": "s"},
    "code": {"text": "weight"},
    "note": [{"text": "light clothes"}],
    "valueQuantity": {"value": 72},
    "component": [{"code": {"text": "a"}, "dataAbsentReason": {"text": "b"}, "valueString": "c"}],
}


def names(resource: dict[str, Any]) -> set[str]:
    return set(resource) - {"resourceType", "id", "meta"}


def test_the_summary_is_what_the_standard_marks() -> None:
    found = subset.summary(OBSERVATION, "true", DEFINITIONS)
    assert names(found) == {"status", "_status", "code", "valueQuantity", "component"}
    assert set(found["component"][0]) == {"code", "valueString"}
    assert found["meta"] == {"versionId": "3", "tag": [{"code": "own"}, TAG]}


def test_text_is_the_narrative_and_what_must_be_there() -> None:
    found = subset.summary(OBSERVATION, "text", DEFINITIONS)
    assert names(found) == {"text", "status", "_status", "code"}


def test_data_is_all_but_the_narrative() -> None:
    found = subset.summary(OBSERVATION, "data", DEFINITIONS)
    assert names(found) == names(OBSERVATION) - {"text"}


def test_elements_are_those_named_and_what_must_be_there() -> None:
    found = subset.elements(OBSERVATION, ["Observation.value", "note"], DEFINITIONS)
    assert names(found) == {"valueQuantity", "note", "status", "_status", "code"}
    patient = {"resourceType": "Patient", "id": "p", "active": True, "gender": "male"}
    # `active` may tell that the record is not in use: without it the rest could be misread.
    assert names(subset.elements(patient, ["birthDate"], DEFINITIONS)) == {"active"}


def test_the_resource_itself_stays_as_it_is_and_is_tagged_once() -> None:
    again = subset.summary(subset.summary(OBSERVATION, "true", DEFINITIONS), "true", DEFINITIONS)
    assert again["meta"]["tag"].count(TAG) == 1
    assert OBSERVATION["meta"]["tag"] == [{"code": "own"}]
