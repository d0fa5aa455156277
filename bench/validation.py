"""Validation of a write, all base rules on, beside the fastest parser on the same bytes."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import orjson

from bench import Figure, in_turns, microseconds
from bench.base import OBSERVATION
from bench.fhirpath import PATIENT
from samspill.fhir.definitions import Definitions
from samspill.fhir.validation import Validator

VITAL_SIGNS = "http://hl7.org/fhir/StructureDefinition/bodyheight"


def figures() -> Iterator[Figure]:
    validator = Validator(Definitions.load())
    yield _beside_parsing("an Observation", OBSERVATION, 5, validator)
    yield _beside_parsing("a Patient", PATIENT, 14, validator)
    yield _against_profile(validator)


def _beside_parsing(
    name: str, resource: dict[str, Any], goal: float, validator: Validator
) -> Figure:
    """Structure, primitives, references, required codes and invariants: all that a write needs."""
    text = orjson.dumps(resource)
    assert not [each for each in validator.validate(resource) if each.severity == "error"]
    ours, theirs = in_turns(
        partial(microseconds, partial(validator.validate, resource)),
        partial(microseconds, partial(orjson.loads, text)),
    )
    return Figure(
        what=f"Validate {name} of {len(text)} bytes, all base rules on",
        value=ours.median,
        unit="µs",
        goal=goal,
        yardstick="orjson.loads",
        against=theirs.median,
        is_more_better=False,
        spread=ours.spread,
    )


def _against_profile(validator: Validator) -> Figure:
    """The same and a profile with slices, bindings and its own invariants."""
    look = partial(validator.validate, OBSERVATION, profiles=[VITAL_SIGNS])
    assert not [each for each in look() if each.severity == "error"]
    ours, _ = in_turns(partial(microseconds, look), partial(microseconds, look))
    return Figure(
        what="Validate the Observation against the profile of body height as well",
        value=ours.median,
        unit="µs",
        goal=1000,
        is_more_better=False,
        spread=ours.spread,
    )
