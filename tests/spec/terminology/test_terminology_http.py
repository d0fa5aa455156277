"""The public cases of the terminology ecosystem, asked of a server over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from builders import known, server, terminology
from builders.terminology import Case

KNOWN = known.load(Path(__file__).with_name("known_failures.toml"))
OURS = "urn:oid:2.16.578.1.12.4.1.1.9999"
ADDRESS = {
    "expand": "ValueSet/$expand",
    "validate-code": "ValueSet/$validate-code",
    "cs-validate-code": "CodeSystem/$validate-code",
    "lookup": "CodeSystem/$lookup",
}


@pytest.fixture(scope="module")
def fhir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server on an empty record."""
    with (
        server.serving(tmp_path_factory.mktemp("terminology"), "--open") as running,
        httpx.Client(base_url=running.fhir, headers={"accept-language": ""}) as client,
    ):
        yield client


@pytest.mark.parametrize("case", terminology.cases(), ids=lambda case: case.name)
def test_a_terminology_case_passes_over_http(case: Case, fhir: httpx.Client) -> None:
    headers = {"accept-language": case.accept} if case.accept else {}
    response = fhir.post(f"/{ADDRESS[case.operation]}", json=case.body, headers=headers)
    assert (400 <= response.status_code < 500) == case.is_refused, response.text
    known.check(case.name, KNOWN, terminology.failure(case, response.json()))


@pytest.fixture(scope="module")
def stored(fhir: httpx.Client) -> httpx.Client:
    """The same server, with a code system, a value set and a patient on its record."""
    ours = {
        "resourceType": "CodeSystem",
        "id": "ours",
        "url": OURS,
        "status": "active",
        "content": "complete",
        "concept": [{"code": "a", "display": "Alfa", "concept": [{"code": "b"}]}],
    }
    some = {
        "resourceType": "ValueSet",
        "id": "some",
        "url": "http://example.org/some",
        "status": "active",
        "compose": {"include": [{"system": ours["url"], "concept": [{"code": "b"}]}]},
    }
    observation = {
        "resourceType": "Observation",
        "id": "one",
        "status": "final",
        "code": {"coding": [{"system": ours["url"], "code": "b"}]},
    }
    for each in (ours, some, observation):
        answer = fhir.put(f"/{each['resourceType']}/{each['id']}", json=each)
        assert answer.is_success, answer.text
    return fhir


def said(response: httpx.Response) -> dict[str, object]:
    assert response.is_success, response.text
    return {
        row["name"]: next(value for key, value in row.items() if key != "name")
        for row in response.json()["parameter"]
    }


def test_what_is_stored_can_be_asked_by_get_under_each_of_its_addresses(
    stored: httpx.Client,
) -> None:
    asked = {"system": "http://helsedir.no/fhir/CodeSystem/no-kodeverk-9999", "code": "a"}
    assert said(stored.get("/CodeSystem/$lookup", params=asked))["display"] == "Alfa"
    given = {"url": "http://example.org/some", "system": asked["system"], "code": "b"}
    assert said(stored.get("/ValueSet/$validate-code", params=given))["result"] is True


def test_a_naming_system_makes_addresses_one_system(stored: httpx.Client) -> None:
    naming = {
        "resourceType": "NamingSystem",
        "id": "ours",
        "name": "Ours",
        "status": "active",
        "kind": "codesystem",
        "date": "2026-01-01",
        "uniqueId": [
            {"type": "oid", "value": OURS.removeprefix("urn:oid:")},
            {"type": "uri", "value": "http://example.org/ours", "preferred": True},
        ],
    }
    asked = {"system": "http://example.org/ours", "code": "b"}
    given = {"url": "http://example.org/some", **asked}
    assert stored.get("/CodeSystem/$lookup", params=asked).is_client_error
    assert stored.put("/NamingSystem/ours", json=naming).is_success
    assert said(stored.get("/CodeSystem/$lookup", params=asked))["code"] == "b"
    assert said(stored.get("/ValueSet/$validate-code", params=given))["result"] is True
    assert stored.delete("/NamingSystem/ours").is_success
    assert stored.get("/CodeSystem/$lookup", params=asked).is_client_error


