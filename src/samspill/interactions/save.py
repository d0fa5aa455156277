"""The common way of every write: check, decide, write, index, log – in one store transaction.

Parsing, validation and extraction happen in `draft`, before the writer is asked; what is left for
the writer is `write`. https://hl7.org/fhir/R4/http.html#update
"""

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from samspill.access import event, facts
from samspill.access.decide import Action
from samspill.base import json
from samspill.base.errors import InvalidRequest, Issue, NotSupported, SamspillError
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir.search import compartments
from samspill.fhir.search.compartments import Patients
from samspill.fhir.search.query import Match, Query, TokenIs
from samspill.interactions import checks, guard, indexing, noted
from samspill.interactions.session import Session
from samspill.store import Change, Stamp, Transaction, Version

A = TypeVar("A")
B = TypeVar("B")
P = TypeVar("P")
T = TypeVar("T")
Work = Callable[[Session], T]
"""A part of an interaction that runs on the writer, with a session inside its transaction."""
Place = tuple[str, str]
"""Type and id of a resource."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a write made; `created` when there was no current version before."""

    version: Version
    created: bool
    issues: Sequence[Issue] = ()
    """What was found and let pass: warnings and hints."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A resource that has been checked and indexed, and needs a version number and a time only."""

    change: Change
    action: Action
    base: int = 0
    """Number of the version that a patch was applied to."""
    generation: int = 0
    """Of the search parameters that it was indexed by, see `indexing`."""
    issues: Sequence[Issue] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A resource that is to be written under a type and an id."""

    resource: Resource
    type: str
    id: str
    action: Action


def draft(
    session: Session, resource: Resource, type: str, id: str, action: Action, base: int = 0
) -> Draft:
    """Checks a resource and makes all that the writer needs. Raises `InvalidResource`."""
    opened = _opened(session, Asked(resource, type, id, action))
    return replace(_indexed(session, _checked(session, opened)), base=base)


def drafts(session: Session, asked: Iterable[Asked]) -> list[Draft | SamspillError]:
    """The drafts of many resources, or why there is none, in their order.

    Each step is done for all before the next begins: with its code and tables at hand in the
    processor's caches that takes a third less time than all steps for one after the other.
    """
    opened = _each(partial(_opened, session), asked)
    checked = _each(partial(_checked, session), opened)
    return _each(partial(_indexed, session), checked)


@dataclass(frozen=True, slots=True)
class _Opened:
    """What is checked and indexed, and how it will be written."""

    asked: Asked
    content: Resource
    stamp: Stamp
    issues: Sequence[Issue] = ()


def _opened(session: Session, asked: Asked) -> _Opened:
    session.decide(asked.action, asked.type)
    return _Opened(asked, *contents(asked.resource, asked.type, asked.id))


def _checked(session: Session, opened: _Opened) -> _Opened:
    issues = checks.check(session, opened.content)
    if opened.asked.type == indexing.TYPE:
        session.platform.indexing.check(opened.content, session.transaction)
    return replace(opened, issues=issues) if issues else opened


def _indexed(session: Session, opened: _Opened) -> Draft:
    return checks.explained(session, opened.content, lambda: _index(session, opened))


def _index(session: Session, opened: _Opened) -> Draft:
    content, parameters = opened.content, session.platform.indexing.latest
    change = Change(
        type=opened.asked.type,
        id=opened.asked.id,
        body=opened.stamp,
        entries=parameters.extractor.extract(content),
        patients=patients_of(session, content),
        facts=facts.extract(content),
    )
    return Draft(
        change, opened.asked.action, generation=parameters.generation, issues=opened.issues
    )


def _each(step: Callable[[A], B], values: "Iterable[A | SamspillError]") -> list[B | SamspillError]:
    """The step done for each value; what fails, now or in an earlier step, stays as its error."""
    done: list[B | SamspillError] = []
    for value in values:
        if isinstance(value, SamspillError):
            done.append(value)
            continue
        try:
            done.append(step(value))
        except SamspillError as error:
            done.append(error)
    return done


def contents(resource: Resource, type: str, id: str) -> tuple[Resource, Stamp]:
    """What is checked and indexed of a resource that is sent, and how it will be written.

    Raises `InvalidRequest` when the resource is of another type, or the id is none.
    """
    _check_identity(resource, type, id)
    meta = _own_meta(resource.get("meta"))
    rest = {key: value for key, value in resource.items() if key not in _FIRST}
    before = b'{"resourceType":"%b","id":"%b","meta":{"versionId":"' % (type.encode(), id.encode())
    stamp = Stamp(before, _inner(meta) + b"}" + _inner(rest) + b"}")
    return {"resourceType": type, "id": id, **({"meta": meta} if meta else {}), **rest}, stamp


def write(session: Session, draft: Draft, expected: int | None = None) -> Written:
    """Writes a draft inside the session's transaction, with its line in the access log."""
    change = _as_now(session, draft)
    transaction, is_parameter = inside(session), change.type == indexing.TYPE
    was_there = transaction.exists(change.type, change.id)
    before = current(session, change.type, change.id) if is_parameter else None
    if not guard.is_open(session):
        guard.may_write(session, draft.action, current(session, change.type, change.id), change)
    if expected is not None:
        change = replace(change, expected=expected)
    version = transaction.write(change)
    noted.written(session, draft.action, version, change.patients)
    if is_parameter:
        note_parameter(session, before, version)
    return Written(version, not was_there, draft.issues)


