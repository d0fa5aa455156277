"""What is asked twice is done once: conditional creates side by side, and requests cut in two.

A client whose connection broke does not know whether its request was carried out. With
If-None-Exist, or with a PUT under an id of its own, it may simply ask again.
"""

import json
import socket
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Barrier
from typing import Any

import httpx
import pytest

from builders import server
from builders.resources import a_bundle, a_patient, an_entry, an_identifier
from builders.server import Server
from builders.sessions import STORES, a_session
from samspill.interactions import create, search, transaction
from samspill.interactions.session import Session

REQUESTS = 100
THREADS = 25
SYSTEM = "urn:oid:2.16.578.1.12.4.1.4.1"


Start = Callable[[Session, str], Callable[[], bool]]
"""Begins a request; what it returns waits for the answer, and tells whether it made something."""


def _create(session: Session, name: str) -> Callable[[], bool]:
    body = a_patient(identifier=[an_identifier(name)])
    future = create.start(session, body, if_none_exist=f"identifier={name}")
    return lambda: future.result().created


def _transaction(session: Session, name: str) -> Callable[[], bool]:
    """The conditional create is one of several entries, and another one refers to it."""
    body = a_patient(identifier=[an_identifier(name)])
    entry = an_entry(
        "POST", "Patient", body, ifNoneExist=f"identifier={name}", full_url="urn:uuid:p"
    )
    basic = {"resourceType": "Basic", "code": {"text": "x"}, "subject": {"reference": "urn:uuid:p"}}
    bundle = a_bundle("transaction", an_entry("POST", "Basic", basic), entry)
    future = transaction.start(session, bundle, lambda inner, request: None)
    return lambda: future.result()[1].status == 201


def _check_races(session: Session, rounds: int) -> None:
    """In each round all threads begin at once, each with its share of the requests."""
    begin = Barrier(THREADS)

    def share(start: Start, name: str) -> int:
        begin.wait()
        waiting = [start(session, name) for _ in range(REQUESTS // THREADS)]
        return sum(wait() for wait in waiting)

    with ThreadPoolExecutor(THREADS) as pool:
        for n in range(rounds):
            for start in (_create, _transaction):
                name = f"{n}{start.__name__}"
                shares = [pool.submit(share, start, name) for _ in range(THREADS)]
                assert sum(each.result() for each in shares) == 1
                found = search.search(session, "Patient", f"identifier={name}")
                assert len(found.versions) == 1
    subjects = search.search(session, "Basic", "subject:missing=false&_summary=count").total
    assert subjects == rounds * REQUESTS


@pytest.mark.parametrize("store", STORES)
def test_a_hundred_conditional_creates_make_one(tmp_path: Path, store: str) -> None:
    with a_session(tmp_path, store) as session:
        _check_races(session, 1)


@pytest.mark.proof
@pytest.mark.parametrize("store", STORES)
def test_many_rounds_of_conditional_creates_make_one_each(
    tmp_path: Path, store: str, proof: Callable[..., None]
) -> None:
    with a_session(tmp_path, store) as session:
        _check_races(session, 100)
    proof(
        f"{store}: 100 parallel If-None-Exist make one resource, alone and inside transactions",
        runs=200,
        found=f"200 resources of {200 * REQUESTS:,} requests",
    )


def _request(method: str, path: str, body: dict[str, Any], *headers: str) -> bytes:
    content = json.dumps(body).encode()
    lines = [
        f"{method} /fhir{path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/fhir+json",
        f"Content-Length: {len(content)}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def _ask(running: Server, request: bytes, upto: int) -> int:
    """Sends a part of a request, or all of it and hangs up at once; the status if all was heard.

    `upto` beyond the request waits for the answer.
    """
    with socket.create_connection(("127.0.0.1", running.port), 30) as connection:
        connection.sendall(request[:upto])
        if upto <= len(request):
            return 0
        answer = b""
        while chunk := connection.recv(65_536):
            answer += chunk
        return int(answer.split()[1])


def _kinds(name: str) -> dict[str, bytes]:
    """Requests that may be asked again, each for a resource with this identifier."""
    body = a_patient(identifier=[an_identifier(name)])
    known = f"If-None-Exist: identifier={name}"
    entry = an_entry("POST", "Patient", body, ifNoneExist=f"identifier={name}")
    return {
        "POST": _request("POST", "/Patient", body, known),
        "PUT": _request("PUT", f"/Patient/{name}", {**body, "id": name}),
        "PUT?": _request("PUT", f"/Patient?identifier={name}", body),
        "transaction": _request("POST", "", a_bundle("transaction", entry)),
    }


def _retry(running: Server, random: Random, n: int) -> str:
    """Asks until an answer is heard; the identifier."""
    kind = random.choice(["POST", "PUT", "PUT?", "transaction"])
    name = f"retry-{n}"
    request = _kinds(name)[kind]
    # Somewhere inside, at the edges of the head, and right after the last byte.
    head = request.index(b"\r\n\r\n") + 4
    places = [random.randrange(len(request)), head - 1, head, len(request) - 1, len(request)]
    for _ in range(random.randrange(1, 4)):
        _ask(running, request, random.choice(places))
    status = _ask(running, request, len(request) + 1)
    assert status in (200, 201), f"{kind}: {status}"
    return name


def _check_retries(folder: Path, requests: int) -> Counter[int]:
    """How often each number of resources was found for a request that was asked again."""
    with server.serving(folder, "--open") as running:
        random = Random(requests)
        seeds = [random.random() for _ in range(requests)]
        with ThreadPoolExecutor(8) as pool:
            names = list(pool.map(lambda n: _retry(running, Random(seeds[n]), n), range(requests)))
        with httpx.Client(base_url=running.fhir, timeout=60) as client:
            found: Counter[int] = Counter()
            for name in names:
                page = client.get("/Patient", params={"identifier": name, "_total": "accurate"})
                found[page.raise_for_status().json()["total"]] += 1
    return found


def test_a_request_that_was_cut_may_be_asked_again(tmp_path: Path) -> None:
    assert _check_retries(tmp_path, 150) == {1: 150}


@pytest.mark.proof
def test_many_requests_that_were_cut_may_be_asked_again(
    tmp_path: Path, proof: Callable[..., None]
) -> None:
    assert _check_retries(tmp_path, 10_000) == {1: 10_000}
    proof(
        "A request whose connection was cut at any byte may be asked again: conditional create,"
        " update, conditional update, transaction",
        runs=10_000,
        found="exactly one resource for each",
    )
