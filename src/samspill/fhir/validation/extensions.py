"""Extensions: their definitions, and where they may stand.

https://hl7.org/fhir/R4/defining-extensions.html#context
"""

from samspill.base.errors import SamspillError
from samspill.base.texts import Text
from samspill.fhir import fhirpath
from samspill.fhir.definitions.structures import Context, Structure
from samspill.fhir.validation.conformance import Conformance
from samspill.fhir.validation.findings import Finding, Findings
from samspill.fhir.validation.places import Place

STANDARD = "http://hl7.org/fhir/StructureDefinition/"
USED_ELSEWHERE = {
    f"{STANDARD}structuredefinition-fhir-type": (Context("element", "ElementDefinition.type"),),
    f"{STANDARD}regex": (Context("element", "ElementDefinition.type"),),
    f"{STANDARD}structuredefinition-normative-version": (Context("element", "ElementDefinition"),),
}
"""Where the standard's own definitions use an extension beyond the contexts that it states."""


def check(place: Place, look: Conformance) -> Findings:
    """An extension with an address of its own; those inside a complex one have none."""
    url = place.value.get("url", "")
    if ":" not in url:
        is_part = place.parent is not None and place.parent.type == "Extension"
        return [] if is_part else place.found(_relative(), "url")
    structure = look.profiles.structure(url)
    if structure is None or structure.type != "Extension":
        return _unknown(place)
    found = list(look.check(place, url)) + _parts(place, structure)
    parent = place.parent
    if parent is not None:
        unmet = _unmet(parent, structure, look)
        found += place.found(_misplaced(url, unmet)) if unmet else []
    return found + _modifier(place, structure)


def _relative() -> Finding:
    return Finding(
        "invalid",
        Text(
            "The address of the extension is not absolute",
            "Adressen til utvidelsen er ikke absolutt",
        ),
        "http://hl7.org/fhir/StructureDefinition/Extension#Extension.url",
        Text("an address with a scheme", "en adresse med skjema"),
    )


def _parts(place: Place, structure: Structure) -> Findings:
    """A complex extension has the parts that its definition names, and no others."""
    named = {
        str(each.fixed.value)
        for each in structure.elements
        if each.fixed and each.path == "Extension.extension.url"
    }
    found: Findings = []
    for index, each in enumerate(place.value.get("extension", ())):
        url = each.get("url", "")
        if named and ":" not in url and url not in named:
            found += place.found(_unknown_part(structure, named), "extension", index)
    return found


def _unknown_part(structure: Structure, named: set[str]) -> Finding:
    return Finding(
        "extension",
        Text(
            "The extension has a part that its definition does not name",
            "Utvidelsen har en del som definisjonen ikke nevner",
        ),
        rule=structure.url,
        expected=", ".join(sorted(named)),
    )


def _unknown(place: Place) -> Findings:
    is_modifier = "modifierExtension" in place.steps[-2:]
    return place.found(
        Finding(
            "extension",
            Text("The extension is not known here", "Utvidelsen er ikke kjent her"),
            expected="an extension whose definition is installed",
            # What modifies the meaning must be understood; other extensions may be left alone.
            severity="warning" if is_modifier else "information",
        )
    )


def _misplaced(url: str, allowed: str) -> Finding:
    return Finding(
        "extension",
        Text("The extension may not stand here", "Utvidelsen kan ikke stå her"),
        rule=url,
        expected=allowed,
    )


def _modifier(place: Place, structure: Structure) -> Findings:
    """A modifier stands in modifierExtension, and nothing else does."""
    is_modifier = "modifierExtension" in place.steps[-2:]
    if structure.elements[0].is_modifier == is_modifier:
        return []
    name = "modifierExtension" if structure.elements[0].is_modifier else "extension"
    return place.found(
        Finding(
            "extension",
            Text(
                "The extension is under the wrong name",
                "Utvidelsen står under feil navn",
            ),
            rule=structure.url,
            expected=name,
        )
    )


def _unmet(parent: Place, structure: Structure, look: Conformance) -> str:
    """What the definition asks of the element around, if that is not so; else ""."""
    contexts = (*structure.contexts, *USED_ELSEWHERE.get(structure.url, ()))
    if contexts and not any(_fits(parent, each, look) for each in contexts):
        return ", ".join(each.expression for each in contexts)
    broken = (e for e in structure.context_invariants if not _holds(parent, e, look))
    return next(broken, "")


def _fits(parent: Place, context: Context, look: Conformance) -> bool:
    match context.type:
        case "element":
            return _is_element(parent, context.expression, look)
        case "extension":
            return parent.type == "Extension" and parent.value.get("url") == context.expression
        case "fhirpath":
            return _is_at(parent, context.expression, look)
    return True


def _is_element(parent: Place, expression: str, look: Conformance) -> bool:
    match expression:
        case "Element" | "Base":
            # Meant as any element at all, resources too.
            return True
        case "CanonicalResource" | "MetadataResource":
            return parent.base is None and "url" in look.definitions.properties(parent.type)
    return expression in _names(parent, look)


def _names(parent: Place, look: Conformance) -> set[str]:
    """All that an element may be called: its types, and the way to it from each one around it."""
    names = set(look.definitions.ancestors(parent.type))
    if parent.base is not None:
        names.add(parent.base.element.path)
        names.add(parent.base.element.path.removesuffix("[x]"))
    way: list[str] = []
    place: Place | None = parent
    while place is not None and place.base is not None:
        way.insert(0, place.base.name)
        place = place.parent
        around = look.definitions.ancestors(place.type) if place else ()
        names.update(".".join([each, *way]) for each in around)
        names.update(".".join([each, *way]) + "[x]" for each in around)
        if place is not None and look.definitions.is_resource(place.type):
            break
    return names


def _is_at(parent: Place, expression: str, look: Conformance) -> bool:
    try:
        compiled = fhirpath.compile(expression, look.definitions, parent.resource["resourceType"])
        found = compiled.evaluate(parent.resource, look.context(parent))
    except SamspillError:
        return True
    return any(each.value is parent.value for each in found)


def _holds(parent: Place, invariant: str, look: Conformance) -> bool:
    try:
        compiled = fhirpath.compile(invariant, look.definitions, parent.type)
        return compiled.is_true(parent.item, look.context(parent))
    except SamspillError:
        return True
