"""The synthetic population keeps to the basis profiles of HL7 Norway."""

from datetime import date
from functools import cache

import pytest

from builders.shared import folder
from samspill.base import json
from samspill.fhir import xml
from samspill.fhir.definitions import Definitions
from samspill.fhir.validation import Validator
from samspill.population import generate

PROFILED = (
    "Patient",
    "RelatedPerson",
    "Practitioner",
    "PractitionerRole",
    "Organization",
    "AllergyIntolerance",
    "DocumentReference",
    "Composition",
    "Appointment",
)


@cache
def validator() -> Validator:
    core = Definitions.load()
    files = (
        file
        for kind in ("StructureDefinition", "ValueSet", "CodeSystem")
        for file in sorted((folder("norway", "no-basis") / kind).glob("*.xml"))
    )
    return Validator(core.with_resources([xml.parse(file.read_bytes(), core) for file in files]))


@pytest.mark.parametrize("type", PROFILED)
def test_resources_keep_to_their_basis_profile(type: str) -> None:
    profile = f"http://hl7.no/fhir/StructureDefinition/no-basis-{type}"
    checked = 0
    for resource in generate.resources(0, 7, date(2026, 11, 23)):
        if resource["resourceType"] == type and checked < 60:
            value = json.parse(json.format(resource))
            issues = validator().validate(value, profiles=[profile])
            assert not [each for each in issues if each.severity == "error"], resource["id"]
            checked += 1
    assert checked
