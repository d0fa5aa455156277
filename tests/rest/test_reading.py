"""read, vread, history and their headers. https://hl7.org/fhir/R4/http.html#read"""

import httpx
import pytest

from builders.resources import a_patient


@pytest.fixture
def created(fhir: httpx.Client) -> httpx.Response:
    return fhir.post("/Patient", json=a_patient())


def test_a_read_gives_the_exact_bytes_that_the_create_gave(
    fhir: httpx.Client, created: httpx.Response
) -> None:
    read = fhir.get(f"/Patient/{created.json()['id']}")
    assert read.status_code == 200
    assert read.content == created.content
    assert read.headers["etag"] == created.headers["etag"] == 'W/"1"'
    assert read.headers["last-modified"] == created.headers["last-modified"]
    assert read.headers["content-type"] == "application/fhir+json; charset=utf-8"


def test_a_read_of_an_unknown_id_is_not_found(fhir: httpx.Client) -> None:
    missing = fhir.get("/Patient/nobody")
    assert missing.status_code == 404
    assert missing.json()["issue"][0]["code"] == "not-found"


def test_a_deleted_resource_is_gone_but_its_versions_stay(fhir: httpx.Client) -> None:
    id = fhir.post("/Patient", json=a_patient()).json()["id"]
    assert fhir.delete(f"/Patient/{id}").status_code == 204
    assert fhir.get(f"/Patient/{id}").status_code == 410
    assert fhir.get(f"/Patient/{id}/_history/1").status_code == 200
    assert fhir.get(f"/Patient/{id}/_history/2").status_code == 410
    assert fhir.get(f"/Patient/{id}/_history/3").status_code == 404
    assert fhir.get(f"/Patient/{id}/_history/x").status_code == 404


def test_a_version_that_the_client_has_is_not_sent_again(
    fhir: httpx.Client, created: httpx.Response
) -> None:
    address = f"/Patient/{created.json()['id']}"
    for known in ('W/"1"', 'W/"7", W/"1"', "*"):
        unchanged = fhir.get(address, headers={"if-none-match": known})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert fhir.get(address, headers={"if-none-match": 'W/"2"'}).status_code == 200
    since = {"if-modified-since": created.headers["last-modified"]}
    assert fhir.get(address, headers=since).status_code == 304
    earlier = {"if-modified-since": "Mon, 23 Nov 2015 08:00:00 GMT"}
    assert fhir.get(address, headers=earlier).status_code == 200
    assert fhir.get(address, headers={"if-modified-since": "yesterday"}).status_code == 400


def test_head_has_the_headers_of_get_and_no_body(
    fhir: httpx.Client, created: httpx.Response
) -> None:
    address = f"/Patient/{created.json()['id']}"
    head, get = fhir.head(address), fhir.get(address)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("etag", "last-modified", "content-type", "content-length"):
        assert head.headers[name] == get.headers[name]


def test_history_tells_what_was_done_newest_first(fhir: httpx.Client) -> None:
    id = fhir.post("/Patient", json=a_patient()).json()["id"]
    fhir.put(f"/Patient/{id}", json=a_patient("Olsen", id=id))
    fhir.delete(f"/Patient/{id}")
    history = fhir.get(f"/Patient/{id}/_history").json()
    assert (history["type"], history["total"]) == ("history", 3)
    assert [entry["request"]["method"] for entry in history["entry"]] == ["DELETE", "PUT", "POST"]
    assert "resource" not in history["entry"][0]
    assert history["entry"][1]["resource"]["name"] == [{"family": "Olsen"}]
    assert [entry["response"]["etag"] for entry in history["entry"]] == [
        'W/"3"',
        'W/"2"',
        'W/"1"',
    ]


def test_history_is_read_page_by_page(fhir: httpx.Client) -> None:
    id = "paged"
    for name in ("A", "B", "C", "D", "E"):
        fhir.put(f"/Patient/{id}", json=a_patient(name, id=id))
    address, seen = f"/Patient/{id}/_history?_count=2", list[str]()
    while address:
        page = fhir.get(address).json()
        seen += [entry["resource"]["name"][0]["family"] for entry in page["entry"]]
        address = next((link["url"] for link in page["link"] if link["relation"] == "next"), "")
    assert seen == ["E", "D", "C", "B", "A"]


def test_history_since_and_at(fhir: httpx.Client) -> None:
    first = fhir.post("/Patient", json=a_patient()).json()
    id, at = first["id"], first["meta"]["lastUpdated"]
    second = fhir.put(f"/Patient/{id}", json=a_patient("Ny", id=id)).json()
    address = f"/Patient/{id}/_history"
    since = fhir.get(address, params={"_since": second["meta"]["lastUpdated"]}).json()
    assert [entry["resource"]["meta"]["versionId"] for entry in since["entry"]] == ["2"]
    then = fhir.get(address, params={"_at": at}).json()
    assert then["entry"][-1]["resource"]["meta"]["versionId"] == "1"
    assert fhir.get(address, params={"_since": "soon"}).status_code == 400
    assert fhir.get(address, params={"_count": "many"}).status_code == 400


def test_history_of_a_type_and_of_everything(fhir: httpx.Client, created: httpx.Response) -> None:
    id = created.json()["id"]
    for address in ("/Patient/_history", "/_history"):
        newest = fhir.get(address, params={"_count": "1"}).json()
        assert newest["entry"][0]["resource"]["id"] == id
    assert fhir.get("/Patient/nobody/_history").status_code == 404
