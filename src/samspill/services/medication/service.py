"""Use cases: the person's list as signed versions, reconciliation, prescriptions, questions.

A version is written by the platform in the name of its author, once it is clear that the author may
see the person's medicines and is one who prescribes: lines, list, provenance and the prescriptions
that a stop recalls are one transaction that stands on the version last seen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from msgspec import structs

from samspill.access.actor import Kind
from samspill.base import clock
from samspill.base.errors import Conflict, Forbidden, InvalidRequest, NotFound, PreconditionFailed
from samspill.base.json import Resource
from samspill.interactions import create, guard, read, transaction
from samspill.interactions.session import Session
from samspill.interactions.versions import Version
from samspill.services import elements, finding
from samspill.services.medication import mapping
from samspill.services.medication.mapping import lists, prescriptions
from samspill.services.medication.mapping.lists import PersonList
from samspill.services.medication.model import MedicationList, reconciling, versions
from samspill.services.medication.model.reconciling import Answer, From, Row
from samspill.services.medication.model.versions import Lines, Stale

PRESCRIBERS = frozenset({"LE", "TL"})
"""Doctors and dentists, of 9060."""
MOST_VERSIONS = 60
Made = tuple[str, Resource, int | None]
"""What a transaction writes: type, resource, and the version it must stand on."""


def current_list(session: Session, patient: str) -> MedicationList:
    """What the person uses and has used, with when each was last dispensed."""
    lines = [
        *_of(session, "MedicationStatement", patient),
        *_of(session, "MedicationRequest", patient),
    ]
    return mapping.medication_list(lines, _of(session, "MedicationDispense", patient))


def person_list(session: Session, patient: str, number: int = 0) -> PersonList:
    """The newest version of the list, or an earlier one; what is in use unsigned before the first.

    Lines that the reader may not see are left out.
    """
    _must_see(session, patient)
    found = _stored(session, patient, number)
    if found is None:
        if number:
            raise NotFound("There is no such version", "Denne versjonen finnes ikke")
        return _unsigned(session, patient)
    gathered = structs.replace(session, receipts=[])
    shown = dict(_lines(gathered, lists.places(read.parsed(found))))
    gathered.settle()
    return lists.from_list(patient, found.number, read.parsed(found), shown)


def history(session: Session, patient: str) -> list[PersonList]:
    """All versions, the newest first."""
    newest = person_list(session, patient)
    earlier = range(newest.number - 1, max(newest.number - MOST_VERSIONS, 0), -1)
    return [newest, *(person_list(session, patient, number) for number in earlier)]


def sign(
    session: Session,
    patient: str,
    base: int,
    changes: Lines,
    reason: str,
    *,
    sources: Sequence[str] = (),
    responsible: str = "",
) -> PersonList:
    """Signs a new version: the lines changed by id, new ones under any other name.

    Raises `Stale` with both versions and their merge when `base` is not the newest any more.
    """
    _must_prescribe(session, patient)
    if not reason.strip():
        raise InvalidRequest("Say why", "Oppgi grunnen", where="reason")
    whole = person_list(_platform(session), patient)
    seen = person_list(session, patient, whole.number)
    if whole.number != base:
        raise _stale(session, seen, base, changes)
    hidden = {*whole.lines} - {*seen.lines}
    if {*changes} & hidden:
        raise NotFound("There is no such line", "Denne linjen finnes ikke")
    changed = {id: line for id, line in changes.items() if whole.lines.get(id) != line}
    made = _version(session, whole, changed, reason.strip(), responsible)
    at = session.platform.clock()
    writes = [*_writes(whole, made), *_recalled(session, whole, made, reason.strip())]
    writes.append(("Provenance", lists.provenance(made, sources, at), None))
    try:
        _write(session, writes)
    except (PreconditionFailed, Conflict):
        newest = person_list(session, patient)
        if newest.number == base:
            raise
        raise _stale(session, newest, base, changes) from None
    return replace(made, lines={id: one for id, one in made.lines.items() if id not in hidden})


def _version(
    session: Session, whole: PersonList, changed: Lines, reason: str, responsible: str
) -> PersonList:
    """The next version: all that is stored, also what the author may not see, and the changes."""
    platform = _platform(session)
    ids = {id: id if id in whole.lines else session.platform.ids() for id in changed}
    lines = {**whole.lines, **{ids[id]: line for id, line in changed.items()}}
    numbers = dict(whole.numbers)
    for id in changed:
        known = id in whole.lines
        numbers[ids[id]] = read.read(platform, "MedicationStatement", id).number + 1 if known else 1
    named = responsible or whole.responsible or session.actor.reference
    is_author = named == session.actor.reference
    return PersonList(
        whole.patient, whole.number + 1, lines, numbers, session.actor.reference,
        elements.when(clock.instant(session.platform.clock())), reason, named, session.actor.name,
        session.actor.name if is_author else whole.responsible_name,
    )  # fmt: skip


def _writes(whole: PersonList, made: PersonList) -> Iterator[Made]:
    for id, number in made.numbers.items():
        if whole.numbers.get(id) != number:
            told = lists.statement(made.patient, id, made.lines[id])
            yield "MedicationStatement", told, number - 1
    yield "List", lists.to_list(made), made.number - 1


def _recalled(session: Session, whole: PersonList, made: PersonList, reason: str) -> Iterator[Made]:
    """The prescriptions of what is stopped, recalled with the reason."""
    gone = [one for one in versions.compare(whole.lines, made.lines) if one.kind == "stopped"]
    if not gone:
        return
    active = [one for one in _of(_platform(session), "MedicationRequest", made.patient)
              if one["status"] in ("active", "on-hold")]  # fmt: skip
    for change in gone:
        for request in prescriptions.of_line(change.id, made.lines, active):
            yield "MedicationRequest", prescriptions.recalled(request, reason), _number(request)


def _stale(session: Session, newest: PersonList, base: int, changes: Lines) -> Stale:
    built = person_list(session, newest.patient, base).lines if base else {}
    mine = {**built, **changes}
    merged = versions.merge(built, mine, newest.lines)
    return Stale(base, newest.number, merged, newest.lines, mine)


def reconciliation(session: Session, patient: str) -> tuple[PersonList, tuple[Row, ...]]:
    """The list beside discharge letter, dispensings and what the patient says."""
    newest = person_list(session, patient)
    return newest, _compared(session, newest)


def _compared(session: Session, newest: PersonList) -> tuple[Row, ...]:
    patient = newest.patient
    letter = _letter(session, patient)
    told = [
        *(lists.said(From.LIST, lists.listed(newest, id)) for id in newest.in_use),
        *(lists.said(From.LETTER, each) for each in letter),
        *lists.latest(_of(session, "MedicationDispense", patient), From.DISPENSED),
        *lists.latest(_by_patient(session, patient), From.PATIENT),
    ]
    return reconciling.rows(told, has_letter=bool(letter))


def reconcile(
    session: Session, patient: str, base: int, answers: Mapping[str, Answer], reason: str = ""
) -> PersonList:
    """Settles differences by row id and signs the result, with its sources."""
    seen = person_list(session, patient)
    is_newest = seen.number == base
    rows = _compared(session, seen if is_newest else _as_seen(session, patient, base))
    why = reason.strip() or "Samstemming"
    known = {row.id: row for row in rows}
    if is_newest and (unknown := {*answers} - {*known}):
        raise InvalidRequest(
            "There is no such line", "Denne linjen finnes ikke", where=min(unknown)
        )
    settled = {
        id: line
        for id, answer in answers.items()
        if id in known and (line := reconciling.settled(known[id], answer, why)) is not None
    }
    used = [
        one.reference for row in rows for one in row.said.values() if one.source is not From.LIST
    ]
    told = "; ".join(f"{known[id].name}: {answer}" for id, answer in answers.items() if id in known)
    said = f"{why}. {told}" if told else why
    return sign(session, patient, base, settled, said, sources=list(dict.fromkeys(used)))


def _as_seen(session: Session, patient: str, base: int) -> PersonList:
    """An earlier version; before the first, its lines as they came."""
    if base:
        return person_list(session, patient, base)
    first = [(id, 1) for id in person_list(session, patient, 1).lines]
    return PersonList(patient, 0, dict(_lines(session, first)), dict(first))


def renew(session: Session, patient: str, request: str) -> Version:
    """A new prescription like an earlier one, valid for a year; the old one is done."""
    _must_prescribe(session, patient)
    old = _about(session, patient, "MedicationRequest", request)
    id, now = session.platform.ids(), session.platform.clock()
    made = prescriptions.renewed(
        old, id, lists.named(session.actor.reference, session.actor.name), now
    )
    writes: list[Made] = [("MedicationRequest", made, 0)]
    if old["status"] == "active":
        writes.append(("MedicationRequest", {**old, "status": "completed"}, _number(old)))
    focus = f"MedicationRequest/{request}"
    for task in _of(_platform(session), "Task", patient):
        if (task.get("focus") or {}).get("reference") == focus and task["status"] == "requested":
            writes.append(("Task", {**task, "status": "completed"}, _number(task)))
    _write(session, writes)
    return read.read(_platform(session), "MedicationRequest", id)


def prescribe(session: Session, patient: str, line: str) -> Version:
    """A prescription for a line of the list; the list must have been signed."""
    _must_prescribe(session, patient)
    shown = person_list(session, patient)
    if line not in shown.in_use:
        raise NotFound("There is no such line", "Denne linjen finnes ikke")
    now, id = session.platform.clock(), session.platform.ids()
    made = prescriptions.prescribed(
        patient,
        line,
        shown.lines[line],
        id,
        lists.named(session.actor.reference, session.actor.name),
        now,
    )
    return create.create(_platform(session), made)


def recall(session: Session, patient: str, request: str, reason: str) -> None:
    """Recalls (tilbakekaller) a prescription, with the reason."""
    _must_prescribe(session, patient)
    old = _about(session, patient, "MedicationRequest", request)
    _write(session, [("MedicationRequest", prescriptions.recalled(old, reason), _number(old))])


def ask_renewal(session: Session, patient: str, request: str) -> Version:
    """The person asks the doctor for a new prescription."""
    _must_see(session, patient)
    old = _about(session, patient, "MedicationRequest", request)
    focus = f"MedicationRequest/{request}"
    for task in _of(_platform(session), "Task", patient):
        if (task.get("focus") or {}).get("reference") == focus and task["status"] == "requested":
            return read.read(_platform(session), "Task", task["id"])
    wanted = prescriptions.wanted(old, session.actor.reference, session.platform.clock())
    return create.create(_platform(session), wanted)


def report_not_taken(session: Session, patient: str, what: str, words: str) -> Version:
    """The person says of a statement or prescription, by reference: I do not take this. The list
    stays as it is until a doctor reconciles."""
    type, _, id = what.partition("/")
    line = _about(session, patient, type, id)
    at = session.platform.clock()
    return create.create(session, prescriptions.not_taken(line, patient, words, at))


def ask(session: Session, patient: str, line: str, words: str, answers: str = "") -> Version:
    """A question between professionals about a line, or the answer to one."""
    if session.actor.kind is Kind.CITIZEN or not words.strip():
        raise Forbidden("Professionals ask here", "Her spør helsepersonell")
    _about(session, patient, "MedicationStatement", line)
    at = session.platform.clock()
    said = prescriptions.question(
        patient,
        line,
        words.strip(),
        lists.named(session.actor.reference, session.actor.name),
        answers,
        at,
    )
    return create.create(session, said)


def questions(session: Session, patient: str) -> list[Resource]:
    """What has been asked and answered about lines, the oldest first."""
    told = [
        one
        for one in _of(session, "Communication", patient)
        if "list-line" in elements.codes(next(iter(one.get("category", ())), None))
    ]
    return sorted(told, key=lambda one: str(one.get("sent", "")))


def orders(session: Session, patient: str) -> list[Resource]:
    return list(_of(session, "MedicationRequest", patient))


def _stored(session: Session, patient: str, number: int) -> Version | None:
    platform, id = _platform(session), lists.list_id(patient)
    try:
        if number:
            return read.read_version(platform, "List", id, number)
        return read.read(platform, "List", id)
    except NotFound:
        return None


def _lines(session: Session, places: Iterable[tuple[str, int]]) -> Iterator[tuple[str, Resource]]:
    for id, number in places:
        try:
            found = read.read_version(session, "MedicationStatement", id, number)
        except NotFound:
            continue
        yield id, lists.line(read.parsed(found))


def _unsigned(session: Session, patient: str) -> PersonList:
    """What is stated as in use by professionals, before anyone has signed a list."""
    letters = {one["id"] for one in _letter(session, patient)}
    stated = [
        one
        for one in _of(session, "MedicationStatement", patient)
        if one["status"] in mapping.IN_USE and one["id"] not in letters and not lists.is_own(one)
    ]
    lines = {one["id"]: lists.line(one) for one in stated}
    return PersonList(patient, 0, lines, {one["id"]: _number(one) for one in stated})


def _letter(session: Session, patient: str) -> list[Resource]:
    """What the newest discharge letter says that the person uses."""
    asked = [("patient", f"Patient/{patient}"), ("code", f"{lists.LOINC}|{lists.AT_DISCHARGE}")]
    found = sorted(finding.every(session, "List", asked), key=lambda one: str(one.get("date")))
    entries = found[-1].get("entry", ()) if found else ()
    named = {one["item"]["reference"].split("/")[1] for one in entries}
    told = _of(session, "MedicationStatement", patient) if named else ()
    return [one for one in told if one["id"] in named]


def _by_patient(session: Session, patient: str) -> Iterator[Resource]:
    return (one for one in _of(session, "MedicationStatement", patient) if lists.is_own(one))


def _of(session: Session, type: str, patient: str) -> Iterator[Resource]:
    return finding.every(session, type, [("patient", f"Patient/{patient}")])


def _about(session: Session, patient: str, type: str, id: str) -> Resource:
    """A resource that the session may see and that is about the person."""
    found = read.resource(session, type, id)
    if found["subject"].get("reference") != f"Patient/{patient}":
        raise NotFound("There is no such line", "Denne linjen finnes ikke")
    return found


def _write(session: Session, made: Iterable[Made]) -> None:
    entries = []
    for type, resource, expected in made:
        request: dict[str, Any] = {"method": "PUT", "url": f"{type}/{resource['id']}"}
        if expected:
            request["ifMatch"] = f'W/"{expected}"'
        elif expected == 0:
            request["ifNoneMatch"] = "*"
        entries.append({"resource": resource, "request": request})
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    transaction.transaction(_platform(session), bundle)


def _number(resource: Resource) -> int:
    return int(resource["meta"]["versionId"])


def _platform(session: Session) -> Session:
    """The platform acting in the name of the one who acts, as the log will say."""
    actor = replace(session.actor, kind=Kind.SYSTEM)
    return structs.replace(session, actor=actor, scopes=None, on_behalf_of="")


def _must_see(session: Session, patient: str) -> None:
    if session.actor.kind in (Kind.SYSTEM, Kind.DEMO, Kind.OPEN):
        return
    if not guard.grounds(session, "MedicationStatement", patient).lets_in:
        raise Forbidden("You have no access to this", "Du har ikke tilgang til dette")


def _must_prescribe(session: Session, patient: str) -> None:
    """Those who prescribe sign the list; nurses and pharmacists read and ask."""
    _must_see(session, patient)
    actor = session.actor
    if actor.kind is Kind.SYSTEM:
        return
    is_demo = actor.kind in (Kind.DEMO, Kind.OPEN)
    is_valid = is_demo or session.platform.clock() < actor.authorised_until
    may = is_demo or (actor.kind is Kind.PROFESSIONAL and PRESCRIBERS & {*actor.roles})
    if not (may and is_valid and actor.reference.startswith("Practitioner")):
        raise Forbidden("Doctors sign the medication list", "Leger signerer legemiddellisten")
