"""A load of transactions that append to lists and read them, through the door, and its history.

A list is the notes of a Device. It grows by FHIRPath Patch, by `PUT` with If-Match of what was read
before, and by conditional `PUT`; other lists are read by GETs of the same transaction. Some
transactions end with an entry that must fail, so that what they wrote has to be taken back.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

import httpx
import psycopg

from builders.isolation import Append, Read, Transaction
from builders.resources import a_bundle, an_entry
from samspill.base.errors import MultipleMatches, PreconditionFailed
from samspill.fhir import bundle
from samspill.interactions import read, transaction
from samspill.interactions.session import Session

Resource = dict[str, Any]
Send = Callable[[Resource], list[Resource] | None]
"""Carries out a transaction Bundle: the resources of its GETs, or None when it was refused."""
Get = Callable[[str], Resource]
"""Reads a Device by id, outside of every transaction."""

CLIENTS = 16
WIDTH = 6
"""Lists in use at a time."""
LENGTH = 30
"""Appends to a list, about, until another one takes its place."""
SYSTEM = "urn:list"


def device(key: str, values: Sequence[int], **more: Any) -> Resource:
    notes = {"note": [{"text": str(value)} for value in values]} if values else {}
    name = {"identifier": [{"system": SYSTEM, "value": key}]}
    return {"resourceType": "Device", **more, **name, **notes}


def values(resource: Resource) -> tuple[int, ...]:
    return tuple(int(note["text"]) for note in resource.get("note", ()))


def keys(transactions: int) -> list[str]:
    """The lists that so many transactions use."""
    return [f"k{n}" for n in range(transactions * 2 // LENGTH + WIDTH)]


def prepare(send: Send, transactions: int) -> None:
    """Makes all lists, empty."""
    entries = [
        an_entry("PUT", f"Device/{key}", device(key, (), id=key)) for key in keys(transactions)
    ]
    for start in range(0, len(entries), 1_000):
        assert send(a_bundle("transaction", *entries[start : start + 1_000])) is not None


def run(
    send: Send, get: Get, transactions: int, *, seed: int = 1, clients: int = CLIENTS
) -> list[Transaction]:
    """The history of so many transactions, of clients that run side by side."""
    history: list[Transaction] = []
    failures: list[BaseException] = []

    def work(client: int) -> None:
        random = Random(seed * 1_000 + client)
        try:
            for n in range(client, transactions, clients):
                history.append(_one(send, get, random, n))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return history


def _one(send: Send, get: Get, random: Random, n: int) -> Transaction:
    """One transaction: up to two appends and up to two reads of other lists."""
    first = n * 2 // LENGTH
    chosen = [f"k{first + each}" for each in random.sample(range(WIDTH), 4)]
    written, seen = chosen[: random.randrange(3)], chosen[2 : 2 + random.randrange(3)]
    steps: list[Append | Read] = []
    entries: list[Resource] = []
    for place, key in enumerate(written):
        value = n * 2 + place
        before, entry = _append(get, random, key, value)
        steps += [*before, Append(key, value)]
        entries.append(entry)
    if entries and random.random() < 0.05:
        entries.append(_doomed(chosen[3]))
        seen = []
    entries += [an_entry("GET", f"Device/{key}") for key in seen]
    if not entries:
        return Transaction((Read(chosen[0], values(get(chosen[0]))),))
    answers = send(a_bundle("transaction", *entries))
    if answers is None:
        return Transaction(tuple(steps), "aborted")
    reads = [Read(key, values(each)) for key, each in zip(seen, answers, strict=True)]
    return Transaction((*steps, *reads))


def _append(get: Get, random: Random, key: str, value: int) -> tuple[list[Read], Resource]:
    """An entry that appends, and what its client has read before and rests on."""
    if random.random() < 0.5:
        url = random.choice([f"Device/{key}", f"Device?identifier={SYSTEM}|{key}"])
        return [], an_entry("PATCH", url, _patch(value))
    old = get(key)
    found = values(old)
    url = random.choice([f"Device/{key}", f"Device?identifier={SYSTEM}|{key}"])
    match = f'W/"{old["meta"]["versionId"]}"'
    entry = an_entry("PUT", url, device(key, (*found, value), id=key), ifMatch=match)
    return [Read(key, found)], entry


def _patch(value: int) -> Resource:
    parts = [
        {"name": "type", "valueCode": "add"},
        {"name": "path", "valueString": "Device"},
        {"name": "name", "valueString": "note"},
        {"name": "value", "valueAnnotation": {"text": str(value)}},
    ]
    operation = {"name": "operation", "part": parts}
    return {"resourceType": "Parameters", "parameter": [operation]}


def _doomed(key: str) -> Resource:
    """An entry that is refused when the entries before it have been carried out."""
    return an_entry("PUT", f"Device/{key}", device(key, (), id=key), ifMatch='W/"999999999"')


def final(get: Get, transactions: int) -> dict[str, tuple[int, ...]]:
    """The lists as they are when all is over."""
    return {key: values(get(key)) for key in keys(transactions)}


def door(session: Session) -> tuple[Send, Get]:
    """The way through the interactions, without HTTP."""

    def reader(inner: Session, request: bundle.Request) -> Resource:
        return read.resource(inner, *request.path)

    def send(resource: Resource) -> list[Resource] | None:
        try:
            answers = transaction.start(session, resource, reader).result()
        except (PreconditionFailed, MultipleMatches):
            return None
        return [answer.read for answer in answers if answer.read is not None]

    return send, lambda id: read.resource(session, "Device", id)


def over_http(client: httpx.Client) -> tuple[Send, Get]:
    """The way through a server, whose FHIR base the client knows; threads may share it."""

    def send(resource: Resource) -> list[Resource] | None:
        answer = client.post("/", json=resource)
        if answer.status_code == 412:
            return None
        entries = answer.raise_for_status().json().get("entry", ())
        return [entry["resource"] for entry in entries if "resource" in entry]

    def get(id: str) -> Resource:
        found: Resource = client.get(f"/Device/{id}").raise_for_status().json()
        return found

    return send, get


def on_tables(url: str, level: psycopg.IsolationLevel, transactions: int) -> list[Transaction]:
    """The same kind of load on a plain table of PostgreSQL, at a level of isolation."""
    with psycopg.connect(url, autocommit=True) as setup:
        setup.execute("CREATE TABLE list (key text PRIMARY KEY, items int[] NOT NULL)")
        for key in keys(transactions):
            setup.execute("INSERT INTO list VALUES (%s, '{}')", (key,))
    history: list[Transaction] = []

    def work(client: int) -> None:
        random = Random(client)
        with psycopg.connect(url) as connection:
            connection.isolation_level = level
            for n in range(client, transactions, CLIENTS):
                history.append(_on_table(connection, random, n))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return history


def _on_table(
    connection: "psycopg.Connection[tuple[Any, ...]]", random: Random, n: int
) -> Transaction:
    first = n * 2 // LENGTH
    written, *seen = (f"k{first + each}" for each in random.sample(range(WIDTH), 3))
    steps: list[Append | Read] = []
    try:
        for key in seen:
            row = connection.execute("SELECT items FROM list WHERE key = %s", (key,)).fetchone()
            assert row
            steps.append(Read(key, tuple(row[0])))
        steps.append(Append(written, n))
        connection.execute("UPDATE list SET items = items || %s WHERE key = %s", (n, written))
        connection.commit()
    except psycopg.errors.OperationalError:
        connection.rollback()
        return Transaction(tuple(steps), "aborted")
    return Transaction(tuple(steps))


def final_on_tables(url: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    with psycopg.connect(url) as connection:
        for key, items in connection.execute("SELECT key, items FROM list"):
            yield key, tuple(items)
