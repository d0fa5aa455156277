"""Guarded parsing beside the fastest parser that guards nothing."""

from collections.abc import Iterator
from functools import partial

import orjson

from bench import Figure, in_turns, microseconds
from samspill.base import json

OBSERVATION = {
    "resourceType": "Observation",
    "id": "4f1c2a30-77f1-4a43-9d5e-2f0a2d1b9a11",
    "text": {
        "status": "generated",
        "div": '<div xmlns="http://www.w3.org/1999/xhtml">Height 168.61 cm</div>',
    },
    "identifier": [{"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "example-123"}],
    "status": "final",
    "category": [
        {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                    "code": "vital-signs",
                    "display": "Vital Signs",
                }
            ]
        }
    ],
    "code": {
        "coding": [{"system": "http://loinc.org", "code": "8302-2", "display": "Body height"}],
        "text": "Body height",
    },
    "subject": {"reference": "Patient/5cbc121b-cd71-4428-b8b7-31e53eba8184"},
    "encounter": {"reference": "Encounter/4c7e5f4d-3c9c-4b2a-9f65-e7ac7eb4bb0d"},
    "effectiveDateTime": "2026-10-22T04:22:05+02:00",
    "issued": "2026-10-22T04:22:05.123+02:00",
    "performer": [{"reference": "Practitioner/8a4b121b-cd71-4428-b8b7-31e53eba8184"}],
    "valueQuantity": {
        "value": 168.61,
        "unit": "cm",
        "system": "http://unitsofmeasure.org",
        "code": "cm",
    },
    "referenceRange": [
        {
            "low": {"value": 150.5, "unit": "cm"},
            "high": {"value": 200.25, "unit": "cm"},
            "text": "normal",
        }
    ],
}


def figures() -> Iterator[Figure]:
    text = orjson.dumps(OBSERVATION)
    ours, theirs = in_turns(
        partial(microseconds, partial(json.parse, text)),
        partial(microseconds, partial(orjson.loads, text)),
    )
    yield Figure(
        what=f"Parse an Observation of {len(text)} bytes, all guards on",
        value=ours.median,
        unit="µs",
        goal=3.5,
        yardstick="orjson.loads",
        against=theirs.median,
        is_more_better=False,
        spread=ours.spread,
    )
