"""Definitions that cannot be used, and addresses that are of the wrong kind."""

from typing import Any

import pytest

from builders import validation

Resource = dict[str, Any]
STANDARD = "http://hl7.org/fhir/StructureDefinition/"
ROOT = {"id": "Patient", "path": "Patient"}


def a_profile(*elements: Resource, **given: object) -> Resource:
    return {
        "resourceType": "StructureDefinition",
        "url": "http://example.org/profile",
        "name": "Example",
        "status": "draft",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": f"{STANDARD}Patient",
        "derivation": "constraint",
        "differential": {"element": [ROOT, *elements]},
        **given,
    }


def an_element(path: str, **given: object) -> Resource:
    return {"id": path, "path": path, **given}


def errors(resource: Resource) -> list[str]:
    issues = validation.core().validate(resource, is_thorough=True)
    return [each.expression for each in issues if each.severity == "error"]


RULE = {"key": "a-1", "severity": "error", "human": "Broken"}


@pytest.mark.parametrize(
    ("element", "place"),
    [
        (an_element("Patient.name", min=1, max="1"), ""),
        (an_element("Patient.name.family", fixedString="x"), ""),
        (an_element("Patient.deceased[x]", type=[{"code": "boolean"}]), ""),
        (an_element("Patient.gender", patternCode="male"), ""),
        (an_element("Patient.birthDate", max="2"), "max"),
        (an_element("Patient.link.other", min=0), "min"),
        (an_element("Patient.birthDate", type=[{"code": "string"}]), "type"),
        (an_element("Patient.active", fixedString="x"), "fixed.ofType(string)"),
        (
            an_element("Patient.name", constraint=[{**RULE, "expression": "given.(("}]),
            "constraint[0].expression",
        ),
    ],
)
def test_a_profile_only_narrows_its_base(element: Resource, place: str) -> None:
    where = f"StructureDefinition.differential.element[1].{place}"
    assert errors(a_profile(element)) == ([where] if place else [])


def test_a_profile_is_of_the_type_of_its_base() -> None:
    other = {"element": [{"id": "Observation", "path": "Observation"}]}
    assert "StructureDefinition.type" in errors(a_profile(type="Observation", differential=other))


def test_the_profiles_of_the_standard_narrow_theirs() -> None:
    definitions = validation.core().definitions
    for name in ("bodyweight", "bp", "lipidprofile", "hdlcholesterol", "shareablevalueset"):
        profile = definitions.find(STANDARD + name)
        assert profile is not None
        assert errors(profile) == [], name


def test_a_search_parameter_has_an_expression_that_can_be_read() -> None:
    parameter = {
        "resourceType": "SearchParameter",
        "url": "http://example.org/x",
        "name": "x",
        "status": "draft",
        "description": "x",
        "code": "x",
        "base": ["Patient"],
        "type": "token",
        "expression": "Patient.((",
    }
    assert "SearchParameter.expression" in errors(parameter)
    assert errors({**parameter, "expression": "Patient.active"}) == []


TWICE = {"resourceType": "Organization", "id": "a", "name": "x"}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"extension": [{"url": "e", "valueString": "x"}]}, "extension[0].url"),
        ({"meta": {"profile": ["Patient"]}}, "meta.profile[0]"),
        (
            {"contained": [TWICE, TWICE], "managingOrganization": {"reference": "#a"}},
            "contained[1].id",
        ),
        (
            {
                "maritalStatus": {
                    "coding": [{"system": "http://hl7.org/fhir/ValueSet/marital-status"}]
                }
            },
            "maritalStatus.coding[0].system",
        ),
    ],
)
def test_an_address_of_the_wrong_kind_is_told(content: Resource, place: str) -> None:
    assert f"Patient.{place}" in errors({"resourceType": "Patient", **content})


SYSTEM = {"resourceType": "CodeSystem", "status": "draft", "url": "http://example.org/c"}
TREE = [{"code": "a", "concept": [{"code": "b"}]}]


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"content": "complete", "count": 2, "concept": TREE}, ""),
        ({"content": "complete", "count": 1, "concept": TREE}, "CodeSystem.count"),
        ({"content": "fragment", "count": 9, "concept": TREE}, ""),
        ({"content": "supplement", "concept": TREE}, "CodeSystem"),
        ({"content": "supplement", "supplements": "http://example.org/d"}, ""),
    ],
)
def test_a_code_system_holds_what_it_says(given: Resource, place: str) -> None:
    assert errors({**SYSTEM, **given}) == ([place] if place else [])


@pytest.mark.parametrize(("asked", "is_right"), [("b", True), ("a", False), ("c", False)])
def test_a_condition_looks_at_another_question(asked: str, is_right: bool) -> None:
    condition = {"question": asked, "operator": "exists", "answerBoolean": True}
    group = {"linkId": "g", "type": "group", "text": "Group"}
    one = {"linkId": "a", "type": "string", "enableWhen": [condition]}
    other = {"linkId": "b", "type": "string"}
    form = {
        "resourceType": "Questionnaire",
        "status": "draft",
        "item": [{**group, "item": [one]}, other],
    }
    place = "Questionnaire.item[0].item[0].enableWhen[0].question"
    assert errors(form) == ([] if is_right else [place])
