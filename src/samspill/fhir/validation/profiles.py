"""A profile as a tree of elements, each with its slices. https://hl7.org/fhir/R4/profiling.html"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from samspill.base.errors import SamspillError
from samspill.fhir.definitions import Constraint, Definitions, Element, Structure


@dataclass(slots=True, eq=False)
class Node:
    """An element of a profile; filled while the tree is made, then left alone."""

    element: Element
    url: str
    children: dict[str, "Node"] = field(default_factory=dict)
    """By the name of FHIR, without `[x]`."""
    slices: list["Node"] = field(default_factory=list)
    """In their order; a reslice "a/b" stands among the slices of "a"."""
    asking: tuple[tuple[str, "Node"], ...] = ()
    """The children that ask for more than the standard does, or have some in them that do."""
    constraints: dict[str, tuple[Constraint, ...]] = field(default_factory=dict)
    """The invariants that the standard does not have, by the type of the element; a memory."""

    @property
    def rule(self) -> str:
        """Where a fault against this element comes from."""
        return f"{self.url}#{self.element.id}"

    def walk(self) -> Iterator["Node"]:
        yield self
        for each in (*self.children.values(), *self.slices):
            yield from each.walk()


class Profiles:
    """The trees of profiles, each made when it is first asked for."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._trees: dict[str, Node | None] = {}

    def find(self, canonical: str) -> Node | None:
        """The tree of a profile or type; None if it is not known or cannot be read.

        After "#" may stand the id of an element in it.
        """
        if canonical not in self._trees:
            self._trees[canonical] = self._read(canonical)
        return self._trees[canonical]

    def _read(self, canonical: str) -> Node | None:
        url, _, element = canonical.partition("#")
        try:
            structure = self._definitions.structure(url)
        except SamspillError:
            return None
        if not structure.elements:
            return None
        root = tree(structure)
        mark(root, structure.elements[0].path, self._definitions)
        return next((e for e in root.walk() if element in ("", e.element.id)), None)

    def structure(self, canonical: str) -> Structure | None:
        return self._definitions.structure(canonical) if self.find(canonical) else None

    def of_all(self, type: str) -> dict[str, None]:
        """The profiles that implementation guides ask of every resource of a type."""
        return self._of_all.get(type, {})

    @cached_property
    def _of_all(self) -> dict[str, dict[str, None]]:
        asked: dict[str, dict[str, None]] = {}
        for guide in self._definitions.all("ImplementationGuide"):
            for each in guide.get("global", ()):
                asked.setdefault(each.get("type", ""), {})[each.get("profile", "")] = None
        return asked

    def opened(self, node: Node, type: str = "") -> Node:
        """The node that says what is in an element: itself, or the one profile of its type."""
        if node.children:
            return node
        for each in node.element.types:
            if each.code == type or not type:
                profile = each.profiles[0] if len(each.profiles) == 1 else each.code
                return self.find(profile) or node
        return node


def mark(node: Node, type_key: str, definitions: Definitions) -> bool:
    """Notes which children ask for something; True if the node itself or one of them does.

    A snapshot repeats the whole standard, of which nothing need be looked at again.
    """
    asking = []
    for name, child in node.children.items():
        known = definitions.elements(type_key).get(name, ()) if type_key else ()
        base = known[0].element if known else None
        types = {each.type for each in known} & {each.code for each in child.element.types}
        own = known[0].type if len(known) == 1 else types.pop() if len(types) == 1 else ""
        if mark(child, own, definitions) or adds(child.element, base):
            asking.append((name, child))
    for each in node.slices:
        mark(each, type_key, definitions)
    node.asking = tuple(asking)
    return bool(asking or node.slices)


TAKEN_OVER = (
    "min",
    "max",
    "types",
    "binding",
    "min_length",
    "max_length",
    "must_have_value",
    "regex",
)
"""What a snapshot repeats from the standard where the profile says nothing."""


def adds(element: Element, base: Element | None) -> bool:
    """Whether a profile's element asks for more than the standard's."""
    if base is None or element.slicing is not None:
        return True
    same = (
        "min",
        "max",
        "types",
        "binding",
        "max_length",
        "must_have_value",
        "min_length",
        "regex",
    )
    if any(getattr(element, name) != getattr(base, name) for name in same):
        return True
    said = (element.fixed, element.pattern, element.minimum, element.maximum)
    known = {each.key for each in base.constraints}
    return (
        any(each is not None for each in said)
        or bool(element.value_alternatives)
        or any(each.key not in known for each in element.constraints)
    )


def tree(structure: Structure) -> Node:
    """The tree of the elements of a structure."""
    first = structure.elements[0]
    root = Node(first, structure.url)
    by_id = {first.id: root}
    for element in structure.elements[1:]:
        node = Node(element, structure.url)
        by_id[element.id] = node
        holder = by_id.get(element.id.rpartition(".")[0])
        if element.slice_name and ":" in element.id.rpartition(".")[2]:
            _add_slice(by_id.get(element.id.rpartition(":")[0]), node)
        elif holder is not None:
            holder.children[element.name] = node
    return root


def _add_slice(sliced: Node | None, node: Node) -> None:
    if sliced is None:
        return
    outer = node.element.slice_name.rpartition("/")[0]
    for each in sliced.slices:
        if outer and each.element.slice_name == outer:
            each.slices.append(node)
            return
    sliced.slices.append(node)
