"""One document, to read and to print."""

from dataclasses import dataclass

from samspill.portals.citizen import layout
from samspill.portals.shared import facts
from samspill.portals.shared.facts import Source
from samspill.portals.shared.layout import Frame, Link
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Document


@dataclass(frozen=True, slots=True)
class DocumentPage:
    frame: Frame
    crumbs: tuple[Link, ...]
    title: str
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    unreadable: str
    source: Source
    print: str


def present(visit: Visit, document: Document) -> DocumentPage:
    language, say = visit.language, visit.language.say
    about = (
        (say("Skrevet"), facts.day_and_time(document.when, language)),
        (say("Av"), document.author),
        (say("Ved"), document.custodian),
        (say("Type"), document.type),
    )
    return DocumentPage(
        frame=layout.frame(visit, document.title),
        crumbs=(Link(layout.HOME, say("Hjem")), Link(layout.DOCUMENTS, say("Dokumenter"))),
        title=document.title,
        facts=tuple((name, value) for name, value in about if value),
        paragraphs=document.paragraphs,
        unreadable=say("Dette dokumentet kan ikke vises her. Spør den som skrev det."),
        source=facts.source(document.origin, language),
        print=say("Skriv ut"),
    )
