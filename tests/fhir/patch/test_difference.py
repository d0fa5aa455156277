"""The difference of two versions, applied to the one, makes the other."""

import gzip
from itertools import groupby, pairwise
from typing import Any

import pytest

from builders import shared
from samspill.base import json
from samspill.fhir import fhirpath, patch
from samspill.fhir.patch import difference, fhirpath_patch

Resource = dict[str, Any]
CORE = fhirpath.core()


def comparable(resource: Resource) -> Resource:
    """Without what a difference leaves out."""
    kept = {name: value for name, value in resource.items() if name not in ("id", "meta")}
    meta = resource.get("meta", {})
    own = {key: value for key, value in meta.items() if key not in ("versionId", "lastUpdated")}
    return {**kept, **({"meta": own} if own else {})}


def leads(before: Resource, after: Resource) -> bool:
    """Whether the difference leads from one to the other, in order of elements aside."""
    changes = difference.difference(before, after, CORE)
    if len(changes["parameter"]) > fhirpath_patch.MAX_OPERATIONS:
        return True
    return comparable(patch.apply(before, changes, CORE)) == comparable(after)


PATIENT = {"resourceType": "Patient", "id": "1", "meta": {"versionId": "1"}}


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ({}, {}, []),
        ({}, {"gender": "male"}, ["add"]),
        ({"gender": "male"}, {}, ["delete"]),
        ({"gender": "male"}, {"gender": "female"}, ["replace"]),
        ({"deceasedBoolean": True}, {"deceasedDateTime": "2026"}, ["delete", "add"]),
        ({"name": [{"family": "A"}]}, {"name": [{"family": "B"}]}, ["replace"]),
        ({"name": [{"given": ["A", "B", "C"]}]}, {"name": [{"given": ["A"]}]}, ["delete"] * 2),
        ({"name": [{"given": ["A"]}]}, {"name": [{"given": ["A", "B"]}]}, ["add"]),
        ({"birthDate": "2000"}, {"birthDate": "2000", "_birthDate": {"id": "x"}}, ["replace"]),
        ({}, {"contact": [{"gender": "male", "name": {"family": "X"}}]}, ["add"]),
        ({"meta": {"versionId": "1"}}, {"meta": {"versionId": "2"}}, []),
        ({}, {"text": {"status": "empty", "div": "<div>x</div>"}}, ["add"]),
        ({}, {"contained": [{"resourceType": "Basic", "id": "b"}]}, ["add"]),
    ],
)
def test_small_changes(before: Resource, after: Resource, kinds: list[str]) -> None:
    old, new = {**PATIENT, **before}, {**PATIENT, **after}
    changes = difference.difference(old, new, CORE)
    assert [each["part"][0]["valueCode"] for each in changes["parameter"]] == kinds
    assert leads(old, new)


def test_any_example_becomes_the_next_of_its_type() -> None:
    with gzip.open(shared.folder("examples") / "r4-examples.ndjson.gz") as lines:
        found = [json.parse_resource(line) for line in lines]
    found.sort(key=lambda resource: str(resource["resourceType"]))
    failed = [
        (old["resourceType"], old.get("id"), new.get("id"))
        for _, group in groupby(found, key=lambda resource: resource["resourceType"])
        for old, new in pairwise(group)
        if old["resourceType"] != "Bundle" and not leads(old, new)
    ]
    assert failed == []
