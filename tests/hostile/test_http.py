"""Games with headers and paths over a raw socket: one reading of each request, or none.

What one server takes for a body and another one for a request must not slip in a second request;
what is authorised must be what is routed. https://www.rfc-editor.org/rfc/rfc9112#section-11.2
"""

import socket
from collections.abc import Iterator

import httpx
import pytest

from builders.server import Server, serving

KNOWN = "/fhir/Patient/known"
SECOND = b"DELETE /fhir/Patient/known HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("record"), "--open") as server:
        known = {"resourceType": "Patient", "id": "known", "active": True}
        assert httpx.put(f"{server.url}{KNOWN}", json=known).status_code == 201
        yield server


def answers(server: Server, sent: bytes) -> list[int]:
    """The status of each answer until the server closes the connection."""
    received = bytearray()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(sent)
        while part := connection.recv(65_536):
            received += part
    lines = received.split(b"\r\n")
    return [int(line.split()[1]) for line in lines if line.startswith(b"HTTP/1.1 ")]


def head(method: str, target: str, *headers: str) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", "Host: x", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1")


SMUGGLING = {
    "length and chunks": ("Content-Length: 6", "Transfer-Encoding: chunked"),
    "chunks and length": ("Transfer-Encoding: chunked", "Content-Length: 0"),
    "two lengths": ("Content-Length: 0", f"Content-Length: {len(SECOND)}"),
    "a list of lengths": (f"Content-Length: 0, {len(SECOND)}",),
    "a signed length": ("Content-Length: +0",),
    "a negative length": ("Content-Length: -1",),
    "a hexadecimal length": ("Content-Length: 0x0",),
    "a blank before the colon": ("Transfer-Encoding : chunked",),
    "an unknown coding": ("Transfer-Encoding: xchunked",),
    "chunks, then something else": ("Transfer-Encoding: chunked, identity",),
    "a folded header": ("X-One: 1\r\n Transfer-Encoding: chunked",),
    "a NUL in a header": ("X-One: 1\x00",),
    "a bare CR in a header": ("X-One: 1\rTransfer-Encoding: chunked",),
}


@pytest.mark.parametrize("headers", SMUGGLING.values(), ids=SMUGGLING)
def test_no_second_request_slips_in(server: Server, headers: tuple[str, ...]) -> None:
    json = "Content-Type: application/fhir+json"
    found = answers(server, head("POST", "/fhir/Patient", json, *headers) + b"0\r\n\r\n" + SECOND)
    assert found[:1] in ([], [400])
    assert len(found) <= 1
    assert httpx.get(f"{server.url}{KNOWN}").is_success


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_header_does_not_change_the_method(server: Server, name: str) -> None:
    close = "Connection: close"
    assert answers(server, head("POST", KNOWN, f"{name}: DELETE", "Content-Length: 0", close)) == [
        405
    ]
    assert answers(server, head("GET", f"{KNOWN}?_method=DELETE", f"{name}: DELETE", close)) == [
        200
    ]
    assert httpx.get(f"{server.url}{KNOWN}").is_success


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"},
        {"forwarded": "host=evil.example;proto=https"},
        {"x-original-url": "/metrics", "x-rewrite-url": "/metrics"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_addresses_are_ours_whatever_the_headers_say(
    server: Server, headers: dict[str, str]
) -> None:
    found = httpx.get(f"{server.fhir}/Patient", headers=headers)
    assert found.json()["link"][0]["url"] == f"{server.fhir}/Patient?_count=20"
    assert "evil" not in found.text


SAME = (
    KNOWN,
    f"{KNOWN}/",
    "/fhir/Patient/%6bnown",
    "/fhir/%50atient/known",
    "/fhir/Patient%2Fknown",
)
"""One address, written in several ways."""

OTHER = (
    *("/fhir//Patient/known", "/fhir/Patient//known", f"{KNOWN}//", "//fhir/Patient/known"),
    *("/fhir/./Patient/known", f"{KNOWN}/.", f"{KNOWN}/..", "/fhir/x/../Patient/known"),
    *("/fhir/%2e%2e/fhir/Patient/known", "/fhir/%252e%252e/Patient/known", "/fhir/..%2fmetrics"),
    *("/FHIR/Patient/known", "/fhir/patient/known", "/fhir/PATIENT/known", "/fhir/Patient/KNOWN"),
    *("/fhir/Patient;x=1/known", f"{KNOWN};x=1", "/fhir;x/Patient/known", f"{KNOWN}%3b"),
    *(f"{KNOWN}%00", f"{KNOWN}%20", f"{KNOWN}%09", f"{KNOWN}%0d%0a", f"{KNOWN}%23", f"{KNOWN}%3f"),
    *("/fhir\\Patient\\known", "/fhir%5cPatient%5cknown", "/fhir/Patient/%E2%80%AEknown"),
    *(f"{KNOWN}%c0%af", f"{KNOWN}%ff", "/fhir/Patient/%u006bnown", "/fhir/Patient/know%6"),
    *("/fhirPatient/known", "/fhir.json/Patient/known", f"{KNOWN}.json", f"/%66hir/../{KNOWN}"),
)
"""Addresses of nothing."""


@pytest.mark.parametrize("target", SAME)
def test_one_address_in_several_spellings(server: Server, target: str) -> None:
    assert answers(server, head("GET", target, "Connection: close")) == [200]


@pytest.mark.parametrize("target", OTHER)
def test_a_trick_with_the_path_leads_nowhere(server: Server, target: str) -> None:
    (status,) = answers(server, head("GET", target, "Connection: close"))
    assert status in (400, 404)
    # To delete what is not there is no fault; a page refuses what no form of it sent.
    (status,) = answers(server, head("DELETE", target, "Connection: close"))
    assert status in (204, 400, 403, 404, 405)
    assert httpx.get(f"{server.url}{KNOWN}").is_success
