"""A process that writes until it is killed: `python -m builders.writing FOLDER`.

It prints a line `id number` for each version after it was acknowledged: the journal of its client.
"""

import sys
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from random import Random
from typing import Any

from samspill.fhir.search.values import IndexEntry, Token
from samspill.store import Change, Store, Transaction

IDS = 200


def main(folder: Path) -> None:
    store = Store.open(folder / "record.db")
    random = Random()
    waiting: list[tuple[str, Future[int]]] = []
    while True:
        id = f"r{random.randrange(IDS)}"
        waiting.append((id, store.submit(pair(id))))
        if len(waiting) > 30:
            written, future = waiting.pop(0)
            sys.stdout.write(f"{written} {future.result()}\n")
            sys.stdout.flush()


def pair(id: str) -> Callable[[Transaction], int]:
    """A unit that writes a resource and its twin, and returns their version number."""

    def unit(transaction: Transaction) -> int:
        version = transaction.write(change(id))
        transaction.write(change(f"{id}-twin"))
        return version.number

    return unit


def change(id: str) -> Change:
    body = b'{"resourceType":"Basic","id":"%b","text":{"div":"%b"}}' % (id.encode(), b"x" * 300)
    return Change("Basic", id, lambda number, at: body, entries({"id": id}))


def entries(resource: dict[str, Any]) -> list[IndexEntry]:
    return [IndexEntry("code", Token("", resource["id"]))]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
