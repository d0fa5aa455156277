"""What changed between two versions, as a FHIRPath Patch that leads from one to the other.

https://hl7.org/fhir/R4/fhirpatch.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from samspill.base.json import Resource
from samspill.fhir.definitions import Definitions, Property

Pair = tuple[Any, Any]
"""A value and, for a primitive, its companion with id and extensions."""

_SERVERS_OWN = frozenset({"versionId", "lastUpdated"})


def difference(before: Resource, after: Resource, definitions: Definitions) -> Resource:
    """A Parameters resource: applied to `before`, it makes `after`.

    Both are of one type. The id, and the version and time in meta, are left out.
    """
    type = str(after["resourceType"])
    changes = _Comparison(definitions).objects(before, after, type, type)
    return {"resourceType": "Parameters", "parameter": [_parameter(each) for each in changes]}


@dataclass(frozen=True, slots=True)
class Change:
    """One operation; `name` is of what is added."""

    kind: str
    path: str
    name: str = ""
    value: Resource | None = None
    """The part that holds the value."""


@dataclass(frozen=True, slots=True)
class _Comparison:
    definitions: Definitions

    def objects(self, before: Resource, after: Resource, type: str, path: str) -> Iterator[Change]:
        """Deletions first, so that a choice element can come back with another type."""
        compared = list(self._compared(before, after, type, path))
        for each, old, new in compared:
            yield from self._deleted(each, old, new, path)
        for each, old, new in compared:
            yield from self._changed(each, old, new, path)

    def _compared(
        self, before: Resource, after: Resource, type: str, path: str
    ) -> Iterator[tuple[Property, list[Pair], list[Pair]]]:
        """The elements that differ, each with its values before and after."""
        is_root = "." not in path
        for name, each in self.definitions.properties(type).items():
            if (is_root and name == "id") or (type == "Meta" and name in _SERVERS_OWN):
                continue
            old, new = _pairs(before, name), _pairs(after, name)
            if old != new:
                yield each, old, new

    def _deleted(
        self, each: Property, old: Sequence[Pair], new: Sequence[Pair], path: str
    ) -> Iterator[Change]:
        """From the end, so that the places of those before stay."""
        for index in range(len(old) - 1, len(new) - 1, -1):
            yield Change("delete", _place(path, each, index))

    def _changed(
        self, each: Property, old: Sequence[Pair], new: Sequence[Pair], path: str
    ) -> Iterator[Change]:
        for index, (was, now) in enumerate(zip(old, new, strict=False)):
            if was != now:
                yield from self._other(each, was, now, _place(path, each, index))
        for now in new[len(old) :]:
            yield Change("add", path, each.name, self._part("value", each, now))

    def _other(self, each: Property, was: Pair, now: Pair, path: str) -> Iterator[Change]:
        """Another value at a place: looked into where both are objects of one type."""
        type = each.type
        if type == "Resource":
            type = str(now[0].get("resourceType"))
            if was[0].get("resourceType") != type:
                yield Change("replace", path, value=self._part("value", each, now))
                return
        if each.is_primitive:
            yield Change("replace", path, value=self._part("value", each, now))
        else:
            yield from self.objects(was[0], now[0], type, path)

    def _part(self, name: str, each: Property, pair: Pair) -> Resource:
        """A part with a value; types that a parameter cannot hold are taken apart."""
        value, companion = pair
        if each.type == "Resource":
            return {"name": name, "resource": value}
        if each.type in ("Narrative", "Element") or "." in each.type:
            return {"name": name, "part": list(self._parts(each.type, value))}
        type = "string" if each.type == "xhtml" else each.type
        key = f"value{type[0].upper()}{type[1:]}"
        part = {"name": name, key: value, f"_{key}": companion}
        return {key: value for key, value in part.items() if value is not None}

    def _parts(self, type: str, value: Resource) -> Iterator[Resource]:
        for name, each in self.definitions.properties(type).items():
            for pair in _pairs(value, name):
                yield self._part(each.name, each, pair)


def _pairs(holder: Resource, name: str) -> list[Pair]:
    """The values of an element with their companions; a single one as a list of it."""
    value, companion = holder.get(name), holder.get(f"_{name}")
    if not isinstance(value, list) and not isinstance(companion, list):
        return [] if value is None and companion is None else [(value, companion)]
    values, companions = value or [], companion or []
    longest = max(len(values), len(companions))
    return list(zip(_filled(values, longest), _filled(companions, longest), strict=True))


def _filled(values: list[Any], length: int) -> list[Any]:
    return values + [None] * (length - len(values))


def _place(path: str, each: Property, index: int) -> str:
    return f"{path}.{each.name}[{index}]" if each.is_list else f"{path}.{each.name}"


def _parameter(change: Change) -> Resource:
    parts: list[Resource] = [
        {"name": "type", "valueCode": change.kind},
        {"name": "path", "valueString": change.path},
    ]
    if change.name:
        parts.append({"name": "name", "valueString": change.name})
    if change.value is not None:
        parts.append(change.value)
    return {"name": "operation", "part": parts}
