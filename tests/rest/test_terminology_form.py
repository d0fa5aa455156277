"""A terminology operation that is handed something of a wrong shape refuses it, and says where."""

import httpx
import pytest

from builders.server import serving

BROKEN = [
    {"resourceType": "ValueSet", "status": "active", "compose": {"include": "x"}},
    {"resourceType": "ValueSet", "status": "active", "compose": {"include": [{"system": 5}]}},
    {"resourceType": "ValueSet", "status": "active", "expansion": {"contains": [5]}},
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("terminology"), "--open") as running:
        yield running


def call(server, operation, *parameters):
    body = {"resourceType": "Parameters", "parameter": list(parameters)}
    return httpx.post(f"{server.fhir}/{operation}", json=body)


@pytest.mark.parametrize("value_set", BROKEN)
def test_a_value_set_of_a_wrong_shape_is_refused(server, value_set):
    given = {"name": "valueSet", "resource": value_set}
    answer = call(server, "ValueSet/$expand", given)
    assert answer.status_code == 400
    assert "ValueSet" in answer.json()["issue"][0]["expression"][0]


def test_a_code_of_a_wrong_shape_is_in_no_value_set(server):
    url = {"name": "url", "valueUri": "http://hl7.org/fhir/ValueSet/administrative-gender"}
    coding = {"name": "coding", "valueCoding": {"system": 5, "code": ["x"]}}
    answer = call(server, "ValueSet/$validate-code", url, coding)
    assert {"name": "result", "valueBoolean": False} in answer.json()["parameter"]


def test_a_sound_value_set_is_expanded(server):
    sound = {
        "resourceType": "ValueSet",
        "status": "active",
        "compose": {"include": [{"system": "http://hl7.org/fhir/administrative-gender"}]},
    }
    answer = call(server, "ValueSet/$expand", {"name": "valueSet", "resource": sound})
    assert [each["code"] for each in answer.json()["expansion"]["contains"]] == [
        "male",
        "female",
        "other",
        "unknown",
    ]
