"""Dokumenter: notes and letters, by year, told apart by who wrote them and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from samspill.portals.citizen import layout
from samspill.portals.shared import facts
from samspill.portals.shared.layout import Frame
from samspill.portals.shared.visit import Visit
from samspill.services.care_record.model import Document


@dataclass(frozen=True, slots=True)
class Item:
    address: str
    title: str
    who: str
    day: str
    iso_day: str


@dataclass(frozen=True, slots=True)
class Year:
    year: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    frame: Frame
    heading: str
    lead: str
    years: tuple[Year, ...]
    nothing: str


def present(visit: Visit, documents: Sequence[Document]) -> DocumentsPage:
    say = visit.language.say
    years = groupby(documents, key=lambda document: document.when.on.year)
    return DocumentsPage(
        frame=layout.frame(visit, say("Dokumenter")),
        heading=say("Dokumenter"),
        lead=say("Notater, brev og epikriser om deg, det nyeste først."),
        years=tuple(
            Year(str(year), tuple(_item(visit, document) for document in group))
            for year, group in years
        ),
        nothing=say("Du har ingen dokumenter her."),
    )


def _item(visit: Visit, document: Document) -> Item:
    who = dict.fromkeys(filter(None, (document.author, document.custodian)))
    return Item(
        address=f"{layout.DOCUMENTS}/{document.id}",
        title=document.title,
        who=" · ".join(who),
        day=facts.day_of_year(document.when, visit.language),
        iso_day=document.when.on.isoformat(),
    )
