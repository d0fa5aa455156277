"""Code systems and value sets for people who look around: lists, words, concepts, pages of codes.

They hold no personal data and are the same for every caller.
https://hl7.org/fhir/R4/terminology-service.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import islice

from samspill.base import clock
from samspill.base.errors import NotFound
from samspill.base.json import Resource
from samspill.fhir.definitions.archive import Entry
from samspill.fhir.terminology import concepts, expand, languages, options, translate, words
from samspill.fhir.terminology.concepts import Designation
from samspill.fhir.terminology.systems import Concept, Places, System
from samspill.fhir.terminology.translate import Match, Wanted
from samspill.interactions import code_systems, search
from samspill.interactions.code_systems import Listed
from samspill.interactions.session import Session

MOST_MATCHES = 50
MOST_RELATIVES = 200
MOST_LISTED = 1000
MOST_LOOKED_AT = 2000
PAGE = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept that was found, and the name that the words are in."""

    system: System
    concept: Concept
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One concept with all that is known of it."""

    system: System
    concept: Concept
    names: Sequence[Designation]
    is_inactive: bool
    parents: Sequence[Concept]
    children: Sequence[Concept]
    children_count: int
    maps: Sequence[Match]


@dataclass(frozen=True, slots=True)
class Expanded:
    """A page of a value set."""

    total: int
    codes: Sequence[Resource]
    offset: int


def systems(session: Session) -> list[Listed]:
    """The code systems of the record; those of the definitions are `defined`."""
    return code_systems.listed(session)


def defined(session: Session, type: str, text: str) -> list[Entry]:
    """The code systems or value sets of the definitions whose address has a text."""
    wanted = text.casefold()
    found = (e for e in session.platform.definitions.entries(type) if wanted in e.url.casefold())
    return sorted(found, key=lambda entry: entry.url)


def value_sets(session: Session) -> list[Resource]:
    """The value sets of the record."""
    query = [("_count", str(MOST_LISTED)), ("_sort", "url")]
    return search.search(session, "ValueSet", query).resources()


def find(session: Session, text: str, system: str = "") -> list[Hit]:
    """Concepts by the words of their names, in all systems of the record or in one; those in use
    first, then those whose name is shortest."""
    sought = words.sought(text)
    if not sought:
        return []
    listed = systems(session)
    addresses = (
        [system] if system else [f"{e.url}|{e.version}" if e.version else e.url for e in listed]
    )
    hits = [hit for each in addresses for hit in _in_system(session, each, sought)]
    return sorted(hits, key=lambda hit: (len(hit.name), hit.concept.code))[:MOST_MATCHES]


def system(session: Session, canonical: str) -> System:
    """Raises `NotFound`."""
    found = session.platform.library.system(canonical)
    if found is None:
        raise NotFound(
            "There is no such code system here",
            "Dette kodeverket finnes ikke her",
            where="system",
        )
    return found


def top(of: System) -> list[Concept]:
    """The concepts that stand under no other, as many as a page shows. A parent comes before its
    children, so that in a system of millions they are among the first."""
    first = of.at(islice(of.all(), MOST_LOOKED_AT))
    found = (each for each in first if not any(of.get(code) for code in each.parents))
    return list(islice(found, MOST_RELATIVES))


def show(session: Session, canonical: str, code: str) -> Shown:
    """Raises `NotFound`."""
    of = system(session, canonical)
    concept = of.find(code)
    if concept is None:
        raise NotFound(
            "There is no such code in the system",
            "Denne koden finnes ikke i kodeverket",
            where="code",
        )
    below = of.children(concept.code)
    shelf = translate.over(session.platform.library)
    maps = [(each, str(each.get("url", ""))) for each in session.platform.library.maps()]
    wanted = [Wanted(of.url, concept.code), Wanted(of.url, concept.code, is_reverse=True)]
    return Shown(
        system=of,
        concept=concept,
        names=list(concepts.designations(of, concept)),
        is_inactive=concepts.is_inactive(of, concept),
        parents=[each for each in map(of.get, concept.parents) if each is not None],
        children=of.at(islice(below, MOST_RELATIVES)),
        children_count=len(below),
        maps=[m for o in wanted for e, url in maps for m in translate.of_map(e, o, shelf, {url})],
    )


def value_set(session: Session, canonical: str) -> Resource:
    """Raises `NotFound`."""
    found = session.platform.library.value_set(canonical)
    if found is None:
        raise NotFound(
            "There is no such value set here",
            "Dette verdisettet finnes ikke her",
            where="url",
        )
    return found


def expanded(session: Session, resource: Resource, text: str, offset: int) -> Expanded:
    """A page of the codes of a value set; raises `InvalidTerminology` where they cannot be told."""
    platform = session.platform
    asked = options.Options(
        pairs=(),
        languages=languages.parse(session.accept_language or session.language),
        exclude_nested=True,
        offset=offset,
        count=PAGE,
        filter=text,
    )
    stamp = expand.Stamp(platform.ids(), clock.instant(platform.clock()))
    expansion = expand.expand(resource, platform.library, asked, stamp)["expansion"]
    return Expanded(expansion["total"], expansion.get("contains", ()), offset)


def _in_system(session: Session, canonical: str, sought: Sequence[str]) -> Iterator[Hit]:
    of = session.platform.library.system(canonical)
    if of is None:
        return
    sets = [of.with_word(word) for word in sought]
    among: Places = reduce(lambda one, other: one & other, sets)
    in_use = among - of.inactive()
    for each in of.at(islice((*in_use, *(among - in_use)), MOST_MATCHES)):
        yield Hit(of, each, _named(each, sought))


def _named(concept: Concept, sought: Sequence[str]) -> str:
    """The first name that has all the words, else the display."""
    names = [concept.display, *(d.get("value", "") for d in concept.raw.get("designation", ()))]
    for name in names:
        held = words.of(name)
        if all(any(word.startswith(one) for word in held) for one in sought):
            return str(name)
    return concept.display
