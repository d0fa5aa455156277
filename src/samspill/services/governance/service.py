"""Use cases on the access log: who looked, on what grounds, questions, and what stands out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, partial
from zoneinfo import ZoneInfo

from msgspec import structs

from samspill.access import actor as actors
from samspill.access.actor import Actor, Kind
from samspill.access.entry import Who
from samspill.access.rules.texts import BASES
from samspill.base import clock
from samspill.base.errors import Forbidden, Gone, InvalidRequest, NotFound
from samspill.base.json import Resource
from samspill.interactions import audit, create, guard, read, update
from samspill.interactions.audit import Line
from samspill.interactions.session import Session
from samspill.interactions.versions import Version
from samspill.norway import rules
from samspill.services import finding
from samspill.services.governance import mapping, model
from samspill.services.governance.model import (
    Case,
    CaseKind,
    Figures,
    Look,
    Pair,
    Standing,
    Statement,
    Traits,
    Unusual,
)

OSLO = ZoneInfo("Europe/Oslo")
LEADER = "leader"
"""The role of those who review access."""
A_PAGE = 50
"""Looks on a page of the log."""
A_STEP = 1000
"""Lines that are read at a time."""
MOST_STEPS = 10
"""Steps of one page; what is older is on the next one, even when nothing fits the filter."""
MOST_LINES = 100_000
"""Lines that the search for patterns looks at."""
MANY_READERS = 8
"""Readers without a care relation that make a record one that many have been curious about."""
LONGEST_TEXT = 4000

Held = Callable[[str], list[Resource]]
"""The roles of a professional, by reference."""
Known = Callable[[str], Traits | None]


def looks(
    session: Session, patient: str, kind: model.Kind, before: int = 0
) -> tuple[list[Look], int]:
    """A page of who has looked at a record, the newest first, and where the next one begins (0:
    there is none)."""
    _must_see(session, patient)
    stated = statements(session, patient)
    found = list[Look]()
    lines = list[Line]()
    for _ in range(MOST_STEPS):
        more = audit.newest(session, patient, before, A_STEP)
        # Lines of programs are told apart from those of people, and do not part their looks.
        lines += [each for each in more if bool(each.who.reference) == (kind != "systems")]
        has_more = len(more) == A_STEP
        made = list(model.together(lines, patient, stated))
        # The last one may go on in the lines that were not read yet.
        whole = made[:-1] if has_more and len(made) > 1 else made
        found += [each for each in whole if model.kind(each, patient) == kind]
        if len(found) > A_PAGE:
            return found[:A_PAGE], found[A_PAGE - 1].first
        if not has_more:
            return found, 0
        before = whole[-1].first if whole else more[-1].position
        lines = []
    return found, before


def look(session: Session, patient: str, position: int) -> Look:
    """The look whose last line is at a position."""
    _must_see(session, patient)
    lines = audit.newest(session, patient, position + 1, A_STEP)
    of_people = [each for each in lines if each.who.reference]
    for each in model.together(of_people, patient, statements(session, patient)):
        if each.position == position:
            return each
    raise NotFound("There is no such line", "Denne linjen finnes ikke")


def statements(session: Session, patient: str) -> list[Statement]:
    """All that professionals have stated to see the patient."""
    asked = [
        ("patient", f"Patient/{patient}"),
        ("code", f"{mapping.EMERGENCY},{mapping.STATED}"),
    ]
    return [mapping.statement(each) for each in finding.every(_inside(session), "Task", asked)]


def emergencies(session: Session, patient: str, days: int = 30) -> list[Statement]:
    """The emergency accesses of the last days, for the patient to see at once."""
    _must_see(session, patient)
    since = session.platform.clock() - days * 86_400_000_000
    stated = statements(session, patient)
    return [each for each in stated if each.is_emergency and each.at >= since]


def standing(session: Session, patient: str) -> Standing:
    """Whether the professional may see the patient now, and what was stated for it."""
    if session.actor.kind is not Kind.PROFESSIONAL:
        return Standing(guard.is_open(session), None)
    now, mine = session.platform.clock(), session.actor.reference
    open = [
        each
        for each in statements(session, patient)
        if each.who == mine and each.at <= now < each.until
    ]
    found = guard.grounds(session, "Patient", patient)
    last = max(open, key=lambda each: (each.is_emergency, each.at), default=None)
    return Standing(found.lets_in, last, tuple(BASES[each] for each in found.permits))


def close(session: Session, id: str) -> Version:
    """Ends what the professional has stated, before its time."""
    version = read.read(_inside(session), "Task", id)
    task = read.parsed(version)
    period = task.get("executionPeriod", {})
    if task.get("requester", {}).get("reference") != session.actor.reference or not period:
        raise NotFound("There is no such statement", "Dette er ikke oppgitt")
    ended = {**period, "end": clock.instant(session.platform.clock())}
    return update.update(
        _platform(session), "Task", id, {**task, "executionPeriod": ended}, expected=version.number
    )


def ask(
    session: Session, patient: str, kind: CaseKind, position: int, about: str, text: str
) -> Version:
    """Opens a case about a look; it is answered within the deadline."""
    _must_see(session, patient)
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise InvalidRequest("Write your question", "Skriv spørsmålet ditt", where="text")
    look(session, patient, position)
    now = session.platform.clock()
    days = rules.on("access-question-answered-within", _day(now)).value
    task = mapping.case(
        patient, session.actor.reference, kind, position, about, text.strip(), now,
        _day(now) + timedelta(days=days),
    )  # fmt: skip
    return create.create(_platform(session), task)


def cases(session: Session, patient: str) -> list[Case]:
    """The cases of a patient, the newest first."""
    _must_see(session, patient)
    return _cases(session, [("patient", f"Patient/{patient}")])


def open_cases(session: Session) -> list[Case]:
    """All that wait for an answer, the one with the nearest deadline first."""
    _must_review(session)
    found = _cases(session, [("status", "requested")])
    return sorted(found, key=lambda each: each.deadline)


def answer(session: Session, id: str, text: str) -> Version:
    """Answers a case; the patient reads it."""
    _must_review(session)
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise InvalidRequest("Write an answer", "Skriv et svar", where="text")
    version = read.read(_platform(session), "Task", id)
    task = read.parsed(version)
    if not _is_case(task):
        raise NotFound("There is no such case", "Denne saken finnes ikke")
    done = mapping.answered(task, text.strip(), session.actor.reference)
    return update.update(_platform(session), "Task", id, done, expected=version.number)


def figures(session: Session, days: int = 30) -> Figures:
    """How many looks, refusals, emergencies and cases there were."""
    _must_review(session)
    everything = _inside(session)
    since = session.platform.clock() - days * 86_400_000_000
    counted = _since(session, since)
    asked = [("code", mapping.EMERGENCY)]
    tasks = list(finding.every(everything, "Task", asked))
    recent = [each for each in tasks if mapping.statement(each).at >= since]
    return Figures(
        looks=len({(each.who.reference, each.patients) for each in counted}),
        refused=sum(bool(each.outcome) for each in counted),
        emergencies=len(recent),
        reviewed=sum(each.get("status") == "completed" for each in recent),
        open_cases=len(open_cases(session)),
    )


def unusual(session: Session, days: int = 30, most: int = 100) -> list[Unusual]:
    """The patterns of the last days that most speak for asking, the strongest first."""
    _must_review(session)
    since = session.platform.clock() - days * 86_400_000_000
    held = cache(partial(_held, session))
    pairs = _pairs(session, _since(session, since), held)
    person, worker = _people(session, held)
    found = []
    for pair in pairs:
        patient, reader = person(pair.patient), worker(pair.who.reference)
        if patient is None or reader is None:
            continue
        names = model.reasons(pair, reader, patient, MANY_READERS)
        if not names:
            continue
        reasons = tuple(model.REASONS[name][1] for name in names)
        born = patient.born_on[:4]
        strength = model.score(names)
        found.append(
            Unusual(pair.who, pair.patient, born, pair.last, pair.looks, strength, reasons)
        )
    return sorted(found, key=lambda each: (-each.score, -each.last))[:most]


def _since(session: Session, since: int) -> list[Line]:
    """What professionals did since a moment."""
    everything, found, before = _inside(session), list[Line](), 0
    while len(found) < MOST_LINES:
        lines = audit.newest(everything, "", before, A_STEP)
        found += [
            each for each in lines if each.at >= since and each.who.kind == Kind.PROFESSIONAL.value
        ]
        if len(lines) < A_STEP or lines[-1].at < since:
            break
        before = lines[-1].position
    return found


def _pairs(session: Session, lines: Iterable[Line], held: Held) -> list[Pair]:
    by_pair: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        if line.outcome:
            continue
        for patient in line.patients:
            by_pair.setdefault((line.who.reference, patient), []).append(line)
    pairs = [_pair(session, patient, each, held) for (_, patient), each in by_pair.items()]
    strangers: dict[str, int] = {}
    for pair in pairs:
        if not pair.has_care_relation:
            strangers[pair.patient] = strangers.get(pair.patient, 0) + 1
    return [replace(each, readers=strangers.get(each.patient, 0)) for each in pairs]


def _pair(session: Session, patient: str, lines: Sequence[Line], held: Held) -> Pair:
    last = lines[0]
    known = session.platform.store.known(patient)
    # Care is often stated of a role rather than of the person.
    roles = {f"PractitionerRole/{each['id']}" for each in held(last.who.reference)}
    subjects = _subjects(last.who) | roles
    care = [
        each
        for each in (known.relations if known else ())
        if each.name in ("care", "emergency")
        and each.subject in subjects
        and any(each.low <= line.at < each.high for line in lines)
    ]
    return Pair(
        who=last.who,
        patient=patient,
        looks=len(lines),
        last=last.at,
        has_written=any(each.done.action in model.WRITES for each in lines),
        has_care_relation=any(each.name == "care" and each.basis != "stated" for each in care),
        is_stated=bool(care) or any(each.done.attested for each in lines),
        readers=0,
    )


def _subjects(who: Who) -> set[str]:
    return {who.reference, who.organization, who.department} - {""}


def _held(session: Session, practitioner: str) -> list[Resource]:
    asked = [("practitioner", practitioner)]
    return list(finding.every(_inside(session), "PractitionerRole", asked))


def _people(session: Session, held: Held) -> tuple[Known, Known]:
    """What gives the traits of a patient by id, and of a professional by reference."""
    everything = _inside(session)

    @cache
    def person(id: str) -> Traits | None:
        found = _read(everything, "Patient", id)
        if found is None:
            return None
        traits = mapping.traits(found)
        if _is_hidden(everything, id):
            traits = replace(traits, street="")
        return replace(traits, workplaces=workplaces(traits))

    def workplaces(traits: Traits) -> frozenset[str]:
        """Of a patient who is a professional as well: by name and day of birth."""
        if not traits.born_on or not traits.family:
            return frozenset()
        asked = [("family", traits.family)]
        same = [
            f"Practitioner/{each['id']}"
            for each in finding.every(everything, "Practitioner", asked)
            if (mapping.traits(each).name, each.get("birthDate")) == (traits.name, traits.born_on)
        ]
        return frozenset(place for each in same for place in _workplaces(held(each)))

    @cache
    def worker(reference: str) -> Traits | None:
        found = _read(everything, "Practitioner", reference.partition("/")[2])
        return None if found is None else mapping.traits(found, _workplaces(held(reference)))

    return person, worker


def _workplaces(held: Sequence[Resource]) -> frozenset[str]:
    named = (each.get("organization", {}).get("reference", "") for each in held)
    return frozenset(each for each in named if each)


def _is_hidden(session: Session, patient: str) -> bool:
    known = session.platform.store.known(patient)
    return bool(known and known.person and known.person.hidden)


def _read(session: Session, type: str, id: str) -> Resource | None:
    try:
        return read.resource(session, type, id)
    except (NotFound, Gone):
        return None


def _cases(session: Session, asked: list[tuple[str, str]]) -> list[Case]:
    code = ("code", ",".join(f"{mapping.CASES}|{each}" for each in ("question", "complaint")))
    tasks = finding.every(_inside(session), "Task", [code, *asked, ("_sort", "-modified")])
    return [mapping.read_case(each) for each in tasks]


def _is_case(task: Resource) -> bool:
    return any(each.get("system") == mapping.CASES for each in task["code"].get("coding", ()))


def _must_see(session: Session, patient: str) -> None:
    """The log is for the patient, and for those who act for the patient."""
    if guard.is_open(session):
        return
    if not guard.grounds(session, "Patient", patient).permits or (
        session.actor.kind is not Kind.CITIZEN
    ):
        raise Forbidden("You have no access to this", "Du har ikke tilgang til dette")


def _must_review(session: Session) -> None:
    if LEADER not in session.actor.roles and session.actor.kind is not Kind.SYSTEM:
        raise Forbidden("You have no access to this", "Du har ikke tilgang til dette")


def _platform(session: Session) -> Session:
    """The platform acting in the name of the one who acts, as the log will say."""
    actor: Actor = replace(session.actor, kind=Kind.SYSTEM)
    return structs.replace(session, actor=actor, scopes=None, on_behalf_of="")


def _inside(session: Session) -> Session:
    """The platform itself, looking something up."""
    return structs.replace(session, actor=actors.SYSTEM, scopes=None, on_behalf_of="")


def _day(at: int) -> date:
    return datetime.fromtimestamp(at / 1_000_000, OSLO).date()
