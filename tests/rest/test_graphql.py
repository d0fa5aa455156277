"""GraphQL on the system and on an instance. https://hl7.org/fhir/R4/graphql.html"""

from typing import Any

import httpx
import pytest

from builders.resources import a_bundle, an_entry, an_observation


@pytest.fixture(scope="module", autouse=True)
def record(fhir: httpx.Client) -> None:
    """Kari with two names, her doctor, and two observations."""
    names = [
        {"use": "official", "family": "Kvam", "given": ["Kari", "Anne"]},
        {"use": "maiden", "family": "Ås"},
    ]
    contained = {"resourceType": "Organization", "id": "o", "name": "Inside"}
    kari = {
        "resourceType": "Patient",
        "id": "kari",
        "contained": [contained],
        "active": True,
        "name": names,
        "birthDate": "1980-01-02",
        "generalPractitioner": [{"reference": "Practitioner/doc"}],
        "managingOrganization": {"reference": "#o"},
    }
    doctor = {"resourceType": "Practitioner", "id": "doc", "name": [{"family": "Lege"}]}
    fhir.post(
        "/",
        json=a_bundle(
            "transaction",
            an_entry("PUT", "Patient/kari", kari),
            an_entry("PUT", "Practitioner/doc", doctor),
            *(
                an_entry("POST", "Observation", an_observation("Patient/kari", code))
                for code in ("a", "b")
            ),
        ),
    ).raise_for_status()


def ask(fhir: httpx.Client, query: str, at: str = "", **more: Any) -> Any:
    answer = fhir.post(f"{at}/$graphql", json={"query": query, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_fields_of_an_instance(fhir: httpx.Client) -> None:
    answer = ask(fhir, "{ id born: birthDate name { family given } }", "/Patient/kari")
    assert answer == {
        "data": {
            "id": "kari",
            "born": "1980-01-02",
            "name": [
                {"family": "Kvam", "given": ["Kari", "Anne"]},
                {"family": "Ås", "given": None},
            ],
        }
    }


@pytest.mark.parametrize(
    ("arguments", "families"),
    [
        ("(use: official)", ["Kvam"]),
        ('(fhirpath: "given.exists()")', ["Kvam"]),
        ("(_offset: 1)", ["Ås"]),
        ("(_count: 1)", ["Kvam"]),
        ("(use: old)", []),
    ],
)
def test_lists_are_filtered(fhir: httpx.Client, arguments: str, families: list[str]) -> None:
    names = ask(fhir, f"{{ name{arguments} {{ family }} }}", "/Patient/kari")["data"]["name"]
    assert [each["family"] for each in names] == families


def test_a_resource_by_id_with_variables_and_fragments(fhir: httpx.Client) -> None:
    query = """
        query One($id: ID!, $withName: Boolean = true) {
          Patient(id: $id) { ...short active @skip(if: true) }
        }
        fragment short on Patient { birthDate name @include(if: $withName) @first { family } }
    """
    answer = ask(fhir, query, variables={"id": "kari"}, operationName="One")
    assert answer["data"]["Patient"] == {"birthDate": "1980-01-02", "name": {"family": "Kvam"}}
    answer = ask(fhir, query, variables={"id": "kari", "withName": False})
    assert "name" not in answer["data"]["Patient"]


def test_references_are_followed(fhir: httpx.Client) -> None:
    query = """{
      generalPractitioner { reference resource { ... on Practitioner { name { family } } } }
      managingOrganization { resource(type: Organization) { ... on Organization { name } } }
    }"""
    data = ask(fhir, query, "/Patient/kari")["data"]
    assert data["generalPractitioner"][0]["resource"] == {"name": [{"family": "Lege"}]}
    assert data["managingOrganization"]["resource"] == {"name": "Inside"}


def test_searches_and_those_that_refer_back(fhir: httpx.Client) -> None:
    query = """{
      PatientList(_id: "kari") {
        ObservationList(_reference: subject, code: "a") { code { coding @flatten { code } } }
      }
    }"""
    data = ask(fhir, query)["data"]
    assert data["PatientList"] == [{"ObservationList": [{"code": {"code": ["a"]}}]}]


def test_connections_have_pages(fhir: httpx.Client) -> None:
    query = """{ ObservationConnection(patient: "Patient/kari", _count: 1) {
        count pagesize next edges { mode resource { id } } } }"""
    page = ask(fhir, query)["data"]["ObservationConnection"]
    assert (page["count"], page["pagesize"], len(page["edges"])) == (2, 1, 1)
    assert page["next"]


def test_what_cannot_be_had_is_told_beside_the_rest(fhir: httpx.Client) -> None:
    query = '{ Patient(id: "kari") { id } missing: Patient(id: "nobody") { id } }'
    answer = ask(fhir, query)
    assert answer["data"] == {"Patient": {"id": "kari"}, "missing": None}
    assert answer["errors"] == [{"message": "There is no such resource", "path": ["missing"]}]


def test_queries_by_get_and_as_plain_text(fhir: httpx.Client) -> None:
    by_get = fhir.get("/$graphql", params={"query": '{ Patient(id: "kari") { id } }'})
    plain = fhir.post(
        "/$graphql",
        content='{ Patient(id: "kari") { id } }',
        headers={"content-type": "application/graphql"},
    )
    assert by_get.json() == plain.json() == {"data": {"Patient": {"id": "kari"}}}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "{",
        "{ }",
        "{ Patient(id: ) { id } }",
        "subscription { Patient { id } }",
        'query a { Patient(id: "kari") { id } } query b { Patient(id: "kari") { id } }',
        "query ($id: ID!) { Patient(id: $id) { id } }",
        "{ ...nothing }",
        "{ " * 200,
        '{ x: "\\ud800" }',
        "{ " + "a " * 20_000 + "}",
        "{ ...a } fragment a on Query { ...a }",
    ],
)
def test_what_is_no_query_is_refused(fhir: httpx.Client, query: str) -> None:
    refused = fhir.post("/$graphql", json={"query": query})
    assert refused.status_code == 400
    assert refused.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("query", ["{ shoeSize }", "{ name }", "{ name { shoeSize } }"])
def test_fields_that_are_not_there_are_refused(fhir: httpx.Client, query: str) -> None:
    assert fhir.post("/Patient/kari/$graphql", json={"query": query}).status_code == 400


def test_a_query_is_not_a_way_round_the_limits(fhir: httpx.Client) -> None:
    many = " ".join(f'a{n}: PatientList(_id: "kari") {{ id }}' for n in range(501))
    assert fhir.post("/$graphql", json={"query": f"{{ {many} }}"}).status_code == 400
    for body in (b"[]", b"{}", b'{"query":1}', b"{"):
        assert fhir.post("/$graphql", content=body).status_code == 400
