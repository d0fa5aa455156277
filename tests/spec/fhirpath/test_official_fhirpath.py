"""HL7's own FHIRPath cases. https://github.com/FHIR/fhir-test-cases (r4/fhirpath)"""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from builders import known, shared
from samspill.base.errors import InvalidExpression, SamspillError
from samspill.fhir import fhirpath

DATA = shared.folder("fhirpath")
CASES = json.loads((DATA / "tests.json").read_text())["tests"]
KNOWN = known.load(Path(__file__).with_name("known_failures.toml"))


@cache
def resource(name: str | None) -> dict[str, Any] | None:
    if name is None:
        return None
    found: dict[str, Any] = json.loads((DATA / "inputs" / name).read_text(), parse_float=Decimal)
    return found


def text(value: Any) -> str:
    """A value as the cases write it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict) and set(value) == {"type", "value"}:
        return str(value["value"])
    return str(value)


def failure(case: dict[str, Any]) -> str:
    """What is wrong, "" if nothing is."""
    expected = [output["value"].removeprefix("@") for output in case["outputs"]]
    try:
        found = fhirpath.evaluate(case["expression"], resource(case["input"]))
    except InvalidExpression as error:
        return "" if case["invalid"] else f"refused: {error}"
    if case["invalid"]:
        return f"not refused: {found}"
    values = [text(value) for value in found]
    if not case["ordered"]:
        values, expected = sorted(values), sorted(expected)
    return "" if values == expected else f"{values}, expected {expected}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_case_of_hl7(case: dict[str, Any]) -> None:
    known.check(case["name"], KNOWN, failure(case))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_case_has_the_same_answer_when_no_type_is_known_before(case: dict[str, Any]) -> None:
    """The closures for known types and those for Items are two engines that must agree."""
    subject = resource(case["input"])
    definitions = fhirpath.core()
    context = fhirpath.Context(now=0)
    try:
        type = subject["resourceType"] if subject else ""
        typed = fhirpath.compile(case["expression"], definitions, type)
        expected = [fhirpath.plain(item) for item in typed.evaluate(subject, context)]
    except SamspillError:
        return
    untyped = fhirpath.compile(case["expression"], definitions)
    found = [fhirpath.plain(item) for item in untyped.evaluate(subject, context)]
    assert found == expected
