"""Where the decision meets the record: what a session may see and write, and what it is shown.

Searches carry the decision into their SQL (`narrow`). Whatever leaves is asked once more, one by
one and in memory (`shown`): the two must agree. What may not be seen is as if it had never been.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from msgspec import structs

from samspill.access import facts
from samspill.access.actor import UNRESTRICTED, Actor, Context, Kind
from samspill.access.decide import Action, Decision, decide
from samspill.access.narrow import Guard
from samspill.access.policy import NONE, Evidence, ScopeMatch, holds
from samspill.base import json, logs
from samspill.base.errors import Forbidden, InvalidRequest, SamspillError
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir import references
from samspill.fhir.search import compartments, match, parse, rewrite
from samspill.fhir.search.query import (
    All,
    And,
    Clause,
    InCompartment,
    Match,
    Nothing,
    Query,
    ReferenceIs,
    TokenIs,
)
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session
from samspill.norway import confidentiality, identifiers
from samspill.store import Change, Version
from samspill.store.facts import About, Known

ALL = All()


def is_open(session: Session) -> bool:
    """Whether everything is allowed, so that nothing need be asked."""
    return session.actor.kind in UNRESTRICTED


def refuse_unless_open(session: Session) -> None:
    """Raises for those who may see a part of the record only."""
    if not is_open(session):
        raise Forbidden("You have no access to this", "Du har ikke tilgang til dette")


def narrow(session: Session, action: Action, where: Clause = ALL) -> Guard | None:
    """What a search asks of every resource that it meets; None when it may meet all."""
    if is_open(session):
        return None
    session.refuse_unstated()
    clauses, near = _Clauses(session.platform), tuple(_patients_named(where))
    return Guard(acting(session), session.context(), action, clauses, near)


def _patients_named(where: Clause) -> Iterator[str]:
    """Ids of the patients that a search is about by what it says."""
    match where:
        case And(parts):
            for part in parts:
                yield from _patients_named(part)
        case Match(_, ReferenceIs(("Patient",), id)) | Match("_id", TokenIs(_, str(id))):
            yield id
        case InCompartment("Patient", ids):
            yield from ids
        case _:
            return


def acting(session: Session) -> Actor:
    """The actor with the numbers by which registers name a citizen."""
    actor = session.actor
    if actor.kind is not Kind.CITIZEN:
        return actor
    known = _source(session).known(actor.reference.partition("/")[2])
    numbers = known.person.numbers if known and known.person else ()
    return replace(actor, acts_as=(*actor.acts_as, *numbers))


def visible(session: Session, action: Action, versions: Sequence[Version]) -> tuple[Version, ...]:
    """Those that the session may see, as it may see them."""
    if is_open(session) or not versions:
        return tuple(versions)
    asking = _Asking(session, action)
    known = _source(session).about([each.commit for each in versions])
    return tuple(
        asking.masked(each, known[each.commit])
        for each in versions
        if asking.allows(each, known[each.commit])
    )


def bases(
    session: Session, action: Action, versions: Sequence[Version]
) -> Sequence[tuple[tuple[str, ...], Sequence[Version]]]:
    """Versions that are shown, by the names of the rules that let the session in to them."""
    if is_open(session) or not versions:
        return ((basis(session, action, "", ()), versions),)
    asking = _Asking(session, action)
    known = _source(session).about([each.commit for each in versions])
    found: dict[tuple[str, ...], list[Version]] = {}
    for each in versions:
        about = known.get(each.commit, _NOBODY)
        found.setdefault(asking.basis(each.type, each.id, about, each), []).append(each)
    if len(found) > 1 and () in found:
        # What is about nobody stands in nobody's log: it goes with another line.
        public = found.pop(())
        next(iter(found.values())).extend(public)
    return tuple(found.items())


def basis(session: Session, action: Action, type: str, patients: Sequence[str]) -> tuple[str, ...]:
    """The names of the rules that let the session write what is about patients."""
    if is_open(session):
        return decide(session.actor, NO_CONTEXT, action, type).basis
    about = About(-1, tuple(patients), frozenset(), frozenset())
    return _Asking(session, action).basis(type, "", about, None)


_NOBODY = About(-1, (), frozenset())
NO_CONTEXT = Context(now=0)
"""For those of whom nothing is asked."""


def one(session: Session, action: Action, version: Version | None) -> Version | None:
    """The version as the session may see it; None if it may not."""
    if version is None or is_open(session):
        return version
    return next(iter(visible(session, action, (version,))), None)


def shown(session: Session, action: Action, found: Sequence[Version]) -> tuple[Version, ...]:
    """What a narrowed search has found, asked once more. That the answers differ must not happen:
    it is said in the log, and what only one of them allows is not shown."""
    seen = visible(session, action, found)
    if len(seen) != len(found):
        logs.error("access.disagreement", found=len(found), shown=len(seen))
    return seen


def may_write(
    session: Session, action: Action, before: Version | None, change: Change | None
) -> None:
    """Raises unless the session may write over what there is, and what there will be.

    `before` is what the session sees of it. A resource must stay within what its writer may write,
    and refer to nothing new that the writer cannot see, whether there is such a thing or not.
    """
    if is_open(session):
        return
    type = before.type if before else change.type if change else ""
    asking = _Asking(session, action)
    if before is not None:
        about = _source(session).about([before.commit])[before.commit]
        asking.require(before.id, type, about)
        if before.body and asking.masked(before, about) is not before:
            raise _refused()
    if change is not None:
        content = json.parse_own(change.body(1, 0))
        old = json.parse_own(before.body) if before and before.body else {}
        # First of all, so that no other answer tells whether someone is known here.
        _check_numbers(session, old, content)
        _check_references(session, old, content)
        about = About(-1, tuple(change.patients), frozenset(), frozenset())
        asking.require(change.id, type, about, content)
        if facts.states(content) or facts.states(old):
            raise _refused()
        _check_labels(session, old, content)


@dataclass(frozen=True, slots=True)
class Grounds:
    """The names of the rules that let an actor in to what is about a patient, and keep it out."""

    permits: tuple[str, ...]
    denials: tuple[str, ...]

    @property
    def lets_in(self) -> bool:
        lifted = {"hpl-7-emergency"} & {*self.permits}
        strict = [each for each in self.denials if not lifted or each not in LIFTED]
        return bool(self.permits) and not strict


LIFTED = frozenset({"pbrl-5-3-restriction", "pbrl-5-3-locked"})
"""What emergency access lifts."""


def grounds(session: Session, type: str, patient: str) -> Grounds:
    """On what grounds the session may read resources of a type about a patient, or may not."""
    asking = _Asking(session, Action.READ)
    return asking.grounds(type, patient)


class _Asking:
    """One session's questions about many versions of one moment."""

    def __init__(self, session: Session, action: Action) -> None:
        session.refuse_unstated()
        self._session = session
        self._actor = acting(session)
        self._context = session.context()
        self._action = action
        self._decisions: dict[str, Decision] = {}

    def decision(self, type: str) -> Decision:
        found = self._decisions.get(type)
        if found is None:
            found = decide(self._actor, self._context, self._action, type)
            self._decisions[type] = found
        return found

    def allows(self, version: Version, about: About) -> bool:
        decision = self.decision(version.type)
        return holds(decision.predicate, self._evidence(version.type, version.id, about, version))

    def masked(self, version: Version, about: About) -> Version:
        """The version without the whereabouts of those whose whereabouts are protected."""
        masked = self.decision(version.type).masked
        if masked == NONE or version.deleted:
            return version
        of = self._evidence(version.type, version.id, about, version)
        if not any(holds(masked, of, patient) for patient in about.patients):
            return version
        kept = confidentiality.without_whereabouts(json.parse_own(version.body))
        return structs.replace(version, body=json.format(kept))

    def grounds(self, type: str, patient: str) -> Grounds:
        decision = self.decision(type)
        of = self._evidence(type, "", About(-1, (patient,), frozenset(), frozenset()), None)
        return Grounds(
            tuple(name for name, each in decision.permits if holds(each, of, patient)),
            tuple(name for name, each in decision.denials if holds(each, of, patient)),
        )

    def basis(
        self, type: str, id: str, about: About, content: "Version | Resource | None"
    ) -> tuple[str, ...]:
        """The permits that hold for a patient that the resource is about."""
        permits = self.decision(type).permits
        of = self._evidence(type, id, about, content)
        return tuple(
            name for name, each in permits if any(holds(each, of, p) for p in about.patients)
        )

    def require(self, id: str, type: str, about: About, content: Resource | None = None) -> None:
        """Raises unless the action is allowed on what is about these patients."""
        decision = self.decision(type)
        if not holds(decision.predicate, self._evidence(type, id, about, content)):
            raise _refused()

    def _evidence(
        self, type: str, id: str, about: About, content: "Version | Resource | None"
    ) -> Evidence:
        source = _source(self._session)
        found = partial(_is_found, self._session.platform, type, content)
        return Evidence(self._context.now, type, id, about, source.known, source.people, found)


