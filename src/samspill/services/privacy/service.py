"""What people do about access: restrict, block, give a proxy, act for, state a need, review.

Each act is checked here and written by the platform in the name of the one who acts, as Consent or
Task behind the one door: versioned, logged, and a fact from the very next request.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import structs

from samspill.access import facts
from samspill.access.actor import Actor, Assurance, Kind
from samspill.access.decide import Action
from samspill.access.rules.texts import BASES
from samspill.access.rules.types import AREAS
from samspill.base.errors import Forbidden, InvalidRequest, NotFound
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir.search.query import Match, Query, TokenIs
from samspill.interactions import create, guard, read, save, update
from samspill.interactions.session import Session
from samspill.interactions.versions import Version
from samspill.norway import identifiers, rules
from samspill.services import finding
from samspill.services.privacy import mapping
from samspill.services.privacy.model import (
    EVERYTHING,
    Card,
    Emergency,
    Outcome,
    Represented,
    Why,
    Wish,
)

OSLO = ZoneInfo("Europe/Oslo")
DECIDING = frozenset({"pbrl-5-1-own-record", "pbrl-4-4-parent-of-child", "vgml-guardian"})
"""The grounds on which someone decides for a patient; an ordinary proxy does not."""
REASONS = {
    "life": Text("Danger to life", "Fare for liv"),
    "harm": Text("Danger of serious harm", "Fare for alvorlig helseskade"),
    "unconscious": Text("The patient cannot speak for themselves", "Pasienten kan ikke uttale seg"),
}
"""The reasons for emergency access."""


def restrict(
    session: Session,
    patient: str,
    what: str = EVERYTHING,
    towards: Sequence[str] = (),
    spare: Sequence[str] = (),
    until: date | None = None,
) -> Version:
    """Restricts (sperrer) all, a resource type, or a document or episode with all that refers to
    it; towards everyone, or people and organisations by reference, but for those spared."""
    _must_decide(session, patient)
    if "/" in what:
        read.read(session, *what.split("/", 1))
    elif what != EVERYTHING:
        save.check_type(session, what)
    wish = Wish("", "restriction", what, tuple(towards), tuple(spare), until_on=until)
    return _put(session, mapping.restriction(wish, patient, session.actor.reference, _now(session)))


def block(session: Session, patient: str, person: str, until: date | None = None) -> Version:
    """Blocks (blokkerer) a professional by reference, in an emergency too."""
    _must_decide(session, patient)
    read.read(_platform(session), *_place(person, "Practitioner", "PractitionerRole"))
    wish = Wish("", "blocking", EVERYTHING, (person,), until_on=until)
    return _put(session, mapping.restriction(wish, patient, session.actor.reference, _now(session)))


def give_proxy(
    session: Session,
    patient: str,
    to: str,
    areas: Sequence[str] = ("all",),
    until: date | None = None,
) -> Version:
    """Lets another citizen act for oneself (fullmakt), within areas of `rules.types.AREAS`."""
    if guard.grounds(session, "Patient", patient).permits != ("pbrl-5-1-own-record",):
        raise _forbidden()
    unknown = [each for each in areas if each not in AREAS]
    if unknown or not areas or to == f"Patient/{patient}":
        raise InvalidRequest(
            "A proxy is for others, in known areas",
            "En fullmakt er for andre, på kjente områder",
            where="areas",
            expected=", ".join(AREAS),
        )
    read.read(_platform(session), *_place(to, "Patient"))
    by = session.actor.reference
    return _put(session, mapping.proxy(patient, by, _now(session), to, areas, until))


def let_in(session: Session, child: str) -> Version:
    """A parent consents to a youth's own access from 13."""
    named = guard.grounds(session, "Patient", child).permits
    if not {"pbrl-4-4-parent-of-child", "pbrl-4-4-parent-of-youth"} & {*named}:
        raise _forbidden()
    return _put(session, mapping.own_access(child, session.actor.reference, _now(session)))


def lift(session: Session, patient: str, id: str) -> Version:
    """Takes back a wish: a restriction, a blocking, a proxy."""
    _must_decide(session, patient)
    version = read.read(_platform(session), "Consent", id)
    resource = read.parsed(version)
    if resource.get("patient", {}).get("reference") != f"Patient/{patient}":
        raise NotFound("There is no such wish", "Dette ønsket finnes ikke")
    ended = {**resource, "status": "inactive"}
    return update.update(_platform(session), "Consent", id, ended, expected=version.number)


