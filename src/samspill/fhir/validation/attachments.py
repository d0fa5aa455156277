"""Attachments: that size and hash are those of the data. https://hl7.org/fhir/R4/datatypes.html#Attachment"""

import base64
import binascii
import hashlib

from samspill.base.texts import Text
from samspill.fhir.validation.findings import Finding, Findings
from samspill.fhir.validation.places import Place

RULE = "http://hl7.org/fhir/StructureDefinition/Attachment#Attachment."


def check(place: Place) -> Findings:
    data, size, digest = (place.value.get(name) for name in ("data", "size", "hash"))
    if not isinstance(data, str):
        return []
    try:
        content = base64.b64decode(data)
    except binascii.Error:
        return []
    found: Findings = []
    if isinstance(size, int) and size != len(content):
        found += place.found(_differs("size", "størrelse", f"{len(content)} bytes"), "size")
    if isinstance(digest, str) and digest != _sha1(content):
        finding = _differs("hash", "hash", "the SHA-1 of the data, in base64")
        # The standard's own examples hold made-up ones.
        finding.severity = "warning"
        found += place.found(finding, "hash")
    return found


def _sha1(content: bytes) -> str:
    # The standard asks for SHA-1 here; it guards against errors, not against forgery.
    return base64.b64encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()


def _differs(english: str, norwegian: str, expected: str) -> Finding:
    return Finding(
        "value",
        Text(
            f"The stated {english} is not that of the data",
            f"Oppgitt {norwegian} er ikke den til dataene",
        ),
        RULE + english,
        expected,
    )
