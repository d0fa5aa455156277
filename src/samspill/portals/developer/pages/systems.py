"""The code systems, with a search over the concepts of all that are loaded."""

from collections.abc import Sequence
from dataclasses import dataclass

from samspill.fhir.definitions.archive import Entry
from samspill.interactions.browse import MOST_MATCHES, Hit
from samspill.interactions.code_systems import Listed
from samspill.portals.developer.pages import addresses
from samspill.portals.developer.pages.addresses import Row
from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit

MOST_DEFINED = 100


@dataclass(frozen=True, slots=True)
class Group:
    """A list with its heading; `empty` is said where there is nothing in it."""

    id: str
    heading: str
    rows: tuple[Row, ...]
    empty: str


@dataclass(frozen=True, slots=True)
class SystemsPage:
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


def present(
    visit: Visit, text: str, hits: Sequence[Hit], listed: Sequence[Listed], defined: Sequence[Entry]
) -> SystemsPage:
    """The page; `text` is what was looked for, or empty."""
    say = visit.language.say
    found = Group("treff", _found(visit, hits), _hits(visit, hits), say("Ingen begreper funnet."))
    return SystemsPage(
        frame=layout.frame(visit, say("Kodeverk")),
        back=Link("/utvikler", say("Utvikler")),
        heading=say("Kodeverk"),
        lead=say(
            "Søket finner begreper i alle kodeverk som er lastet inn, ved kode, navn og synonymer."
        ),
        address=addresses.SYSTEMS,
        label=say("Ord eller kode"),
        text=text,
        button=say("Søk"),
        groups=(*((found,) if text else ()), _loaded(visit, listed), _defined(visit, defined)),
        other=Link(addresses.VALUE_SETS, say("Verdisett")),
    )


def _found(visit: Visit, hits: Sequence[Hit]) -> str:
    if len(hits) == MOST_MATCHES:
        return visit.language.say("De %(number)s beste treffene", number=MOST_MATCHES)
    return visit.language.count("%(number)s treff", "%(number)s treff", len(hits))


def _hits(visit: Visit, hits: Sequence[Hit]) -> tuple[Row, ...]:
    rows = []
    for hit in hits:
        [row] = addresses.rows(visit, hit.system, [hit.concept])
        other = f"«{hit.name}»" if hit.name != row.text else ""
        title = str(hit.system.resource.get("title") or hit.system.url)
        note = " · ".join(each for each in (other, title, row.note) if each)
        rows.append(Row(row.code, row.text, note, row.address))
    return tuple(rows)


def _loaded(visit: Visit, listed: Sequence[Listed]) -> Group:
    say, count = visit.language.say, visit.language.count
    rows = tuple(
        Row(
            each.version,
            each.title or each.url,
            f"{each.url} · {count('%(number)s begrep', '%(number)s begreper', each.concepts)}",
            addresses.of_system(each.url, each.version),
        )
        for each in listed
    )
    return Group("lastet", say("Lastet inn"), rows, say("Ingen kodeverk er lastet inn."))


def _defined(visit: Visit, defined: Sequence[Entry]) -> Group:
    say = visit.language.say
    rows = tuple(
        Row(each.version, each.url.rpartition("/")[2], each.url, addresses.of_system(each.url))
        for each in defined[:MOST_DEFINED]
    )
    heading = say("Fra standarden og installerte pakker")
    if len(defined) > len(rows):
        heading = say(
            "Fra standarden og installerte pakker (%(shown)s av %(number)s)",
            shown=len(rows),
            number=visit.language.number(len(defined)),
        )
    return Group("definert", heading, rows, say("Ingen med dette navnet."))