def test_an_instance_answers_for_itself(stored: httpx.Client) -> None:
    expanded = stored.get("/ValueSet/some/$expand").json()
    assert [each["code"] for each in expanded["expansion"]["contains"]] == ["b"]
    asked = {"codeA": "a", "codeB": "b"}
    assert said(stored.get("/CodeSystem/ours/$subsumes", params=asked)) == {"outcome": "subsumes"}


def test_stored_value_sets_count_in_searches(stored: httpx.Client) -> None:
    found = stored.get("/Observation?code:in=http://example.org/some&_total=accurate").json()
    assert found["total"] == 1
    above = "urn:oid:2.16.578.1.12.4.1.1.9999|a"
    implied = f"{OURS}?fhir_vs=isa/a"
    for asked in ({"code:below": above}, {"code:in": implied}):
        found = stored.get("/Observation", params={**asked, "_total": "accurate"}).json()
        assert found["total"] == 1
    found = stored.get("/Observation", params={"code:not-in": implied, "_total": "accurate"})
    assert found.json()["total"] == 0


def test_the_operations_are_in_the_capability_statement(fhir: httpx.Client) -> None:
    types = fhir.get("/metadata").json()["rest"][0]["resource"]
    offered = {each["type"]: {o["name"] for o in each["operation"]} for each in types}
    assert {"expand", "validate-code"} <= offered["ValueSet"]
    assert {"lookup", "validate-code", "subsumes"} <= offered["CodeSystem"]
    assert "translate" in offered["ConceptMap"]


def test_a_fault_is_told_in_the_language_of_the_reader(fhir: httpx.Client) -> None:
    missing = "/ValueSet/$expand?url=http://example.org/none"
    told = fhir.get(missing).json()["issue"][0]["details"]["text"]
    assert told.startswith("A definition")
    told = fhir.get(missing, headers={"accept-language": "nb"}).json()
    assert told["issue"][0]["details"]["text"].startswith("Definisjonen")


def test_a_closure_table_grows_and_tells_what_is_new(stored: httpx.Client) -> None:
    def told(*codes: str, **more: str) -> dict[str, object]:
        concepts = [
            {"name": "concept", "valueCoding": {"system": OURS, "code": code}} for code in codes
        ]
        rows = [{"name": "name", "valueString": "mine"}, *concepts]
        rows += [{"name": name, "valueString": value} for name, value in more.items()]
        answer = stored.post("/$closure", json={"resourceType": "Parameters", "parameter": rows})
        return {"status": answer.status_code, **answer.json()}

    below = {"code": "b", "target": [{"code": "a", "equivalence": "subsumes"}]}
    group = [{"source": OURS, "target": OURS, "element": [below]}]
    assert told("a")["status"] == 404
    assert (told()["resourceType"], told()["version"]) == ("ConceptMap", "0")
    assert "group" not in told("a")
    assert told("b")["group"] == group
    again = told("b")
    assert (again["version"], "group" in again) == ("2", False)
    assert told(version="1")["group"] == group
    assert "group" not in told(version="2")
    assert told("none")["issue"]
    assert told(version="x")["status"] == 400
    assert "group" not in told()
    assert told(version="0")["version"] == "0"


def test_the_terminology_capabilities_name_the_systems_that_are_known(
    stored: httpx.Client,
) -> None:
    stated = stored.get("/metadata?mode=terminology").json()
    assert stated["resourceType"] == "TerminologyCapabilities"
    known = {each["uri"] for each in stated["codeSystem"]}
    assert {OURS, "http://hl7.org/fhir/administrative-gender"} <= known
    response = stored.post("/TerminologyCapabilities/$validate", json=stated)
    assert not [i for i in response.json()["issue"] if i["severity"] == "error"], response.text


HOSTILE = (
    "%",
    "_",
    '"',
    "* OR *",
    "NEAR(a b)",
    "'; DROP TABLE concept",
    "\\",
    "æ" * 10_000,
    "a " * 5_000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_filter_is_a_fault_of_the_server(text: str, stored: httpx.Client) -> None:
    for url in ("http://example.org/some", f"{OURS}?fhir_vs"):
        rows = [{"name": "url", "valueUri": url}, {"name": "filter", "valueString": text}]
        answer = stored.post(
            "/ValueSet/$expand", json={"resourceType": "Parameters", "parameter": rows}
        )
        assert answer.status_code == 200, answer.text
