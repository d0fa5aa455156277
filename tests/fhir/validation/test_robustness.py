"""Whatever the content, validation answers: it never raises, and it does not take long."""

import copy
import gzip
import json
import random
import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from builders import shared, validation

Json = Any
JUNK: list[Json] = [
    None,
    5,
    True,
    Decimal("1.5"),
    10**30,
    "",
    "text",
    "#",
    "urn:uuid:x",
    "2020-13-01",
    [],
    [[]],
    [None],
    [{}],
    {},
    {"id": "x"},
    {"url": 5},
    {"extension": []},
    {"resourceType": "Patient"},
    {"resourceType": []},
    {"reference": 5},
    {"coding": [{"code": 5}]},
]


def _slots(value: Json) -> Iterator[tuple[Json, Any]]:
    """Every place in a value where something else could stand."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in list(items):
        yield value, key
        if isinstance(each, dict | list):
            yield from _slots(each)


def _spoilt(example: Json, chance: random.Random) -> Json:
    """A copy with a few things put where they do not belong."""
    made = copy.deepcopy(example)
    for _ in range(chance.choice((1, 2, 4))):
        holder, key = chance.choice(list(_slots(made)))
        if isinstance(holder, dict) and chance.random() < 0.2:
            key = f"_{key}"
        holder[key] = copy.deepcopy(chance.choice(JUNK))
    return made


@pytest.mark.parametrize("seed", range(4))
def test_spoilt_examples_are_judged_without_a_crash(seed: int) -> None:
    chance = random.Random(seed)
    with gzip.open(shared.folder("examples", "r4-examples.ndjson.gz")) as lines:
        examples = [json.loads(line, parse_float=Decimal) for line in lines if len(line) < 8000]
    refused = 0
    for _ in range(400):
        spoilt = _spoilt(chance.choice(examples), chance)
        refused += bool(validation.errors(validation.core().validate(spoilt)))
        validation.core().validate(spoilt, is_thorough=True)

    assert refused > 300


def _nested(levels: int) -> Json:
    extension: Json = {"url": "http://example.org", "valueFoo": 1}
    for _ in range(levels):
        extension = {"url": "http://example.org", "extension": [extension]}
    return {"resourceType": "Patient", "extension": [extension]}


HOSTILE = {
    "deep": _nested(30),
    "many unknown elements": {"resourceType": "Patient", **{f"x{n}": 1 for n in range(100_000)}},
    "many faults": {"resourceType": "Patient", "name": [{"given": [5]} for _ in range(100_000)]},
    "a long code": {"resourceType": "Patient", "language": "a " * 1_000_000},
    "a long oid": {
        "resourceType": "Patient",
        "implicitRules": "urn:oid:1" + ".1" * 1_000_000 + "x",
    },
    "a long number": {"resourceType": "Patient", "birthDate": "1" * 2_000_000},
    "long base64": {"resourceType": "Binary", "contentType": "a/b", "data": " " * 2_000_000 + "!"},
    "a long media type": {"resourceType": "Binary", "contentType": "a/b" + ";a=b " * 400_000},
    "a deep narrative": {
        "resourceType": "Patient",
        "text": {
            "status": "generated",
            "div": '<div xmlns="http://www.w3.org/1999/xhtml">' + "<p>" * 100_000,
        },
    },
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_content_is_refused_at_once(name: str) -> None:
    validation.core().warm(["Patient", "Binary"])
    start = time.process_time()
    issues = validation.core().validate(HOSTILE[name])

    assert validation.errors(issues)
    assert time.process_time() - start < 0.3
