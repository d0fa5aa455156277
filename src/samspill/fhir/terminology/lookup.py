"""$lookup: what a code system tells of a code.

https://hl7.org/fhir/R4/codesystem-operation-lookup.html
"""

from collections.abc import Iterator, Sequence
from typing import Any

from samspill.base.errors import InvalidTerminology
from samspill.fhir.terminology import concepts, displays, issues, supplements
from samspill.fhir.terminology.concepts import Designation
from samspill.fhir.terminology.library import Library
from samspill.fhir.terminology.options import Options
from samspill.fhir.terminology.systems import Concept, System

Resource = dict[str, Any]


def lookup(system: System, code: str, library: Library, options: Options) -> Resource:
    """The Parameters to answer with; raises `InvalidTerminology` when there is no such code."""
    added = supplements.of(system, supplements.find({}, library, options.supplements))
    concept = system.find(code)
    if concept is None:
        raise InvalidTerminology([issues.unknown_code(code, system.url, system.version, "code")])
    names = list(concepts.designations(system, concept, added))
    rows: list[Resource] = [
        {"name": "abstract", "valueBoolean": concepts.is_abstract(system, concept)},
        {"name": "code", "valueCode": concept.code},
        {"name": "system", "valueUri": system.url},
        {"name": "name", "valueString": str(system.resource.get("name", system.url))},
    ]
    if concept.definition:
        rows.append({"name": "definition", "valueString": concept.definition})
    display = displays.best(names, options.languages)
    if display:
        rows.append({"name": "display", "valueString": display})
    if system.version:
        rows.append({"name": "version", "valueString": system.version})
    if _is_wanted("designation", options.properties):
        rows += [_designation(each) for each in names]
    rows += sorted(_properties(system, concept, added, options), key=lambda row: str(row["part"]))
    rows += [
        {"name": "used-supplement", "valueCanonical": issues.canonical(each.resource)}
        for each in added
    ]
    return {"resourceType": "Parameters", "parameter": sorted(rows, key=lambda row: row["name"])}


def _is_wanted(name: str, asked: Sequence[str]) -> bool:
    return not asked or "*" in asked or name in asked


def _designation(name: Designation) -> Resource:
    part: list[Resource] = []
    if name.language:
        part.append({"name": "language", "valueCode": name.language})
    if name.source:
        part.append({"name": "source", "valueCanonical": name.source})
    if "use" in name.raw:
        part.append({"name": "use", "valueCoding": name.raw["use"]})
    part.append({"name": "value", "valueString": name.value})
    return {"name": "designation", "part": part}


def _properties(
    system: System, concept: Concept, added: Sequence[System], options: Options
) -> Iterator[Resource]:
    asked = options.properties
    if _is_wanted("inactive", asked):
        is_inactive = concepts.is_inactive(system, concept)
        yield _property("inactive", "valueBoolean", is_inactive)
    if not asked:
        return
    for name, codes in (
        ("parent", concept.parents),
        ("child", system.codes(system.children(concept.code))),
    ):
        if _is_wanted(name, asked):
            yield from (_relative(system, name, code) for code in codes)
    raws = [
        concept.raw,
        *(each.raw for each in (s.get(concept.code) for s in added) if each is not None),
    ]
    for raw in raws:
        for each in raw.get("property", ()):
            name = str(each.get("code", ""))
            if _is_wanted(name, asked) and name not in ("inactive", "parent", "child"):
                kind = next((key for key in each if key.startswith("value")), "")
                if kind:
                    yield _property(name, kind, each[kind])


def _property(code: str, kind: str, value: Any) -> Resource:
    return {
        "name": "property",
        "part": [{"name": "code", "valueCode": code}, {"name": "value", kind: value}],
    }


def _relative(system: System, name: str, code: str) -> Resource:
    row = _property(name, "valueCode", code)
    other = system.find(code)
    if other is not None and other.display:
        row["part"].insert(1, {"name": "description", "valueString": other.display})
    return row
