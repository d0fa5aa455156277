"""What the standard asks of definitions: expressions that can be read, profiles that only narrow.

https://hl7.org/fhir/R4/profiling.html#limitations
"""

from collections.abc import Iterator
from typing import Any

from samspill.base.errors import NotFound, SamspillError
from samspill.base.texts import Text
from samspill.fhir.definitions import Definitions, Element
from samspill.fhir.fhirpath import parser
from samspill.fhir.validation.conformance import Conformance
from samspill.fhir.validation.findings import Finding, Findings, Step
from samspill.fhir.validation.places import Place

Resource = dict[str, Any]
RULE = "http://hl7.org/fhir/R4/profiling.html#limitations"
FHIRPATH = "http://hl7.org/fhirpath/N1/"
STANDARD = "http://hl7.org/fhir/StructureDefinition/"
VALUES = ("fixed", "pattern")


def check_parameter(place: Place) -> Findings:
    """The expression of a SearchParameter is FHIRPath."""
    return place.found(_unreadable(), "expression") if _is_broken(place.value) else []


def check_code_system(place: Place) -> Findings:
    """A complete code system has as many concepts as it says, a supplement names its system."""
    held, found = place.value, Findings()
    count = sum(1 for _ in _below(held, "concept"))
    if held.get("content") == "complete" and held.get("count", count) != count:
        found += place.found(_other_count(count), "count")
    if held.get("content") == "supplement" and "supplements" not in held:
        found += place.found(_supplements_nothing())
    return found


def check_questionnaire(place: Place) -> Findings:
    """A condition of a question looks at another question of the form."""
    links = {each.get("linkId") for _, each in _below(place.value, "item")}
    found: Findings = []
    for steps, item in _below(place.value, "item"):
        for number, condition in enumerate(item.get("enableWhen", ())):
            asked = condition.get("question")
            if asked not in links or asked == item.get("linkId"):
                found += place.found(_no_question(), *steps, "enableWhen", number, "question")
    return found


def _below(holder: Resource, name: str) -> Iterator[tuple[tuple[Step, ...], Resource]]:
    """All that stands under a name, at any depth, with the way to it."""
    waiting: list[tuple[tuple[Step, ...], Resource]] = [((), holder)]
    while waiting:
        steps, outer = waiting.pop()
        for index, each in enumerate(outer.get(name, ())):
            waiting.append(((*steps, name, index), each))
            yield waiting[-1]


def check_profile(place: Place, look: Conformance) -> Findings:
    """A StructureDefinition that constrains another, as far as its base is known here."""
    definition = place.value
    found: Findings = []
    elements = definition.get("differential", {}).get("element", ())
    for index, element in enumerate(elements):
        for number, constraint in enumerate(element.get("constraint", ())):
            if _is_broken(constraint):
                steps = ("differential", "element", index, "constraint", number, "expression")
                found += place.found(_unreadable(), *steps)
    if definition.get("derivation") == "constraint":
        found += _against_base(place, elements, look.definitions)
    return found


def _against_base(place: Place, elements: Any, definitions: Definitions) -> Findings:
    definition, found = place.value, Findings()
    try:
        base = definitions.structure(definition.get("baseDefinition", ""))
    except (NotFound, SamspillError):
        return []
    if definition.get("type") != base.type:
        found += place.found(_other_type(base.type), "type")
    known = {each.path: each for each in base.elements if not each.slice_name}
    for index, element in enumerate(elements):
        above = known.get(element.get("path", ""))
        if above is not None:
            for name, fault in _wider(element, above, definitions):
                found += place.found(fault, "differential", "element", index, name)
    return found


def _wider(
    element: Resource, base: Element, definitions: Definitions
) -> Iterator[tuple[str, Finding]]:
    """Where an element allows more than that of the base does."""
    most, least = element.get("max"), element.get("min")
    if isinstance(most, str) and _number(most) > _number(base.max):
        yield "max", _beyond(f"{base.min}..{base.max}")
    is_slice = ":" in str(element.get("id", "")) or "sliceName" in element
    if isinstance(least, int) and least < (base.min or 0) and not is_slice:
        yield "min", _beyond(f"{base.min}..{base.max}")
    allowed = [each.code for each in base.types]
    types = [str(each.get("code")) for each in element.get("type", ())]
    for each in types if allowed and not base.content_reference else ():
        if not any(_is_within(each, code, definitions) for code in allowed):
            yield "type", _not_a_type(", ".join(allowed))
    for name in element:
        kind = next((each for each in VALUES if name.startswith(each) and name != each), "")
        if kind and not _fits(name.removeprefix(kind), types or allowed, definitions):
            yield name, _not_a_type(", ".join(types or allowed))


def _fits(suffix: str, types: list[str], definitions: Definitions) -> bool:
    """Whether `String` in `fixedString` is one of the types; ids of elements are strings."""
    names = {suffix.casefold(), "string" if suffix == "Uri" else suffix.casefold()}
    return not types or any(
        each.casefold() in names or not definitions.is_type(each) or each in ("id", "Resource")
        for each in types
    )


def _is_within(type: str, allowed: str, definitions: Definitions) -> bool:
    known = definitions.is_type(type) and definitions.is_type(allowed)
    return type == allowed or not known or definitions.is_a(type, allowed)


def _number(most: str) -> float:
    return int(most) if most.isdigit() else float("inf")


def _is_broken(holder: Resource) -> bool:
    expression = holder.get("expression")
    if not isinstance(expression, str):
        return False
    try:
        parser.parse(expression)
    except SamspillError:
        return True
    return False


def _unreadable() -> Finding:
    text = Text("The expression is not FHIRPath", "Uttrykket er ikke FHIRPath")
    return Finding("invalid", text, FHIRPATH, Text("FHIRPath", "FHIRPath"))


def _other_count(count: int) -> Finding:
    text = Text(
        "The code system has another number of concepts than it says",
        "Kodeverket har et annet antall begreper enn det oppgir",
    )
    return Finding("invalid", text, f"{STANDARD}CodeSystem#CodeSystem.count", str(count))


def _supplements_nothing() -> Finding:
    text = Text(
        "The supplement does not say which code system it adds to",
        "Tillegget sier ikke hvilket kodeverk det hører til",
    )
    return Finding("required", text, f"{STANDARD}CodeSystem#CodeSystem.supplements", "supplements")


def _no_question() -> Finding:
    text = Text(
        "The condition does not look at another question of the form",
        "Betingelsen ser ikke på et annet spørsmål i skjemaet",
    )
    expected = Text("the linkId of another item", "linkId-en til et annet punkt")
    rule = f"{STANDARD}Questionnaire#Questionnaire.item.enableWhen.question"
    return Finding("not-found", text, rule, expected)


def _other_type(type: str) -> Finding:
    text = Text(
        "The profile is of another type than its base",
        "Profilen er av en annen type enn basen",
    )
    return Finding("invalid", text, RULE, type)


def _beyond(range: str) -> Finding:
    text = Text(
        "The profile allows another number than its base does",
        "Profilen tillater et annet antall enn basen",
    )
    expected = Text(f"within {range}", f"innenfor {range}")
    return Finding("invalid", text, RULE, expected)


def _not_a_type(allowed: str) -> Finding:
    text = Text(
        "The profile has a type that its base does not allow here",
        "Profilen har en type som basen ikke tillater her",
    )
    return Finding("invalid", text, RULE, allowed)
