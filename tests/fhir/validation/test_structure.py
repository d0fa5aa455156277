"""Objects: unknown and missing elements, choices, lists, companions, and where each fault lies."""

from typing import Any

import pytest

from builders import validation

Resource = dict[str, Any]


def _found(resource: Resource) -> list[tuple[str, str]]:
    """The place and the code of each error."""
    issues = validation.core().validate(resource)
    return [(each.expression, each.code) for each in issues if each.severity == "error"]


def _patient(**elements: Any) -> Resource:
    return {"resourceType": "Patient", **elements}


def _observation(**elements: Any) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "a"},
        **elements,
    }


ABSENT = {"url": "http://a", "valueCode": "b"}
RIGHT = {
    "nothing but its type": _patient(),
    "a companion of a value": _patient(birthDate="2020", _birthDate={"id": "a"}),
    "a companion without a value": _patient(_birthDate={"extension": [ABSENT]}),
    "lists in step": _patient(
        name=[{"given": ["a", None], "_given": [{"id": "x"}, {"extension": [ABSENT]}]}]
    ),
    "companions only": _patient(name=[{"_given": [{"extension": [ABSENT]}]}]),
    "one of a choice": _observation(valueQuantity={"value": 1}),
    "a choice by its companion": _observation(_valueString={"extension": [ABSENT]}),
    "a required element by its companion": {
        "resourceType": "Observation",
        "_status": {"extension": [ABSENT]},
        "code": {"text": "a"},
    },
    "a contained resource": _patient(
        contained=[{"resourceType": "Organization", "id": "o", "name": "a"}],
        managingOrganization={"reference": "#o"},
    ),
}
WRONG = {
    "an unknown element": (_patient(shoeSize=42), "Patient.shoeSize", "structure"),
    "an unknown companion": (_patient(_name={"id": "a"}), "Patient.name", "structure"),
    "a companion that is empty": (_patient(_birthDate={}), "Patient.birthDate", "structure"),
    "an element of another type": (
        _patient(contact=[{"birthDate": "2020"}]),
        "Patient.contact[0].birthDate",
        "structure",
    ),
    "a value where a list belongs": (_patient(name={"family": "a"}), "Patient.name", "structure"),
    "a list where a value belongs": (_patient(gender=["male"]), "Patient.gender", "structure"),
    "an empty list": (_patient(name=[]), "Patient.name", "structure"),
    "an empty object": (_patient(name=[{}]), "Patient.name[0]", "structure"),
    "an empty text": (_patient(name=[{"text": ""}]), "Patient.name[0].text", "structure"),
    "a null": (_patient(birthDate=None), "Patient.birthDate", "structure"),
    "a null in a list": (
        _patient(name=[{"given": [None]}]),
        "Patient.name[0].given[0]",
        "structure",
    ),
    "null beside null": (
        _patient(name=[{"given": [None], "_given": [None]}]),
        "Patient.name[0].given[0]",
        "structure",
    ),
    "an id and nothing else": (_patient(name=[{"id": "a"}]), "Patient.name[0]", "invariant"),
    "two of a choice": (
        _observation(valueString="a", valueInteger=1),
        "Observation",
        "structure",
    ),
    "two of a choice, one by its companion": (
        _observation(valueString="a", _valueInteger={"extension": [ABSENT]}),
        "Observation",
        "structure",
    ),
    "a missing element": (
        _observation(component=[{"valueInteger": 1}]),
        "Observation.component[0]",
        "required",
    ),
    "a wrong code": (_patient(gender="man"), "Patient.gender", "code-invalid"),
    "a wrong code in a choice": (
        _observation(valueQuantity={"value": 1, "comparator": "about"}),
        "Observation.value.ofType(Quantity).comparator",
        "code-invalid",
    ),
    "a wrong target": (
        _observation(subject={"reference": "Practitioner/1"}),
        "Observation.subject",
        "structure",
    ),
    "a wrong target, contained": (
        _observation(
            contained=[{"resourceType": "Practitioner", "id": "p"}], subject={"reference": "#p"}
        ),
        "Observation.subject",
        "structure",
    ),
    "a type that is not that of the address": (
        _observation(subject={"reference": "Patient/1", "type": "Group"}),
        "Observation.subject",
        "invalid",
    ),
    "a contained resource that is not there": (
        _patient(managingOrganization={"reference": "#o"}),
        "Patient.managingOrganization",
        "not-found",
    ),
    "a contained resource that nobody uses": (
        _patient(contained=[{"resourceType": "Organization", "id": "o", "name": "a"}]),
        "Patient",
        "invariant",
    ),
    "a fault in a contained resource": (
        _patient(contained=[{"resourceType": "Organization", "id": "o", "nam": "a"}]),
        "Patient.contained[0].nam",
        "structure",
    ),
    "a fault in an entry": (
        {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": _patient(gender="x")}],
        },
        "Bundle.entry[0].resource.gender",
        "code-invalid",
    ),
    "a type that does not exist": ({"resourceType": "Horse"}, "Resource", "structure"),
    "a type that is abstract": ({"resourceType": "DomainResource"}, "DomainResource", "structure"),
    "a value and extensions": (
        _patient(extension=[{"url": "http://a", "valueCode": "b", "extension": [ABSENT]}]),
        "Patient.extension[0]",
        "invariant",
    ),
    "a period that ends before it begins": (
        _patient(name=[{"period": {"start": "2020", "end": "2019"}}]),
        "Patient.name[0].period",
        "invariant",
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_nothing_is_found_where_all_is_right(name: str) -> None:
    assert _found(RIGHT[name]) == []


@pytest.mark.parametrize("name", WRONG)
def test_a_fault_is_found_in_its_place(name: str) -> None:
    resource, place, code = WRONG[name]

    assert _found(resource) == [(place, code)]


def test_a_fault_is_found_again_after_others_of_the_same_shape_were_right() -> None:
    assert _found(_patient(gender="male", birthDate="2020")) == []
    assert _found(_patient(gender="mann", birthDate="2020")) == [("Patient.gender", "code-invalid")]
    assert _found(_patient(gender="male", birthDate="2021")) == []


def test_many_faults_are_told_up_to_a_limit() -> None:
    issues = validation.core().validate(_patient(**{f"x{n}": 1 for n in range(10_000)}))

    assert 100 < len(issues) <= 200


def test_a_wrong_code_is_told_with_the_codes_that_are_right() -> None:
    issue = validation.core().validate(_patient(gender="man"))[0]

    assert issue.expected == "female, male, other, unknown"


def test_an_error_is_told_after_any_number_of_warnings() -> None:
    text = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"/>'}
    entries = [{"resource": _patient(text=text)} for _ in range(3000)]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [*entries, {"resource": _patient(shoeSize=42)}],
    }

    assert _found(bundle) == [("Bundle.entry[3000].resource.shoeSize", "structure")]
