"""What HTTP promises, the same on both stores: formats, HEAD, batches of all verbs, XML patches,
conditional patch and delete, and a transaction of ten thousand entries.

https://hl7.org/fhir/R4/http.html
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from builders.resources import a_bundle, a_patient, an_entry, an_identifier, an_observation
from builders.server import Server, serving
from builders.sessions import STORES, an_address

XML = "application/fhir+xml"
JSON = "application/fhir+json"


@pytest.fixture(scope="module", params=STORES)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("record")
    with an_address(folder, request.param) as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAMSPILL_DATABASE", address)
        with serving(folder, "--open") as running:
            yield running


@pytest.fixture(scope="module")
def fhir(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.fhir, timeout=120) as client:
        client.put("/Patient/kari", json={**a_patient("Kvam"), "id": "kari"}).raise_for_status()
        yield client


ADDRESSES = [
    "/metadata",
    "/Patient/kari",
    "/Patient/kari/_history/1",
    "/Patient/kari/_history",
    "/Patient/_history",
    "/_history",
    "/Patient",
    "/Patient?name=kvam",
    "/?_type=Patient",
    "/Patient/kari/$everything",
    "/Patient/kari/$meta",
    "/Patient/kari/*",
    "/Patient/nobody",
    "/Patient?shoe=1",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_heeds_format_pretty_and_head(fhir: httpx.Client, address: str) -> None:
    sign = "&" if "?" in address else "?"
    plain = fhir.get(address)
    as_json = fhir.get(f"{address}{sign}_format=json", headers={"accept": XML})
    as_xml = fhir.get(f"{address}{sign}_format=xml")
    assert plain.headers["content-type"].startswith(JSON)
    assert as_json.headers["content-type"].startswith(JSON)
    assert as_xml.headers["content-type"].startswith(XML)
    assert as_xml.text.lstrip().startswith("<")
    pretty = fhir.get(f"{address}{sign}_pretty=true")
    assert "\n  " in pretty.text
    assert json.loads(pretty.text)["resourceType"] == plain.json()["resourceType"]
    head = fhir.head(address)
    assert (head.status_code, head.content) == (plain.status_code, b"")
    assert head.headers["content-type"] == plain.headers["content-type"]
    statuses = {each.status_code for each in (plain, as_json, as_xml, pretty)}
    assert len(statuses) == 1


def test_a_batch_of_all_verbs_answers_each_for_itself(fhir: httpx.Client) -> None:
    known = a_patient(identifier=[an_identifier("batch")])
    patch = {
        "resourceType": "Parameters",
        "parameter": [
            {
                "name": "operation",
                "part": [
                    {"name": "type", "valueCode": "add"},
                    {"name": "path", "valueString": "Patient"},
                    {"name": "name", "valueString": "active"},
                    {"name": "value", "valueBoolean": True},
                ],
            }
        ],
    }
    fhir.put("/Patient/b-old", json={**a_patient(), "id": "b-old"}).raise_for_status()
    entries = [
        (an_entry("GET", "Patient/b-new"), "200"),
        (an_entry("HEAD", "Patient/kari"), "200"),
        (an_entry("POST", "Patient", known, ifNoneExist="identifier=batch"), "201"),
        (an_entry("PUT", "Patient/b-new", {**a_patient(), "id": "b-new"}), "201"),
        (an_entry("PUT", "Patient/kari", {**a_patient(), "id": "kari"}, ifMatch='W/"99"'), "412"),
        (an_entry("PATCH", "Patient?identifier=batch", patch), "200"),
        (an_entry("DELETE", "Patient/b-old"), "204"),
        (an_entry("GET", "Patient?identifier=batch&active=true"), "200"),
        (an_entry("POST", "Patient", {"resourceType": "Patient", "shoe": 1}), "400"),
        (an_entry("GET", "Patient/b-old"), "410"),
        (an_entry("GET", "Shoe/1"), "404"),
        (an_entry("POST", "Patient/$validate", a_patient()), "200"),
    ]
    answer = fhir.post("/", json=a_bundle("batch", *(entry for entry, _ in entries)))
    told = [each["response"]["status"][:3] for each in answer.raise_for_status().json()["entry"]]
    # Writes are carried out in FHIR's order; conditional ones may come before what they look for.
    assert told[:5] == ["200", "200", "201", "201", "412"]
    assert told[6:] == ["204", "200", "400", "410", "404", "200"]
    assert told[5] in ("200", "404")


PATCHES = [
    ("add", '<part><name value="name"/><valueString value="birthDate"/></part>'
     '<part><name value="value"/><valueDate value="1980-01-02"/></part>',
     "Patient", {"birthDate": "1980-01-02"}),
    ("replace", '<part><name value="value"/><valueBoolean value="false"/></part>',
     "Patient.active", {"active": False}),
    ("insert", '<part><name value="index"/><valueInteger value="0"/></part>'
     '<part><name value="value"/><valueString value="Anne"/></part>',
     "Patient.name[0].given", {"name": [{"family": "Kvam", "given": ["Anne", "Kari", "Eva"]}]}),
    ("move", '<part><name value="source"/><valueInteger value="1"/></part>'
     '<part><name value="destination"/><valueInteger value="0"/></part>',
     "Patient.name[0].given", {"name": [{"family": "Kvam", "given": ["Eva", "Kari"]}]}),
    ("delete", "", "Patient.name[0].given[1]", {"name": [{"family": "Kvam", "given": ["Kari"]}]}),
]  # fmt: skip


@pytest.mark.parametrize(("type", "more", "path", "changed"), PATCHES, ids=[p[0] for p in PATCHES])
@pytest.mark.parametrize("is_conditional", [False, True])
def test_a_patch_in_xml(
    fhir: httpx.Client,
    type: str,
    more: str,
    path: str,
    changed: dict[str, Any],
    is_conditional: bool,
) -> None:
    id = f"xml-{type}-{is_conditional}"
    name = {"family": "Kvam", "given": ["Kari", "Eva"]}
    before = {"resourceType": "Patient", "id": id, "active": True, "name": [name]}
    fhir.put(f"/Patient/{id}", json=before).raise_for_status()
    patch = (
        '<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/>'
        f'<part><name value="type"/><valueCode value="{type}"/></part>'
        f'<part><name value="path"/><valueString value="{path}"/></part>{more}'
        "</parameter></Parameters>"
    )
    address = f"/Patient?_id={id}" if is_conditional else f"/Patient/{id}"
    answer = fhir.patch(address, content=patch, headers={"content-type": XML})
    assert answer.status_code == 200, answer.text
    found = fhir.get(f"/Patient/{id}").json()
    assert {key: found[key] for key in found if key != "meta"} == {**before, **changed}


def test_conditional_patch_and_delete_of_none_one_and_two(fhir: httpx.Client) -> None:
    for _ in range(2):
        fhir.post("/Patient", json=a_patient(identifier=[an_identifier("two")]))
    fhir.post("/Patient", json=a_patient(identifier=[an_identifier("single")]))
    patch = [{"op": "add", "path": "/active", "value": True}]
    kind = {"content-type": "application/json-patch+json"}

    def patched(name: str) -> int:
        return fhir.patch(f"/Patient?identifier={name}", json=patch, headers=kind).status_code

    assert (patched("none"), patched("single"), patched("two")) == (404, 200, 412)
    deleted = [
        fhir.delete(f"/Patient?identifier={n}").status_code for n in ("none", "single", "two")
    ]
    assert deleted == [204, 204, 412]
    assert fhir.get("/Patient?identifier=two&_total=accurate").json()["total"] == 2
    assert fhir.get("/Patient?identifier=single&_total=accurate").json()["total"] == 0


def test_an_answer_that_was_to_come_later_comes_at_once(fhir: httpx.Client) -> None:
    """`Prefer: respond-async` is a wish; a server that does not heed it does not say it did."""
    answer = fhir.get("/Patient?_id=kari", headers={"prefer": "respond-async"})
    assert answer.status_code == 200
    assert "content-location" not in answer.headers
    assert "preference-applied" not in answer.headers


def _send_ring(server: Server, fhir: httpx.Client, count: int) -> tuple[float, float]:
    """A transaction of so many entries: a person, and observations that each refer to the person
    and to the next, the last to the first. Seconds that it took, and the most memory in MiB."""

    def entry(n: int) -> dict[str, Any]:
        ring = {"hasMember": [{"reference": f"urn:uuid:o{(n + 1) % (count - 1)}"}]}
        body = an_observation("urn:uuid:p", f"c{n % 50}", **ring)
        return an_entry("POST", "Observation", body, full_url=f"urn:uuid:o{n}")

    person = an_entry("POST", "Patient", a_patient("Many"), full_url="urn:uuid:p")
    bundle = a_bundle("transaction", person, *(entry(n) for n in range(count - 1)))
    server.forget_peak()
    began = time.monotonic()
    done = fhir.post("/", json=bundle)
    seconds, peak = time.monotonic() - began, server.peak_mib()
    assert done.status_code == 200
    id = done.json()["entry"][0]["response"]["location"].split("/")[-3]
    found = fhir.get(f"/Observation?patient={id}&_summary=count&_total=accurate").json()["total"]
    assert found == count - 1
    return seconds, peak


def test_a_large_transaction_of_a_ring(server: Server, fhir: httpx.Client) -> None:
    _, peak = _send_ring(server, fhir, 1_500)
    assert peak < 400


def test_a_transaction_past_the_limit_is_refused(fhir: httpx.Client) -> None:
    entries = [an_entry("DELETE", f"Patient/p{n}") for n in range(10_001)]
    assert fhir.post("/", json=a_bundle("transaction", *entries)).status_code == 413


@pytest.mark.proof
def test_ten_thousand_entries_are_one_transaction(
    server: Server,
    fhir: httpx.Client,
    request: pytest.FixtureRequest,
    proof: Callable[..., None],
) -> None:
    figures = [_send_ring(server, fhir, 10_000) for _ in range(5)]
    seconds, peak = sorted(each[0] for each in figures)[2], max(each[1] for each in figures)
    assert peak < 600
    proof(
        f"{request.node.callspec.params['server']}: 10,000 entries that refer to each other in a"
        " ring are one transaction",
        runs=5,
        found=f"median {seconds:.1f} s over HTTP, at most {peak:.0f} MiB resident",
    )
