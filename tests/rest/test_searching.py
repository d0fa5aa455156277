"""Search over HTTP: the Bundle, its links, GET and POST, compartments.

https://hl7.org/fhir/R4/http.html#search
"""

from typing import Any

import httpx
import pytest

from builders.resources import a_bundle, a_patient, an_entry, an_observation

Resource = dict[str, Any]
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module", autouse=True)
def people(fhir: httpx.Client) -> None:
    """Kari, who has five observations, and Ola, who has none."""
    entries = [
        an_entry("PUT", "Patient/kari", a_patient("Kvam", id="kari", gender="female")),
        an_entry("PUT", "Patient/ola", a_patient("Oldervik", id="ola", gender="male")),
    ]
    for day in range(1, 6):
        observation = an_observation("Patient/kari", effectiveDateTime=f"2026-11-0{day}")
        entries.append(an_entry("POST", "Observation", observation))
    assert fhir.post("/", json=a_bundle("transaction", *entries)).status_code == 200


def link(bundle: Resource, relation: str) -> str:
    return next((each["url"] for each in bundle["link"] if each["relation"] == relation), "")


def ids(bundle: Resource) -> list[str]:
    return [entry["resource"]["id"] for entry in bundle.get("entry", ())]


def test_a_searchset_holds_the_stored_bytes(fhir: httpx.Client) -> None:
    found = fhir.get("/Patient?gender=female")
    bundle = found.json()
    assert (bundle["type"], bundle["total"]) == ("searchset", 1)
    assert bundle["entry"][0]["fullUrl"] == f"{fhir.base_url}Patient/kari"
    assert bundle["entry"][0]["search"] == {"mode": "match"}
    assert fhir.get("/Patient/kari").text in found.text


def test_the_self_link_tells_what_was_used(fhir: httpx.Client) -> None:
    lenient = {"prefer": "handling=lenient"}
    bundle = fhir.get("/Patient?gender=female&shoe=42&_format=json", headers=lenient).json()
    used = httpx.URL(link(bundle, "self"))
    assert dict(used.params) == {"gender": "female", "_count": "20"}
    assert [entry["search"]["mode"] for entry in bundle["entry"]] == ["match", "outcome"]
    issue = bundle["entry"][1]["resource"]["issue"][0]
    assert (issue["severity"], issue["expression"]) == ("warning", ["shoe"])


def test_an_unknown_parameter_is_refused(fhir: httpx.Client) -> None:
    refused = fhir.get("/Patient?shoe=42")
    assert refused.status_code == 400
    assert refused.json()["issue"][0]["expression"] == ["shoe"]


@pytest.mark.parametrize(
    "query",
    [
        "birthdate=soon",
        "_count=many",
        "_count=-1",
        "_sort=shoe",
        "_cursor=forged",
        "_cursor=a&_cursor=b",
        "_summary=some",
        "name:shoe=x",
        "_has:x=1",
        "%ff=1",
        "gender=%00",
    ],
)
def test_a_query_that_means_nothing_is_refused(fhir: httpx.Client, query: str) -> None:
    refused = fhir.get(f"/Patient?{query}")
    assert refused.status_code == 400
    assert refused.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("sort", ["", "&_sort=date", "&_sort=-date", "&_sort=-_lastUpdated,code"])
def test_pages_hold_each_resource_once(fhir: httpx.Client, sort: str) -> None:
    whole = ids(fhir.get(f"/Observation?subject=Patient/kari{sort}").json())
    address, paged, back = f"/Observation?subject=Patient/kari&_count=2{sort}", list[str](), ""
    while address:
        page = fhir.get(address).json()
        paged += ids(page)
        address, back = link(page, "next"), link(page, "previous")
    assert paged == whole
    assert len(set(whole)) == 5
    assert ids(fhir.get(back).json()) == whole[2:4]


def test_a_search_by_post_is_the_same(fhir: httpx.Client) -> None:
    by_form = fhir.post("/Patient/_search", content="gender=female", headers=FORM)
    assert ids(by_form.json()) == ["kari"]
    both = fhir.post("/Patient/_search?gender=female", content="name=kvam", headers=FORM)
    assert ids(both.json()) == ["kari"]
    assert link(both.json(), "self").startswith(f"{fhir.base_url}Patient?")
    assert fhir.post("/Patient/_search", json={"gender": "female"}).status_code == 415


