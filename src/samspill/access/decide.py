"""The one decision: what an actor may do with resources of a type. Pure: no I/O, no clock.

permit = scope & assurance & (self | representation | care relation | consent | emergency | public)
deny   = blocked | withheld | restricted, of which an emergency lifts what the law lets it lift
The answer is permit & not deny, for every patient that a resource names; missing facts deny.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from samspill.access import scopes
from samspill.access.actor import Actor, Assurance, Context, Kind
from samspill.access.policy import (
    ALL,
    NONE,
    ForAllPatients,
    Hidden,
    LabelledBut,
    NamesNobody,
    PatientIs,
    Predicate,
    all_of,
    any_of,
    no,
)
from samspill.access.rules import citizens, personnel
from samspill.access.rules.asked import Asked
from samspill.access.rules.types import GUARDED, PUBLIC, REGISTERED
from samspill.norway import rules, withholding

OSLO = ZoneInfo("Europe/Oslo")


class Action(Enum):
    """The FHIR interactions, by the names that CapabilityStatement gives them."""

    READ = "read"
    VREAD = "vread"
    HISTORY = "history"
    SEARCH = "search"
    CREATE = "create"
    UPDATE = "update"
    PATCH = "patch"
    DELETE = "delete"
    OPERATION = "operation"

    @property
    def writes(self) -> bool:
        return self in (Action.CREATE, Action.UPDATE, Action.PATCH, Action.DELETE)


class Decision(Struct, frozen=True):
    """Which resources (`predicate`), whose whereabouts are told, under which duties, and why."""

    predicate: Predicate
    basis: tuple[str, ...]
    """The names of the rules that may let the actor in."""
    permits: tuple[tuple[str, Predicate], ...] = ()
    """Each of them with what it asks of a patient, for explanations and the log."""
    denials: tuple[tuple[str, Predicate], ...] = ()
    masked: Predicate = NONE
    """Of which patients the actor may not learn the whereabouts."""
    duties: tuple[str, ...] = ()

    @property
    def refuses(self) -> bool:
        """Nothing at all is allowed, whatever the resource."""
        return self.predicate == NONE

    @property
    def is_open(self) -> bool:
        """Everything is allowed, and nothing is masked."""
        return self.predicate == ALL and self.masked == NONE


def decide(actor: Actor, context: Context, action: Action, type: str) -> Decision:
    """What the actor may do with resources of the type; missing facts deny."""
    if actor.kind in _BY_KIND:
        return _BY_KIND[actor.kind]
    return _decided(asked(actor, context, action, type), _LETTERS[action])


def asked(actor: Actor, context: Context, action: Action, type: str) -> Asked:
    """All that a decision rests on; the same for a day, or until a statement runs out."""
    today = datetime.fromtimestamp(context.now / 1_000_000, OSLO).date()
    return Asked(
        actor,
        type,
        action.writes,
        action is Action.DELETE,
        today.toordinal(),
        context.purpose,
        context.patient,
        context.on_behalf_of,
        context.scopes,
        _attested(context, rules.on("attestation-expires-after", today).value),
        context.now < actor.authorised_until,
    )


def _attested(context: Context, minutes: int) -> str:
    """The patient for whom a statement is in force."""
    made = context.attestation
    if made is None or made.purpose != context.purpose:
        return ""
    return made.patient if 0 <= context.now - made.at < minutes * 60_000_000 else ""


@lru_cache(maxsize=8192)
def _decided(asked: Asked, letters: str) -> Decision:
    if asked.actor.kind is Kind.NOBODY or not _is_surely_known(asked):
        return _REFUSED
    permits, denials, lifted = _rules(asked)
    keeps_out = any_of((*denials.values(), _unless_emergency(asked, lifted)))
    guarded = _for_all(all_of((any_of(permits.values()), no(keeps_out))))
    predicate = all_of(
        (
            _scope(asked, letters),
            _may_write(asked),
            any_of((guarded, _about_nobody(asked))),
            no(LabelledBut(withholding.SYSTEM, withholding.labels(withholding.KNOWN))),
        )
    )
    return Decision(
        predicate,
        tuple(name for name, each in permits.items() if each != NONE),
        tuple(permits.items()),
        tuple({**denials, **lifted}.items()),
        masked=all_of((Hidden(), no(PatientIs(asked.id)))),
        duties=("log",),
    )


def _for_all(part: Predicate) -> Predicate:
    return NONE if part == NONE else ForAllPatients(part)


def _about_nobody(asked: Asked) -> Predicate:
    """What is about no patient: open to read if its type is public, an application's to keep."""
    is_open = asked.type in PUBLIC and not asked.writes
    return NamesNobody() if is_open or asked.actor.kind is Kind.APPLICATION else NONE


def _scope(asked: Asked, letters: str) -> Predicate:
    """What the application that speaks for the actor was granted."""
    is_application = asked.actor.kind is Kind.APPLICATION
    if is_application and asked.scopes is None:
        return NONE
    levels = frozenset({"system"} if is_application else {"patient", "user"})
    is_public = asked.type in PUBLIC
    return scopes.permitted(
        asked.scopes, letters, asked.type, levels, patient=asked.patient, is_public=is_public
    )


def _is_surely_known(asked: Asked) -> bool:
    """Health data is for those who are known at level high; an application for itself alone."""
    return asked.actor.kind is Kind.APPLICATION or asked.actor.assurance is Assurance.HIGH


Rules = Mapping[str, Predicate]


def _rules(asked: Asked) -> tuple[Rules, Rules, Rules]:
    """What lets the actor in, what keeps the actor out, and what does but in an emergency."""
    match asked.actor.kind:
        case Kind.CITIZEN:
            return citizens.permitted(asked), citizens.denied(asked), {}
        case Kind.PROFESSIONAL:
            lifted = personnel.denied_unless_emergency(asked)
            return personnel.permitted(asked), personnel.denied(asked), lifted
        case Kind.APPLICATION:
            # Let in by its scopes, which its operator has agreed to; what patients say holds.
            denied = {**personnel.denied(asked), **personnel.denied_unless_emergency(asked)}
            return {"agreement": ALL}, denied, {}
        case _:
            raise ValueError(f"unhandled kind of actor: {asked.actor.kind}")


def _unless_emergency(asked: Asked, lifted: Rules) -> Predicate:
    return all_of((any_of(lifted.values()), no(personnel.emergency(asked)))) if lifted else NONE


def _may_write(asked: Asked) -> Predicate:
    if not asked.writes:
        return ALL
    match asked.actor.kind:
        case Kind.CITIZEN:
            return citizens.may_write(asked)
        case Kind.PROFESSIONAL:
            return personnel.may_write(asked)
        case _:
            return NONE if asked.type in GUARDED - REGISTERED else ALL


_REFUSED = Decision(NONE, basis=())
_BY_KIND = {
    Kind.SYSTEM: Decision(ALL, basis=("platform",)),
    Kind.DEMO: Decision(ALL, basis=("demo-mode",)),
    Kind.OPEN: Decision(ALL, basis=("open-mode",)),
}
_LETTERS = {
    Action.READ: "r",
    Action.VREAD: "r",
    Action.HISTORY: "rs",
    Action.SEARCH: "s",
    Action.CREATE: "c",
    Action.UPDATE: "u",
    Action.PATCH: "u",
    Action.DELETE: "d",
    Action.OPERATION: "crus",
}
"""What each interaction asks of a scope: one of these."""
