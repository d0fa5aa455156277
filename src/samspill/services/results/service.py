"""Use cases: the series of one person; taking in a message of a laboratory; withholding for a time.

A message is read, and with all earlier ones on the same report becomes what holds: the record is
the same whatever order they came in. What cannot be taken in is kept, flagged and answered.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256

from msgspec import structs

from samspill import VERSION
from samspill.access.actor import Actor, Kind
from samspill.access.decide import Action
from samspill.base import clock
from samspill.base.errors import (
    Busy,
    Conflict,
    Forbidden,
    InvalidResource,
    NotFound,
    PreconditionFailed,
)
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir.search import escapes
from samspill.fhir.search.query import Match, Query, TokenIs
from samspill.fhir.terminology import translate
from samspill.interactions import read, transaction
from samspill.interactions.session import Session
from samspill.norway import codes
from samspill.services import finding
from samspill.services.results import model
from samspill.services.results.mapping import (
    bundle,
    kept,
    parties,
    receipt,
    record,
    report,
    rules,
    terms,
    tree,
    versions,
)
from samspill.services.results.mapping.tree import Fault, Tree
from samspill.services.results.mapping.versions import Version
from samspill.services.results.model import Intake, Series

CATEGORIES = "laboratory,vital-signs"
TRIES = 8
"""How often a report is joined anew when other messages on it arrive at the same time."""


def all_series(session: Session, patient: str) -> tuple[Series, ...]:
    """Every examination of the person, those with the newest results first."""
    return model.order(_series(session, patient, ("category", CATEGORIES)))


def one_series(session: Session, patient: str, code: str) -> Series:
    """The results of one examination; raises NotFound when the person has none."""
    for series in _series(session, patient, ("code", escapes.escape(code))):
        if series.code == code:
            return series
    raise NotFound("There are no such results", "Det finnes ingen slike prøvesvar", where="code")


def _series(session: Session, patient: str, narrowed: tuple[str, str]) -> list[Series]:
    person = ("patient", f"Patient/{patient}")
    observations = finding.every(session, "Observation", [person, narrowed, ("_sort", "-date")])
    return record.series(observations, finding.every(session, "Goal", [person]))


def receive(session: Session, data: bytes) -> Intake:
    """Takes in a message of an application that may write reports; the same one twice changes
    nothing. Raises `Forbidden` for others; faults of the message are in the answer."""
    session.decide(Action.CREATE, "DiagnosticReport")
    if session.actor.kind in (Kind.CITIZEN, Kind.PROFESSIONAL):
        raise Forbidden("Only systems send messages", "Bare systemer sender meldinger")
    platform = _platform(session)
    found = tree.read(data)
    source = sha256(data).hexdigest()
    faults = list(found.faults)
    if not any(each.refuses for each in faults):
        faults += rules.faults(found)
    is_known = _exists(platform, "Binary", source)
    is_kept = _exists(platform, "Task", kept.id(source))
    # One that was refused may be sent again: the cause may have lain in the record.
    if (is_kept or not is_known) and not any(each.refuses for each in faults):
        faults += _tried(platform, data, source, found, session.actor)
    is_refused = any(each.refuses for each in faults)
    if is_refused and not is_kept:
        _keep(platform, data, source, found, faults)
    reports = [report.report_id(each.key) for each in versions.of(found.root, source)]
    answer = receipt.write(
        found,
        faults,
        id=parties.stable_id("AppRec", source),
        at=_now(session),
        software=f"Samspill {VERSION}",
    )
    return Intake(
        source=source,
        outcome=receipt.outcome(faults),
        faults=tuple(map(receipt.told, faults)),
        reports=() if is_refused else tuple(dict.fromkeys(reports)),
        is_known=is_known,
        receipt=answer,
    )


def faulty(session: Session) -> list[Resource]:
    """The messages that could not be taken in, the newest first, as Task with an outcome."""
    session.decide(Action.SEARCH, "Task")
    if session.actor.kind in (Kind.CITIZEN, Kind.PROFESSIONAL):
        raise Forbidden("You have no access to this", "Du har ikke tilgang til dette")
    code = ("code", f"{kept.SYSTEM}|{kept.CODE}")
    asked = [code, ("status", "rejected"), ("_sort", "-_lastUpdated")]
    return list(finding.every(_platform(session), "Task", asked))


def _platform(session: Session) -> Session:
    """The platform acting for the one who sends, as the log will say."""
    actor = replace(session.actor, kind=Kind.SYSTEM)
    return structs.replace(
        session, actor=actor, scopes=None, on_behalf_of="", budget=None, receipts=[]
    )


def _now(session: Session) -> str:
    return clock.instant(session.platform.clock())


def _exists(session: Session, type: str, id: str) -> bool:
    return session.platform.store.read(type, id) is not None


def _keep(session: Session, data: bytes, source: str, found: Tree, faults: Sequence[Fault]) -> None:
    """The message as it came, and a task that says what is wrong with it."""
    told = kept.task(source, found, faults, _now(session))
    original = report.original(data, source, f"Task/{told['id']}")
    transaction.transaction(session, bundle.of(bundle.put([original, told])))
    session.settle()


def _take_in(session: Session, data: bytes, source: str, found: Tree, by: Actor) -> list[Fault]:
    """Writes what now holds of each report in the message; what is to be told of it."""
    for _ in range(TRIES):
        told: list[Fault] = []
        entries: list[Resource] = []
        came = versions.of(found.root, source)
        for key in {each.key: None for each in came}:
            of_report = [each for each in came if each.key == key]
            entries += _joined(session, of_report, by, told)
        first = f"DiagnosticReport/{report.report_id(came[0].key)}"
        entries += bundle.put([report.original(data, source, first)])
        if refused := _current(session)(f"Task/{kept.id(source)}"):
            entries += bundle.put([{**refused, "status": "completed"}])
        try:
            transaction.transaction(session, bundle.of(entries))
        except (PreconditionFailed, Conflict):
            continue
        session.settle()
        return told
    raise Busy("The report is being changed by others", "Rapporten endres av andre")


def _tried(session: Session, data: bytes, source: str, found: Tree, by: Actor) -> list[Fault]:
    """As `_take_in`; what the record does not take becomes a fault, so that the message is kept."""
    try:
        return _take_in(session, data, source, found, by)
    except (InvalidResource, Conflict) as error:
        return [
            Fault("X99", each.text, each.expression) for each in error.issues[: tree.MOST_FAULTS]
        ]


def _joined(
    session: Session, came: Sequence[Version], by: Actor, told: list[Fault]
) -> list[Resource]:
    """The entries of one report: with all earlier messages on it, and where this one comes from."""
    id = report.report_id(came[0].key)
    current = _current(session)
    before = session.platform.store.read("DiagnosticReport", id)
    base = before.number if before is not None else 0
    earlier = list(_earlier(session, id, came[0].key)) if base else []
    mapped = _named(session, report.to_fhir(versions.effective([*earlier, *came])))
    placed = bundle.places(mapped, current, partial(_find, session))
    told += [UNKNOWN for address, at in placed.items() if address.startswith("urn:") and not at]
    entries = list(bundle.entries(mapped, placed, current, base))
    who = {"display": by.name or by.client} if by.name or by.client else {}
    alone = report.to_fhir(versions.effective(came)) if earlier else mapped
    source = report.provenance(alone, came[0], who, _now(session))
    return [*entries, *bundle.put([bundle.placed(source, placed)])]


UNKNOWN = Fault(
    "E35",
    Text("The person was not in the record before", "Personen fantes ikke i journalen fra før"),
    "ServReport/Patient",
    refuses=False,
)


def _named(session: Session, mapped: report.Mapped) -> report.Mapped:
    """With common codes beside local ones, by the ConceptMaps of the record."""
    maps = list(finding.every(session, "ConceptMap", [("target-system", codes.NLK)]))
    return terms.mapped(mapped, maps, translate.over(session.platform.library)) if maps else mapped


def _current(session: Session) -> Callable[[str], Resource | None]:
    def current(address: str) -> Resource | None:
        version = session.platform.store.read(*address.split("/", 1))
        return read.parsed(version) if version is not None and not version.deleted else None

    return current


def _find(session: Session, type: str, identifier: Resource) -> str:
    token = TokenIs(identifier["system"], identifier["value"])
    query = Query((type,), Match("identifier", token), count=2, total="none")
    found = session.platform.store.search(query).versions
    if len(found) > 1 and type == "Patient":
        # Two records of one person: which of them is theirs is not for a message to say.
        raise Conflict("More than one person has this number", "Flere personer har dette nummeret")
    return f"{type}/{found[0].id}" if found else ""


def _earlier(session: Session, id: str, key: str) -> Iterator[Version]:
    """The versions of a report in the messages that it was made from."""
    asked = [("target", f"DiagnosticReport/{id}")]
    for each in finding.every(session, "Provenance", asked):
        source = each["entity"][0]["what"]["reference"].removeprefix("Binary/")
        data = base64.b64decode(read.resource(session, "Binary", source)["data"])
        yield from (v for v in versions.of(tree.read(data).root, source) if v.key == key)
