"""Codes beyond bindings: that a system has the code, and calls it what the text says.

https://hl7.org/fhir/R4/datatypes.html#Coding
"""

import re
from typing import Any

from samspill.base.texts import Text
from samspill.fhir.terminology import grammars
from samspill.fhir.terminology.systems import Concept, System
from samspill.fhir.validation.conformance import Conformance
from samspill.fhir.validation.findings import Finding, Findings
from samspill.fhir.validation.places import Place

Resource = dict[str, Any]

URI = "urn:ietf:rfc:3986"
"""The system of identifiers that are addresses themselves."""
_is_absolute = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:").match
_spaces = re.compile(r"\s+")


def check(place: Place, look: Conformance) -> Findings:
    """A Coding, Quantity or Identifier, as far as its system is known here."""
    url, code = place.value.get("system"), place.value.get("code")
    if not isinstance(url, str):
        return []
    if not _is_absolute(url):
        return place.found(_relative(place.type), "system")
    if place.type == "Identifier":
        return _check_identifier(place, url)
    if place.type == "Coding" and look.source.value_set(url) is not None:
        return place.found(_no_system(), "system")
    if not isinstance(code, str):
        return []
    grammar = grammars.find(url)
    if grammar is not None:
        return [] if grammar(code) else place.found(_unknown(url, place.type), "code")
    system = look.source.system(url)
    if system is None or not len(system):
        return []
    concept = system.find(code)
    if concept is None:
        return place.found(_unknown(url, place.type), "code") if system.is_complete else []
    display = place.value.get("display")
    if isinstance(display, str) and not _is_called(system, concept, display):
        return place.found(_misnamed(concept), "display")
    return []


def _check_identifier(place: Place, url: str) -> Findings:
    """What is identified by its own address has the whole of it."""
    value = place.value.get("value")
    if url == URI and isinstance(value, str) and not _is_absolute(value):
        return place.found(_no_address(), "value")
    return []


def _is_called(system: System, concept: Concept, display: str) -> bool:
    """By its display or a designation; case and spaces do not count."""
    names = [concept.display, *(e.get("value", "") for e in concept.raw.get("designation", ()))]
    return not concept.display or _folded(display) in {_folded(name) for name in names}


def _folded(text: str) -> str:
    return _spaces.sub(" ", text.strip()).casefold()


def _relative(type: str) -> Finding:
    return Finding(
        "invalid",
        Text("The address of the system is not absolute", "Systemets adresse er ikke absolutt"),
        f"http://hl7.org/fhir/StructureDefinition/{type}#{type}.system",
        "an address with a scheme, such as http: or urn:oid:",
    )


def _no_address() -> Finding:
    return Finding(
        "invalid",
        Text("The value is not an absolute address", "Verdien er ikke en absolutt adresse"),
        "http://hl7.org/fhir/StructureDefinition/Identifier#Identifier.value",
        Text(
            f"an address with a scheme, as the system is {URI}",
            f"en adresse med skjema, siden systemet er {URI}",
        ),
        # The standard's own examples do not all keep to it.
        "warning",
    )


def _no_system() -> Finding:
    return Finding(
        "invalid",
        Text(
            "The system is the address of a value set",
            "Systemet er adressen til et verdisett",
        ),
        "http://hl7.org/fhir/StructureDefinition/Coding#Coding.system",
        Text("the address of a code system", "adressen til et kodeverk"),
    )


def _unknown(url: str, type: str) -> Finding:
    return Finding(
        "code-invalid",
        Text("The code system has no such code", "Kodesystemet har ingen slik kode"),
        url,
        f"a code of {url}",
        # Units are written wrongly in the standard's own examples: "mcg", "ml/hr".
        "warning" if type == "Quantity" else "error",
    )


def _misnamed(concept: Concept) -> Finding:
    return Finding(
        "code-invalid",
        Text(
            "The display is not what the code system calls this code",
            "Visningsteksten er ikke det kodesystemet kaller koden",
        ),
        "http://hl7.org/fhir/StructureDefinition/Coding#Coding.display",
        concept.display,
        "warning",
    )
