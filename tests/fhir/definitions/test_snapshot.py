"""Snapshots made from differentials are those that the standard publishes."""

from functools import cache
from typing import Any

import pytest

from samspill.base.errors import InvalidContent
from samspill.fhir.definitions import Definitions, snapshot

Resource = dict[str, Any]
COMPARED = ("min", "max", "type", "fixedUri", "sliceName", "slicing", "mustSupport")

OTHER_THAN_PUBLISHED = {
    # The published snapshot writes the slice of a choice as if it were the choice itself.
    "http://hl7.org/fhir/StructureDefinition/bp",
    # Elements of the base are missing in the published snapshots.
    "http://hl7.org/fhir/StructureDefinition/catalog",
    "http://hl7.org/fhir/StructureDefinition/familymemberhistory-genetic",
    # The published snapshot opens extensions that the differential does not go into.
    "http://hl7.org/fhir/StructureDefinition/elementdefinition-de",
}


@cache
def _definitions() -> Definitions:
    return Definitions.load()


def _profiles() -> list[Resource]:
    found = _definitions().all("StructureDefinition")
    return [e for e in found if e.get("derivation") == "constraint" and "snapshot" in e]


def _generate(profile: Resource) -> list[Resource]:
    return snapshot.generate(profile, lambda name: _published(name)["snapshot"]["element"])


def _published(name: str) -> Resource:
    url = name if ":" in name else f"http://hl7.org/fhir/StructureDefinition/{name}"
    found = _definitions().find(url, "StructureDefinition")
    assert found is not None
    return found


def _outline(elements: list[Resource]) -> list[tuple[Any, ...]]:
    return [(each["id"], *(each.get(key) for key in COMPARED)) for each in elements]


def test_the_profiles_of_the_core_get_the_published_snapshot() -> None:
    differing = {
        profile["url"]
        for profile in _profiles()
        if _outline(_generate(profile)) != _outline(profile["snapshot"]["element"])
    }

    assert differing == OTHER_THAN_PUBLISHED


def _profile(*elements: Resource) -> Resource:
    return {
        "resourceType": "StructureDefinition",
        "url": "http://example.org/profile",
        "type": "Patient",
        "derivation": "constraint",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "differential": {"element": list(elements)},
    }


def test_a_slice_has_the_children_of_the_element_it_is_of() -> None:
    made = _generate(
        _profile(
            {"path": "Patient.identifier", "slicing": {"rules": "open"}},
            {"path": "Patient.identifier", "sliceName": "national", "min": 1},
            {"path": "Patient.identifier.system", "min": 1, "fixedUri": "urn:oid:1.2.3"},
        )
    )
    by_id = {each["id"]: each for each in made}

    assert by_id["Patient.identifier:national"]["min"] == 1
    assert by_id["Patient.identifier:national.system"]["fixedUri"] == "urn:oid:1.2.3"
    assert "Patient.identifier.system" not in by_id


def test_an_element_that_the_base_has_not_is_refused() -> None:
    with pytest.raises(InvalidContent, match="shoeSize"):
        _generate(_profile({"path": "Patient.shoeSize", "min": 1}))


def test_a_profile_that_is_built_on_itself_is_refused() -> None:
    url = "http://example.org/profile"
    circle = {**_profile({"path": "Patient"}), "baseDefinition": url}

    with pytest.raises(InvalidContent, match="itself"):
        _definitions().with_resources([circle]).structure(url)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"differential": "x"},
        {"differential": {"element": [5]}},
        {"differential": {"element": [{"path": "Patient.name", "min": "1"}]}},
        {"differential": {"element": [{"path": "Patient.name", "slicing": "x"}]}},
        {"differential": {"element": [{"path": "Patient.name", "type": [{"code": 5}]}]}},
        {"baseDefinition": 5},
    ],
    ids=str,
)
def test_a_malformed_definition_is_refused_by_name(spoilt: Resource) -> None:
    profile = {**_profile({"path": "Patient"}), **spoilt}

    with pytest.raises(InvalidContent, match="is malformed"):
        _definitions().with_resources([profile]).structure("http://example.org/profile")
