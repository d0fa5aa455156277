"""One code system: what it is, and the concepts that stand at its top."""

from collections.abc import Sequence
from dataclasses import dataclass

from samspill.fhir.terminology.systems import Concept, System
from samspill.portals.developer.pages import addresses
from samspill.portals.developer.pages.systems import Group
from samspill.portals.shared import layout
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit


@dataclass(frozen=True, slots=True)
class SystemPage:
    frame: Frame
    back: Link
    heading: str
    facts: tuple[tuple[str, str], ...]
    address: str
    canonical: str
    label: str
    text: str
    button: str
    group: Group


def present(visit: Visit, of: System, text: str, found: Sequence[Concept]) -> SystemPage:
    """The page; `found` are the concepts at the top, or those with the words of a text."""
    say, number = visit.language.say, visit.language.number
    title = str(of.resource.get("title") or of.resource.get("name") or of.url)
    facts = (
        (say("Adresse"), of.url),
        (say("Versjon"), of.version),
        (say("Begreper"), number(len(of))),
        (say("Innhold"), _contents(visit).get(of.content, of.content)),
        (say("Beskrivelse"), str(of.resource.get("description", ""))),
    )
    heading = say("Treff") if text else say("Øverst i hierarkiet")
    return SystemPage(
        frame=layout.frame(visit, title),
        back=Link(addresses.SYSTEMS, say("Kodeverk")),
        heading=title,
        facts=tuple((name, value) for name, value in facts if value),
        address=addresses.SYSTEM,
        canonical=addresses.canonical(of.url, of.version),
        label=say("Ord eller kode i dette kodeverket"),
        text=text,
        button=say("Søk"),
        group=Group(
            "begreper", heading, addresses.rows(visit, of, found), say("Ingen begreper funnet.")
        ),
    )


def _contents(visit: Visit) -> dict[str, str]:
    say = visit.language.say
    return {
        "complete": say("Hele kodeverket"),
        "fragment": say("Et utdrag"),
        "example": say("Eksempler"),
        "supplement": say("Et tillegg"),
        "not-present": say("Ingen begreper her"),
    }
