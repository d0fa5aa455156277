"""The registry: which parameters there are, and those that use the rows of others."""

from typing import Any

import pytest

from builders.search_engines import ZONE, definitions, registry
from samspill.base.errors import InvalidSearch
from samspill.fhir.search import composites, derive, parse
from samspill.fhir.search.extract import Extractor
from samspill.fhir.search.parameters import Derived
from samspill.fhir.search.paths import alternatives
from samspill.fhir.search.query import Match, StringStarts
from samspill.fhir.search.values import IndexEntry, String


def a_parameter(code: str, expression: str, type: str = "string") -> dict[str, Any]:
    return {
        "resourceType": "SearchParameter",
        "url": f"http://example.org/SearchParameter/{code}",
        "code": code,
        "type": type,
        "base": ["Patient"],
        "expression": expression,
    }


def test_a_parameter_of_several_types_has_each_ones_own_expression() -> None:
    code = registry().get("Condition", "code")
    assert code.expression == "Condition.code"
    assert code.url == "http://hl7.org/fhir/SearchParameter/clinical-code"


def test_an_example_does_not_stand_in_the_way_of_the_standard() -> None:
    assert registry().get("Condition", "subject").targets == ("Group", "Patient")


def test_bars_within_brackets_and_quotes_do_not_part_an_expression() -> None:
    assert alternatives("(a | b).c | d.where(e = '|')") == ["(a | b).c", "d.where(e = '|')"]


def test_a_custom_parameter_is_searched_and_extracted() -> None:
    custom = registry().with_parameters([a_parameter("nickname", "Patient.name.text")])
    patient = {"resourceType": "Patient", "name": [{"text": "Kalle"}]}
    found = Extractor(custom, zone=ZONE).extract(patient)
    assert IndexEntry("nickname", String("kalle", "Kalle")) in found
    query = parse.parse(("Patient",), [("nickname", "kal")], custom, zone=ZONE, now=0).query
    assert query.where == Match("nickname", StringStarts("kal", "kal"))
    with pytest.raises(InvalidSearch):
        registry().get("Patient", "nickname")


@pytest.mark.parametrize("expression", ["Patient.name.", "Patient.name.shout()", "((Patient.name"])
def test_a_parameter_that_cannot_be_extracted_cannot_be_searched(expression: str) -> None:
    custom = registry().with_parameters([a_parameter("odd", expression)])
    assert custom.find("Patient", "odd") is None
    assert Extractor(custom, zone=ZONE).extract({"resourceType": "Patient", "active": True})


def test_a_custom_parameter_that_equals_a_standard_one_uses_its_rows() -> None:
    custom = registry().with_parameters([a_parameter("fam", "Patient.name.family")])
    assert derive.of_type(custom, "Patient")["fam"] == Derived(("family",))
    assert "family" not in derive.of_type(custom, "Patient")


def test_derived_parameters_use_rows_that_there_are() -> None:
    for type in definitions().resource_types:
        derived = derive.of_type(registry(), type)
        for each in derived.values():
            assert not set(each.rows) & set(derived)
    observation = derive.of_type(registry(), "Observation")
    assert observation["combo-code"] == Derived(("code", "component-code"))
    assert observation["patient"] == Derived(("subject",), "Patient")


def test_components_use_the_rows_of_ordinary_parameters_except_where_there_are_none() -> None:
    own = {
        (type, part.row)
        for type in definitions().resource_types
        for parameter in registry().of(type).values()
        if parameter.type == "composite"
        for part in composites.parts(parameter, registry())
        if not part.is_shared
    }
    assert own == {
        ("MolecularSequence", "chromosome-variant-coordinate$1"),
        ("MolecularSequence", "referenceseqid-variant-coordinate$1"),
    }
