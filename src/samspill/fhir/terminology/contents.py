"""One entry of an expansion: names in the languages asked for, properties and extensions.

Properties stand in the entry as in FHIR R5, as terminology servers of R4 agree to do.
https://hl7.org/fhir/R5/valueset-definitions.html#ValueSet.expansion.contains
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from samspill.fhir.terminology import concepts, supplements
from samspill.fhir.terminology.concepts import Designation
from samspill.fhir.terminology.options import Options
from samspill.fhir.terminology.selection import Pick
from samspill.fhir.terminology.systems import Concept, System

Resource = dict[str, Any]

_DEFINITIONS = "http://hl7.org/fhir/StructureDefinition/"
_AS_PROPERTY = {
    "codesystem-label": ("label", "valueString"),
    "valueset-label": ("label", "valueString"),
    "codesystem-conceptOrder": ("order", "valueDecimal"),
    "valueset-conceptOrder": ("order", "valueDecimal"),
    "itemWeight": ("weight", "valueDecimal"),
    "structuredefinition-standards-status": ("status", "valueCode"),
}
"""Extensions that are told as properties; those of a value set come before those of a system."""
_URIS = {"weight": "itemWeight"}
_AS_EXTENSION = frozenset(
    f"{_DEFINITIONS}{name}"
    for name in (
        "rendering-style",
        "rendering-xhtml",
        "valueset-concept-definition",
        "valueset-deprecated",
    )
)
_OF_DESIGNATIONS = frozenset(
    f"{_DEFINITIONS}{name}" for name in ("coding-sctdescid", "structuredefinition-standards-status")
)
_NAMED_HERE = frozenset({"definition", "status"})


class Writer:
    """Writes entries, and remembers which properties they had."""

    def __init__(self, options: Options, added: Sequence[System]) -> None:
        self._options = options
        self._added = added
        self._uris: dict[str, str] = {}

    def write(self, pick: Pick) -> Resource:
        """`contains`, without those below it."""
        system, concept = pick.system, pick.concept
        adding = supplements.of(system, self._added)
        raws = [
            pick.listed,
            *(each.raw for each in (s.get(concept.code) for s in adding) if each is not None),
            concept.raw,
        ]
        own = list(concepts.listed(pick.listed, pick.language))
        names = [*own, *concepts.designations(system, concept, adding)]
        shown = concepts.best(names, self._options.languages)
        entry: Resource = {}
        raws = [each for each in raws if each]
        extended = [each for each in raws if "extension" in each]
        extensions = _extensions(extended)
        if extensions:
            entry["extension"] = extensions
        entry["system"] = system.url
        standing = concepts.standing(system, concept)
        if standing.is_abstract:
            entry["abstract"] = True
        if standing.is_inactive:
            entry["inactive"] = True
        entry["code"] = concept.code
        if shown is not None:
            entry["display"] = shown.value
        if self._options.with_designations:
            others = [_designation(each) for each in names if self._is_told(each, shown)]
            if others:
                entry["designation"] = others
        properties = self._properties(pick, standing.status, extended, adding)
        if properties:
            entry["property"] = properties
        return entry

    def properties(self) -> list[Resource]:
        """`expansion.property`: what the codes of the properties mean."""
        pairs = sorted(self._uris.items(), key=lambda each: (each[1] or "~", each[0]))
        return [{"code": code, **({"uri": uri} if uri else {})} for code, uri in pairs]

    def _is_told(self, name: Designation, shown: Designation | None) -> bool:
        if name is shown or (shown is not None and name.is_display and name.value == shown.value):
            return False
        wanted = self._options.designations
        return not wanted or any(_is_of(name, each) for each in wanted)

    def _properties(
        self, pick: Pick, status: str, extended: Sequence[Resource], adding: Sequence[System]
    ) -> list[Resource]:
        found = dict(_told_by_extensions(extended))
        if status:
            found["status"] = {"code": "status", "valueCode": status}
        if "definition" in self._options.properties and pick.concept.definition:
            found["definition"] = {"code": "definition", "valueString": pick.concept.definition}
        for code in found:
            self._uris[code] = concepts.PROPERTIES + _URIS.get(code, code)
        rows = list(found.values())
        rows += self._asked_for(pick.system, pick.concept)
        for system in adding:
            rows += self._asked_for(system, system.get(pick.concept.code))
        return sorted(rows, key=lambda each: str(each["code"]))

    def _asked_for(self, system: System, concept: Concept | None) -> Iterator[Resource]:
        asked = set(self._options.properties) - _NAMED_HERE
        if concept is None or not asked:
            return
        for each in concept.raw.get("property", ()):
            name = each.get("code", "")
            if name in asked or "*" in asked:
                declared = system.resource.get("property", ())
                uris = (d.get("uri", "") for d in declared if d.get("code") == name)
                self._uris[name] = next(uris, "")
                yield {key: value for key, value in each.items() if key != "extension"}


def _told_by_extensions(raws: Iterable[Resource]) -> Iterator[tuple[str, Resource]]:
    seen = set()
    for raw in raws:
        for each in raw.get("extension", ()):
            told = _AS_PROPERTY.get(str(each.get("url", "")).removeprefix(_DEFINITIONS))
            value = next((v for k, v in each.items() if k.startswith("value")), None)
            if told and told[0] not in seen and value is not None:
                seen.add(told[0])
                yield told[0], {"code": told[0], told[1]: value}


def _extensions(raws: Iterable[Resource]) -> list[Resource]:
    """One of each kind: of the value set, of a supplement, or of the system."""
    found: dict[str, Resource] = {}
    for raw in raws:
        for each in raw.get("extension", ()):
            if each.get("url") in _AS_EXTENSION:
                found.setdefault(each["url"], each)
    return [found[url] for url in sorted(found)]


def _designation(name: Designation) -> Resource:
    kept = [e for e in name.raw.get("extension", ()) if e.get("url") in _OF_DESIGNATIONS]
    plain = {k: v for k, v in name.raw.items() if k != "extension" and v != ""}
    return {"extension": kept, **plain} if kept else plain


def _is_of(name: Designation, wanted: str) -> bool:
    """Whether a designation is of the language or use that `system|code` names."""
    system, _, code = wanted.rpartition("|")
    if system == "urn:ietf:bcp:47" or not system:
        return name.language == code
    use = name.raw.get("use", {})
    return (use.get("system"), use.get("code")) == (system, code)
