"""A code system: its concepts, their order, hierarchy and properties.

https://hl7.org/fhir/R4/codesystem.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from samspill.fhir.definitions import Definitions

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept, with the JSON it came in for designations and properties."""

    code: str
    display: str
    definition: str
    parents: tuple[str, ...]
    raw: Resource

    def values(self, name: str) -> Iterator[Any]:
        """The values of a property; a Coding as it is, others as plain values."""
        for each in self.raw.get("property", ()):
            if each.get("code") == name:
                yield next((v for k, v in each.items() if k.startswith("value")), None)


@dataclass(frozen=True, slots=True)
class System:
    """A code system held in memory; `concepts` keep the order of the resource."""

    url: str
    version: str
    content: str
    """not-present | example | fragment | complete | supplement"""
    is_case_sensitive: bool
    concepts: dict[str, Concept]
    children: dict[str, tuple[str, ...]]
    resource: Resource
    folded: dict[str, str] = field(default_factory=dict)
    """Of a system without case: the code as defined, by the code in lower case."""

    @property
    def is_complete(self) -> bool:
        return self.content == "complete"

    def find(self, code: str) -> Concept | None:
        found = self.concepts.get(code)
        if found is None and not self.is_case_sensitive:
            return self.concepts.get(self.folded.get(code.casefold(), ""))
        return found

    def descendants(self, code: str) -> Iterator[str]:
        """The codes below, each once, a parent before its children."""
        seen = {code}
        waiting = list(reversed(self.children.get(code, ())))
        while waiting:
            next_code = waiting.pop()
            if next_code not in seen:
                seen.add(next_code)
                yield next_code
                waiting += reversed(self.children.get(next_code, ()))

    def ancestors(self, code: str) -> Iterator[str]:
        """The codes above, each once, the nearest first."""
        seen = {code}
        waiting = [code]
        for each in waiting:
            concept = self.concepts.get(each)
            above = [p for p in concept.parents if p not in seen] if concept else []
            seen.update(above)
            waiting += above
            yield from above

    def is_under(self, code: str, ancestor: str) -> bool:
        """Whether a code is the other, or lies below it."""
        return code == ancestor or ancestor in self.ancestors(code)

    def subsumes(self, ancestor: str, code: str) -> bool:
        """Whether one concept is the other, or lies above it."""
        return self.is_under(code, ancestor)


class Source(Protocol):
    """Where code systems and value sets come from."""

    def system(self, canonical: str) -> System | None: ...

    def value_set(self, canonical: str) -> Resource | None: ...


class Known:
    """The source over definitions; what has been read is kept."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._systems: dict[str, System] = {}
        self._value_sets: dict[str, Resource] = {}

    def system(self, canonical: str) -> System | None:
        found = self._systems.get(canonical)
        if found is None:
            resource = self._definitions.find(canonical, "CodeSystem")
            if resource is None:
                return None
            found = self._systems[canonical] = read(resource)
        return found

    def value_set(self, canonical: str) -> Resource | None:
        """The same object each time."""
        found = self._value_sets.get(canonical)
        if found is None:
            resource = self._definitions.find(canonical, "ValueSet")
            if resource is None:
                return None
            found = self._value_sets[canonical] = resource
        return found


def read(resource: Resource) -> System:
    """The system of a CodeSystem resource."""
    parents: dict[str, list[str]] = {}
    raw: dict[str, Resource] = {}
    _gather(resource.get("concept", ()), None, raw, parents)
    _gather_properties(resource, raw, parents)
    children: dict[str, list[str]] = {}
    for code in raw:
        for parent in parents.get(code, ()):
            children.setdefault(parent, []).append(code)
    is_case_sensitive = resource.get("caseSensitive") is not False
    return System(
        url=resource.get("url", ""),
        version=resource.get("version", ""),
        content=resource.get("content", "complete"),
        is_case_sensitive=is_case_sensitive,
        concepts={
            code: Concept(
                code,
                each.get("display", ""),
                each.get("definition", ""),
                tuple(parents.get(code, ())),
                each,
            )
            for code, each in raw.items()
        },
        children={code: tuple(below) for code, below in children.items()},
        resource=resource,
        folded={} if is_case_sensitive else {code.casefold(): code for code in raw},
    )


def _gather(
    concepts: list[Resource],
    parent: str | None,
    raw: dict[str, Resource],
    parents: dict[str, list[str]],
) -> None:
    for each in concepts:
        code = each.get("code", "")
        raw.setdefault(code, each)
        if parent is not None:
            parents.setdefault(code, []).append(parent)
        _gather(each.get("concept", ()), code, raw, parents)


def _gather_properties(
    resource: Resource, raw: dict[str, Resource], parents: dict[str, list[str]]
) -> None:
    """Hierarchy told by properties: `parent`, `subsumedBy`, `child`."""
    for code, each in raw.items():
        for held in each.get("property", ()):
            other = held.get("valueCode") or held.get("valueCoding", {}).get("code", "")
            match held.get("code"):
                case "parent" | "subsumedBy" if other not in parents.get(code, ()):
                    parents.setdefault(code, []).append(other)
                case "child" if code not in parents.get(other, ()):
                    parents.setdefault(other, []).append(code)
