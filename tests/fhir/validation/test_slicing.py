"""Slicing: every kind of discriminator, open, closed and ordered slices, slices of slices."""

from typing import Any

import pytest

from builders import profiles
from builders.profiles import profile

Resource = dict[str, Any]
HOME = {"system": "phone", "value": "1", "use": "home"}
WORK = {"system": "email", "value": "a@example.org", "use": "work"}
OTHER = {"system": "fax", "value": "2", "use": "old"}


def _patient(*telecom: Resource) -> Resource:
    return {"resourceType": "Patient", "telecom": list(telecom)}


def _sliced(rules: str = "open", *, ordered: bool = False, by: str = "value") -> list[Resource]:
    """Telecom in two slices: phones at home, of which one must be, and mail at work."""
    return [
        {
            "path": "telecom",
            "slicing": {
                "discriminator": [{"type": by, "path": "system"}],
                "rules": rules,
                "ordered": ordered,
            },
        },
        {"path": "telecom", "sliceName": "phone", "min": 1, "max": "1"},
        {"path": "telecom.system", "patternCode": "phone"},
        {"path": "telecom.use", "fixedCode": "home"},
        {"path": "telecom", "sliceName": "mail"},
        {"path": "telecom.system", "fixedCode": "email"},
    ]


@pytest.mark.parametrize("by", ["value", "pattern"])
@pytest.mark.parametrize(
    ("rules", "telecom", "places"),
    [
        ("open", [HOME, WORK, OTHER], []),
        ("open", [WORK], ["Patient"]),
        ("open", [HOME, HOME], ["Patient.telecom[1]"]),
        ("open", [WORK, {**HOME, "use": "work"}], ["Patient.telecom[1].use"]),
        ("closed", [HOME, WORK], []),
        ("closed", [HOME, OTHER], ["Patient.telecom[1]"]),
        ("openAtEnd", [HOME, WORK, OTHER], []),
        ("openAtEnd", [HOME, OTHER, WORK], ["Patient.telecom[2]"]),
    ],
)
def test_slices_by_value(by: str, rules: str, telecom: list[Resource], places: list[str]) -> None:
    assert profiles.errors(_patient(*telecom), profile("Patient", *_sliced(rules, by=by))) == places


def test_ordered_slices_come_in_their_order() -> None:
    asked = profile("Patient", *_sliced(ordered=True))

    assert profiles.errors(_patient(HOME, OTHER, WORK), asked) == []
    assert profiles.errors(_patient(WORK, HOME), asked) == ["Patient.telecom[1]"]


def test_slices_by_existence() -> None:
    asked = profile(
        "Patient",
        {
            "path": "telecom",
            "slicing": {
                "discriminator": [{"type": "exists", "path": "period"}],
                "rules": "open",
            },
        },
        {"path": "telecom", "sliceName": "past", "max": "1"},
        {"path": "telecom.period", "min": 1},
        {"path": "telecom", "sliceName": "present", "min": 1},
        {"path": "telecom.period", "max": "0"},
    )
    past = {**HOME, "period": {"start": "2020"}}

    assert profiles.errors(_patient(past, WORK), asked) == []
    assert profiles.errors(_patient(past, past, WORK), asked) == ["Patient.telecom[1]"]
    assert profiles.errors(_patient(past), asked) == ["Patient"]


def test_slices_of_a_choice_by_type() -> None:
    asked = profile(
        "Observation",
        {
            "path": "value[x]",
            "slicing": {"discriminator": [{"type": "type", "path": "$this"}], "rules": "closed"},
        },
        {"path": "value[x]", "sliceName": "valueQuantity", "type": [{"code": "Quantity"}]},
        {"path": "value[x].unit", "min": 1},
    )

    def observation(**value: Any) -> Resource:
        return {"resourceType": "Observation", "status": "final", "code": {"text": "a"}, **value}

    assert profiles.errors(observation(valueQuantity={"value": 1, "unit": "g"}), asked) == []
    assert profiles.errors(observation(valueQuantity={"value": 1}), asked) == [
        "Observation.value.ofType(Quantity)"
    ]
    assert profiles.errors(observation(valueString="a"), asked) == [
        "Observation.value.ofType(string)"
    ]


