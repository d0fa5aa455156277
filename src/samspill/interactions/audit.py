"""The access log by the face of FHIR: AuditEvents that can be read and searched, never written.

A citizen gets the lines about the own record, and of each only what concerns it: a page of a search
may have shown the data of others too.
https://hl7.org/fhir/R4/auditevent.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from samspill.access import entry, event
from samspill.access.actor import Kind
from samspill.access.entry import Deed, Who
from samspill.base import json
from samspill.base.errors import Forbidden, InvalidSearch, NotFound, NotSupported, TooCostly
from samspill.base.texts import Text
from samspill.fhir.search import match as evaluator
from samspill.fhir.search.conditions import ReferenceIs
from samspill.fhir.search.query import And, Chain, Clause, Has, Match, Not, Or, Query
from samspill.interactions import seen
from samspill.interactions.session import Session
from samspill.store import Access, Page, Version

MOST = 10_000
"""Lines that one search looks at."""

_SEES_ALL = frozenset({Kind.SYSTEM, Kind.DEMO, Kind.OPEN})


def read(session: Session, id: str) -> Version:
    """One line. Raises `NotFound` also when the line is about others."""
    patient = _view(session)
    session.platform.log.flush()
    before = (
        int(id) - 1 if id.isdecimal() and len(id) < 19 else session.platform.store.access_count()
    )
    for position, line in session.platform.store.accesses(after=before, count=1):
        if str(position) == id and (not patient or patient in line.patients.split()):
            return _version(session, position, line, patient)
    raise NotFound("There is no such resource", "Denne ressursen finnes ikke")


def search(session: Session, query: Query, cursor: str) -> Page:
    """The events that a query finds, newest first unless it says another order.

    Raises `TooCostly` when it names no patient and the log is long, `Forbidden` to those who may
    not see the log.
    """
    _refuse_what_leads_elsewhere(query)
    patient = _view(session)
    if not cursor:
        session.platform.log.flush()
    upto, start = _place(cursor, session)
    lines = [each for each in _lines(session, patient or _named(query.where)) if each[0] <= upto]
    versions = {
        f"{event.TYPE}/{position}": _version(session, position, line, patient)
        for position, line in reversed(lines)
    }
    extractor = session.platform.extractor
    world = evaluator.World((json.parse_own(each.body) for each in versions.values()), extractor)
    keys = evaluator.find(query, world)
    count = query.count or 0
    end = start + count
    return Page(
        versions=tuple(versions[key] for key in keys[start:end]),
        total=len(keys),
        next=f"{upto}-{end}" if count and end < len(keys) else "",
        previous=f"{upto}-{max(start - count, 0)}" if start else "",
        first=f"{upto}-0",
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log, read."""

    position: int
    at: int
    who: Who
    done: Deed
    type: str
    seen: tuple[str, ...]
    """ "Type/id/number" of what was shown or written."""
    patients: tuple[str, ...]
    outcome: str


def newest(session: Session, patient: str = "", before: int = 0, count: int = 1000) -> list[Line]:
    """Lines before a position (0: the end), newest first: of one patient, or for those who see the
    whole log, of all."""
    own = _view(session)
    if own and own != patient:
        raise Forbidden("You have no access to this", "Du har ikke tilgang til dette")
    store = session.platform.store
    if not before:
        session.platform.log.flush()
        before = store.access_count() + 1
    found = store.latest_accesses(before, count, patient)
    return [
        Line(
            position, line.at, entry.who(line), entry.done(line), line.type,
            tuple(line.seen.split()), tuple(line.patients.split()), line.outcome,
        )
        for position, line in found
    ]  # fmt: skip


def _view(session: Session) -> str:
    """The patient whose lines the session may see; "" for all."""
    actor = session.actor
    if actor.kind in _SEES_ALL:
        return ""
    patient = session.on_behalf_of or actor.reference.removeprefix("Patient/")
    if actor.kind is Kind.CITIZEN and patient:
        return patient
    raise Forbidden(
        "The access log is for the citizen it is about, and for those who review it",
        "Tilgangsloggen er for innbyggeren den gjelder, og for dem som kontrollerer den",
    )


def _lines(session: Session, patient: str) -> Sequence[tuple[int, Access]]:
    store = session.platform.store
    found = store.accesses(count=MOST + 1, patient=patient)
    if len(found) > MOST:
        raise TooCostly(
            f"This would look at more than {MOST:,} lines of the log",
            f"Dette ville sett på mer enn {MOST} linjer i loggen",
            expected=Text("a patient with fewer lines", "en pasient med færre linjer"),
        )
    return found


def _version(session: Session, position: int, line: Access, patient: str) -> Version:
    platform = session.platform
    about = seen.patients(platform)
    told = event.of_line(position, line, about, platform.settings.name, patient)
    return Version(event.TYPE, str(position), 1, line.at, json.format(told), False, position)


def _named(clause: Clause) -> str:
    """The patient that the query asks for outright, "" if it does not."""
    for each in clause.parts if isinstance(clause, And) else (clause,):
        match each:
            case Match("patient" | "entity", ReferenceIs(("Patient",), id)):
                return id
    return ""


def _refuse_what_leads_elsewhere(query: Query) -> None:
    """The log is searched by itself: its events are no resources of the record."""
    if query.include or query.revinclude or any(_leads_elsewhere(query.where)):
        raise NotSupported(
            "The access log is searched without chains, _has and includes",
            "Tilgangsloggen søkes i uten kjeder, _has og include",
            where=event.TYPE,
        )


def _leads_elsewhere(clause: Clause) -> Iterator[bool]:
    match clause:
        case Chain() | Has():
            yield True
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leads_elsewhere(part)
        case Not(part):
            yield from _leads_elsewhere(part)


def _place(cursor: str, session: Session) -> tuple[int, int]:
    """Up to which line, and from which match on."""
    if not cursor:
        return session.platform.store.access_count(), 0
    upto, _, start = cursor.partition("-")
    if not (upto.isdecimal() and start.isdecimal() and len(cursor) < 40):
        raise InvalidSearch(
            "This cursor was not given out for this search",
            "Denne pekeren ble ikke gitt ut for dette søket",
        )
    return int(upto), int(start)
