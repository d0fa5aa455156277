"""A code system in memory, read from its resource: the oracle of those in the store.

https://hl7.org/fhir/R4/codesystem.html
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyroaring import BitMap

from samspill.fhir.definitions import Definitions
from samspill.fhir.terminology import concepts
from samspill.fhir.terminology.systems import Concept, Places, System, own_names, texts

Resource = dict[str, Any]


@dataclass(slots=True)
class Lazy:
    """What is made of a system when it is first asked for."""

    words: list[str] | None = None
    places: list[Places] = field(default_factory=list)
    inactive: Places | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A code system held in memory; `concepts` keep the order of the resource."""

    url: str
    version: str
    content: str
    is_case_sensitive: bool
    concepts: dict[str, Concept]
    below_each: dict[str, tuple[str, ...]]
    """Codes of the children, by code."""
    resource: Resource
    own_names: Mapping[str, str]
    order: Sequence[Concept] = ()
    folded: dict[str, str] = field(default_factory=dict)
    """Of a system without case: the code as defined, by the code in lower case."""
    places: dict[str, int] = field(default_factory=dict)
    lazy: Lazy = field(default_factory=Lazy, compare=False)

    @property
    def is_complete(self) -> bool:
        return self.content == "complete"

    def __len__(self) -> int:
        return len(self.concepts)

    def find(self, code: str) -> Concept | None:
        found = self.concepts.get(code)
        if found is None and not self.is_case_sensitive:
            return self.concepts.get(self.folded.get(code.casefold(), ""))
        return found

    def get(self, code: str) -> Concept | None:
        return self.concepts.get(code)

    def place(self, code: str) -> int | None:
        return self.places.get(code)

    def at(self, places: Iterable[int]) -> list[Concept]:
        return [self.order[place] for place in places]

    def codes(self, places: Iterable[int]) -> list[str]:
        return [self.order[place].code for place in places]

    def all(self) -> Places:
        return BitMap(range(len(self.concepts)))

    def below(self, code: str) -> Places:
        return self._places(self.descendants(code))

    def above(self, code: str) -> Places:
        return self._places(each for each in self.ancestors(code) if each != code)

    def children(self, code: str) -> Places:
        return self._places(self.below_each.get(code, ()))

    def leaves(self) -> Places:
        return self._places(code for code in self.concepts if not self.below_each.get(code))

    def is_under(self, code: str, ancestor: str) -> bool:
        return code == ancestor or ancestor in self.ancestors(code)

    def having(self, name: str, value: str) -> Places:
        return self._where(lambda concept: value in texts(concept, name))

    def values_of(self, name: str) -> Iterable[tuple[str, Places]]:
        found: dict[str, list[int]] = {}
        for place, concept in enumerate(self.order):
            for value in texts(concept, name):
                found.setdefault(value, []).append(place)
        return [(value, BitMap(places)) for value, places in found.items()]

    def having_any(self, name: str) -> Places:
        return self._where(lambda concept: bool(texts(concept, name)))

    def matching(self, name: str, pattern: Any, among: Places) -> Places:
        return among & self._where(
            lambda concept: any(pattern.fullmatch(text) for text in texts(concept, name))
        )

    def with_word(self, beginning: str) -> Places:
        held = self._words()
        start, end = (bisect_left(held, edge) for edge in (beginning, beginning + "\U0010ffff"))
        return BitMap.union(*self.lazy.places[start:end]) if start < end else BitMap()

    def inactive(self) -> Places:
        if self.lazy.inactive is None:
            self.lazy.inactive = self._where(lambda each: concepts.is_inactive(self, each))
        return self.lazy.inactive

    def descendants(self, code: str) -> Iterator[str]:
        """The codes below, each once, a parent before its children."""
        seen = {code}
        waiting = list(reversed(self.below_each.get(code, ())))
        while waiting:
            next_code = waiting.pop()
            if next_code not in seen:
                seen.add(next_code)
                yield next_code
                waiting += reversed(self.below_each.get(next_code, ()))

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

    def _places(self, codes: Iterable[str]) -> Places:
        return BitMap([self.places[code] for code in codes if code in self.places])

    def _where(self, passes: Callable[[Concept], bool]) -> Places:
        held = enumerate(self.order)
        return BitMap([place for place, concept in held if passes(concept)])

    def _words(self) -> list[str]:
        if self.lazy.words is None:
            found: dict[str, list[int]] = {}
            for place, concept in enumerate(self.order):
                for word in concepts.words_of(concept):
                    found.setdefault(word, []).append(place)
            ordered = sorted(found)
            self.lazy.places = [BitMap(found[word]) for word in ordered]
            self.lazy.words = ordered
        return self.lazy.words


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


def read(resource: Resource) -> Held:
    """The system of a CodeSystem resource."""
    parents: dict[str, list[str]] = {}
    raw: dict[str, Resource] = {}
    _gather(resource.get("concept", ()), None, raw, parents)
    _gather_properties(resource, raw, parents)
    found = {
        code: Concept(
            code,
            each.get("display", ""),
            each.get("definition", ""),
            tuple(parents.get(code, ())),
            each,
        )
        for code, each in raw.items()
    }
    return of(resource, found)


def of(resource: Resource, found: dict[str, Concept]) -> Held:
    """The system of a CodeSystem whose concepts are these."""
    children: dict[str, list[str]] = {}
    for code, concept in found.items():
        for parent in concept.parents:
            children.setdefault(parent, []).append(code)
    is_case_sensitive = resource.get("caseSensitive") is not False
    return Held(
        url=resource.get("url", ""),
        version=resource.get("version", ""),
        content=resource.get("content", "complete"),
        is_case_sensitive=is_case_sensitive,
        concepts=found,
        below_each={code: tuple(below) for code, below in children.items()},
        resource=resource,
        own_names=own_names(resource),
        order=tuple(found.values()),
        folded={} if is_case_sensitive else {code.casefold(): code for code in found},
        places={code: place for place, code in enumerate(found)},
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