def withdraw(session: Session, patient: str, id: str) -> Version:
    """Takes back a proxy; the one who holds it may give it back, too."""
    given = mapping.wish(read.resource(_platform(session), "Consent", id))
    if session.actor.reference in given.towards and given.kind == "proxy":
        version = read.read(_platform(session), "Consent", id)
        ended = {**read.parsed(version), "status": "inactive"}
        return update.update(_platform(session), "Consent", id, ended, expected=version.number)
    return lift(session, patient, id)


def wishes(session: Session, patient: str) -> list[Wish]:
    """All that the patient has decided, the newest first."""
    _must_decide(session, patient)
    asked = [("patient", f"Patient/{patient}"), ("_sort", "-_lastUpdated")]
    return [mapping.wish(each) for each in finding.every(_platform(session), "Consent", asked)]


def represented(session: Session) -> list[Represented]:
    """For whom the citizen may act now."""
    _must_be(session, Kind.CITIZEN)
    found = []
    mine = guard.acting(session).subjects
    for patient in session.platform.store.patients_of(sorted(mine), "rep"):
        acting = structs.replace(session, on_behalf_of=patient)
        bases = guard.grounds(acting, "Patient", patient).permits
        if bases and f"Patient/{patient}" != session.actor.reference:
            name = _name(read.resource(_platform(session), "Patient", patient))
            found.append(Represented(patient, name, tuple(BASES[each] for each in bases)))
    return sorted(found, key=lambda each: each.name)


def act_for(session: Session, patient: str) -> Session:
    """The session in which the citizen acts for someone; for oneself again when none is named."""
    _must_be(session, Kind.CITIZEN)
    acting = structs.replace(session, on_behalf_of=patient)
    if patient and not guard.grounds(acting, "Patient", patient).permits:
        raise _forbidden()
    return acting


def look_up(session: Session, number: str) -> Card | None:
    """The person with a national number: what is needed to open the right record."""
    _must_be_authorised(session)
    for each in identifiers.recognise(number):
        token = TokenIs(identifiers.KINDS[each.kind].system, each.value)
        query = Query(("Patient",), Match("identifier", token), count=1, total="none")
        for version in session.platform.store.search(query).versions:
            session.log(Action.SEARCH, version, (version.id,))
            person = read.parsed(version)
            return Card(version.id, _name(person), person.get("birthDate", ""))
    return None


def attest(session: Session, patient: str, purpose: str, reason: str) -> Version:
    """A professional states the need to see a patient; it holds for an hour."""
    _must_be_authorised(session)
    if purpose not in ("TREAT", "ETREAT", "COC") or not reason.strip():
        raise InvalidRequest(
            "State the purpose and the reason",
            "Oppgi formål og begrunnelse",
            where="purpose",
            expected="TREAT | ETREAT | COC",
        )
    given = {"coding": [{"system": mapping.PURPOSE, "code": purpose}], "text": reason.strip()}
    return _state(session, "stated", patient, given)


def open_emergency(session: Session, patient: str, reason: str, text: str) -> Version:
    """Emergency access to one patient, with a reason of `REASONS` and in words; seen by the
    patient and queued for review. The same whether or not anything is restricted."""
    _must_be_authorised(session)
    if reason not in REASONS or not text.strip():
        raise InvalidRequest(
            "State the reason for emergency access",
            "Oppgi grunnen til nødrettstilgang",
            where="reason",
            expected=" | ".join(REASONS),
        )
    given = {"coding": [{"system": mapping.REASONS, "code": reason}], "text": text.strip()}
    return _state(session, "emergency", patient, given)


def _state(session: Session, code: str, patient: str, reason: Resource) -> Version:
    read.read(_platform(session), "Patient", patient)
    now = _now(session)
    rule = "attestation-expires-after" if code == "stated" else "emergency-access-lasts"
    minutes = rules.on(rule, datetime.fromtimestamp(now / 1_000_000, OSLO).date()).value
    by = session.actor.reference
    task = mapping.statement(code, patient, by, now, now + minutes * 60_000_000, reason)
    return _put(session, task)


def emergencies(session: Session, *, open_only: bool = True) -> list[Emergency]:
    """The queue of emergency accesses, the newest first; for those who review."""
    _must_review(session)
    asked = [("code", f"{facts.ACCESS_TASK}|emergency"), ("_sort", "-modified")]
    if open_only:
        asked.append(("status", "requested"))
    return _emergencies(session, asked)


