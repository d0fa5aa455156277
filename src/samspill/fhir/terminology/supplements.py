"""Supplements: code systems that add names and properties to another.

https://hl7.org/fhir/R4/codesystem.html#supplements
"""

from collections.abc import Sequence
from typing import Any

from samspill.fhir.terminology import issues
from samspill.fhir.terminology.library import Library
from samspill.fhir.terminology.systems import System

Resource = dict[str, Any]

_SUPPLEMENT = "http://hl7.org/fhir/StructureDefinition/valueset-supplement"


def find(value_set: Resource, library: Library, asked: Sequence[str]) -> list[System]:
    """Those that the value set or the caller names; raises `InvalidTerminology` when one is not
    known."""
    named = [
        str(each.get("valueCanonical", ""))
        for each in value_set.get("extension", ())
        if each.get("url") == _SUPPLEMENT
    ]
    found = []
    for canonical in dict.fromkeys((*named, *asked)):
        system = library.system(canonical)
        if system is None or system.content != "supplement":
            raise issues.unknown_supplement(canonical)
        found.append(system)
    return found


def of(system: System, supplements: Sequence[System]) -> list[System]:
    """Those that add to this system."""
    return [
        each
        for each in supplements
        if str(each.resource.get("supplements", "")).partition("|")[0] == system.url
    ]
