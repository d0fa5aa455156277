"""Clients that all work on the same resource, through the door or through HTTP, and what they saw.

One history is of one condition: creates with If-None-Exist, and reads, versions, searches, updates
with If-Match and deletions of what these made.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any, Protocol

import httpx

from builders.appends import SYSTEM, device, values
from builders.linear import Operation
from samspill.base.errors import Gone, NotFound, PreconditionFailed
from samspill.interactions import create, delete, read, search, update
from samspill.interactions.session import Session

Seen = tuple[str, ...]
"""The answer in words, see `builders.linear`."""


class Way(Protocol):
    """How a client reaches the record."""

    def create(self, key: str, value: str) -> Seen: ...
    def read(self, id: str) -> Seen: ...
    def vread(self, id: str, number: str) -> Seen: ...
    def find(self, key: str) -> Seen: ...
    def update(self, key: str, id: str, expected: str, value: str) -> Seen: ...
    def delete(self, id: str) -> Seen: ...


class Door:
    """The interactions themselves."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def create(self, key: str, value: str) -> Seen:
        condition = f"identifier={SYSTEM}|{key}"
        resource = device(key, (int(value),))
        found = create.start(self._session, resource, if_none_exist=condition).result()
        id, number = found.version.id, str(found.version.number)
        return ("made", id) if found.created else ("found", id, number)

    def read(self, id: str) -> Seen:
        try:
            version = read.read(self._session, "Device", id)
        except Gone:
            return ("gone",)
        except NotFound:
            return ("none",)
        return str(version.number), _value(read.parsed(version))

    def vread(self, id: str, number: str) -> Seen:
        try:
            version = read.read_version(self._session, "Device", id, int(number))
        except Gone:
            return ("gone",)
        except NotFound:
            return ("none",)
        return (_value(read.parsed(version)),)

    def find(self, key: str) -> Seen:
        found = search.search(self._session, "Device", f"identifier={SYSTEM}|{key}")
        return _only([version.id for version in found.versions])

    def update(self, key: str, id: str, expected: str, value: str) -> Seen:
        resource = device(key, (int(value),), id=id)
        try:
            version = update.update(self._session, "Device", id, resource, expected=int(expected))
        except PreconditionFailed:
            return ("refused",)
        return (str(version.number),)

    def delete(self, id: str) -> Seen:
        delete.start(self._session, "Device", id).result()
        return ()


class Web:
    """A server; the client knows its FHIR base."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def create(self, key: str, value: str) -> Seen:
        headers = {"if-none-exist": f"identifier={SYSTEM}|{key}"}
        answer = self._client.post("/Device", json=device(key, (int(value),)), headers=headers)
        found = answer.raise_for_status().json()
        if answer.status_code == 201:
            return "made", found["id"]
        return "found", found["id"], found["meta"]["versionId"]

    def read(self, id: str) -> Seen:
        answer = self._client.get(f"/Device/{id}")
        if answer.status_code in _MISSING:
            return (_MISSING[answer.status_code],)
        found = answer.raise_for_status().json()
        return found["meta"]["versionId"], _value(found)

    def vread(self, id: str, number: str) -> Seen:
        answer = self._client.get(f"/Device/{id}/_history/{number}")
        if answer.status_code in _MISSING:
            return (_MISSING[answer.status_code],)
        return (_value(answer.raise_for_status().json()),)

    def find(self, key: str) -> Seen:
        answer = self._client.get("/Device", params={"identifier": f"{SYSTEM}|{key}"})
        entries = answer.raise_for_status().json().get("entry", ())
        return _only([entry["resource"]["id"] for entry in entries])

    def update(self, key: str, id: str, expected: str, value: str) -> Seen:
        headers = {"if-match": f'W/"{expected}"'}
        resource = device(key, (int(value),), id=id)
        answer = self._client.put(f"/Device/{id}", json=resource, headers=headers)
        if answer.status_code == 412:
            return ("refused",)
        return (answer.raise_for_status().json()["meta"]["versionId"],)

    def delete(self, id: str) -> Seen:
        self._client.delete(f"/Device/{id}").raise_for_status()
        return ()


_MISSING = {404: "none", 410: "gone"}


def _value(resource: dict[str, Any]) -> str:
    return str(values(resource)[0])


def _only(ids: Sequence[str]) -> Seen:
    assert len(ids) <= 1, "two resources meet the condition of the creates"
    return (ids[0] if ids else "none",)


def history(
    ways: Sequence[Way], key: str, *, operations: int, clients: int = 8, seed: int = 0
) -> list[Operation]:
    """What the clients saw; each takes one of the ways."""
    done: list[Operation] = []
    known: list[tuple[str, str]] = []
    begin = threading.Barrier(clients)

    def work(client: int) -> None:
        random, way = Random(seed * clients + client), ways[client % len(ways)]
        begin.wait()
        for n in range(client, operations, clients):
            asked, ask = _chosen(random, way, key, str(n + 1), known)
            start = time.perf_counter()
            answer = ask()
            done.append(Operation(start, time.perf_counter(), (*asked, *answer)))
            known.extend(_versions(asked, answer))

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(work, range(clients)))
    return done


def _chosen(
    random: Random, way: Way, key: str, value: str, known: list[tuple[str, str]]
) -> tuple[Seen, Callable[[], Seen]]:
    """What to ask next: mostly of the versions that were heard of last."""
    if not known or random.random() < 0.1:
        return ("create", value), lambda: way.create(key, value)
    id, number = random.choice(known[-1:] if random.random() < 0.8 else known)
    match random.choices(("update", "read", "vread", "find", "delete"), (24, 8, 4, 4, 1))[0]:
        case "update":
            asked = ("update", id, number, value)
            return asked, lambda: way.update(key, id, number, value)
        case "read":
            return ("read", id), lambda: way.read(id)
        case "vread":
            number = str(int(number) + random.randrange(2))
            return ("vread", id, number), lambda: way.vread(id, number)
        case "find":
            return ("find",), lambda: way.find(key)
        case _:
            return ("delete", id), lambda: way.delete(id)


def _versions(asked: Seen, answer: Seen) -> list[tuple[str, str]]:
    """The versions that an answer tells of."""
    match (*asked, *answer):
        case ("create", _, "made", id):
            return [(id, "1")]
        case ("create", _, "found", id, number):
            return [(id, number)]
        case ("read", id, number, _) | ("update", id, _, _, number) if number.isdigit():
            return [(id, number)]
    return []
