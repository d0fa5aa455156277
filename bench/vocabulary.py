"""A code system made up at random: a tree with further parents, names of made-up words."""

import random
from collections.abc import Iterator
from typing import Any

from samspill.fhir.terminology import entries
from samspill.fhir.terminology.systems import Concept

Resource = dict[str, Any]
URL = "http://example.org/vocabulary"
HEADER: Resource = {
    "resourceType": "CodeSystem",
    "url": URL,
    "version": "1",
    "status": "active",
    "content": "complete",
    "caseSensitive": True,
    "language": "en",
    "property": [{"code": "kind", "type": "code"}, {"code": "weight", "type": "integer"}],
}
_START = ("b", "d", "f", "g", "gr", "h", "k", "kl", "l", "m", "n", "s", "sk", "t", "ø", "å")
_MIDDLE = ("a", "e", "i", "o", "u", "y", "ø", "å", "ei", "au")
_END = ("d", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "ll", "nn", "rt", "sk", "st")


def concepts(size: int, edges: int, seed: int = 1) -> Iterator[Concept]:
    """`size` concepts, each below one or more that come before it; about `edges` relations."""
    chance = random.Random(seed)
    words = _words(chance, max(size // 8, 50))
    for number in range(size):
        parents: set[int] = set()
        if number:
            parents.add(chance.randrange(max(number // 6, 1) - 1, max(number // 3, 1)))
        further = max(number and edges / size - 1, 0)
        while chance.random() < further:
            parents |= {chance.randrange(number)}
            further -= 1
        yield entries.concept(
            code_of(number),
            " ".join(chance.choices(words, k=chance.randint(1, 5))),
            parents=[code_of(each) for each in sorted(parents)],
            properties=[
                ("kind", entries.Code(f"k{number % 7}")),
                ("weight", number % 100),
            ],
            designations=[
                entries.designation(" ".join(chance.choices(words, k=3)), "nb"),
            ],
            is_active=number % 20 != 3,
        )


def code_of(number: int) -> str:
    """Nine digits, as those of large terminologies are."""
    return str(100_000_000 + number * 7)


def _words(chance: random.Random, count: int) -> list[str]:
    return [
        "".join(
            part
            for _ in range(chance.randint(1, 3))
            for part in (chance.choice(_START), chance.choice(_MIDDLE), chance.choice(_END))
        )
        for _ in range(count)
    ]
