"""What clients should not send: header games and path tricks, byte by byte over a socket.

T27 and T28 of the design's threats. https://www.rfc-editor.org/rfc/rfc9112
"""

import socket
from contextlib import suppress

import httpx
import pytest

from builders.resources import a_patient
from builders.server import Server

HEAD = "Host: x\r\nConnection: close\r\n"
JSON = "Content-Type: application/fhir+json\r\n"


def ask(server: Server, text: str) -> int:
    """The status of the answer to bytes as they are; 0 when there is none for a second."""
    answer = b""
    address = ("127.0.0.1", server.port)
    with (
        socket.create_connection(address, timeout=1) as connection,
        suppress(TimeoutError, ConnectionError),
    ):
        connection.sendall(text.encode("latin-1"))
        while part := connection.recv(65536):
            answer += part
    lines = [line for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    return int(lines[-1].split()[1]) if lines else 0


@pytest.mark.parametrize(
    "path",
    [
        "/fhir//Patient/1",
        "//fhir/Patient/1",
        "/fhir/Patient//1",
        "/fhir/./Patient/1",
        "/fhir/../fhir/Patient/1",
        "/fhir/Patient/../Patient/1",
        "/fhir/Patient/%2e%2e/Patient/1",
        "/fhir/Patient;a=b/1",
        "/fhir/Patient/1;a=b",
        "/fhir/Patient%5c1",
        "/fhir/Patient/1%00",
        "/fhir/Patient/1%0d%0aX:%20y",
        "/fhir/Patient/%ff",
        "/fhir/patient/1",
        "/FHIR/Patient/1",
        "/fhirPatient/1",
        "/fhir/Patient/1%20",
        "/fhir/%50atient%2f%31%2f%2e%2e",
        "/fhir/Patient/1//",
    ],
)
def test_a_path_in_disguise_leads_nowhere(server: Server, fhir: httpx.Client, path: str) -> None:
    fhir.put("/Patient/1", json=a_patient(id="1"))
    assert ask(server, f"GET {path} HTTP/1.1\r\n{HEAD}\r\n") in (400, 404)


@pytest.mark.parametrize(
    "path", ["/fhir/Patient/1", "/fhir/Patient/1/", "/fhir/%50atient/%31", "/fhir/Patient%2F1"]
)
def test_ways_to_write_the_same_path_lead_to_the_same_place(
    server: Server, fhir: httpx.Client, path: str
) -> None:
    fhir.put("/Patient/1", json=a_patient(id="1"))
    assert ask(server, f"GET {path} HTTP/1.1\r\n{HEAD}\r\n") == 200


@pytest.mark.parametrize(
    "header",
    [
        "X-HTTP-Method-Override: DELETE",
        "X-HTTP-Method: DELETE",
        "X-Method-Override: DELETE",
        "X-Original-URL: /fhir/Patient/2",
        "X-Rewrite-URL: /fhir/Patient/2",
        "X-Forwarded-Prefix: /other",
    ],
)
def test_headers_do_not_change_what_is_asked(
    server: Server, fhir: httpx.Client, header: str
) -> None:
    fhir.put("/Patient/1", json=a_patient(id="1"))
    assert ask(server, f"GET /fhir/Patient/1 HTTP/1.1\r\n{HEAD}{header}\r\n\r\n") == 200
    assert fhir.get("/Patient/1").status_code == 200


def test_links_do_not_follow_what_the_client_calls_us(server: Server, fhir: httpx.Client) -> None:
    for name in ("host", "x-forwarded-host", "forwarded"):
        found = fhir.get("/Patient", headers={name: "evil.example"})
        assert "evil.example" not in found.text
        assert found.json()["link"][0]["url"].startswith(server.fhir)


@pytest.mark.parametrize(
    "request_text",
    [
        f"POST /fhir/Patient HTTP/1.1\r\n{HEAD}{JSON}Content-Length: 4\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /fhir/x HTTP/1.1\r\n\r\n",
        f"POST /fhir/Patient HTTP/1.1\r\n{HEAD}{JSON}"
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        f"POST /fhir/Patient HTTP/1.1\r\n{HEAD}{JSON}Content-Length: -1\r\n\r\n{{}}",
        f"POST /fhir/Patient HTTP/1.1\r\n{HEAD}{JSON}Content-Length: 1e9\r\n\r\n{{}}",
        f"POST /fhir/Patient HTTP/1.1\r\n{HEAD}{JSON}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
        f"POST /fhir/Patient HTTP/1.1\r\n{HEAD}{JSON}Transfer-Encoding: xchunked\r\n\r\n{{}}",
        f"POST /fhir/Patient HTTP/1.1\r\n{HEAD}{JSON}Content-Length: 400\r\n\r\n{{}}",
        f"GET /fhir/Patient HTTP/1.1\r\n{HEAD}X: a\r\n folded\r\n\r\n",
        f"GET /fhir/Patient HTTP/1.1\r\n{HEAD}X : a\r\n\r\n",
        f"GET /fhir/Patient HTTP/1.1\r\n{HEAD}X: {'a' * 1_000_000}\r\n\r\n",
        f"GET /fhir/Patient?{'a' * 1_000_000} HTTP/1.1\r\n{HEAD}\r\n",
        "GET /fhir/Patient\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        f"CONNECT other:80 HTTP/1.1\r\n{HEAD}\r\n",
        f"OPTIONS * HTTP/1.1\r\n{HEAD}\r\n",
    ],
)
def test_what_is_not_http_is_refused(server: Server, fhir: httpx.Client, request_text: str) -> None:
    assert ask(server, request_text) in (0, 400, 404, 405, 413, 414, 431)
    assert fhir.get("/metadata").status_code == 200


def test_an_absolute_address_names_the_same_resource(server: Server, fhir: httpx.Client) -> None:
    fhir.put("/Patient/1", json=a_patient(id="1"))
    assert ask(server, f"GET http://evil.example/fhir/Patient/1 HTTP/1.1\r\n{HEAD}\r\n") == 200


def test_bytes_in_headers_that_are_no_text_do_no_harm(server: Server) -> None:
    for header in ("Prefer: \xff\xfe", "Accept-Language: \xe6", "If-None-Match: \xff"):
        status = ask(server, f"GET /fhir/Patient?shoe=1 HTTP/1.1\r\n{HEAD}{header}\r\n\r\n")
        assert status == 400
