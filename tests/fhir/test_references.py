"""References taken apart, found and replaced."""

import copy

import pytest

from samspill.fhir import references
from samspill.fhir.references import Address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Patient/1", Address("Patient", "1")),
        ("Patient/1/_history/2", Address("Patient", "1", "2")),
        (
            "https://a.example/fhir/Patient/1",
            Address(
                "Patient", "1", "", "https://a.example/fhir/", "https://a.example/fhir/Patient/1"
            ),
        ),
        ("urn:uuid:0c3151bd", Address(url="urn:uuid:0c3151bd")),
        ("#p", Address(url="#p")),
        ("patient/1", Address(url="patient/1")),
        ("Patient/" + "a" * 65, Address(url="Patient/" + "a" * 65)),
        ("http://a.example/q|1.0", Address(url="http://a.example/q", version="1.0")),
    ],
)
def test_a_reference_is_taken_apart(text: str, address: Address) -> None:
    assert references.parse(text) == address


def test_an_address_of_this_server_is_relative() -> None:
    own = references.parse("http://here.example/fhir/Patient/1/_history/2")
    assert own.within(["http://here.example/fhir"]) == Address("Patient", "1", "2")
    assert own.within(["http://here.example"]) == own


def test_a_contained_resource_tells_the_type() -> None:
    resource = {"contained": [{"resourceType": "Device", "id": "d"}], "resourceType": "Observation"}
    assert references.target_type({"reference": "#d"}, resource) == "Device"
    assert references.target_type({"reference": "#x", "type": "Group"}, resource) == "Group"
    assert references.target_type({"display": "someone"}, resource) == ""
    assert references.contained(resource, "#") is resource


def test_replacing_leaves_the_original_and_shares_what_does_not_change() -> None:
    resource = {"a": [{"reference": "urn:uuid:1"}], "b": {"c": {"reference": "Patient/2"}}}
    before = copy.deepcopy(resource)
    changed = references.replace(resource, lambda text: text.replace("urn:uuid:1", "Patient/1"))
    assert changed == {"a": [{"reference": "Patient/1"}], "b": {"c": {"reference": "Patient/2"}}}
    assert resource == before
    assert changed["b"] is resource["b"]


def test_all_references_are_found() -> None:
    resource = {
        "subject": {"reference": "Patient/1"},
        "identifier": [{"system": "s", "value": "v"}],
        "performer": [{"identifier": {"value": "7"}}, {"display": "someone"}],
        "contained": [{"owner": {"reference": "Group/2"}}],
    }
    found = [each.get("reference", "known") for each in references.walk(resource)]
    assert sorted(found) == ["Group/2", "Patient/1", "known"]
