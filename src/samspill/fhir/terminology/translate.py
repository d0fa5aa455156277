"""$translate: codes of one system in terms of another, by concept maps.

https://hl7.org/fhir/R4/conceptmap-operation-translate.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

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
MOST_HOPS = 5


@dataclass(frozen=True, slots=True)
class Match:
    """One translation: how it relates to the code, what it is, and the map that says so."""

    equivalence: str
    coding: Resource
    source: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to translate. `target` is the address of a system, or "" for any."""

    system: str
    code: str
    target: str = ""
    is_reverse: bool = False


def translate(maps: Iterable[Resource], codings: Iterable[Wanted]) -> Resource:
    """The Parameters to answer with."""
    held = {each.get("url", str(index)): each for index, each in enumerate(maps)}
    found = [
        match
        for wanted in codings
        for each in held.values()
        for match in of_map(each, wanted, held)
    ]
    distinct = list({_key(each): each for each in found}.values())
    result = any(each.equivalence in _MATCHING for each in distinct)
    rows: list[Resource] = [{"name": "result", "valueBoolean": result}]
    if not result:
        rows.append({"name": "message", "valueString": "No match was found"})
    rows += [{"name": "match", "part": _parts(each)} for each in distinct]
    return {"resourceType": "Parameters", "parameter": rows}


def of_map(
    map: Resource, wanted: Wanted, held: dict[str, Resource], hops: int = 0
) -> Iterator[Match]:
    """The translations by one map, and by those it passes unmapped codes on to."""
    for group in map.get("group", ()):
        ends = (group.get("source", ""), group.get("target", ""))
        start, end = reversed(ends) if wanted.is_reverse else ends
        if wanted.system not in ("", start) or wanted.target not in ("", end):
            continue
        if wanted.is_reverse:
            yield from _backwards(map, group, wanted.code)
        else:
            yield from _forwards(map, group, wanted, held, hops)


def _forwards(
    map: Resource, group: Resource, wanted: Wanted, held: dict[str, Resource], hops: int
) -> Iterator[Match]:
    elements = [each for each in group.get("element", ()) if each.get("code") == wanted.code]
    for element in elements:
        for target in element.get("target", ()):
            coding = _coding(group.get("target", ""), target)
            yield _match(map, target, coding, target.get("equivalence", ""))
    if elements or "unmapped" not in group:
        return
    unmapped = group["unmapped"]
    match unmapped.get("mode"):
        case "provided":
            same = {"system": group.get("target", ""), "code": wanted.code}
            yield Match("equal", same, map.get("url", ""))
        case "fixed":
            coding = _coding(group.get("target", ""), unmapped)
            yield Match("inexact", coding, map.get("url", ""))
        case "other-map":
            other = held.get(unmapped.get("url", "").partition("|")[0])
            if other is not None and hops < MOST_HOPS:
                yield from of_map(other, wanted, held, hops + 1)


def _backwards(map: Resource, group: Resource, code: str) -> Iterator[Match]:
    for element in group.get("element", ()):
        for target in element.get("target", ()):
            if target.get("code") == code:
                told = target.get("equivalence", "")
                coding = _coding(group.get("source", ""), element)
                yield _match(map, target, coding, _REVERSED.get(told, told))


def _match(map: Resource, target: Resource, coding: Resource, equivalence: str) -> Match:
    return Match(equivalence, coding, map.get("url", ""), target.get("comment", ""))


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
    return parts
