"""Types by name: what each may contain, in JSON names and in FHIR's, and what it descends from.

https://hl7.org/fhir/R4/datatypes.html, https://hl7.org/fhir/R4/json.html#choice
"""

from collections.abc import Iterator
from dataclasses import dataclass

from samspill.fhir.definitions.structures import Element, Structure


@dataclass(frozen=True, slots=True)
class Property:
    """One JSON property of a type; a choice element gives one for each of its types."""

    json_name: str
    """Such as "valueQuantity"."""
    name: str
    """The element's name in FHIR, such as "value"."""
    type: str
    """A type key: "Quantity", "string", "Patient.contact", "Questionnaire.item", "Resource"."""
    is_list: bool
    is_primitive: bool
    element: Element

    @property
    def min(self) -> int:
        return self.element.min or 0

    @property
    def max(self) -> str:
        return self.element.max


def properties(structure: Structure, path: str, primitives: frozenset[str]) -> Iterator[Property]:
    """The properties of the type itself, or of the backbone element at a path in it."""
    depth = path.count(".") + 1
    prefix = f"{path}."
    for element in structure.elements:
        if element.path.startswith(prefix) and element.path.count(".") == depth:
            if element.slice_name or element.max == "0":
                continue
            yield from _of_element(element, primitives)


def type_key(element: Element, code: str) -> str:
    """The key under which the content of an element is found: backbones go by their path."""
    if element.content_reference:
        return element.content_reference
    if code in ("BackboneElement", "Element") and not element.path.endswith("[x]"):
        return element.path
    return code


def _of_element(element: Element, primitives: frozenset[str]) -> Iterator[Property]:
    is_list = element.max not in ("0", "1")
    codes = [each.code for each in element.types] or [""]
    for code in codes:
        key = type_key(element, code)
        suffix = code[:1].upper() + code[1:] if element.is_choice else ""
        yield Property(
            json_name=element.name + suffix,
            name=element.name,
            type=key,
            is_list=is_list,
            is_primitive=key in primitives,
            element=element,
        )
