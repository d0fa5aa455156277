"""An element of a resource together with its type. https://hl7.org/fhir/R4/datatypes.html

JSON alone does not say what it holds: "2026-11-23" may be a date or a string, and `valueQuantity`
is the element `value`. An `Item` knows, and its children know theirs.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import msgspec


class Property(Protocol):
    """One JSON name of an element, such as `valueQuantity` of the element `value`."""

    @property
    def json_name(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def is_list(self) -> bool: ...
    @property
    def is_primitive(self) -> bool: ...


class Types(Protocol):
    """What an item must know of the standard; `fhir.definitions.Definitions` knows it."""

    def properties(self, type_key: str) -> Mapping[str, Property]: ...
    def elements(self, type_key: str) -> Mapping[str, tuple[Property, ...]]: ...


# Millions are made: a struct takes less than half of a dataclass's time to make.
class Item(msgspec.Struct, frozen=True, eq=False):
    """One element."""

    value: Any
    """The JSON value; None where a primitive has only an id or extensions."""
    type: str
    """A type key: "Patient", "Patient.contact", "code"; "System.String" if it is computed."""
    types: Types
    companion: dict[str, Any] | None = None
    """The id and extensions of a primitive, kept by JSON beside it under `_name`."""

    def children(self, name: str) -> list["Item"]:
        """The elements of that FHIR name: `value` finds `valueQuantity` too."""
        holder = self.value if isinstance(self.value, dict) else self.companion
        if holder is None:
            return []
        properties = self.types.elements(self.type).get(name, ())
        return [child for found in properties for child in read(holder, found, self.types)]

    def parts(self) -> Iterator["Item"]:
        """All elements one level down, in the order of the JSON."""
        holder = self.value if isinstance(self.value, dict) else self.companion
        if holder is None:
            return
        properties = self.types.properties(self.type)
        for name in holder:
            if name[:1] == "_":
                found = None if name[1:] in holder else properties.get(name[1:])
            else:
                found = properties.get(name)
            if found is not None:
                yield from read(holder, found, self.types)

    def text(self, name: str = "") -> str | None:
        """The value as text, or that of the first child of that name; None if there is none."""
        if name:
            found = self.children(name)
            return found[0].text() if found else None
        return self.value if isinstance(self.value, str) else None


def of(resource: dict[str, Any], types: Types) -> Item:
    """The item of a whole resource."""
    return Item(resource, resource["resourceType"], types)


def read(holder: Mapping[str, Any], found: Property, types: Types) -> Iterator[Item]:
    """The elements of one JSON name in the object that holds them."""
    name = found.json_name
    value = holder.get(name)
    if found.is_primitive:
        companion = holder.get("_" + name)
        if companion is not None:
            yield from _read_with_companions(value, companion, found, types)
            return
    if value is None:
        return
    for one in value if isinstance(value, list) else (value,):
        if one is not None:
            yield Item(one, actual_type(found.type, one), types)


def _read_with_companions(
    value: Any, companion: Any, found: Property, types: Types
) -> Iterator[Item]:
    """A list of values and the list beside it run in step, with null where one has nothing."""
    values = value if isinstance(value, list) else [value]
    companions = companion if isinstance(companion, list) else [companion]
    for at in range(max(len(values), len(companions))):
        one = values[at] if at < len(values) else None
        beside = companions[at] if at < len(companions) else None
        if one is not None or beside is not None:
            yield Item(one, found.type, types, beside)


def actual_type(declared: str, value: Any) -> str:
    """The type of a value where "Resource" is declared: what the resource says that it is."""
    if declared == "Resource" and isinstance(value, dict):
        return str(value.get("resourceType", "Resource"))
    return declared
