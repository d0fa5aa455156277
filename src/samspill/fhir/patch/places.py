"""Where the elements that a path names stand in a resource, so that they can be changed there.

The paths of a patch are simple ones: names, indexes and a few functions.
https://hl7.org/fhir/R4/fhirpatch.html#concept
"""

from dataclasses import dataclass
from typing import Any

from samspill.base.errors import InvalidRequest
from samspill.fhir import fhirpath
from samspill.fhir.definitions import Definitions, Property
from samspill.fhir.fhirpath.syntax import Call, Indexer, Literal, Member, Node
from samspill.fhir.fhirpath.types import matcher, specifier
from samspill.fhir.items import Item, actual_type
from samspill.fhir.patch.documents import Json

# Values that a where() may touch, in all elements together.
BUDGET = 5_000

Resource = dict[str, Any]
Pair = tuple[Json, Resource | None]
"""The value of an element, and what stands beside a primitive."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A property of an object, with its value or values."""

    content: Resource
    property: Property

    def pairs(self) -> list[Pair]:
        name = self.property.json_name
        values, companions = _listed(self.content.get(name)), _listed(self.content.get(f"_{name}"))
        longest = max(len(values), len(companions))
        padded = values + [None] * (longest - len(values))
        return list(zip(padded, companions + [None] * (longest - len(companions)), strict=True))

    def store(self, pairs: list[Pair]) -> None:
        """Writes the values back; of a property that is no list there is one at most."""
        name = self.property.json_name
        for key, values in ((name, [v for v, _ in pairs]), (f"_{name}", [c for _, c in pairs])):
            if all(value is None for value in values):
                self.content.pop(key, None)
            else:
                self.content[key] = values if self.property.is_list else values[0]


@dataclass(frozen=True, slots=True)
class Place:
    """One element. The resource itself has no slot."""

    slot: Slot | None
    index: int
    type: str
    value: Json
    companion: Resource | None = None

    def holder(self) -> Resource:
        """The object that holds the children, made if a primitive has none yet."""
        if isinstance(self.value, dict):
            return self.value
        beside: Resource = {} if self.companion is None else self.companion
        if self.companion is None and self.slot is not None:
            pairs = self.slot.pairs()
            pairs[self.index] = (self.value, beside)
            self.slot.store(pairs)
        return beside

    def children(self, name: str, definitions: Definitions) -> list["Place"]:
        content = self.value if isinstance(self.value, dict) else self.companion
        if content is None:
            return []
        found: list[Place] = []
        for each in definitions.elements(self.type).get(name, ()):
            slot = Slot(content, each)
            for index, (value, beside) in enumerate(slot.pairs()):
                if value is not None or beside is not None:
                    type = actual_type(each.type, value)
                    found.append(Place(slot, index, type, value, beside))
        return found


def find(resource: Resource, path: str, definitions: Definitions) -> list[Place]:
    """The elements at a path."""
    root = Place(None, 0, resource["resourceType"], resource)
    return _find(fhirpath.parse(path), root, definitions)


def find_list(resource: Resource, path: str, definitions: Definitions) -> list[Slot]:
    """The list at the end of a path, for each element that it is in; it may be empty."""
    node = fhirpath.parse(path)
    if not isinstance(node, Member):
        raise _too_hard()
    root = Place(None, 0, resource["resourceType"], resource)
    holders = [root] if node.target is None else _find(node.target, root, definitions)
    return [
        Slot(holder.holder(), each)
        for holder in holders
        for each in definitions.elements(holder.type).get(node.name, ())
        if each.is_list
    ]


def _find(node: Node, root: Place, definitions: Definitions) -> list[Place]:
    match node:
        case Member(None, name):
            if definitions.is_type(name) and definitions.is_a(root.type, name):
                return [root]
            return root.children(name, definitions)
        case Member(target, name) if target is not None:
            return _children(_find(target, root, definitions), name, definitions)
        case Indexer(target, Literal(int(at))):
            return _find(target, root, definitions)[at : at + 1]
        case Call(target, name, arguments) if target is not None:
            return _called(_find(target, root, definitions), name, arguments, definitions)
    raise _too_hard()


def _called(
    found: list[Place], name: str, arguments: tuple[Node, ...], definitions: Definitions
) -> list[Place]:
    match name, arguments:
        case "where", (criterion,):
            return _where(found, criterion, definitions)
        case "ofType" | "as", (type,):
            matches = matcher(definitions, specifier(type), exactly=True)
            return [place for place in found if matches(place.type)]
        case "extension", (Literal(str(url)),):
            extensions = _children(found, "extension", definitions)
            return [place for place in extensions if place.value.get("url") == url]
        case "first" | "single", ():
            # Several are refused in the end, whatever single() would say of them.
            return found[:1] if name == "first" else found
        case "last", ():
            return found[-1:]
    raise _too_hard()


def _children(found: list[Place], name: str, definitions: Definitions) -> list[Place]:
    return [child for place in found for child in place.children(name, definitions)]


def _where(found: list[Place], criterion: Node, definitions: Definitions) -> list[Place]:
    context = fhirpath.Context(budget=BUDGET // max(1, len(found)) + 100)
    types = {place.type for place in found}
    tests = {type: fhirpath.compile_tree(criterion, definitions, type) for type in types}

    def holds(place: Place) -> bool:
        item = Item(place.value, place.type, definitions, place.companion)
        return tests[place.type].is_true(item, context)

    return [place for place in found if holds(place)]


def _too_hard() -> InvalidRequest:
    return InvalidRequest(
        "The path of a patch is too hard to follow",
        "Stien i en endring er for vanskelig å følge",
        expected="names, [index], where(), ofType(), extension(), first(), last(), single()",
    )


def _listed(value: Json) -> list[Json]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
