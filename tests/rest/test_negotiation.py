"""Formats, languages, compression, methods and addresses. https://hl7.org/fhir/R4/http.html#general"""

import gzip
import json

import brotli
import httpx
import pytest
import zstandard

from builders.resources import a_patient
from samspill.base import errors as known
from samspill.base.errors import SamspillError
from samspill.rest import errors, negotiate


@pytest.mark.parametrize(
    ("asked", "accept", "expected"),
    [
        ("", "", "json"),
        ("", "*/*", "json"),
        ("", "application/fhir+json", "json"),
        ("", "application/json;q=0.9, application/fhir+json", "json"),
        ("", "text/html,application/xhtml+xml,*/*;q=0.8", "json"),
        ("json", "text/turtle", "json"),
        ("application/fhir json", "", "json"),
        ("application/fhir+json; fhirVersion=4.0", "", "json"),
    ],
)
def test_formats_that_are_offered(asked: str, accept: str, expected: str) -> None:
    assert negotiate.answer_format(asked, accept) == expected


@pytest.mark.parametrize(
    ("asked", "accept"), [("ttl", ""), ("", "text/turtle"), ("", "application/json;q=0")]
)
def test_formats_that_are_not_offered(asked: str, accept: str) -> None:
    with pytest.raises(negotiate.NotAcceptable):
        negotiate.answer_format(asked, accept)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, br", "br"),
        ("gzip, br, zstd", "zstd"),
        ("zstd;q=0.1, gzip;q=0.9", "gzip"),
        ("*", "zstd"),
        ("*;q=0", ""),
        ("gzip;q=0", ""),
        ("identity", ""),
        ("gzip;q=wrong", ""),
    ],
)
def test_compression_is_what_the_client_likes_best(accepted: str, expected: str) -> None:
    assert negotiate.compression(accepted) == expected


def test_compressed_bodies_are_the_same_bodies() -> None:
    body = b"x" * 5000
    assert gzip.decompress(negotiate.compress(body, "gzip")) == body
    assert brotli.decompress(negotiate.compress(body, "br")) == body
    assert zstandard.ZstdDecompressor().decompress(negotiate.compress(body, "zstd")) == body


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [("", "nb"), ("en", "en"), ("en-GB,nb;q=0.5", "en"), ("se", "nb"), ("fr, en;q=0.1", "en")],
)
def test_languages(accepted: str, expected: str) -> None:
    assert negotiate.language(accepted, "nb") == expected


def test_what_the_body_may_be() -> None:
    assert negotiate.body_format("application/fhir+json; charset=UTF-8") == "json"
    for wrong in ("text/html", "application/json; charset=latin-1", "image/png"):
        with pytest.raises(negotiate.UnsupportedMediaType):
            negotiate.body_format(wrong)


def test_prefer_is_read_with_its_neighbours() -> None:
    found = negotiate.preferences('handling=lenient, return="minimal"; foo=bar, respond-async')
    assert (found.lenient, found.returns, found.asynchronous) == (True, "minimal", True)


def test_errors_speak_the_readers_language(fhir: httpx.Client) -> None:
    def said(language: str) -> str:
        missing = fhir.get("/Patient/nobody", headers={"accept-language": language})
        text: str = missing.json()["issue"][0]["details"]["text"]
        return text

    assert said("en") == "There is no such resource"
    assert said("nn, en;q=0.5") == "Denne ressursen finnes ikke"


