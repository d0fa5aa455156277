"""GraphQL's directives, connections and mutations, on both stores.

https://hl7.org/fhir/R4/graphql.html
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from builders.resources import a_bundle, an_entry, an_observation
from builders.server import serving
from builders.sessions import STORES, an_address

KARI = {
    "resourceType": "Patient",
    "id": "kari",
    "active": True,
    "name": [
        {"use": "official", "family": "Kvam", "given": ["Kari", "Anne"]},
        {"use": "maiden", "family": "Ås", "given": ["Kari"]},
    ],
    "telecom": [{"system": "phone", "value": "1"}, {"system": "email", "value": "2"}],
    "generalPractitioner": [{"reference": "Practitioner/doc"}],
}


@pytest.fixture(scope="module", params=STORES)
def fhir(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """A server on each kind of store, with Kari, her doctor and three observations."""
    folder: Path = tmp_path_factory.mktemp("record")
    patch = pytest.MonkeyPatch()
    with an_address(folder, request.param) as address:
        patch.setenv("SAMSPILL_DATABASE", address)
        with (
            serving(folder, "--open") as running,
            httpx.Client(base_url=running.fhir, timeout=30) as client,
        ):
            patch.undo()
            doctor = {"resourceType": "Practitioner", "id": "doc", "name": [{"family": "Lege"}]}
            observations = [
                an_entry("POST", "Observation", an_observation("Patient/kari", code))
                for code in "abc"
            ]
            kari, doc = (
                an_entry("PUT", "Patient/kari", KARI),
                an_entry("PUT", "Practitioner/doc", doctor),
            )
            bundle = a_bundle("transaction", kari, doc, *observations)
            client.post("/", json=bundle).raise_for_status()
            yield client


def ask(fhir: httpx.Client, query: str, at: str = "", **more: Any) -> Any:
    answer = fhir.post(f"{at}/$graphql", json={"query": query, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


FIELDS = [
    (
        "{ name @flatten { family given } }",
        {"family": ["Kvam", "Ås"], "given": ["Kari", "Anne", "Kari"]},
    ),
    ("{ name @first @flatten { family given } }", {"family": "Kvam", "given": ["Kari", "Anne"]}),
    ("{ name @flatten { given @first } }", {"given": ["Kari", "Kari"]}),
    ("{ name(use: maiden) @flatten { family @singleton } }", {"family": "Ås"}),
    ("{ name(use: maiden) @singleton { family } }", {"name": {"family": "Ås"}}),
    (
        '{ name @slice(path: "use") @flatten { family @singleton } }',
        {"family.official": "Kvam", "family.maiden": "Ås"},
    ),
    (
        '{ telecom @slice(path: "system") @first { value } }',
        {"telecom.phone": {"value": "1"}},
    ),
    (
        '{ telecom @slice(path: "system") @singleton { value } }',
        {"telecom.phone": {"value": "1"}, "telecom.email": {"value": "2"}},
    ),
    (
        '{ telecom @slice(path: "$index") { value } }',
        {"telecom.0": [{"value": "1"}], "telecom.1": [{"value": "2"}]},
    ),
    ("{ photo @flatten { url } active }", {"active": True}),
    (
        "{ generalPractitioner @flatten { resource @flatten { ...doc } } }"
        " fragment doc on Practitioner { name @flatten { family } }",
        {"family": ["Lege"]},
    ),
    ("{ telecom(fhirpath: \"system = 'email'\") { value } }", {"telecom": [{"value": "2"}]}),
    (
        "{ __typename active @skip(if: true) id @include(if: true) }",
        {"__typename": "Patient", "id": "kari"},
    ),
]


@pytest.mark.parametrize(("query", "expected"), FIELDS, ids=[query for query, _ in FIELDS])
def test_directives_say_where_a_value_goes(
    fhir: httpx.Client, query: str, expected: dict[str, Any]
) -> None:
    assert ask(fhir, query, "/Patient/kari") == {"data": expected}


def test_a_singleton_of_several_is_refused(fhir: httpx.Client) -> None:
    for query in ("{ name @singleton { family } }", "{ name @flatten { family @singleton } }"):
        assert fhir.post("/Patient/kari/$graphql", json={"query": query}).status_code == 400


def test_a_connection_is_walked_by_its_cursors(fhir: httpx.Client) -> None:
    query = """query Page($cursor: String) {
      ObservationConnection(patient: "kari", _sort: "code", _count: 1, _cursor: $cursor) {
        count previous next edges { mode resource { code { coding { code } } } } } }"""
    found: list[str] = []
    cursors: list[str | None] = [None]
    while cursors[-1] is not None or len(cursors) == 1:
        given: dict[str, Any] = {"cursor": cursors[-1]} if cursors[-1] else {}
        page = ask(fhir, query, variables=given)["data"]["ObservationConnection"]
        assert page["count"] == 3
        assert (page["previous"] is None) == (not found)
        found += [edge["resource"]["code"]["coding"][0]["code"] for edge in page["edges"]]
        cursors.append(page["next"])
    assert found == ["a", "b", "c"]


def test_included_resources_are_edges_of_their_mode(fhir: httpx.Client) -> None:
    query = """{ ObservationConnection(code: "a", _include: "Observation:subject") {
      edges { mode resource { __typename } } } }"""
    edges = ask(fhir, query)["data"]["ObservationConnection"]["edges"]
    modes = [(edge["mode"], edge["resource"]["__typename"]) for edge in edges]
    assert modes == [("match", "Observation"), ("include", "Patient")]


def test_mutations_go_through_the_door(fhir: httpx.Client) -> None:
    made = ask(
        fhir,
        """mutation ($family: String) {
          one: PatientCreate(res: {name: [{family: $family}], active: false}) {
            location resource { id name { family } } information { issue { severity } } } }""",
        variables={"family": "Ny"},
    )["data"]["one"]
    id = made["resource"]["id"]
    assert made["location"].endswith(f"/Patient/{id}/_history/1")
    assert made["information"]["issue"][0]["severity"]
    assert fhir.get(f"/Patient/{id}").json()["name"] == [{"family": "Ny"}]
    change = """mutation ($id: ID!, $res: PatientInput!) {
      PatientUpdate(id: $id, res: $res) { resource { active meta { versionId } } }
      PatientDelete(id: $id) { information { issue { code } } } }"""
    done = ask(
        fhir, change, variables={"id": id, "res": {"resourceType": "Patient", "active": True}}
    )
    assert done["data"]["PatientUpdate"]["resource"] == {"active": True, "meta": {"versionId": "2"}}
    assert fhir.get(f"/Patient/{id}").status_code == 410


def test_a_decimal_of_a_mutation_keeps_its_digits(fhir: httpx.Client) -> None:
    query = """mutation { ObservationCreate(res: {status: final, code: {text: "x"},
        valueQuantity: {value: 1.50, unit: "kg"}}) { resource { id } } }"""
    id = ask(fhir, query)["data"]["ObservationCreate"]["resource"]["id"]
    assert '"value":1.50' in fhir.get(f"/Observation/{id}").text


def test_a_mutation_that_fails_is_told_beside_those_that_did_not(fhir: httpx.Client) -> None:
    answer = ask(
        fhir,
        """mutation { bad: PatientCreate(res: {name: "no list"}) { location }
        none: PatientDelete { information { id } }
        good: PatientCreate(res: {active: true}) { resource { active } } }""",
    )
    assert answer["data"] == {"bad": None, "none": None, "good": {"resource": {"active": True}}}
    assert [error["path"] for error in answer["errors"]] == [["bad"], ["none"]]


@pytest.mark.parametrize("name", ["PatientCreat", "Patient", "PatientsCreate", "Create"])
def test_what_is_no_mutation_is_refused(fhir: httpx.Client, name: str) -> None:
    query = {"query": f"mutation {{ {name} {{ id }} }}"}
    assert fhir.post("/$graphql", json=query).status_code == 400


def test_nothing_is_written_by_get_or_on_an_instance(fhir: httpx.Client) -> None:
    query = 'mutation { PatientDelete(id: "kari") { information { id } } }'
    assert fhir.get("/$graphql", params={"query": query}).status_code == 405
    assert fhir.post("/Patient/kari/$graphql", json={"query": query}).status_code == 400
    assert fhir.get("/Patient/kari").status_code == 200
