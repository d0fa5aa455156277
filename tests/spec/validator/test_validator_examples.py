"""The official examples are right, and each of them with one fault is wrong."""

import gzip
from collections import Counter
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
import pytest

from builders import faults, shared, validation

Resource = dict[str, Any]
PARSE = msgspec.json.Decoder(float_hook=Decimal).decode


@cache
def _examples() -> list[Resource]:
    with gzip.open(shared.folder("examples", "r4-examples.ndjson.gz")) as lines:
        return [PARSE(line) for line in lines]


def _errors(resource: Resource, *, is_thorough: bool = False) -> list[str]:
    return validation.errors(validation.core().validate(resource, is_thorough=is_thorough))


def test_the_official_examples_have_no_errors() -> None:
    wrong = {f"{each['resourceType']}/{each['id']}": _errors(each) for each in _examples()}

    assert {name: found for name, found in wrong.items() if found} == {}


def test_a_thorough_look_finds_no_errors_in_them_either() -> None:
    wrong = {each["id"]: _errors(each, is_thorough=True) for each in _examples()}

    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("kind", faults.KINDS)
def test_examples_with_one_seeded_fault_are_caught(kind: str) -> None:
    definitions = validation.core().definitions
    missed = Counter[str]()
    count = 0
    for number, example in enumerate(_examples()):
        faulty = faults.seeded(example, kind, definitions, seed=7919 * number)
        if faulty is not None:
            count += 1
            missed[example["resourceType"]] += not _errors(faulty)

    assert count > 50
    assert missed.total() / count <= 0.02, +missed


def test_synthea_bundles_have_no_errors() -> None:
    files = sorted(shared.folder("synthea").glob("*.json.gz"))[:20]
    wrong = {file.name: _errors(PARSE(gzip.decompress(file.read_bytes()))) for file in files}

    assert {name: found for name, found in wrong.items() if found} == {}
