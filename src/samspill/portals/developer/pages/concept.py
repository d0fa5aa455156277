"""One concept: its names, what stands above and below it, its properties, its codes elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from samspill.base import json
from samspill.fhir.terminology import systems
from samspill.interactions.browse import Shown
from samspill.portals.developer.pages import addresses
from samspill.portals.developer.pages.addresses import Row
from samspill.portals.developer.pages.systems import Group
from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit

HIERARCHY = frozenset({"parent", "child", "inactive"})
"""Properties that the page shows in other ways."""


@dataclass(frozen=True, slots=True)
class ConceptPage:
    frame: Frame
    back: Link
    heading: str
    code: str
    status: str
    definition: str
    names_heading: str
    names: tuple[tuple[str, str], ...]
    """Language or use, and the name."""
    properties_heading: str
    properties: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]
    coding_heading: str
    coding: str
    """As JSON, to be taken over."""


def present(visit: Visit, shown: Shown) -> ConceptPage:
    say, of, concept = visit.language.say, shown.system, shown.concept
    heading = addresses.name(visit, of, concept)
    below = say("Under")
    if shown.children_count > len(shown.children):
        number = visit.language.number(shown.children_count)
        below = say("Under (%(shown)s av %(number)s)", shown=len(shown.children), number=number)
    parents = addresses.rows(visit, of, shown.parents)
    children = addresses.rows(visit, of, shown.children)
    groups = (
        Group("over", say("Over"), parents, ""),
        Group("under", below, children, ""),
        Group("koblet", say("I andre kodeverk"), tuple(_mapped(visit, shown)), ""),
    )
    title = str(of.resource.get("title") or of.url)
    return ConceptPage(
        frame=layout.frame(visit, f"{concept.code} {heading}"),
        back=Link(addresses.of_system(of.url, of.version), title),
        heading=heading,
        code=concept.code,
        status=say("Ute av bruk") if shown.is_inactive else "",
        definition=concept.definition,
        names_heading=say("Navn"),
        names=tuple(_names(visit, shown)),
        properties_heading=say("Egenskaper"),
        properties=tuple(_properties(shown)),
        groups=tuple(each for each in groups if each.rows),
        coding_heading=say("Som Coding"),
        coding=_coding(of.url, concept.code, heading),
    )


def _names(visit: Visit, shown: Shown) -> Iterator[tuple[str, str]]:
    for each in shown.names:
        use = each.raw.get("use", {})
        kind = "" if each.is_display else use.get("display") or use.get("code", "")
        label = ", ".join(part for part in (each.language, str(kind)) if part)
        yield label or visit.language.say("Annet navn"), each.value


def _properties(shown: Shown) -> Iterator[tuple[str, str]]:
    for each in shown.concept.raw.get("property", ()):
        if each.get("code") not in HIERARCHY:
            value: Any = next((v for key, v in each.items() if key.startswith("value")), "")
            said = value.get("display", "") if isinstance(value, dict) else ""
            yield str(each.get("code", "")), f"{systems.text(value)} {said}".strip()


def _mapped(visit: Visit, shown: Shown) -> Iterator[Row]:
    """The codes that maps lead to and come from, each once."""
    found = {
        (each.coding.get("system", ""), each.coding.get("code", "")): each for each in shown.maps
    }
    for (system, code), match in found.items():
        of = visit.session.platform.library.system(system) if system else None
        concept = of.find(code) if of else None
        if of and concept:
            [row] = addresses.rows(visit, of, [concept])
            title = str(of.resource.get("title") or of.url)
            yield Row(code, row.text, f"{title} · {match.equivalence}", row.address)
        else:
            yield Row(code, match.coding.get("display", ""), f"{system} · {match.equivalence}", "")


def _coding(system: str, code: str, display: str) -> str:
    return json.format({"system": system, "code": code, "display": display}).decode()
