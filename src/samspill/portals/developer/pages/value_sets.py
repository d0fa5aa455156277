"""The value sets, and the codes of one of them, in pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from samspill.base.json import Resource
from samspill.fhir.definitions.archive import Entry
from samspill.interactions.browse import PAGE, Expanded
from samspill.portals.developer.pages import addresses
from samspill.portals.developer.pages.addresses import Row
from samspill.portals.developer.pages.systems import MOST_DEFINED, Group
from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit


@dataclass(frozen=True, slots=True)
class ValueSetsPage:
    frame: Frame
    back: Link
    heading: str
    lead: str
    address: str
    label: str
    text: str
    button: str
    groups: tuple[Group, ...]
    other: Link


@dataclass(frozen=True, slots=True)
class ValueSetPage:
    frame: Frame
    back: Link
    heading: str
    facts: tuple[tuple[str, str], ...]
    address: str
    canonical: str
    label: str
    text: str
    button: str
    problem: str
    """Why the codes cannot be told, or empty."""
    group: Group
    pages_label: str
    pages: tuple[Link, ...]


def present(
    visit: Visit, text: str, recorded: Sequence[Resource], defined: Sequence[Entry]
) -> ValueSetsPage:
    """The list; `text` is part of an address that was looked for, or empty."""
    say = visit.language.say
    here = tuple(
        Row(
            str(each.get("version", "")),
            str(each.get("title") or each.get("name") or each.get("url", "")),
            str(each.get("url", "")),
            addresses.of_value_set(str(each.get("url", ""))),
        )
        for each in recorded
        if text.casefold() in f"{each.get('title', '')} {each.get('url', '')}".casefold()
    )
    others = tuple(
        Row(each.version, each.url.rpartition("/")[2], each.url, addresses.of_value_set(each.url))
        for each in defined[:MOST_DEFINED]
    )
    heading = say("Fra standarden og installerte pakker")
    if len(defined) > len(others):
        heading = say(
            "Fra standarden og installerte pakker (%(shown)s av %(number)s)",
            shown=len(others),
            number=visit.language.number(len(defined)),
        )
    return ValueSetsPage(
        frame=layout.frame(visit, say("Verdisett")),
        back=Link("/utvikler", say("Utvikler")),
        heading=say("Verdisett"),
        lead=say("Et verdisett er et utvalg av koder til ett bruk, fra ett eller flere kodeverk."),
        address=addresses.VALUE_SETS,
        label=say("Navn eller adresse"),
        text=text,
        button=say("Søk"),
        groups=(
            Group("lagret", say("I journalen"), here, say("Ingen med dette navnet.")),
            Group("definert", heading, others, say("Ingen med dette navnet.")),
        ),
        other=Link(addresses.SYSTEMS, say("Kodeverk")),
    )


def present_one(visit: Visit, resource: Resource, text: str, found: Expanded | str) -> ValueSetPage:
    """One value set; `found` are its codes, or why they cannot be told."""
    say = visit.language.say
    canonical = str(resource.get("url", ""))
    title = str(resource.get("title") or resource.get("name") or canonical)
    rows = () if isinstance(found, str) else tuple(_row(visit, each) for each in found.codes)
    facts = (
        (say("Adresse"), canonical),
        (say("Versjon"), str(resource.get("version", ""))),
        (say("Beskrivelse"), str(resource.get("description", ""))),
    )
    return ValueSetPage(
        frame=layout.frame(visit, title),
        back=Link(addresses.VALUE_SETS, say("Verdisett")),
        heading=title,
        facts=tuple((name, value) for name, value in facts if value),
        address=addresses.VALUE_SET,
        canonical=canonical,
        label=say("Ord eller kode i dette verdisettet"),
        text=text,
        button=say("Søk"),
        problem=found if isinstance(found, str) else "",
        group=Group("koder", _heading(visit, found), rows, say("Ingen koder funnet.")),
        pages_label=say("Sider"),
        pages=() if isinstance(found, str) else tuple(_pages(visit, canonical, text, found)),
    )


def _heading(visit: Visit, found: Expanded | str) -> str:
    say, number = visit.language.say, visit.language.number
    if isinstance(found, str):
        return say("Kodene kan ikke vises")
    if found.total <= PAGE:
        return visit.language.count("%(number)s kode", "%(number)s koder", found.total)
    return say(
        "Kode %(first)s til %(last)s av %(total)s",
        first=number(found.offset + 1),
        last=number(found.offset + len(found.codes)),
        total=number(found.total),
    )


def _row(visit: Visit, code: Resource) -> Row:
    system, version = str(code.get("system", "")), str(code.get("version", ""))
    return Row(
        str(code.get("code", "")),
        str(code.get("display", "")),
        system,
        addresses.of_concept(system, version, str(code.get("code", ""))),
    )


def _pages(visit: Visit, canonical: str, text: str, found: Expanded) -> list[Link]:
    say, links = visit.language.say, []
    if found.offset > 0:
        before = max(found.offset - PAGE, 0)
        links.append(Link(addresses.of_value_set(canonical, text, before), say("Forrige side")))
    if found.offset + len(found.codes) < found.total and found.codes:
        after = found.offset + PAGE
        links.append(Link(addresses.of_value_set(canonical, text, after), say("Neste side")))
    return links
