"""The concepts of a value set in order, as sets of places: joined, cut and paged without a look at
each. https://hl7.org/fhir/R4/valueset.html#compositions
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pyroaring import BitMap

from samspill.fhir.terminology.systems import Concept, Places, System

Resource = dict[str, Any]
Key = tuple[str, str]
AT_ONCE = 500
"""Concepts that are read together."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A concept that is in. `listed` is its entry, where the value set lists it by name."""

    system: System
    concept: Concept
    listed: Resource
    language: str = ""
    """Language of the value set that lists it."""
    is_nested: bool = False
    """Whether it may stand under its parent."""

    @property
    def key(self) -> Key:
        return self.system.url, self.concept.code


@dataclass(frozen=True, slots=True)
class Part:
    """Concepts of one system: in its order, or in that of the list that names them."""

    system: System
    places: Places
    listed: Mapping[int, Resource] = field(default_factory=dict)
    """Entries of the value set by place, in its order; empty where it lists none."""
    language: str = ""
    is_nested: bool = False

    def ordered(self) -> Iterable[int]:
        return (
            (place for place in self.listed if place in self.places)
            if self.listed
            else (self.places)
        )

    def within(self, places: Places) -> "Part":
        return replace(self, places=self.places & places)

    def picks(self, start: int, end: int) -> Iterator[Pick]:
        """The concepts from one number to before another one, in order."""
        places = list(self.ordered())[start:end] if self.listed else self.places[start:end]
        for place, concept in zip(places, self.system.at(places), strict=True):
            listed = self.listed.get(place, {})
            yield Pick(self.system, concept, listed, self.language, self.is_nested)


class Selection:
    """Parts that have no concept in common; the first that has one keeps it."""

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        self.parts: list[Part] = []
        for part in parts:
            self.add(part)

    def __len__(self) -> int:
        return sum(len(part.places) for part in self.parts)

    def add(self, part: Part) -> None:
        rest = part.places - self.held(part.system)
        if rest:
            self.parts.append(replace(part, places=rest))

    def held(self, system: System) -> Places:
        """The places of a system that are in; other versions of it count by their codes."""
        found = BitMap()
        for part in self.parts:
            if part.system is system:
                found |= part.places
            elif part.system.url == system.url:
                places = (system.place(code) for code in part.system.codes(part.places))
                found |= BitMap([place for place in places if place is not None])
        return found

    def without(self, other: "Selection") -> "Selection":
        return Selection(
            replace(part, places=part.places - other.held(part.system)) for part in self.parts
        )

    def common(self, others: Sequence["Selection"]) -> "Selection":
        """What is in all of them too."""
        found = self
        for other in others:
            found = Selection(part.within(other.held(part.system)) for part in found.parts)
        return found

    def picks(self, start: int, end: int) -> Iterator[Pick]:
        """The concepts from one number to before another one."""
        for part in self.parts:
            size = len(part.places)
            if start < size and end > 0:
                yield from part.picks(max(start, 0), min(end, size))
            start, end = start - size, end - size