def test_the_name_of_a_choice_narrows_it_to_that_type() -> None:
    asked = profile("Observation", {"path": "valueQuantity", "min": 1})
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "a"},
        "valueString": "a",
    }

    assert "Observation.value.ofType(string)" in profiles.errors(observation, asked)


def test_slices_by_the_type_and_profile_of_what_a_reference_points_to() -> None:
    organization = {"resourceType": "Organization", "id": "o", "name": "a"}
    practitioner = {"resourceType": "Practitioner", "id": "d"}
    asked = profile(
        "Patient",
        {
            "path": "generalPractitioner",
            "slicing": {
                "discriminator": [{"type": "type", "path": "resolve()"}],
                "rules": "open",
            },
        },
        {
            "path": "generalPractitioner",
            "sliceName": "office",
            "min": 1,
            "type": [
                {
                    "code": "Reference",
                    "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Organization"],
                }
            ],
        },
    )

    def patient(*contained: Resource) -> Resource:
        return {
            "resourceType": "Patient",
            "contained": list(contained),
            "generalPractitioner": [{"reference": f"#{each['id']}"} for each in contained],
        }

    assert profiles.errors(patient(practitioner, organization), asked) == []
    assert profiles.errors(patient(practitioner), asked) == ["Patient"]


def test_slices_by_profile() -> None:
    named = profile("Organization", {"path": "name", "min": 1}, url="http://example.org/named")
    asked = profile(
        "Bundle",
        {
            "path": "entry",
            "slicing": {
                "discriminator": [{"type": "profile", "path": "resource"}],
                "rules": "closed",
            },
        },
        {"path": "entry", "sliceName": "named"},
        {
            "path": "entry.resource",
            "type": [{"code": "Organization", "profile": ["http://example.org/named"]}],
        },
    )

    def bundle(**organization: Any) -> Resource:
        held = {"resourceType": "Organization", "identifier": [{"value": "a"}], **organization}
        entry = {"fullUrl": "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7", "resource": held}
        return {"resourceType": "Bundle", "type": "collection", "entry": [entry]}

    assert profiles.errors(bundle(name="a"), named, asked) == []
    assert profiles.errors(bundle(), named, asked) == ["Bundle.entry[0]"]


def test_a_slice_is_sliced_again() -> None:
    asked = profile(
        "Patient",
        *_sliced()[:3],
        {
            "id": "Patient.telecom:phone",
            "path": "telecom",
            "sliceName": "phone",
            "slicing": {"discriminator": [{"type": "value", "path": "use"}], "rules": "open"},
            "max": "*",
        },
        {
            "id": "Patient.telecom:phone/mobile",
            "path": "telecom",
            "sliceName": "phone/mobile",
            "min": 1,
        },
        {
            "id": "Patient.telecom:phone/mobile.use",
            "path": "telecom.use",
            "fixedCode": "mobile",
        },
    )
    mobile = {**HOME, "use": "mobile"}

    assert profiles.errors(_patient(HOME, mobile), asked) == []
    assert profiles.errors(_patient(HOME), asked) == ["Patient"]


def test_a_slice_that_says_nothing_on_a_discriminator_goes_by_the_others() -> None:
    asked = profile(
        "Patient",
        {
            "path": "telecom",
            "slicing": {
                "discriminator": [
                    {"type": "value", "path": "system"},
                    {"type": "value", "path": "use"},
                ],
                "rules": "closed",
            },
        },
        {"path": "telecom", "sliceName": "phone"},
        {"path": "telecom.system", "fixedCode": "phone"},
    )

    assert profiles.errors(_patient(HOME, {**HOME, "use": "work"}), asked) == []
    assert profiles.errors(_patient(WORK), asked) == ["Patient.telecom[0]"]