def test_large_answers_are_compressed_when_the_client_asks(fhir: httpx.Client) -> None:
    for coding in ("gzip", "br", "zstd"):
        answer = fhir.get("/metadata", headers={"accept-encoding": coding})
        assert answer.headers["content-encoding"] == coding
        assert answer.json()["resourceType"] == "CapabilityStatement"
    plain = fhir.get("/metadata", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


def test_pretty_is_for_people(fhir: httpx.Client) -> None:
    fhir.put("/Patient/pretty", json=a_patient(id="pretty"))
    assert "\n  " in fhir.get("/Patient/pretty?_pretty=true").text
    assert "\n" not in fhir.get("/Patient/pretty?_pretty=false").text


def test_a_packed_body_is_unpacked(fhir: httpx.Client) -> None:
    packed = gzip.compress(json.dumps(a_patient()).encode())
    headers = {"content-encoding": "gzip"}
    assert fhir.post("/Patient", content=packed, headers=headers).status_code == 201
    assert fhir.post("/Patient", content=packed[:-4], headers=headers).status_code == 400
    assert fhir.post("/Patient", content=b"{}", headers=headers).status_code == 400
    twice = {"content-encoding": "gzip, gzip"}
    assert fhir.post("/Patient", content=packed, headers=twice).status_code == 415


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("POST", "/Patient/1", 405),
        ("DELETE", "/metadata", 405),
        ("PUT", "/Patient/1/_history/1", 405),
        ("TRACE", "/Patient", 405),
        ("GET", "/patient", 404),
        ("GET", "/Patients/1", 404),
        ("GET", "/Patient/1/Nothing", 404),
        ("GET", "/Patient/1/_history/1/2", 404),
        ("GET", "/Patient/$nothing", 404),
        ("GET", "/$nothing", 404),
        ("GET", "/Patient/a/b/c/d/e", 404),
        ("PUT", "/Patient/not%20an%20id", 404),
        ("PUT", f"/Patient/{'x' * 65}", 404),
        ("GET", "/metadata?mode=normative", 400),
        ("GET", "/metadata?_format=ttl", 406),
    ],
)
def test_addresses_and_methods_that_are_not_there(
    fhir: httpx.Client, method: str, address: str, status: int
) -> None:
    body = a_patient() if method in ("PUT", "POST") else None
    refused = fhir.request(method, address, json=body)
    assert refused.status_code == status
    assert refused.json()["resourceType"] == "OperationOutcome"
    if status == 405:
        assert "OPTIONS" in refused.headers["allow"]


def test_options_tells_the_methods(fhir: httpx.Client) -> None:
    allowed = fhir.options("/Patient/1")
    assert (allowed.status_code, allowed.content) == (204, b"")
    assert set(allowed.headers["allow"].split(", ")) >= {"GET", "HEAD", "PUT", "DELETE"}


def test_every_answer_has_the_common_headers(fhir: httpx.Client) -> None:
    answers = [fhir.get(address) for address in ("/metadata", "/Patient", "/Patient/x", "/x")]
    assert len({answer.headers["x-request-id"] for answer in answers}) == len(answers)
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_wrong_kind_of_body_is_told_before_anything_is_done(fhir: httpx.Client) -> None:
    for kind in ("text/plain", "application/fhir+json; charset=latin-1"):
        refused = fhir.post("/Patient", content=b"x", headers={"content-type": kind})
        assert refused.status_code == 415
    unreadable = fhir.put(
        "/Patient/unread", json=a_patient(id="unread"), headers={"accept": "text/turtle"}
    )
    assert unreadable.status_code == 406
    assert fhir.get("/Patient/unread").status_code == 404


def test_the_errors_all_have_a_status() -> None:
    kinds = [kind for kind in vars(known).values() if isinstance(kind, type)]
    for kind in kinds:
        if issubclass(kind, SamspillError) and kind not in (SamspillError, known.Misconfigured):
            assert 400 <= errors.status_of(kind.__new__(kind)) <= 503


def test_xml_goes_in_and_comes_out(fhir: httpx.Client) -> None:
    xml = (
        '<Patient xmlns="http://hl7.org/fhir"><id value="of-xml"/>'
        '<name><family value="Ås &amp; sønn"/></name><birthDate value="1980-01-02"/></Patient>'
    )
    kind = {"content-type": "application/fhir+xml"}
    created = fhir.put("/Patient/of-xml", content=xml.encode(), headers=kind)
    assert created.status_code == 201
    assert created.json()["name"] == [{"family": "Ås & sønn"}]
    for asked in ("/Patient/of-xml?_format=xml", "/Patient/of-xml?_format=application/fhir%2Bxml"):
        answer = fhir.get(asked)
        assert answer.headers["content-type"] == "application/fhir+xml; charset=utf-8"
        assert '<family value="Ås &amp; sønn"/>' in answer.text
    found = fhir.get("/Patient?_id=of-xml", headers={"accept": "application/fhir+xml"})
    assert "<Bundle" in found.text
    assert "<birthDate" in found.text
    missing = fhir.get("/Patient/nobody", headers={"accept": "application/fhir+xml"})
    assert (missing.status_code, "<OperationOutcome" in missing.text) == (404, True)
    broken = fhir.post("/Patient", content=b"<Patient", headers=kind)
    assert broken.status_code == 400
