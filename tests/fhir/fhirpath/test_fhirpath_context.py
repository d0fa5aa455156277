"""What an expression asks of the world around it, and what it says of itself."""

from typing import Any

import pytest

from samspill.base.errors import InvalidExpression, TooCostly
from samspill.fhir import fhirpath, items
from samspill.fhir.fhirpath import Context
from samspill.fhir.items import Item

DEFINITIONS = fhirpath.core()
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "o",
    "subject": {"reference": "Patient/kari"},
    "performer": [{"reference": "https://example.org/fhir/Practitioner/1/_history/2"}],
    "category": [{"coding": [{"code": "a"}, {"code": "b"}]}],
    "modifierExtension": [{"url": "urn:known"}],
}


def values(expression: str, **context: Any) -> list[Any]:
    return fhirpath.evaluate(expression, OBSERVATION, context=Context(**context))


def test_references_are_resolved_by_whoever_can() -> None:
    patients = {"Patient/kari": {"resourceType": "Patient", "gender": "female"}}
    assert values("subject.resolve().gender", resolve=patients.get) == ["female"]
    assert values("performer.resolve()", resolve=patients.get) == []
    assert values("subject.resolve()") == []


def test_the_type_of_a_target_is_known_from_the_reference_alone() -> None:
    assert values("subject.resolve() is Patient", resolve=fhirpath.by_type) == [True]
    assert values("performer.resolve().id", resolve=fhirpath.by_type) == ["1"]
    assert fhirpath.by_type("urn:uuid:1") is None


def test_trace_tells_and_gives_back() -> None:
    told: list[tuple[str, list[Any]]] = []

    def trace(name: str, found: list[Item]) -> None:
        told.append((name, [each.value for each in found]))

    assert values("category.coding.trace('c', code).count()", trace=trace) == [2]
    assert told == [("c", ["a", "b"])]


def test_profiles_are_asked_about() -> None:
    profile = "http://hl7.org/fhir/StructureDefinition/vitalsigns"

    def conforms(item: Item, url: str) -> bool:
        return item.type == "Observation" and url == profile

    assert values(f"conformsTo('{profile}')", conforms=conforms) == [True]
    assert values("conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')") == [False]
    with pytest.raises(InvalidExpression):
        values("conformsTo('http://example.org/unknown')", conforms=conforms)


def test_narratives_are_judged_by_whoever_knows_the_rules() -> None:
    patient = {"resourceType": "Patient", "text": {"status": "empty", "div": "<div/>"}}
    context = Context(is_narrative=lambda text: text == "<div/>")
    assert fhirpath.evaluate("text.div.htmlChecks()", patient, context=context) == [True]
    assert fhirpath.evaluate("text.status.htmlChecks()", patient, context=context) == []
    assert fhirpath.evaluate("text.div.htmlChecks()", patient) == []


def test_an_unknown_modifier_extension_is_an_error() -> None:
    assert values("checkModifiers('urn:known').id") == ["o"]
    with pytest.raises(InvalidExpression):
        values("checkModifiers('urn:other')")


def test_an_expression_without_a_clock_cannot_ask_for_the_time() -> None:
    with pytest.raises(InvalidExpression):
        values("now()")


def test_resource_and_root_are_those_given() -> None:
    expression = fhirpath.compile(
        "%resource.id & %rootResource.id & text", DEFINITIONS, "HumanName"
    )
    context = Context(resource={"resourceType": "Patient", "id": "a"}, root=OBSERVATION)
    assert expression.evaluate({"text": "!"}, context)[0].value == "ao!"


def test_results_carry_their_types() -> None:
    expression = fhirpath.compile("category.coding | 'x' | 1.5 | @2014", DEFINITIONS)
    types = [each.type for each in expression.evaluate(OBSERVATION)]
    assert types == ["Coding", "Coding", "System.String", "System.Decimal", "System.Date"]


def test_a_subject_may_be_an_item() -> None:
    item = items.of(OBSERVATION, DEFINITIONS).children("category")[0]
    expression = fhirpath.compile("coding.code", DEFINITIONS, "CodeableConcept")
    assert [each.value for each in expression.evaluate(item)] == ["a", "b"]


def test_empty_is_neither_true_nor_false() -> None:
    expression = fhirpath.compile("value > 5", DEFINITIONS, "Observation")
    assert expression.truth(OBSERVATION) is None
    assert not expression.is_true(OBSERVATION)


def test_nothing_at_all_may_be_the_subject() -> None:
    assert fhirpath.evaluate("1 + 1", None) == [2]
    assert fhirpath.evaluate("name.given", {}) == []


def test_data_of_another_shape_is_told_and_does_not_break() -> None:
    wrong = {"resourceType": "Patient", "name": "Kari"}
    with pytest.raises(InvalidExpression, match="shape of Patient"):
        fhirpath.evaluate("name.given", wrong)
    with pytest.raises(InvalidExpression):
        fhirpath.evaluate("id", {"id": "x"})


def test_the_budget_is_the_callers_to_set() -> None:
    with pytest.raises(TooCostly):
        values("descendants().count()", budget=5)
    assert values("descendants().count()", budget=100) == [12]