def emergencies_of(session: Session, patient: str) -> list[Emergency]:
    """Those of one patient, told to the patient."""
    _must_decide(session, patient)
    code = ("code", f"{facts.ACCESS_TASK}|emergency")
    return _emergencies(session, [code, ("patient", f"Patient/{patient}"), ("_sort", "-modified")])


def _emergencies(session: Session, asked: list[tuple[str, str]]) -> list[Emergency]:
    everything = _platform(session)
    found = []
    for task in finding.every(everything, "Task", asked):
        who = read.resource(everything, *task["requester"]["reference"].split("/", 1))
        found.append(mapping.emergency(task, _name(who)))
    return found


def review(session: Session, id: str, outcome: Outcome, comment: str) -> Version:
    """Says whether an emergency access was justified; nobody reviews the own."""
    _must_review(session)
    version = read.read(_platform(session), "Task", id)
    task = read.parsed(version)
    if task["requester"]["reference"] == session.actor.reference:
        raise _forbidden()
    done = mapping.reviewed(task, outcome, comment, session.actor.reference)
    return update.update(_platform(session), "Task", id, done, expected=version.number)


def why(session: Session, patient: str, who: str = "", type: str = "Patient") -> Why:
    """Whether someone may see what is about a patient, and why. Of others only those may ask who
    decide for the patient; what a patient has restricted is not told to whom it restricts."""
    decides = _decides(session, patient)
    if who and who != session.actor.reference and not decides:
        raise _forbidden()
    asked = session if who in ("", session.actor.reference) else _as(session, who)
    found = guard.grounds(asked, type, patient)
    denials = found.denials if decides else ()
    may = found.lets_in
    bases = found.permits if may or decides else ()
    return Why(may, tuple(BASES[each] for each in bases), tuple(BASES[each] for each in denials))


def _as(session: Session, who: str) -> Session:
    """The session of a professional who would ask now, at work."""
    held = finding.every(_platform(session), "PractitionerRole", [("practitioner", who)])
    also = list[str]()
    for role in held:
        also.append(f"PractitionerRole/{role['id']}")
        also += [role["organization"]["reference"]] if "organization" in role else []
    later = _now(session) + 1
    actor = Actor(
        Kind.PROFESSIONAL, who, acts_as=tuple(also), assurance=Assurance.HIGH,
        authorised_until=later,
    )  # fmt: skip
    return structs.replace(session, actor=actor, scopes=None, on_behalf_of="", attestation=None)


def _put(session: Session, resource: Resource) -> Version:
    return create.create(_platform(session), resource)


def _platform(session: Session) -> Session:
    """The platform acting in the name of the one who acts, as the log will say."""
    actor = replace(session.actor, kind=Kind.SYSTEM)
    return structs.replace(session, actor=actor, scopes=None, on_behalf_of="")


def _now(session: Session) -> int:
    return session.platform.clock()


def _decides(session: Session, patient: str) -> bool:
    if session.actor.kind in (Kind.SYSTEM, Kind.DEMO):
        return True
    return bool(DECIDING & {*guard.grounds(session, "Patient", patient).permits})


def _must_decide(session: Session, patient: str) -> None:
    if not _decides(session, patient):
        raise _forbidden()


def _must_be(session: Session, kind: Kind) -> None:
    if session.actor.kind is not kind:
        raise _forbidden()


def _must_be_authorised(session: Session) -> None:
    _must_be(session, Kind.PROFESSIONAL)
    if _now(session) >= session.actor.authorised_until:
        raise _forbidden()


def _must_review(session: Session) -> None:
    """Leaders, by the role that their sign-in carries."""
    if LEADER not in session.actor.roles and session.actor.kind is not Kind.SYSTEM:
        raise _forbidden()


LEADER = "leader"
"""The role of those who review access."""


def _place(reference: str, *types: str) -> tuple[str, str]:
    type, _, id = reference.partition("/")
    if type not in types or not id:
        raise InvalidRequest(
            "This is not whom it can be about",
            "Dette er ikke noen det kan gjelde",
            expected=" | ".join(f"{each}/id" for each in types),
        )
    return type, id


def _name(resource: Resource) -> str:
    for name in resource.get("name", ()):
        parts = (*name.get("given", ()), name.get("family", ""))
        return str(name.get("text") or " ".join(parts)).strip()
    return ""


def _forbidden() -> Forbidden:
    return Forbidden("You have no access to this", "Du har ikke tilgang til dette")