def test_a_search_of_everything_names_its_types(fhir: httpx.Client) -> None:
    found = fhir.get("/?_type=Patient,Observation&_count=50").json()
    assert {entry["resource"]["resourceType"] for entry in found["entry"]} == {
        "Patient",
        "Observation",
    }
    by_form = fhir.post("/_search", content="_type=Patient&_count=50", headers=FORM).json()
    assert set(ids(by_form)) == {"kari", "ola"}


def test_compartments(fhir: httpx.Client) -> None:
    assert fhir.get("/Patient/kari/Observation").json()["total"] == 5
    assert fhir.get("/Patient/ola/Observation").json()["total"] == 0
    assert fhir.get("/Patient/kari/Observation?date=2026-11-03").json()["total"] == 1
    assert fhir.get("/Patient/kari/*?_count=50").json()["total"] == 6
    assert fhir.get("/Organization/x/Observation").status_code == 404
    by_form = fhir.post("/Patient/kari/Observation/_search", content="_count=1", headers=FORM)
    assert len(by_form.json()["entry"]) == 1


def test_everything_of_a_patient(fhir: httpx.Client) -> None:
    address, seen = "/Patient/kari/$everything?_count=4", list[str]()
    while address:
        page = fhir.get(address).json()
        assert page["type"] == "searchset"
        seen += ids(page)
        address = link(page, "next")
    assert len(seen) == len(set(seen)) == 6
    assert "kari" in seen
    some = fhir.get("/Patient/kari/$everything?start=2026-11-04&_type=Observation").json()
    assert some["total"] == 2
    assert fhir.get("/Patient/nobody/$everything").status_code == 404
    assert fhir.get("/Patient/kari/$everything?start=soon").status_code == 400


def test_included_resources_are_marked(fhir: httpx.Client) -> None:
    found = fhir.get("/Observation?date=2026-11-03&_include=Observation:subject").json()
    assert [entry["search"]["mode"] for entry in found["entry"]] == ["match", "include"]
    assert found["entry"][1]["resource"]["id"] == "kari"
    assert found["total"] == 1


def test_summaries(fhir: httpx.Client) -> None:
    assert "entry" not in fhir.get("/Patient?_summary=count").json()
    short = fhir.get("/Observation?date=2026-11-03&_elements=status").json()["entry"][0]["resource"]
    assert {"status", "code"} <= short.keys()
    assert "subject" not in short
    assert short["meta"]["tag"][0]["code"] == "SUBSETTED"
    read = fhir.get("/Patient/kari?_elements=gender").json()
    assert read.keys() == {"resourceType", "id", "meta", "gender"}
    assert fhir.get("/Patient/kari?_summary=text").json().keys() == {"resourceType", "id", "meta"}
    assert fhir.get("/Patient/kari?_summary=some").status_code == 400


def test_codes_by_value_set_and_hierarchy(fhir: httpx.Client) -> None:
    genders = "http://hl7.org/fhir/ValueSet/administrative-gender"
    kari = fhir.get(f"/Patient?gender:in={genders}&_id=kari")
    assert ids(kari.json()) == ["kari"]
    assert fhir.get(f"/Patient?gender:not-in={genders}&_id=kari").json()["total"] == 0
    gender = "http://hl7.org/fhir/administrative-gender"
    assert ids(fhir.get(f"/Patient?gender:below={gender}|female").json()) == ["kari"]
    assert fhir.get("/Patient?gender:in=http://example.org/none").status_code == 400
    assert fhir.get(f"/Patient?gender:above={gender}|unheard-of").status_code == 400


def test_a_search_explains_itself(fhir: httpx.Client) -> None:
    told = fhir.get("/Observation?code=8867-4&_sort=-date&_explain=true").json()["parameter"]
    texts = {each["name"]: each["valueString"] for each in told}
    assert "TokenIs" in texts["query"]
    assert texts["sql"].startswith("SELECT")
    assert "SEARCH" in texts["plan"]
    assert texts["driver"].startswith("Observation: ")
    within = fhir.get("/Patient/kari/Observation?_explain=true").json()
    assert within["resourceType"] == "Parameters"
    assert fhir.get("/Observation?_explain=false&_count=1").json()["resourceType"] == "Bundle"