def _refused() -> Forbidden:
    return Forbidden("You may not write this", "Du kan ikke skrive dette")


def _is_found(
    platform: Platform, type: str, content: "Version | Resource | None", scope: ScopeMatch
) -> bool:
    """Whether a resource is found by the search of a scope."""
    resource = json.parse_own(content.body) if isinstance(content, Version) else content
    if not resource:
        return False
    world = match.World([resource], platform.extractor)
    key = f"{type}/{resource['id']}"
    return match.matches(_Clauses(platform)(type, scope.pairs), world.records[key], world)


@dataclass(frozen=True, slots=True)
class _Clauses:
    """What the searches of scopes ask; equal for one platform, so that statements can be kept."""

    platform: Platform

    def __call__(self, type: str, pairs: tuple[tuple[str, str], ...]) -> Clause:
        """Nothing is found by a search that cannot be understood."""
        platform = self.platform
        try:
            parsed = parse.parse(
                (type,), pairs, platform.parameters, zone=platform.settings.zone, now=0
            )
            return rewrite.resolve(parsed.query, platform.codes).where
        except SamspillError:
            return Nothing()


def _check_labels(session: Session, old: Resource, new: Resource) -> None:
    """Who may withhold a resource is a professional; nobody else changes labels."""
    before, after = old.get("meta", {}).get("security"), new.get("meta", {}).get("security")
    if (before or []) != (after or []) and session.actor.kind is not Kind.PROFESSIONAL:
        raise Forbidden(
            "You may not change security labels",
            "Du kan ikke endre sikkerhetsmerker",
            where="meta.security",
        )


