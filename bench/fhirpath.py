"""Precompiled FHIRPath expressions beside fhirpathpy, and beside closures written by hand."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import fhirpathpy
from fhirpathpy.models import models

from bench import Figure, in_turns, microseconds
from bench.base import OBSERVATION
from samspill.fhir import fhirpath
from samspill.fhir.definitions import Definitions

RACE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"

PATIENT = {
    "resourceType": "Patient",
    "id": "example",
    "extension": [
        {
            "url": RACE,
            "extension": [
                {"url": "ombCategory", "valueCoding": {"system": "urn:x", "code": "2106-3"}},
                {"url": "text", "valueString": "White"},
            ],
        }
    ],
    "name": [
        {"use": "official", "family": "Chalmers", "given": ["Peter", "James"]},
        {"use": "usual", "given": ["Jim"]},
        {"use": "maiden", "family": "Windsor", "given": ["Peter", "James"]},
    ],
    "gender": "male",
    "birthDate": "1974-12-25",
}

Resource = dict[str, Any]
ByHand = Callable[[Resource], list[Any]]


def official_name(resource: Resource) -> list[Any]:
    for name in resource.get("name", ()):
        if name.get("use") == "official":
            for given in name.get("given", ()):
                return [given]
    return []


def above_five(resource: Resource) -> list[Any]:
    value = resource.get("valueQuantity", {}).get("value")
    return [] if value is None else [value > 5]


def loinc_code(resource: Resource) -> list[Any]:
    codings = resource.get("code", {}).get("coding", ())
    return [c["code"] for c in codings if c.get("system") == "http://loinc.org" and "code" in c]


def race(resource: Resource) -> list[Any]:
    return [
        inner["valueString"]
        for outer in resource.get("extension", ())
        if outer.get("url") == RACE
        for inner in outer.get("extension", ())
        if inner.get("url") == "text" and "valueString" in inner
    ]


CASES: tuple[tuple[str, Resource, ByHand], ...] = (
    ("Patient.name.where(use='official').given.first()", PATIENT, official_name),
    ("Observation.value.ofType(Quantity).value > 5", OBSERVATION, above_five),
    ("Observation.code.coding.where(system='http://loinc.org').code", OBSERVATION, loinc_code),
    (
        f"Patient.extension.where(url='{RACE}').extension.where(url='text').value.ofType(string)",
        PATIENT,
        race,
    ),
)


def figures() -> Iterator[Figure]:
    definitions = Definitions.load()
    for text, resource, by_hand in CASES:
        expression = fhirpath.compile(text, definitions, resource["resourceType"])
        theirs = fhirpathpy.compile(text, model=models["r4"])
        ours, peer, closure = in_turns(
            partial(microseconds, partial(expression.evaluate, resource)),
            partial(microseconds, partial(theirs, resource)),
            partial(microseconds, partial(by_hand, resource)),
        )
        yield Figure(
            what=f"Speed-up of `{text}`",
            value=peer.median,
            unit="µs by fhirpathpy",
            goal=20,
            yardstick="ours",
            against=ours.median,
        )
        yield Figure(
            what=f"Time of `{text}`",
            value=ours.median,
            unit="µs",
            goal=8,
            yardstick="closure by hand",
            against=closure.median,
            is_more_better=False,
            spread=ours.spread,
        )
