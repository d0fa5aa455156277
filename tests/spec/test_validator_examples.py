"""The official examples are right, and each of them with one fault is wrong."""

import gzip
from collections import Counter
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
import pytest

from builders import faults, shared
from samspill.fhir.definitions import Definitions
from samspill.fhir.validation import Validator

Resource = dict[str, Any]
PARSE = msgspec.json.Decoder(float_hook=Decimal).decode


@cache
def _validator() -> Validator:
    return Validator(Definitions.load())


@cache
def _examples() -> list[Resource]:
    with gzip.open(shared.folder("examples", "r4-examples.ndjson.gz")) as lines:
        return [PARSE(line) for line in lines]


def _errors(resource: Resource) -> list[str]:
    found = _validator().validate(resource)
    return [f"{i.expression}: {i.text.en} ({i.rule})" for i in found if i.severity == "error"]


def test_the_official_examples_have_no_errors() -> None:
    wrong = {f"{each['resourceType']}/{each['id']}": _errors(each) for each in _examples()}

    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("kind", faults.KINDS)
def test_examples_with_one_seeded_fault_are_caught(kind: str) -> None:
    definitions = _validator().definitions
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
