"""Patches of resources: what they change, and what is refused."""

from typing import Any

import pytest

from samspill.base.errors import InvalidRequest, InvalidResource, SamspillError, TooCostly
from samspill.fhir import patch
from samspill.fhir.definitions import Definitions

DEFINITIONS = Definitions.load()
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "active": True,
    "name": [
        {"use": "official", "given": ["Kari", "Anne"], "_given": [None, {"id": "a"}]},
        {"use": "usual", "given": ["Kaja"]},
    ],
    "deceasedBoolean": False,
    "contact": [{"gender": "female"}],
}


def change(type: str, path: str, **parts: Any) -> dict[str, Any]:
    """A FHIRPath Patch of one operation; `value` is the part itself."""
    listed = [
        {"name": "type", "valueCode": type},
        {"name": "path", "valueString": path},
    ]
    for name, part in parts.items():
        if isinstance(part, dict):
            listed.append({"name": name, **part})
        elif isinstance(part, int):
            listed.append({"name": name, "valueInteger": part})
        else:
            listed.append({"name": name, "valueString": part})
    return {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": listed}]}


def patched(*operations: dict[str, Any]) -> dict[str, Any]:
    """PATIENT after some FHIRPath Patches."""
    result = PATIENT
    for operation in operations:
        result = patch.apply(result, operation, DEFINITIONS)
    return result


def test_a_value_is_added_to_a_list_and_to_an_object() -> None:
    found = patched(
        change(
            "add", "Patient.name.where(use = 'usual')", name="family", value={"valueString": "F"}
        ),
        change("add", "Patient", name="birthDate", value={"valueDate": "1974"}),
        change("add", "Patient.name.last()", name="given", value={"valueString": "K"}),
    )
    assert found["name"][1] == {"use": "usual", "given": ["Kaja", "K"], "family": "F"}
    assert found["birthDate"] == "1974"


def test_an_object_without_a_type_of_its_own_is_built_of_parts() -> None:
    parts = [
        {"name": "gender", "valueCode": "male"},
        {"name": "telecom", "valueContactPoint": {"value": "1"}},
        {"name": "telecom", "valueContactPoint": {"value": "2"}},
    ]
    found = patched(change("add", "Patient", name="contact", value={"part": parts}))
    assert found["contact"][1] == {"gender": "male", "telecom": [{"value": "1"}, {"value": "2"}]}


def test_what_stands_beside_a_value_moves_along() -> None:
    found = patched(change("move", "Patient.name[0].given", source=1, destination=0))
    assert found["name"][0]["given"] == ["Anne", "Kari"]
    assert found["name"][0]["_given"] == [{"id": "a"}, None]
    found = patched(change("delete", "Patient.name[0].given[1]"))
    assert found["name"][0] == {"use": "official", "given": ["Kari"]}


def test_a_choice_may_change_its_type() -> None:
    found = patched(change("replace", "Patient.deceased", value={"valueDateTime": "2020"}))
    assert "deceasedBoolean" not in found
    assert found["deceasedDateTime"] == "2020"


def test_an_extension_goes_beside_a_primitive() -> None:
    value = {"valueExtension": {"url": "urn:x", "valueString": "y"}}
    found = patched(change("add", "Patient.active", name="extension", value=value))
    assert found["_active"] == {"extension": [value["valueExtension"]]}
    again = patch.apply(found, change("delete", "Patient.active.extension('urn:x')"), DEFINITIONS)
    assert again == PATIENT


def test_deleting_what_is_not_there_changes_nothing() -> None:
    assert patched(change("delete", "Patient.maritalStatus")) == PATIENT


def test_an_object_that_becomes_empty_goes() -> None:
    assert "contact" not in patched(change("delete", "Patient.contact[0].gender"))


@pytest.mark.parametrize(
    "operation",
    [
        change("add", "Patient.maritalStatus", name="text", value={"valueString": "x"}),
        change("add", "Patient", name="active", value={"valueBoolean": False}),
        change("add", "Patient", name="colour", value={"valueString": "red"}),
        change("replace", "Patient.birthDate", value={"valueDate": "1974"}),
        change("replace", "Patient.name", value={"valueHumanName": {"text": "x"}}),
        change("replace", "Patient", value={"resource": {"resourceType": "Patient"}}),
        change("delete", "Patient.name"),
        change("delete", "Patient"),
        change("insert", "Patient.name", index=3, value={"valueHumanName": {"text": "x"}}),
        change("insert", "Patient.active", index=0, value={"valueBoolean": True}),
        change("move", "Patient.name", source=0, destination=2),
    ],
)
def test_what_does_not_go_with_the_resource_is_refused(operation: dict[str, Any]) -> None:
    with pytest.raises(InvalidResource) as raised:
        patched(operation)
    assert raised.value.issues[0].expression == "operation 1"


@pytest.mark.parametrize(
    "operation",
    [
        {"resourceType": "Patient"},
        {"resourceType": "Parameters", "parameter": [{"name": "other"}]},
        {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": ["x"]}]},
        {"resourceType": "Parameters", "parameter": 1},
        change("rename", "Patient.name"),
        change("add", "Patient", name="birthDate"),
        change("add", "Patient", value={"valueDate": "1974"}),
        change("add", "Patient", name="birthDate", value={}),
        change("insert", "Patient.name", value={"valueHumanName": {"text": "x"}}),
        change("insert", "Patient.name", index=-1, value={"valueHumanName": {"text": "x"}}),
        change("delete", "Patient.name.select(given)"),
        change("delete", "Patient.name["),
        change("delete", "Patient.name.where()"),
        change("delete", "Patient.name.where(foo())"),
        change("delete", "Patient.name.ofType()"),
        change("delete", "Patient.name.first(1)"),
        change("delete", "Patient.name[-1]"),
        change("delete", "descendants()"),
    ],
)
def test_what_is_no_patch_is_refused(operation: dict[str, Any]) -> None:
    with pytest.raises(SamspillError) as raised:
        patched(operation)
    assert not isinstance(raised.value, InvalidResource)


def test_a_failed_patch_changes_nothing() -> None:
    first = change("add", "Patient.name[0]", name="family", value={"valueString": "F"})
    wrong = change("replace", "Patient.birthDate", value={"valueDate": "1974"})
    first["parameter"] += wrong["parameter"]
    with pytest.raises(InvalidResource) as raised:
        patched(first)
    assert raised.value.issues[0].expression == "operation 2"
    assert "family" not in PATIENT["name"][0]


def json_patched(*operations: dict[str, Any]) -> dict[str, Any]:
    return patch.apply(PATIENT, list(operations), DEFINITIONS)


def test_json_patch_changes_a_resource() -> None:
    found = json_patched(
        {"op": "test", "path": "/name/1/use", "value": "usual"},
        {"op": "remove", "path": "/contact/0"},
        {"op": "copy", "from": "/name/0/given/0", "path": "/name/1/given/-"},
        {"op": "replace", "path": "/active", "value": False},
    )
    assert found["name"][1]["given"] == ["Kaja", "Kari"]
    assert "contact" not in found
    assert found["active"] is False
    assert PATIENT["active"] is True


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "test", "path": "/active", "value": 1},
        {"op": "test", "path": "/name/00/use", "value": "official"},
        {"op": "remove", "path": "/name/2"},
        {"op": "remove", "path": "/name/-"},
        {"op": "add", "path": "/name/3", "value": {}},
        {"op": "add", "path": "/active/x", "value": 1},
        {"op": "replace", "path": "/birthDate", "value": "1974"},
        {"op": "move", "from": "/name", "path": "/name/0/x"},
    ],
)
def test_json_patch_that_does_not_go_with_the_resource(operation: dict[str, Any]) -> None:
    with pytest.raises(InvalidResource):
        json_patched(operation)


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "spam", "path": "/active"},
        {"op": "add", "path": "active", "value": 1},
        {"op": "add", "path": "/a~2", "value": 1},
        {"op": "add", "path": "/active"},
        {"op": "add", "value": 1},
        {"op": "copy", "path": "/active"},
        {"op": "remove", "path": ""},
    ],
)
def test_json_patch_that_is_none(operation: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        json_patched(operation)


def test_copies_of_copies_are_stopped() -> None:
    doubling = [{"op": "copy", "from": "", "path": f"/x{number}"} for number in range(40)]
    with pytest.raises(TooCostly):
        json_patched(*doubling)
    with pytest.raises(TooCostly):
        json_patched(*[{"op": "test", "path": "/active", "value": True}] * 1001)
