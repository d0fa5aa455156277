"""Binary as plain content. https://hl7.org/fhir/R4/binary.html#rest"""

import httpx
import pytest

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
PNG = {"content-type": "image/png"}


@pytest.fixture
def address(fhir: httpx.Client) -> str:
    created = fhir.post("/Binary", content=PICTURE, headers=PNG)
    assert created.status_code == 201
    return f"/Binary/{created.json()['id']}"


def test_content_comes_out_as_it_went_in(fhir: httpx.Client, address: str) -> None:
    for accept in ("image/png", "*/*", "image/*, text/html"):
        answer = fhir.get(address, headers={"accept": accept})
        assert (answer.status_code, answer.content) == (200, PICTURE)
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["etag"] == 'W/"1"'
    assert fhir.get(f"{address}/_history/1", headers={"accept": "*/*"}).content == PICTURE


def test_it_is_a_resource_to_who_asks_for_fhir(fhir: httpx.Client, address: str) -> None:
    by_accept = fhir.get(address, headers={"accept": "application/fhir+json"})
    by_format = fhir.get(f"{address}?_format=json")
    assert by_accept.json() == by_format.json()
    assert by_accept.json()["contentType"] == "image/png"
    as_xml = fhir.get(address, headers={"accept": "application/fhir+xml"})
    assert '<contentType value="image/png"/>' in as_xml.text
    found = fhir.get("/Binary?_count=1", headers={"accept": "*/*"})
    assert found.json()["resourceType"] == "Bundle"


def test_content_is_never_shown_as_a_page_of_ours(fhir: httpx.Client) -> None:
    page = b"<script>alert(1)</script>"
    created = fhir.post("/Binary", content=page, headers={"content-type": "text/html"})
    answer = fhir.get(f"/Binary/{created.json()['id']}", headers={"accept": "text/html"})
    assert answer.content == page
    assert answer.headers["content-disposition"] == "attachment"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_content_is_replaced_and_protected(fhir: httpx.Client, address: str) -> None:
    headers = {"content-type": "text/plain", "x-security-context": "Patient/1"}
    assert fhir.put(address, content=b"text", headers=headers).status_code == 200
    resource = fhir.get(f"{address}?_format=json").json()
    assert resource["contentType"] == "text/plain"
    assert resource["securityContext"] == {"reference": "Patient/1"}
    fhir.delete(address)
    assert fhir.get(address, headers={"accept": "image/png"}).status_code == 410


def test_a_binary_without_content_is_not_found(fhir: httpx.Client) -> None:
    empty = {"resourceType": "Binary", "contentType": "image/png"}
    id = fhir.post("/Binary", json=empty).json()["id"]
    assert fhir.get(f"/Binary/{id}", headers={"accept": "image/png"}).status_code == 404


def test_other_types_do_not_take_content(fhir: httpx.Client) -> None:
    assert fhir.post("/Patient", content=PICTURE, headers=PNG).status_code == 415
    assert fhir.get("/Patient/x", headers={"accept": "image/png"}).status_code == 406
