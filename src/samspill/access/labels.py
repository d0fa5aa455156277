"""Labels that count for access, and what hands them on: https://hl7.org/fhir/R4/security-labels.html

A resource has the labels of its meta.security, of what it contains, and of a document's own
securityLabel; it inherits those of the resources that it is made of.
"""

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from samspill.base.json import Resource
from samspill.fhir import references
from samspill.norway import codes, withholding

COUNTED = frozenset({withholding.SYSTEM, "http://terminology.hl7.org/CodeSystem/v3-ActCode"})
"""Code systems whose labels are kept: denied and delayed access, and kinds of sensitive content."""

MADE_OF = MappingProxyType(
    {
        "Binary": ("securityContext",),
        "Communication": ("payload",),
        "Composition": ("section", "relatesTo"),
        "DiagnosticReport": ("result", "media", "imagingStudy"),
        "DocumentManifest": ("content",),
        "DocumentReference": ("content", "relatesTo"),
        "ImagingStudy": (),
        "List": ("entry",),
        "Media": ("content",),
        "Observation": ("derivedFrom", "hasMember", "focus"),
        "Provenance": ("target", "entity"),
        "QuestionnaireResponse": ("partOf",),
        "ClinicalImpression": ("finding", "investigation", "supportingInfo"),
    }
)
"""The elements whose references lead to what a resource is made of, or repeats."""


def of(resource: Resource) -> tuple[str, ...]:
    """The resource's own labels, as system|code."""
    return tuple(sorted(set(_labels(resource))))


def _labels(resource: Resource) -> Iterator[str]:
    meta = resource.get("meta")
    given = [*_listed(meta.get("security") if isinstance(meta, dict) else ())]
    for concept in _listed(resource.get("securityLabel")):
        given += _listed(concept.get("coding"))
    for each in given:
        system = codes.canonical(str(each.get("system", "")))
        if system in COUNTED and each.get("code"):
            yield f"{system}|{each['code']}"
    for contained in _listed(resource.get("contained")):
        yield from _labels(contained)


def _listed(value: object) -> Iterable[Resource]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else ()


def made_of(resource: Resource) -> tuple[str, ...]:
    """Type/id of the resources that this one is made of."""
    elements = MADE_OF.get(resource["resourceType"], ())
    found = set()
    for name in elements:
        for each in references.walk({"resourceType": "", name: resource.get(name)}):
            text = each.get("reference")
            address = references.parse(text) if isinstance(text, str) else None
            if address and address.type and address.id and not address.base:
                found.add(f"{address.type}/{address.id}")
    return tuple(sorted(found))
