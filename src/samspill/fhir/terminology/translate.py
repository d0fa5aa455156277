"""$translate: codes of one system in terms of another, by concept maps.

https://hl7.org/fhir/R4/conceptmap-operation-translate.html
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from samspill.fhir.terminology.library import Library

Resource = dict[str, Any]

_MATCHING = frozenset(
    {"relatedto", "equivalent", "equal", "wider", "subsumes", "narrower", "specializes", "inexact"}
)
_REVERSED = {
    "wider": "narrower",
    "narrower": "wider",
    "subsumes": "specializes",
    "specializes": "subsumes",
}


@dataclass(frozen=True, slots=True)
class Match:
    """One translation: how it relates to the code, what it is, and the map that says so."""

    equivalence: str
    coding: Resource
    source: str
    products: tuple[Resource, ...] = ()
    """Further elements that the map fills: property, system and value."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to translate. `target` is the address of a system, or "" for any."""

    system: str
    code: str
    target: str = ""
    is_reverse: bool = False
    dependencies: tuple[tuple[str, Resource], ...] = ()
    """What else is known of the context: the element, and a Coding of what it holds."""


@dataclass(frozen=True, slots=True)
class Maps:
    """How maps are looked up, and the one address of a system that has several."""

    find: Callable[[str], Resource | None]
    name: Callable[[str], str] = str


def over(library: Library) -> Maps:
    """The maps of a library."""
    return Maps(lambda url: library.find("ConceptMap", url), library.name)


def translate(maps: Iterable[Resource], codings: Iterable[Wanted], shelf: Maps) -> Resource:
    """The Parameters to answer with."""
    held = {each.get("url", str(index)): each for index, each in enumerate(maps)}
    found = [
        match
        for wanted in codings
        for url, each in held.items()
        for match in of_map(each, wanted, shelf, {url})
    ]
    distinct = list({_key(each): each for each in found}.values())
    result = any(each.equivalence in _MATCHING for each in distinct)
    rows: list[Resource] = [{"name": "result", "valueBoolean": result}]
    if not result:
        rows.append({"name": "message", "valueString": "No match was found"})
    rows += [{"name": "match", "part": _parts(each)} for each in distinct]
    return {"resourceType": "Parameters", "parameter": rows}


def of_map(map: Resource, wanted: Wanted, shelf: Maps, seen: set[str]) -> Iterator[Match]:
    """The translations by one map, and by those it passes unmapped codes on to, unless they have
    been `seen`."""
    for group in map.get("group", ()):
        ends = tuple(shelf.name(group.get(end, "")) for end in ("source", "target"))
        start, end = reversed(ends) if wanted.is_reverse else ends
        if wanted.system not in ("", start) or wanted.target not in ("", end):
            continue
        if wanted.is_reverse:
            yield from _backwards(map, group, wanted)
            continue
        matches = list(_forwards(map, group, wanted))
        if matches or any(e.get("code") == wanted.code for e in group.get("element", ())):
            yield from matches
        else:
            yield from _unmapped(map, group, wanted, shelf, seen)


def _forwards(map: Resource, group: Resource, wanted: Wanted) -> Iterator[Match]:
    for element in group.get("element", ()):
        if element.get("code") == wanted.code:
            for target in element.get("target", ()):
                if _is_met(target, wanted):
                    coding = _coding(group.get("target", ""), target)
                    yield _match(map, target, coding, target.get("equivalence", ""))


def _unmapped(
    map: Resource, group: Resource, wanted: Wanted, shelf: Maps, seen: set[str]
) -> Iterator[Match]:
    """What the group says of codes that it does not name."""
    unmapped = group.get("unmapped", {})
    match unmapped.get("mode"):
        case "provided":
            same = {"system": group.get("target", ""), "code": wanted.code}
            yield Match("equal", same, map.get("url", ""))
        case "fixed":
            coding = _coding(group.get("target", ""), unmapped)
            yield Match("inexact", coding, map.get("url", ""))
        case "other-map":
            url = str(unmapped.get("url", ""))
            other = None if url in seen else shelf.find(url)
            if other is not None:
                seen.add(url)
                yield from of_map(other, wanted, shelf, seen)


def _backwards(map: Resource, group: Resource, wanted: Wanted) -> Iterator[Match]:
    for element in group.get("element", ()):
        for target in element.get("target", ()):
            if target.get("code") == wanted.code and _is_met(target, wanted):
                told = target.get("equivalence", "")
                coding = _coding(group.get("source", ""), element)
                yield _match(map, target, coding, _REVERSED.get(told, told))


def _is_met(target: Resource, wanted: Wanted) -> bool:
    """Whether the context has all that the mapping depends on."""
    return all(
        any(
            element == each.get("property")
            and coding.get("code") == each.get("value")
            and each.get("system") in (None, coding.get("system"))
            for element, coding in wanted.dependencies
        )
        for each in target.get("dependsOn", ())
    )


def _match(map: Resource, target: Resource, coding: Resource, equivalence: str) -> Match:
    return Match(equivalence, coding, map.get("url", ""), tuple(target.get("product", ())))


def _coding(system: str, element: Resource) -> Resource:
    parts = {
        "system": system,
        "code": element.get("code", ""),
        "display": element.get("display", ""),
    }
    return {name: value for name, value in parts.items() if value}


def _key(match: Match) -> tuple[str, str, str, str]:
    coding = match.coding
    return match.equivalence, coding.get("system", ""), coding.get("code", ""), match.source


def _parts(match: Match) -> list[Resource]:
    parts: list[Resource] = [{"name": "equivalence", "valueCode": match.equivalence}]
    if match.coding:
        parts.append({"name": "concept", "valueCoding": match.coding})
    if match.source:
        parts.append({"name": "source", "valueUri": match.source})
    for each in match.products:
        held = _coding(each.get("system", ""), {**each, "code": each.get("value", "")})
        element = {"name": "element", "valueUri": each.get("property", "")}
        parts.append(
            {"name": "product", "part": [element, {"name": "concept", "valueCoding": held}]}
        )
    return parts
