"""Legemiddelliste: each line, its prescriptions, what was asked, and the history of the list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from samspill.base.json import Resource
from samspill.portals.clinician import layout
from samspill.portals.clinician.layout import Banner, Desk
from samspill.portals.shared import facts
from samspill.portals.shared.facts import Source
from samspill.portals.shared.languages import Language
from samspill.portals.shared.layout import Frame
from samspill.portals.shared.visit import Visit
from samspill.services import elements
from samspill.services.care_record.model import Critical, Person
from samspill.services.elements import UNKNOWN
from samspill.services.medication.mapping import lists, prescriptions
from samspill.services.medication.mapping.lists import PersonList
from samspill.services.medication.model import dosage, versions


@dataclass(frozen=True, slots=True)
class Order:
    """A prescription of a line."""

    id: str
    text: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    name: str
    dosage: str
    purpose: str
    state: str
    is_in_use: bool
    orders: tuple[Order, ...]
    questions: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Past:
    """One version of the list."""

    number: int
    when: str
    who: str
    reason: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MedicinesPage:
    frame: Frame
    desk: Desk
    banner: Banner
    heading: str
    about: str
    base: int
    act: str
    reconcile: str
    reconcile_address: str
    rows: tuple[Row, ...]
    stopped_heading: str
    stopped: tuple[Row, ...]
    nothing: str
    texts: Mapping[str, str]
    history_heading: str
    picture: Markup
    history: tuple[Past, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What the services know."""

    person: Person
    critical: tuple[Critical, ...]
    history: Sequence[PersonList]
    orders: Sequence[Resource]
    questions: Sequence[Resource]


def present(visit: Visit, about: About) -> MedicinesPage:
    say, newest = visit.language.say, about.history[0]
    address = f"{layout.PATIENT}/{about.person.id}"
    rows = [_row(visit.language, about, id) for id in newest.lines]
    return MedicinesPage(
        frame=layout.frame(visit, about.person.name),
        desk=layout.desk(visit),
        banner=layout.banner(visit, about.person, about.critical),
        heading=say("Legemiddelliste"),
        about=signed(newest, visit.language),
        base=newest.number,
        act=f"{address}/legemidler/endre",
        reconcile=say("Samstem"),
        reconcile_address=f"{address}/samstemming",
        rows=tuple(row for row in rows if row.is_in_use),
        stopped_heading=say("Seponert"),
        stopped=tuple(row for row in rows if not row.is_in_use),
        nothing=say("Ingen legemidler i bruk."),
        texts=_texts(visit.language),
        history_heading=say("Listens historie"),
        picture=picture(about.history, visit.language),
        history=_history(about.history, visit.language) if newest.number else (),
    )


def _texts(language: Language) -> dict[str, str]:
    say = language.say
    return {
        "stop": say("Seponer"), "reason": say("Grunn"), "renew": say("Forny resept"),
        "recall": say("Tilbakekall"), "prescribe": say("Skriv resept"), "ask": say("Spør"),
        "question": say("Spørsmål eller svar om linjen"), "orders": say("Resepter"),
        "more": say("Endre"),
    }  # fmt: skip


def signed(list: PersonList, language: Language) -> str:
    """Who stands for a version."""
    say = language.say
    if not list.number:
        return say("Ingen har signert en liste ennå: dette er det som er registrert i bruk.")
    when = facts.day_and_time(list.at, language)
    said = say("Versjon %(n)s, signert %(when)s", n=list.number, when=when)
    who = say("av %(who)s", who=list.author_name) if list.author_name else ""
    doctor = list.responsible_name
    responsible = say("Ansvarlig lege: %(who)s", who=doctor) if doctor else ""
    return ". ".join(filter(None, (f"{said} {who}".strip(), responsible)))


def _row(language: Language, about: About, id: str) -> Row:
    newest = about.history[0]
    line = newest.lines[id]
    told = prescriptions.of_line(id, newest.lines, about.orders)
    asked = [one for one in about.questions if _is_about(one, id)]
    statement = {"meta": {"versionId": str(newest.numbers[id])},
                 **lists.statement(newest.patient, id, line)}  # fmt: skip
    reasons = [elements.concept(one) for one in line.get("reasonCode", ())]
    why = [elements.concept(one) for one in line.get("statusReason", ())]
    return Row(
        id=id,
        name=name(line),
        dosage=dosage.text(line.get("dosage", ()), language.tag),
        purpose=", ".join(filter(None, reasons)),
        state=", ".join(filter(None, why)),
        is_in_use=not versions.is_stopped(line),
        orders=_orders(told, language),
        questions=tuple(_question(one) for one in asked),
        source=facts.source(elements.origin(statement, "informationSource"), language),
    )


