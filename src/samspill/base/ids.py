"""Ids of resources and requests, made by a function that is passed in."""

import hashlib
import uuid
from collections.abc import Callable
from itertools import count

Ids = Callable[[], str]
"""A function that returns a new id at each call: 36 characters, lower case."""


def random() -> str:
    """A random UUID (version 4)."""
    return str(uuid.uuid4())


def keyed(seed: str) -> Ids:
    """Ids that follow from a seed: the same seed gives the same ids in the same order."""
    numbers = count()

    def next_id() -> str:
        digest = hashlib.sha256(f"{seed}/{next(numbers)}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))

    return next_id