def _check_numbers(session: Session, old: Resource, new: Resource) -> None:
    """Patients who are named by a number alone must be there for the writer to see."""
    before = compartments.patients(old).identifiers if old else frozenset()
    for each in sorted(compartments.patients(new).identifiers - before, key=repr):
        if identifiers.find_kind(each.system) in _NOT_PATIENTS:
            continue
        token = TokenIs(each.system or None, each.code)
        query = Query(("Patient",), Match("identifier", token), count=1, total="none")
        source = session.transaction or session.platform.store
        if not source.search(query, narrow=narrow(session, Action.READ)).versions:
            raise _not_there()


_NOT_PATIENTS = frozenset(
    {
        identifiers.Kind.HPR,
        identifiers.Kind.HER,
        identifiers.Kind.ORGANISATION,
        identifiers.Kind.RESH,
    }
)


def _check_references(session: Session, old: Resource, new: Resource) -> None:
    """What is referred to anew must be there for the writer to see."""
    for type, id in sorted(_local(new) - _local(old)):
        source = _source(session)
        found = one(session, Action.READ, source.read(type, id))
        if found is None or found.deleted:
            raise _not_there()


def _not_there() -> InvalidRequest:
    return InvalidRequest(
        "The resource refers to something that is not there",
        "Ressursen viser til noe som ikke finnes",
        expected=Text("references to what you can read", "referanser til det du kan lese"),
    )


def _local(resource: Resource) -> set[tuple[str, str]]:
    """The places within this record that a resource refers to."""
    texts = (each.get("reference") for each in references.walk(resource))
    found = (references.parse(text) for text in texts if isinstance(text, str))
    return {(each.type, each.id) for each in found if each.id and not each.base}


class Source(Protocol):
    """The record, as the session's transaction sees it or as everybody does."""

    def read(self, type: str, id: str) -> Version | None: ...

    def known(self, patient: str) -> Known | None: ...

    def people(self, numbers: Collection[str]) -> Sequence[str]: ...

    def about(self, commits: Sequence[int]) -> Mapping[int, About]: ...


def _source(session: Session) -> Source:
    return session.transaction or session.platform.store
