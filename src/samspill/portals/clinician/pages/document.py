"""One document about a person in view."""

from dataclasses import dataclass

from samspill.portals.clinician import layout
from samspill.portals.clinician.layout import Banner, Desk
from samspill.portals.shared import facts
from samspill.portals.shared.facts import Source
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Critical, Document, Person


@dataclass(frozen=True, slots=True)
class DocumentPage:
    frame: Frame
    desk: Desk
    banner: Banner
    back: Link
    title: str
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    unreadable: str
    source: Source


def present(
    visit: Visit, person: Person, critical: tuple[Critical, ...], document: Document
) -> DocumentPage:
    language, say = visit.language, visit.language.say
    about = (
        (say("Skrevet"), facts.day_and_time(document.when, language)),
        (say("Av"), document.author),
        (say("Ved"), document.custodian),
        (say("Type"), document.type),
    )
    return DocumentPage(
        frame=layout.frame(visit, f"{document.title}, {person.name}"),
        desk=layout.desk(visit),
        banner=layout.banner(visit, person, critical),
        back=Link(f"{layout.PATIENT}/{person.id}", say("Til oversikten")),
        title=document.title,
        facts=tuple((name, value) for name, value in about if value),
        paragraphs=document.paragraphs,
        unreadable=say("Dokumentet kan ikke vises her (%(type)s).", type=document.content_type),
        source=facts.source(document.origin, language),
    )
