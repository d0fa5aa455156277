"""Profiles: cardinality, types, values, bindings, constraints and targets beyond the standard."""

from typing import Any

import pytest

from builders import profiles
from builders.profiles import profile

Resource = dict[str, Any]

PATIENT: Resource = {
    "resourceType": "Patient",
    "id": "p",
    "active": True,
    "name": [{"family": "Nordmann"}],
    "gender": "female",
    "birthDate": "1980-01-01",
    "maritalStatus": {"coding": [{"system": "http://a", "code": "M", "display": "gift"}]},
}

KEPT: list[Resource] = [
    {"path": "name", "min": 1},
    {"path": "name", "max": "1"},
    {"path": "name.family", "min": 1},
    {"path": "active", "fixedBoolean": True},
    {"path": "maritalStatus", "patternCodeableConcept": {"coding": [{"code": "M"}]}},
    {"path": "birthDate", "minValueDate": "1900-01-01"},
    {"path": "name.family", "maxLength": 8},
]
FORM = "http://hl7.org/fhir/StructureDefinition/regex"
BROKEN: list[tuple[Resource, str]] = [
    ({"path": "telecom", "min": 1}, "Patient"),
    ({"path": "name", "min": 2}, "Patient"),
    ({"path": "name", "max": "0"}, "Patient.name[0]"),
    ({"path": "name.given", "min": 1}, "Patient.name[0]"),
    ({"path": "active", "fixedBoolean": False}, "Patient.active"),
    (
        {"path": "maritalStatus", "fixedCodeableConcept": {"coding": [{"code": "M"}]}},
        "Patient.maritalStatus",
    ),
    (
        {"path": "maritalStatus", "patternCodeableConcept": {"coding": [{"code": "S"}]}},
        "Patient.maritalStatus",
    ),
    ({"path": "birthDate", "minValueDate": "1990-01-01"}, "Patient.birthDate"),
    ({"path": "birthDate", "maxValueDate": "1970-01-01"}, "Patient.birthDate"),
    ({"path": "name.family", "maxLength": 7}, "Patient.name[0].family"),
    (
        {"path": "name.family", "extension": [{"url": FORM, "valueString": "[a-z]+"}]},
        "Patient.name[0].family",
    ),
    (
        {
            "path": "gender",
            "constraint": [
                {"key": "a", "severity": "error", "human": "a", "expression": "$this = 'male'"}
            ],
        },
        "Patient.gender",
    ),
    (
        {
            "path": "maritalStatus",
            "binding": {
                "strength": "required",
                "valueSet": "http://hl7.org/fhir/ValueSet/marital-status",
            },
        },
        "Patient.maritalStatus",
    ),
]


@pytest.mark.parametrize("element", KEPT, ids=str)
def test_what_a_profile_asks_is_kept(element: Resource) -> None:
    assert profiles.errors(PATIENT, profile("Patient", element)) == []


@pytest.mark.parametrize(("element", "place"), BROKEN, ids=str)
def test_what_a_profile_asks_is_broken(element: Resource, place: str) -> None:
    assert profiles.errors(PATIENT, profile("Patient", element)) == [place]


def test_a_claimed_profile_is_looked_at() -> None:
    claiming = {**PATIENT, "meta": {"profile": [profiles.URL]}}
    asking = profile("Patient", {"path": "telecom", "min": 1})

    assert profiles.errors(claiming, asking, profile="") == ["Patient"]
    assert profiles.errors(PATIENT, asking, profile="") == []


def test_a_claimed_profile_that_nobody_knows_is_no_error() -> None:
    claiming = {**PATIENT, "meta": {"profile": ["http://example.org/unknown"]}}
    issues = profiles.validator().validate(claiming, is_thorough=True)

    assert [each.severity for each in issues] == ["warning"]


def test_a_profile_that_was_asked_for_must_be_known() -> None:
    assert profiles.errors(PATIENT, profile="http://example.org/unknown") == ["Patient"]


def test_a_reference_must_point_to_what_the_profile_names() -> None:
    managed = {**PATIENT, "generalPractitioner": [{"reference": "Organization/1"}]}
    narrowed = {
        "path": "generalPractitioner",
        "type": [
            {
                "code": "Reference",
                "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Practitioner"],
            }
        ],
    }

    assert profiles.errors(managed, profile("Patient", narrowed)) == [
        "Patient.generalPractitioner[0]"
    ]


def test_a_contained_target_must_conform_to_its_profile() -> None:
    named = profile("Organization", {"path": "alias", "min": 1}, url="http://example.org/org")
    element = {
        "path": "managingOrganization",
        "type": [{"code": "Reference", "targetProfile": ["http://example.org/org"]}],
    }
    patient = {
        **PATIENT,
        "contained": [{"resourceType": "Organization", "id": "o", "name": "a"}],
        "managingOrganization": {"reference": "#o"},
    }

    assert profiles.errors(patient, named, profile("Patient", element)) == [
        "Patient.managingOrganization"
    ]


def test_profiles_that_refer_to_each_other_in_a_circle_end() -> None:
    element = {
        "path": "link.other",
        "type": [{"code": "Reference", "targetProfile": [profiles.URL]}],
    }
    circle = {**PATIENT, "link": [{"other": {"reference": "Patient/p"}, "type": "seealso"}]}
    validator = profiles.validator(profile("Patient", element))

    found = validator.validate(circle, profiles=[profiles.URL], fetch=lambda text: circle)

    assert [each for each in found if each.severity == "error"] == []
