"""Vital signs: an Observation with one of these codes conforms to the profile of its kind.

The standard says so whether the profile is claimed or not. Its own examples do not all keep to it,
so that what is not claimed is told as a warning.
https://hl7.org/fhir/R4/observation-vitalsigns.html
"""

from dataclasses import replace

from samspill.fhir.validation.conformance import Conformance
from samspill.fhir.validation.findings import Findings
from samspill.fhir.validation.places import Place

LOINC = "http://loinc.org"
PROFILES = {
    "85353-1": "vitalspanel",
    "9279-1": "resprate",
    "8867-4": "heartrate",
    "2708-6": "oxygensat",
    "8310-5": "bodytemp",
    "8302-2": "bodyheight",
    "9843-4": "headcircum",
    "29463-7": "bodyweight",
    "39156-5": "bmi",
    "85354-9": "bp",
}


def check(place: Place, look: Conformance) -> Findings:
    codings = place.value.get("code", {}).get("coding", ())
    found: Findings = []
    for coding in codings:
        if coding.get("system") == LOINC and coding.get("code") in PROFILES:
            name = PROFILES[coding["code"]]
            profile = f"http://hl7.org/fhir/StructureDefinition/{name}"
            found += [replace(e, severity="warning") for e in look.check(place, profile)]
    return found