def _as_now(session: Session, draft: Draft) -> Change:
    """The change, indexed anew if the search parameters have changed since it was drafted."""
    parameters = session.platform.indexing.within(inside(session))
    if draft.generation == parameters.generation:
        return draft.change
    content = json.parse_own(draft.change.body(1, 0))
    if draft.change.type == indexing.TYPE:
        session.platform.indexing.check(content, session.transaction)
    return replace(draft.change, entries=parameters.extractor.extract(content))


def note_parameter(session: Session, *versions: Version | None) -> None:
    """After a SearchParameter was written or deleted: the index changes if one of its versions,
    before and after, has an effect."""
    contents = [json.parse_own(each.body) for each in versions if each and not each.deleted]
    if any(session.platform.indexing.takes_effect(each) for each in contents):
        session.platform.indexing.changed(inside(session))


def submit_planned(
    session: Session,
    plan: Callable[[Session], P],
    holds: Callable[[Session, P], bool],
    carry_out: Callable[[Session, P], T],
    about: Callable[[P], Sequence[Place]] = lambda _: (),
) -> "Future[T]":
    """Plans before the writer is asked, and again on it only if the record has moved meanwhile."""
    planned = plan(session)
    return submit(
        session,
        lambda inner: carry_out(inner, planned if holds(inner, planned) else plan(inner)),
        about(planned),
    )


def submit(session: Session, work: Work[T], about: Sequence[Place] = ()) -> "Future[T]":
    """Runs work in a transaction of its own; the future resolves when it is durable.

    `about` names the resources that it will read or write, so that the store can look up those of
    many requests at once.
    """
    store = session.platform.store
    return store.submit(lambda transaction: work(session.within(transaction)), about)


def current(session: Session, type: str, id: str) -> Version | None:
    """The head of a resource, deleted or not, as the session's transaction sees it; None also for
    one that the session may not see."""
    source = session.transaction or session.platform.store
    return guard.one(session, Action.READ, source.read(type, id))


def exists(session: Session, type: str, id: str) -> bool:
    """Whether there is a current version that is not a deletion."""
    version = current(session, type, id)
    return version is not None and not version.deleted


def number(session: Session, type: str, id: str) -> int:
    """Number of the head, 0 when there never was one."""
    version = current(session, type, id)
    return version.number if version else 0


def inside(session: Session) -> Transaction:
    """The transaction that the session is in."""
    if session.transaction is None:
        raise RuntimeError("a write needs a session inside a transaction")
    return session.transaction


def check_type(session: Session, type: str) -> None:
    """Raises `NotSupported` when no such resource type exists, or nobody may write it."""
    if not session.platform.definitions.is_resource(type):
        raise NotSupported(
            "There is no such resource type in FHIR R4",
            "Det finnes ingen slik ressurstype i FHIR R4",
            where="resourceType",
        )
    event.refuse_write(type)


def is_id(text: str) -> bool:
    """Whether a text has the form of a FHIR id: 1–64 of A–Z a–z 0–9 - and dot."""
    return _ID.fullmatch(text) is not None


def patients_of(session: Session, resource: Resource) -> tuple[str, ...]:
    """Ids of all patients that a resource is about or names."""
    named = compartments.patients(resource, (session.base,) if session.base else ())
    return patients(session, named)


def patients(session: Session, named: Patients) -> tuple[str, ...]:
    """The ids of patients, also of those that are named by identifier alone."""
    ids = set(named.ids)
    for each in named.identifiers:
        where = Match("identifier", TokenIs(each.system, each.code))
        source = session.transaction or session.platform.store
        found = source.search(Query(("Patient",), where, count=100, total="none"))
        ids.update(version.id for version in found.versions)
    return tuple(sorted(ids))


def _check_identity(resource: Resource, type: str, id: str) -> None:
    if resource.get("resourceType") != type:
        raise InvalidRequest(
            "The body is of another resource type than the address",
            "Innholdet er av en annen ressurstype enn adressen",
            where="resourceType",
            expected=type,
        )
    if not is_id(id):
        raise InvalidRequest(
            "This is not a FHIR id",
            "Dette er ikke en FHIR-id",
            where=f"{type}.id",
            expected=Text(
                "1 to 64 letters, digits, hyphens or dots",
                "1 til 64 bokstaver, sifre, bindestreker eller punktum",
            ),
        )


def _own_meta(meta: Any) -> Any:
    """What the client may say of a resource: the server alone knows its version and time."""
    if not isinstance(meta, dict):
        return meta
    return {key: value for key, value in meta.items() if key not in ("versionId", "lastUpdated")}


def _inner(members: Resource) -> bytes:
    """The members of an object as a continuation of another one: `,"a":1,"b":2`."""
    return b"," + json.format(members)[1:-1] if members else b""


_FIRST = frozenset({"resourceType", "id", "meta"})
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
