"""Legemidler: what is in use, how and why; and what was used earlier."""

from dataclasses import dataclass

from samspill.portals.citizen import layout
from samspill.portals.shared import facts
from samspill.portals.shared.facts import Source
from samspill.portals.shared.layout import Frame
from samspill.portals.shared.visit import Visit
from samspill.services.elements import UNKNOWN
from samspill.services.medication.model import Line, MedicationList


@dataclass(frozen=True, slots=True)
class Item:
    name: str
    dosage: str
    purpose: str
    times: str
    source: Source
    reference: str
    order: str


@dataclass(frozen=True, slots=True)
class MedicinesPage:
    frame: Frame
    heading: str
    lead: str
    in_use_heading: str
    in_use: tuple[Item, ...]
    nothing: str
    earlier_heading: str
    earlier: tuple[Item, ...]
    print: str
    renew: str
    not_taken: str
    thanks: str


def present(visit: Visit, list: MedicationList) -> MedicinesPage:
    say = visit.language.say
    return MedicinesPage(
        frame=layout.frame(visit, say("Legemidler")),
        heading=say("Legemidlene dine"),
        lead=say("Stemmer ikke listen? Si fra til legen din før du endrer noe."),
        in_use_heading=say("I bruk nå"),
        in_use=tuple(_item(visit, line) for line in list.in_use),
        nothing=say("Du bruker ingen legemidler, så vidt vi vet."),
        earlier_heading=say("Brukt tidligere"),
        earlier=tuple(_item(visit, line) for line in list.earlier),
        print=say("Skriv ut listen"),
        renew=say("Forny resept"),
        not_taken=say("Jeg bruker ikke dette"),
        thanks=say("Takk. Legen din får beskjed.") if visit.query.get("meldt") else "",
    )


def _item(visit: Visit, line: Line) -> Item:
    return Item(
        name=line.name,
        dosage=line.dosage,
        purpose=line.purpose,
        times=_times(visit, line),
        source=facts.source(line.origin, visit.language),
        reference=line.origin.reference,
        order=line.order if line.is_in_use else "",
    )


def _times(visit: Visit, line: Line) -> str:
    language, say = visit.language, visit.language.say
    said = []
    if line.since != UNKNOWN:
        said.append(say("Fra %(day)s", day=facts.day(line.since, language)))
    if not line.is_in_use and line.until != UNKNOWN:
        said.append(say("til %(day)s", day=facts.day(line.until, language)))
    if line.is_in_use and line.dispensed != UNKNOWN:
        said.append(say("Sist hentet %(day)s", day=facts.day(line.dispensed, language)))
    if line.stopped_because:
        said.append(say("Sluttet: %(reason)s", reason=line.stopped_because))
    return " · ".join(said)
