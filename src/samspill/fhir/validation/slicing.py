"""Slicing: which slice an element belongs to. https://hl7.org/fhir/R4/profiling.html#discriminator"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from samspill.fhir.definitions import Discriminator
from samspill.fhir.validation import values
from samspill.fhir.validation.places import Place
from samspill.fhir.validation.profiles import Node, Profiles

TYPE = Discriminator("type", "$this")
URL = Discriminator("value", "url")


class Judge(Protocol):
    """What slicing must ask of the one who knows values, profiles and codes."""

    profiles: Profiles

    def select(self, place: Place, path: str) -> list[Place]:
        """The elements that a path of a discriminator leads to."""

    def conforms(self, place: Place, profile: str) -> bool: ...

    def in_value_set(self, place: Place, value_set: str) -> bool: ...

    def keeps(self, place: Place, node: Node) -> bool:
        """Whether an element has nothing against it in a slice."""


def assign(
    places: Sequence[Place], slices: Sequence[Node], sliced: Node, judge: Judge
) -> list[Node | None]:
    """For each element its slice, or None."""
    ways = discriminators(sliced)
    return [
        next((each for each in slices if belongs(place, each, ways, judge)), None)
        for place in places
    ]


def discriminators(sliced: Node) -> tuple[Discriminator, ...]:
    """Those of the slicing; where it names none, choices go by type and extensions by url."""
    slicing = sliced.element.slicing
    if slicing and slicing.discriminators:
        return slicing.discriminators
    if sliced.element.is_choice:
        return (TYPE,)
    return (URL,) if sliced.element.name in ("extension", "modifierExtension") else ()


def belongs(place: Place, slice: Node, ways: Sequence[Discriminator], judge: Judge) -> bool:
    """Whether every discriminator finds in the element what the slice says."""
    if not ways:
        return judge.keeps(place, slice)
    answers = [_ask(place, slice, each, judge) for each in ways]
    return False not in answers and True in answers


def _ask(place: Place, slice: Node, way: Discriminator, judge: Judge) -> bool | None:
    """What the slice itself says, or else the profiles that its type must have."""
    answer = _agrees(place, slice, way, judge)
    for profile in _own_profiles(slice) if answer is None else ():
        node = judge.profiles.find(profile)
        if node is not None and answer is None:
            answer = _agrees(place, node, way, judge)
    return answer


def _own_profiles(slice: Node) -> list[str]:
    return [profile for each in slice.element.types for profile in each.profiles]


def _agrees(place: Place, slice: Node, way: Discriminator, judge: Judge) -> bool | None:
    """Whether one discriminator finds what the slice says; None if the slice says nothing."""
    found = judge.select(place, way.path)
    match way.type:
        case "exists":
            return _exists(found, slice, way.path, judge)
        case "type":
            codes = _types(slice, way.path, judge)
            return None if not codes else any(_is_of_type(each, codes) for each in found)
        case "profile":
            wanted = _profiles(slice, way.path, judge)
            return (
                None
                if not wanted
                else any(judge.conforms(each, p) for each in found for p in wanted)
            )
    return _has_value(found, slice, way.path, judge)


def steps_of(path: str) -> list[str]:
    """The steps of a path, calls kept whole: `a.extension('http://x.y').value`."""
    steps, depth, start = [], 0, 0
    for index, sign in enumerate(path):
        if sign in "()":
            depth += 1 if sign == "(" else -1
        elif sign == "." and depth == 0:
            steps.append(path[start:index])
            start = index + 1
    return [step for step in [*steps, path[start:]] if step not in ("", "$this")]


def _nodes(slice: Node, path: str, judge: Judge) -> list[Node]:
    """What the profile says of the element at a path, and of all those on the way to it."""
    nodes = [slice]
    for step in steps_of(path):
        following = _step(nodes[-1], step, judge)
        if following is None:
            return nodes
        nodes.append(following)
    return nodes


def _step(node: Node, step: str, judge: Judge) -> Node | None:
    name, _, argument = step.partition("(")
    argument = argument.rstrip(")").strip("'\"")
    match name:
        case "resolve":
            target = next((t for e in node.element.types for t in e.targets), "")
            return judge.profiles.find(target) if target else None
        case "ofType" | "as":
            return next((each for each in node.slices if _is_typed(each, argument)), node)
        case "extension" if argument:
            extensions = judge.profiles.opened(node).children.get("extension")
            return extensions and next(
                (each for each in extensions.slices if _url(each, judge) == argument), None
            )
        case "first" | "single" | "where":
            return node
    return judge.profiles.opened(node).children.get(name)


def _is_typed(node: Node, type: str) -> bool:
    return any(each.code == type for each in node.element.types)


def _url(extension: Node, judge: Judge) -> str:
    opened = judge.profiles.opened(extension, "Extension")
    url = opened.children.get("url")
    return str(url.element.fixed.value) if url and url.element.fixed else ""


def _exists(found: Sequence[Place], slice: Node, path: str, judge: Judge) -> bool | None:
    nodes = _nodes(slice, path, judge)
    if len(nodes) <= len(steps_of(path)):
        return None
    element = nodes[-1].element
    if element.max == "0":
        return not found
    return bool(found) if element.min else None


def _types(slice: Node, path: str, judge: Judge) -> set[str]:
    nodes = _nodes(slice, path, judge)
    if len(nodes) <= len(steps_of(path)):
        return set()
    last = nodes[-1].element
    if "." not in last.path:
        return {last.path}
    return {each.code for each in last.types}


def _is_of_type(place: Place, codes: set[str]) -> bool:
    types: Any = place.item.types
    return any(types.is_a(place.type, code) for code in codes) or (
        "." in place.type and bool(codes & {"BackboneElement", "Element"})
    )


def _profiles(slice: Node, path: str, judge: Judge) -> list[str]:
    steps = steps_of(path)
    is_resolved = bool(steps) and steps[-1] == "resolve()"
    nodes = _nodes(slice, ".".join(steps[:-1]) if is_resolved else path, judge)
    types = nodes[-1].element.types
    return [p for each in types for p in (each.targets if is_resolved else each.profiles)]


def _has_value(found: Sequence[Place], slice: Node, path: str, judge: Judge) -> bool | None:
    """The value that the slice fixes at the path, or the codes it binds it to, or, further up, a
    pattern that reaches down to it."""
    nodes = _nodes(slice, path, judge)
    depth = len(steps_of(path))
    if len(nodes) > depth:
        criteria = list(_criteria(nodes[depth], judge))
        if criteria:
            return any(all(holds(each) for holds in criteria) for each in found)
    wanted = _reaching(nodes, steps_of(path))
    if wanted is not None:
        return any(values.fits(each.value, wanted) for each in found)
    return None


def _criteria(node: Node, judge: Judge) -> Iterator[Any]:
    """What an element must be, said by the node and those below it."""
    element = node.element
    if element.fixed:
        fixed = element.fixed.value
        yield lambda place: values.equals(place.value, fixed)
    elif element.pattern:
        pattern = element.pattern.value
        yield lambda place: values.fits(place.value, pattern)
    elif element.binding and element.binding.strength == "required" and not node.children:
        value_set = element.binding.value_set
        yield lambda place: judge.in_value_set(place, value_set)
    profiles = [p for each in element.types for p in each.profiles if each.code != "Extension"]
    below = node.children or (judge.profiles.opened(node).children if profiles else {})
    for name, child in below.items():
        held = list(_criteria(child, judge))
        if held and name != "extension":
            yield _in_child(name, held, judge)


def _in_child(name: str, criteria: list[Any], judge: Judge) -> Any:
    return lambda place: any(
        all(holds(each) for holds in criteria) for each in judge.select(place, name)
    )


def _reaching(nodes: Sequence[Node], steps: Sequence[str]) -> Any:
    """The part of a fixed value or pattern above that lies at the path; None if there is none."""
    for depth, node in reversed(list(enumerate(nodes))):
        given = node.element.fixed or node.element.pattern
        if given:
            return _descend(given.value, steps[depth:])
    return None


def _descend(value: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if isinstance(value, list):
            value = value[0] if value else None
        value = value.get(step) if isinstance(value, dict) else None
    return value[0] if isinstance(value, list) and value else value
