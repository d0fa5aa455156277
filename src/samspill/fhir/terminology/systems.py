"""A code system: concepts, each in its place, and the sets of places that filters ask for.

`held` has the systems in memory, the store those of millions. Both answer alike.
https://hl7.org/fhir/R4/codesystem.html
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from msgspec import Struct
from pyroaring import BitMap

Resource = dict[str, Any]
PROPERTIES = "http://hl7.org/fhir/concept-properties#"
Places = BitMap
"""Concepts of one system, by their numbers in its order: a parent before its children."""


class Concept(Struct, frozen=True):
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
                yield value(each)


class System(Protocol):
    """One version of a code system."""

    @property
    def url(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def content(self) -> str:
        """not-present | example | fragment | complete | supplement"""

    @property
    def is_case_sensitive(self) -> bool: ...
    @property
    def resource(self) -> Resource:
        """The CodeSystem; one of millions comes without its concepts."""

    @property
    def is_complete(self) -> bool: ...
    @property
    def own_names(self) -> Mapping[str, str]:
        """See `own_names` below."""

    def __len__(self) -> int: ...

    def find(self, code: str) -> Concept | None:
        """By its code, in any case where the system knows none."""

    def get(self, code: str) -> Concept | None:
        """By its code as it is written."""

    def place(self, code: str) -> int | None: ...

    def at(self, places: Iterable[int]) -> list[Concept]:
        """The concepts of these places, in this order."""

    def codes(self, places: Iterable[int]) -> list[str]:
        """Their codes alone."""

    def all(self) -> Places: ...

    def below(self, code: str) -> Places:
        """All descendants, without the concept itself."""

    def above(self, code: str) -> Places:
        """All ancestors that are concepts, without the concept itself."""

    def children(self, code: str) -> Places: ...

    def leaves(self) -> Places:
        """Concepts without children."""

    def is_under(self, code: str, ancestor: str) -> bool:
        """Whether a code is the other, or lies below it."""

    def having(self, name: str, value: str) -> Places:
        """Concepts with this value of a property; `code`, `display` and `parent` are ones too."""

    def values_of(self, name: str) -> Iterable[tuple[str, Places]]:
        """All values of a property, each with the concepts that have it."""

    def having_any(self, name: str) -> Places: ...

    def matching(self, name: str, pattern: Any, among: Places) -> Places:
        """Those with a value that a compiled pattern matches from end to end."""

    def with_word(self, beginning: str) -> Places:
        """Concepts with a word that begins so, in their code or a name."""

    def inactive(self) -> Places: ...


class Source(Protocol):
    """Where code systems and value sets come from."""

    def system(self, canonical: str) -> System | None: ...

    def value_set(self, canonical: str) -> Resource | None: ...


def own_names(resource: Resource) -> Mapping[str, str]:
    """The codes under which a system has FHIR's own properties, such as `status`, by their names
    there; those that it calls by the same name need not be here."""
    named = reversed(resource.get("property", ()))
    uris = ((str(each.get("uri", "")), str(each.get("code", ""))) for each in named)
    return {uri.removeprefix(PROPERTIES): code for uri, code in uris if uri.startswith(PROPERTIES)}


def value(property: Resource) -> Any:
    """The value of a property, whatever its type."""
    for key, held in property.items():
        if key[:5] == "value":
            return held
    return None


def texts(concept: Concept, name: str) -> list[str]:
    """The values of a property as texts."""
    match name:
        case "code" | "concept":
            return [concept.code]
        case "display":
            return [concept.display]
        case "parent":
            return list(concept.parents)
    return [text(value) for value in concept.values(name)]


def text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.get("code", "")) if isinstance(value, dict) else str(value)
