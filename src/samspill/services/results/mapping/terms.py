"""Codes of one laboratory beside the common ones, where a ConceptMap of the record has them.

https://hl7.org/fhir/R4/conceptmap.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from samspill.base.json import Resource
from samspill.fhir.terminology import translate
from samspill.fhir.terminology.translate import Maps, Wanted
from samspill.norway import codes
from samspill.services.results.mapping.report import Mapped

SAME = frozenset({"equal", "equivalent"})
"""Only these say that the other code may stand for the one given."""


def mapped(given: Mapped, maps: Sequence[Resource], shelf: Maps) -> Mapped:
    """The report with common codes after the local ones, which stay as they came."""
    return replace(given, resources=tuple(_with(each, maps, shelf) for each in given.resources))


def _with(resource: Resource, maps: Sequence[Resource], shelf: Maps) -> Resource:
    if resource["resourceType"] != "Observation":
        return resource
    own = resource["code"].get("coding", [])
    if any(each.get("system") == codes.NLK for each in own):
        return resource
    common = [found for each in own for found in _common(each, maps, shelf)]
    if not common:
        return resource
    return {**resource, "code": {**resource["code"], "coding": [*own, *common]}}


def _common(coding: Resource, maps: Sequence[Resource], shelf: Maps) -> Iterator[Resource]:
    wanted = Wanted(coding.get("system", ""), coding["code"], codes.NLK)
    if not wanted.system:
        return
    for each in maps:
        for match in translate.of_map(each, wanted, shelf, {each.get("url", "")}):
            if match.equivalence in SAME:
                yield match.coding
                return
