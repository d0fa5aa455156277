"""Validation of a write, all base rules on, beside parsers and other validators."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import fhirkit
import orjson
from fhir.resources.R4B import get_fhir_model_class

from bench import Figure, in_turns, microseconds
from bench.base import OBSERVATION
from bench.fhirpath import PATIENT
from samspill.base import json
from samspill.fhir import xml
from samspill.fhir.definitions import Definitions
from samspill.fhir.validation import Validator

VITAL_SIGNS = "http://hl7.org/fhir/StructureDefinition/bodyheight"


def figures() -> Iterator[Figure]:
    validator = Validator(Definitions.load())
    yield _beside_parsing("an Observation", OBSERVATION, 5, validator)
    yield _beside_parsing("a Patient", PATIENT, 14, validator)
    yield _against_profile(validator)
    for resource in (OBSERVATION, PATIENT):
        yield _beside_models(resource, validator)
    yield _beside_rust(PATIENT, 1, validator)
    yield _beside_rust(OBSERVATION, 2, validator)
    if BASIS.exists():
        yield _norwegian_patient()
        yield _memory()


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


def _beside_models(resource: dict[str, Any], validator: Validator) -> Figure:
    """Both take a parsed resource. The models know types and cardinality; ours all base rules."""
    model = get_fhir_model_class(resource["resourceType"])
    ours, theirs = in_turns(
        partial(microseconds, partial(validator.validate, resource)),
        partial(microseconds, partial(model.model_validate, resource)),
    )
    return Figure(
        what=f"Validate a parsed {resource['resourceType']}",
        value=ours.median,
        unit="µs",
        goal=0.05,
        yardstick="fhir.resources (R4B)",
        against=theirs.median,
        is_more_better=False,
        spread=ours.spread,
    )


def _beside_rust(resource: dict[str, Any], goal: float, validator: Validator) -> Figure:
    """Both take bytes; ours reads with its guards and checks all base rules."""
    data = orjson.dumps(resource)
    ours, theirs = in_turns(
        partial(microseconds, lambda: validator.validate(json.parse_resource(data))),
        partial(microseconds, partial(fhirkit.parse, data)),
    )
    return Figure(
        what=f"Read and validate a {resource['resourceType']} from bytes",
        value=ours.median,
        unit="µs",
        goal=goal,
        yardstick="fhirkit-rs",
        against=theirs.median,
        is_more_better=False,
        spread=ours.spread,
    )


def _norwegian_patient() -> Figure:
    """Everything that $validate looks at, of an example that claims the Norwegian profile."""
    core = Definitions.load()
    files = (path for name in FOLDERS for path in sorted((BASIS / name).glob("*.xml")))
    basis = [xml.read(each.read_bytes(), core).resource for each in files]
    validator = Validator(core.with_resources(basis))
    example = next((BASIS / "Examples").glob("no-basis-Patient*.xml"))
    patient = xml.read(example.read_bytes(), core).resource
    look = partial(validator.validate, patient, is_thorough=True)
    ours, _ = in_turns(partial(microseconds, look), partial(microseconds, look))
    return Figure(
        what="$validate a no-basis Patient",
        value=ours.median,
        unit="µs",
        goal=3000,
        is_more_better=False,
        spread=ours.spread,
    )


def _memory() -> Figure:
    """Of a process that can validate all types and the Norwegian profiles, over an empty one."""
    empty, full = (_peak(code) for code in (EMPTY, FULL))
    return Figure(
        what="Memory for validation: the core, all types warm, and no-basis",
        value=full - empty,
        unit="MB",
        goal=150,
        is_more_better=False,
    )


def _peak(code: str) -> float:
    """Megabytes that a process of its own had at most; Linux counts them from its start."""
    program = f"{code}; print(open('/proc/self/status').read())"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    line = next(each for each in done.stdout.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


BASIS = Path(__file__).parents[2] / "shared" / "data" / "norway" / "no-basis"
FOLDERS = ("StructureDefinition", "ValueSet", "CodeSystem")
EMPTY = "pass"
FULL = f"""
from pathlib import Path
from samspill.fhir import xml
from samspill.fhir.definitions import Definitions
from samspill.fhir.validation import Validator
core = Definitions.load()
files = [path for name in {FOLDERS} for path in (Path({str(BASIS)!r}) / name).glob("*.xml")]
validator = Validator(core.with_resources([xml.read(f.read_bytes(), core).resource for f in files]))
validator.warm(core.resource_types)
for each in validator.definitions.profiles():
    validator.validate({{"resourceType": each.constrained}}, profiles=[each.url])
pass"""