def name(line: Resource) -> str:
    concept = elements.concept(line.get("medicationCodeableConcept"))
    return concept or elements.displays(line.get("medicationReference"))


def _is_about(question: Resource, id: str) -> bool:
    return any(one.get("reference") == f"MedicationStatement/{id}" for one in question["about"])


def _question(one: Resource) -> str:
    said = ", ".join(part.get("contentString", "") for part in one.get("payload", ()))
    who = elements.displays(one.get("sender"))
    return f"{who}: {said}" if who else said


def _orders(requests: Iterable[Resource], language: Language) -> tuple[Order, ...]:
    """Those in force; where there is none, the last one."""
    newest = sorted(requests, key=lambda one: str(one.get("authoredOn", "")), reverse=True)
    active = [one for one in newest if one.get("status") == "active"]
    return tuple(_order(one, language) for one in active or newest[:1])


def _order(request: Resource, language: Language) -> Order:
    say, status = language.say, request.get("status", "")
    period = (request.get("dispenseRequest") or {}).get("validityPeriod") or {}
    until = elements.when(period.get("end"))
    states = {
        "active": say("Gyldig"), "on-hold": say("På vent"), "completed": say("Ferdig"),
        "stopped": say("Tilbakekalt"), "cancelled": say("Tilbakekalt"),
    }  # fmt: skip
    said = states.get(status, str(status))
    if until != UNKNOWN and status == "active":
        said = say("Gyldig til %(day)s", day=facts.day(until, language))
    return Order(request["id"], said, status == "active")


def _history(history: Sequence[PersonList], language: Language) -> tuple[Past, ...]:
    earlier = [*history[1:], None]
    return tuple(
        Past(
            one.number,
            facts.day_and_time(one.at, language),
            one.author_name,
            one.reason,
            changes(before, one, language),
        )
        for one, before in zip(history, earlier, strict=True)
    )


def changes(before: PersonList | None, after: PersonList, language: Language) -> tuple[str, ...]:
    """What a version changed, in words."""
    if before is None:
        return (language.say("Første liste"),)
    say = language.say
    words = {
        "added": say("Ny"), "removed": say("Ikke vist"), "stopped": say("Seponert"),
        "resumed": say("Tatt opp igjen"), "changed": say("Endret"),
    }  # fmt: skip
    found = versions.compare(before.lines, after.lines)
    return tuple(f"{words[one.kind]}: {name(one.after or one.before or {})}" for one in found)


BAR, GAP, LEFT, WIDE = 14, 8, 4, 640


def picture(history: Sequence[PersonList], language: Language) -> Markup:
    """A bar for each line, from the version that brought it to the one that stopped it."""
    ordered = [one for one in reversed(history) if one.number]
    if not ordered:
        return Markup()
    ids = list(dict.fromkeys(id for one in ordered for id in one.lines))
    step = (WIDE - LEFT) / len(ordered)
    drawn = []
    for n, id in enumerate(ids):
        top = n * (BAR + GAP + 12)
        held = [k for k, one in enumerate(ordered) if id in one.in_use]
        label = Markup('<text x="{}" y="{}">{}</text>').format(
            LEFT, top + 11, name(next(one.lines[id] for one in ordered if id in one.lines))
        )
        bars = Markup("").join(
            Markup('<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>').format(
                LEFT + k * step, top + 15, step - 1, GAP
            )
            for k in held
        )
        drawn.append(label + bars)
    title = language.say("Hvilke legemidler som var i bruk i hver versjon av listen")
    head = Markup('<svg fill="currentColor" font-size="12" viewBox="0 0 {} {}" role="img"').format(
        WIDE, len(ids) * (BAR + GAP + 12)
    )
    return head + Markup(' aria-label="{}">{}</svg>').format(title, Markup("").join(drawn))
