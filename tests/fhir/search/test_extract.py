"""What resources are found by: plain paths, and the few expressions that are more than that."""

import gzip
from contextlib import suppress
from typing import Any

import pytest

from builders.search_engines import definitions, extractor, full_extractor, registry
from builders.shared import folder
from samspill.base import json
from samspill.base.errors import InvalidContent
from samspill.fhir.fhirpath import parser
from samspill.fhir.search import emit, paths
from samspill.fhir.search.parameters import Parameter
from samspill.fhir.search.paths import Branch, alternatives
from samspill.fhir.search.values import IndexEntry, Quantity, Reference, String, Token, Uri


def entries(resource: dict[str, Any], parameter: str) -> list[IndexEntry]:
    return [each for each in full_extractor().extract(resource) if each.parameter == parameter]


def values(resource: dict[str, Any], parameter: str) -> list[Any]:
    return [each.value for each in entries(resource, parameter)]


def test_an_extension_is_found_by_its_value() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/patient-extensions-Patient-mothersMaidenName"
    patient = {"resourceType": "Patient", "extension": [{"url": url, "valueString": "Ås"}]}
    assert values(patient, "mothersMaidenName") == [String("aas", "Ås")]


def test_a_resource_in_a_bundle_is_what_composition_refers_to() -> None:
    inside = {"resourceType": "Composition", "id": "c"}
    bundle = {"resourceType": "Bundle", "type": "document", "entry": [{"resource": inside}]}
    assert values(bundle, "composition") == [Reference("Composition", "c")]


def test_an_answer_is_a_subject_where_the_question_says_so() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-isSubject"
    subject = {"valueReference": {"reference": "Patient/1"}}
    marked = {"linkId": "1", "extension": [{"url": url, "valueBoolean": True}], "answer": [subject]}
    plain = {"linkId": "2", "answer": [{"valueReference": {"reference": "Patient/2"}}]}
    response = {"resourceType": "QuestionnaireResponse", "item": [marked, plain]}
    assert values(response, "item-subject") == [Reference("Patient", "1")]


def test_death_is_told_by_a_date_too() -> None:
    dead = {"resourceType": "Patient", "deceasedDateTime": "2020-01-01"}
    assert [each.code for each in values(dead, "deceased")] == ["true"]
    assert [each.code for each in values({"resourceType": "Patient"}, "deceased")] == ["false"]


def test_sampled_data_reach_from_the_least_to_the_greatest_sample() -> None:
    samples = {"origin": {"value": 10, "unit": "mV"}, "factor": 2, "data": "1 -3 E 5"}
    observation = {"resourceType": "Observation", "valueSampledData": samples}
    assert values(observation, "value-quantity") == [Quantity(4.0, 20.0, "", "", "mV")]


def test_parts_of_a_component_have_a_group_of_their_own() -> None:
    code = {"coding": [{"code": "a"}]}
    components = [{"code": code, "valueQuantity": {"value": number}} for number in (1, 2)]
    observation = {"resourceType": "Observation", "code": code, "component": components}
    assert [each.group for each in entries(observation, "code")] == [0]
    codes = [each.group for each in entries(observation, "component-code")]
    assert codes == [each.group for each in entries(observation, "component-value-quantity")]
    assert len(set(codes) - {0}) == 2


def test_a_code_belongs_to_the_system_of_its_binding() -> None:
    task = {"resourceType": "Task", "status": "completed", "intent": "order"}
    assert values(task, "status") == [Token("http://hl7.org/fhir/task-status", "completed")]
    # This value set takes codes from two systems.
    assert values(task, "intent") == [Token("http://hl7.org/fhir/request-intent", "order")]
    unknown = {"resourceType": "Task", "intent": "unknown"}
    assert values(unknown, "intent") == [Token("http://hl7.org/fhir/task-intent", "unknown")]


def test_a_contained_patient_is_known_by_its_container() -> None:
    contained = [{"resourceType": "Patient", "id": "p", "name": [{"family": "Berg"}]}]
    observation = {
        "resourceType": "Observation",
        "subject": {"reference": "#p"},
        "contained": contained,
    }
    assert values(observation, "patient") == [Reference("", "", "#p")]
    [(type, id, found)] = extractor().contained(observation)
    assert (type, id) == ("Patient", "p")
    assert IndexEntry("family", String("berg", "Berg")) in found


def test_each_entry_is_given_once() -> None:
    coding = {"system": "http://s.example", "code": "a", "display": "A"}
    condition = {"resourceType": "Condition", "code": {"coding": [coding, coding], "text": "A"}}
    assert len(values(condition, "code")) == 1
    assert len(values(condition, "code:text")) == 1


def test_a_canonical_profile_is_found_with_and_without_its_version() -> None:
    profile = "http://example.org/p|1"
    patient = {"resourceType": "Patient", "meta": {"profile": [profile]}}
    assert values(patient, "_profile") == [Uri(profile), Uri("http://example.org/p")]


@pytest.mark.parametrize("type", definitions().resource_types)
def test_every_parameter_of_the_standard_has_elements_that_it_can_index(type: str) -> None:
    empty = full_extractor().extract({"resourceType": type})
    assert {each.parameter for each in empty} <= {"deceased"}
    for parameter in registry().of(type).values():
        if parameter.type != "composite":
            assert any(_is_indexed(each, parameter) for each in alternatives(parameter.expression))


def _is_indexed(alternative: str, parameter: Parameter) -> bool:
    path = paths.plain(parser.parse(alternative), definitions())
    if path is None:
        # Evaluated whole, as the tests above show of the few that there are.
        return True
    fit = emit.TYPES[parameter.type] | {"Extension"}
    ends = paths.grow(Branch(parameter.base), path, definitions())
    return any(end.type in fit or definitions().is_resource(end.type) for end in ends)


def test_a_lean_extractor_leaves_out_what_others_keep() -> None:
    observation = {
        "resourceType": "Observation",
        "code": {"coding": [{"code": "a"}]},
        "subject": {"reference": "Patient/1"},
    }
    lean = {each.parameter for each in extractor().extract(observation)}
    assert lean == {"code", "subject", "_content"}
    full = {each.parameter for each in full_extractor().extract(observation)}
    assert full == {"code", "combo-code", "subject", "patient", "_content"}


def test_the_examples_of_the_standard_are_extracted() -> None:
    found = 0
    examples = (folder("examples") / "r4-examples.ndjson.gz").read_bytes()
    for line in gzip.decompress(examples).splitlines():
        # One example has a number of more digits than are kept.
        with suppress(InvalidContent):
            found += len(extractor().extract(json.parse(line)))
    assert found > 4000
