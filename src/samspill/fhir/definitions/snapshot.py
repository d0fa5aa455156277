"""The snapshot of a profile, made from its differential and the snapshot of its base.

The base is read as a tree; each element of the differential walks down it, opening types and making
slices where it must, and is laid over what it finds. https://hl7.org/fhir/R4/profiling.html#snapshot
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from samspill.base.errors import InvalidContent

Resource = dict[str, Any]
ElementsOf = Callable[[str], list[Resource]]
"""The snapshot elements of a type or profile, by name or canonical address."""

APPENDED = frozenset(
    {"constraint", "mapping", "condition", "alias", "code", "example", "extension"}
)
"""Lists to which a profile adds; other properties replace those of the base."""
KEPT = frozenset({"id", "path", "base", "sliceName"})

BY_URL = {"discriminator": [{"type": "value", "path": "url"}], "ordered": False, "rules": "open"}
BY_TYPE = {"discriminator": [{"type": "type", "path": "$this"}], "ordered": False, "rules": "open"}


@dataclass(slots=True, eq=False)
class Node:
    """An element under construction, its children, and the slices of it."""

    element: Resource
    children: list["Node"] = field(default_factory=list)
    slices: list["Node"] = field(default_factory=list)
    choices: list[Resource] = field(default_factory=list)
    """The types that the base gave a choice, kept when names such as `valueQuantity` narrow it."""

    @property
    def name(self) -> str:
        return str(self.element["path"]).rpartition(".")[2]


def generate(profile: Resource, elements_of: ElementsOf) -> list[Resource]:
    """The snapshot elements of a StructureDefinition that has only a differential.

    Raises NotFound if a base or a type is not known, InvalidContent if an element of the
    differential has no place in its base.
    """
    differential = profile.get("differential", {}).get("element", [])
    if "baseDefinition" not in profile or not all("path" in each for each in differential):
        raise InvalidContent(
            "A profile needs a base, and each of its elements a path",
            "En profil trenger en base, og hvert element i den en sti",
            where="baseDefinition, differential.element.path",
        )
    base = elements_of(profile["baseDefinition"])
    if profile.get("derivation") == "specialization":
        return _specialize(profile, base, differential)
    root = _tree(copy.deepcopy(base))
    builder = _Builder(root, _tree(base), elements_of, profile.get("url", ""))
    for element, steps in zip(differential, _steps(differential), strict=True):
        builder.apply(element, steps)
    return list(_flatten(root, root.element["path"], root.element["path"]))


def _specialize(
    profile: Resource, base: list[Resource], differential: list[Resource]
) -> list[Resource]:
    """A new type has the elements of its base under its own name, and then its own."""
    own = profile["type"].rpartition("/")[2]
    parent = base[0]["path"]
    inherited = []
    for each in copy.deepcopy(base):
        renamed = own + each["path"][len(parent) :]
        inherited.append({**each, "id": renamed, "path": renamed})
    for each in differential:
        if each["path"] == own:
            inherited[0] = {**inherited[0], **each}
    return inherited + [each for each in copy.deepcopy(differential) if each["path"] != own]


def _tree(elements: list[Resource]) -> Node:
    root = Node(elements[0])
    at = {str(elements[0].get("id", elements[0]["path"])): root}
    for element in elements[1:]:
        node = Node(element)
        id = str(element.get("id", element["path"]))
        at[id] = node
        parent, _, last = id.rpartition(".")
        is_slice = ":" in last and "sliceName" in element
        around = at.get(id.rpartition(":")[0] if is_slice else parent)
        if around is None or around is node:
            raise InvalidContent(
                f"The element {id} of a snapshot has nothing around it",
                f"Elementet {id} i et snapshot har ingenting rundt seg",
                where=id,
            )
        (around.slices if is_slice else around.children).append(node)
    return root


def _flatten(node: Node, id: str, path: str) -> Iterator[Resource]:
    yield {**node.element, "id": id, "path": path}
    for child in node.children:
        yield from _flatten(child, f"{id}.{child.name}", f"{path}.{child.name}")
    for each in node.slices:
        yield from _flatten(each, f"{id}:{each.element['sliceName']}", path)


def _steps(differential: list[Resource]) -> Iterator[tuple[str, ...]]:
    """The way to each element: names, each with ":slice" where it is of a slice.

    It is told by the id; where that does not fit the path, by the slices named before.
    """
    latest: dict[str, str] = {}
    for element in differential:
        path, id = element["path"], element.get("id", "")
        slice_name = element.get("sliceName", "")
        if ".".join(step.partition(":")[0] for step in id.split(".")) != path:
            parent, dot, name = path.rpartition(".")
            id = latest.get(parent, parent) + dot + name + (f":{slice_name}" if slice_name else "")
        latest = {p: i for p, i in latest.items() if not p.startswith(f"{path}.")}
        latest[path] = id
        yield tuple(id.split(".")[1:])


class _Builder:
    """Lays elements of a differential over the tree of the base."""

    def __init__(self, root: Node, base: Node, elements_of: ElementsOf, url: str) -> None:
        self._root = root
        self._base = base
        self._elements_of = elements_of
        self._url = url

    def apply(self, element: Resource, steps: tuple[str, ...]) -> None:
        node = self._root
        for step in steps:
            node = self._down(node, step)
        _merge(node.element, element, self._url)

    def _down(self, node: Node, step: str) -> Node:
        name, _, slice_name = step.partition(":")
        if not node.children:
            node.children = self._open(node)
        child = _find(node.children, name)
        if child is None:
            child, implied = self._choice(node, name)
            slice_name = slice_name or implied
        return _slice(child, slice_name) if slice_name else child

    def _choice(self, node: Node, name: str) -> tuple[Node, str]:
        """`valueQuantity` in a differential is the slice of that name of `value[x]`."""
        for child in node.children:
            start = child.name.removesuffix("[x]")
            if child.name.endswith("[x]") and _names_type(child, name.removeprefix(start)):
                _close(child, start, name)
                return child, name
        raise InvalidContent(
            f"The differential of {self._url} has the element {name}, which its base has not",
            f"Differensialen til {self._url} har elementet {name}, som basen ikke har",
            where=f"{node.element['path']}.{name}",
        )

    def _open(self, node: Node) -> list[Node]:
        """The children that the type of an element gives it."""
        reference = node.element.get("contentReference", "").rpartition("#")[2]
        if reference:
            return copy.deepcopy(_at(self._base, reference).children)
        types = node.element.get("type", [])
        codes = {each.get("code", "") for each in types}
        if len(codes) != 1:
            raise InvalidContent(
                f"{self._url} goes into {node.element['path']}, which may be of several types",
                f"{self._url} går inn i {node.element['path']}, som kan ha flere typer",
                where=node.element["path"],
            )
        profiles = [profile for each in types for profile in each.get("profile", ())]
        name = profiles[0] if len(profiles) == 1 else codes.pop()
        return _tree(copy.deepcopy(self._elements_of(name))).children


def _names_type(node: Node, name: str) -> bool:
    """Whether `Quantity` of `valueQuantity` is one of the types of `value[x]`."""
    types = node.choices or node.element.get("type", [])
    return name.lower() in {each.get("code", "").lower() for each in types}


def _close(node: Node, start: str, name: str) -> None:
    """A choice of which the profile names `valueQuantity` alone may be a Quantity only."""
    if name in {each.element["sliceName"] for each in node.slices}:
        return
    node.choices = node.choices or node.element.get("type", [])
    named = {name, *(each.element["sliceName"] for each in node.slices)}
    lowered = {each.removeprefix(start).lower() for each in named}
    node.element["type"] = [
        each for each in node.choices if each.get("code", "").lower() in lowered
    ]
    node.element["slicing"] = {**BY_TYPE, "rules": "closed"}


def _at(root: Node, path: str) -> Node:
    node = root
    for name in path.split(".")[1:]:
        node = next(child for child in node.children if child.name == name)
    return node


def _find(children: list[Node], name: str) -> Node | None:
    return next((each for each in children if each.name == name), None)


def _slice(node: Node, name: str) -> Node:
    """The slice of this name, made from the element, or from the slice that it slices again."""
    for each in node.slices:
        if each.element["sliceName"] == name:
            return each
    outer = name.rpartition("/")[0]
    model = next((each for each in node.slices if each.element["sliceName"] == outer), node)
    if "slicing" not in node.element:
        node.element["slicing"] = copy.deepcopy(BY_TYPE if node.name.endswith("[x]") else BY_URL)
    element = copy.deepcopy(model.element)
    element.pop("slicing", None)
    element.update(sliceName=name, min=0)
    if node.name.endswith("[x]"):
        _narrow(element, node.choices, name.removeprefix(node.name.removesuffix("[x]")))
    made = Node(element, copy.deepcopy(model.children))
    node.slices.append(made)
    return made


def _narrow(element: Resource, choices: list[Resource], type_name: str) -> None:
    """A slice called `valueQuantity` is of the type Quantity, said or not."""
    offered = choices or element.get("type", ())
    fitting = [each for each in offered if each.get("code", "").lower() == type_name.lower()]
    if fitting:
        element["type"] = fitting


def _merge(element: Resource, given: Resource, url: str) -> None:
    for key, value in given.items():
        if key in KEPT:
            continue
        if key in APPENDED:
            added = [_sourced(each, url) for each in value] if key == "constraint" else value
            element[key] = _append(element.get(key, []), added)
        elif key == "slicing":
            element[key] = {**element.get(key, {}), **value}
        elif key == "binding":
            element[key] = {**value}
        else:
            _clear_alternatives(element, key)
            element[key] = copy.deepcopy(value)


def _sourced(constraint: Resource, url: str) -> Resource:
    return {"source": url, **constraint}


def _append(held: list[Any], added: list[Any]) -> list[Any]:
    """Those of the base and then the new; an invariant takes the place of one of the same key."""
    keys = {each.get("key") for each in added if isinstance(each, dict) and "key" in each}
    kept = [e for e in held if not (isinstance(e, dict) and e.get("key", "") in keys)]
    return kept + [each for each in added if each not in kept]


def _clear_alternatives(element: Resource, key: str) -> None:
    """A value fixed by the profile takes the place of one that the base fixed in another type."""
    for prefix in ("fixed", "pattern", "minValue", "maxValue", "defaultValue"):
        if key.startswith(prefix) and key[len(prefix) :][:1].isupper():
            for other in [each for each in element if each.startswith(prefix)]:
                if other[len(prefix) :][:1].isupper():
                    del element[other]
