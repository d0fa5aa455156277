"""Find a person by name or number; those on one's own list are there at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from samspill.portals.clinician import layout
from samspill.portals.clinician.layout import Desk
from samspill.portals.shared.layout import Frame
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Person
from samspill.services.privacy.model import Card


@dataclass(frozen=True, slots=True)
class Hit:
    address: str
    name: str
    number: str
    about: str
    place: str


@dataclass(frozen=True, slots=True)
class FindPage:
    frame: Frame
    desk: Desk
    heading: str
    sought: str
    hits: tuple[Hit, ...]
    said: str
    """How many were found, for all and for screen readers; "" before anything is sought."""
    listed_heading: str
    listed: tuple[Hit, ...]


def present(
    visit: Visit,
    sought: str,
    found: Sequence[Person],
    listed: Sequence[Person],
    card: Card | None = None,
) -> FindPage:
    """A card is of one who is not among the reader's own patients, found by the whole number."""
    language, say = visit.language, visit.language.say
    hits = [_hit(visit, person) for person in found]
    if card is not None:
        hits.append(Hit(f"{layout.PATIENT}/{card.patient}", card.name, "", card.born_on, ""))
    said = language.count("%(number)s treff", "%(number)s treff", len(hits)) if sought else ""
    if sought and not hits:
        said = say("Ingen treff. Prøv et annet navn, eller alle 11 sifrene.")
    return FindPage(
        frame=layout.frame(visit, say("Finn pasient")),
        desk=layout.desk(visit),
        heading=say("Finn pasient"),
        sought=sought,
        hits=tuple(hits),
        said=said,
        listed_heading=say("Pasienter på listen din"),
        listed=tuple(_hit(visit, person) for person in listed),
    )


def _hit(visit: Visit, person: Person) -> Hit:
    return Hit(
        address=f"{layout.PATIENT}/{person.id}",
        name=person.name,
        number=layout.spaced(person.number),
        about=layout.about(person, visit.today, visit.language),
        place=person.municipality,
    )
