"""An element with its place: the way to it, and the resources around it.

The hot path needs none of this; profiles, slices and references do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from samspill.fhir.definitions import Definitions, Property
from samspill.fhir.items import Item, actual_type
from samspill.fhir.validation.findings import Finding, Findings, Step

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """One element. `steps` lead from the outermost resource to it."""

    item: Item
    steps: tuple[Step, ...]
    resource: Resource
    """The resource that holds it."""
    container: Resource
    """The same, or for a contained resource the one that contains it."""
    base: Property | None = None
    """What the standard says of the element; None for a whole resource."""
    entries: "tuple[Place, ...]" = ()
    """The Bundle entries around it, the outermost first."""
    parent: "Place | None" = None

    @property
    def value(self) -> Any:
        return self.item.value

    @property
    def type(self) -> str:
        return self.item.type

    def found(self, finding: Finding, *steps: Step) -> Findings:
        """The finding, put at this place or at an element in it."""
        finding.steps = [*reversed(steps), *reversed(self.steps)]
        return [finding]


def root(resource: Resource, definitions: Definitions) -> Place:
    """The place of a whole resource."""
    return Place(Item(resource, resource["resourceType"], definitions), (), resource, resource)


def children(place: Place, name: str, definitions: Definitions) -> list[Place]:
    """The elements of a name: FHIR's `value`, or the JSON name of one type of a choice."""
    properties = definitions.properties(place.type)
    found = definitions.elements(place.type).get(name) or (
        (properties[name],) if name in properties else ()
    )
    holder = place.value if isinstance(place.value, dict) else place.item.companion
    if holder is None:
        return []
    return [child for each in found for child in _read(place, holder, each)]


def all_children(place: Place, definitions: Definitions) -> Iterator[Place]:
    """Everything one level down."""
    holder = place.value if isinstance(place.value, dict) else place.item.companion
    if holder is not None:
        for each in definitions.properties(place.type).values():
            if each.json_name in holder or f"_{each.json_name}" in holder:
                yield from _read(place, holder, each)


def _read(place: Place, holder: Resource, found: Property) -> Iterator[Place]:
    value = holder.get(found.json_name)
    beside = holder.get(f"_{found.json_name}") if found.is_primitive else None
    if value is None and beside is None:
        return
    if not found.is_list:
        yield _place(place, found, (found.json_name,), value, beside)
        return
    values = value if isinstance(value, list) else []
    companions = beside if isinstance(beside, list) else []
    for index in range(max(len(values), len(companions))):
        one = values[index] if index < len(values) else None
        other = companions[index] if index < len(companions) else None
        if one is not None or other is not None:
            yield _place(place, found, (found.json_name, index), one, other)


def _place(
    parent: Place, found: Property, steps: tuple[Step, ...], value: Any, companion: Any
) -> Place:
    type_key = actual_type(found.type, value)
    beside = companion if isinstance(companion, dict) else None
    item = Item(value, type_key, parent.item.types, beside)
    way = parent.steps + steps
    if found.type != "Resource" or not isinstance(value, dict):
        return Place(item, way, parent.resource, parent.container, found, parent.entries, parent)
    container = parent.container if found.name == "contained" else value
    is_entry = parent.base is not None and parent.base.type == "Bundle.entry"
    entries = (*parent.entries, parent) if is_entry else parent.entries
    return Place(item, way, value, container, found, entries, parent)
