"""update, also as create and conditional. https://hl7.org/fhir/R4/http.html#update"""

from concurrent.futures import Future
from dataclasses import dataclass

from samspill.access.actor import Kind
from samspill.access.decide import Action
from samspill.base.errors import InvalidRequest, NotSupported
from samspill.base.json import Resource
from samspill.interactions import conditional, guard, save
from samspill.interactions.save import Draft, Written
from samspill.interactions.session import Session
from samspill.store import Version


class ClientIdRefused(NotSupported):
    """The resource does not exist, and this server chooses the ids itself."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such resource, and this server does not let clients choose ids",
            "Denne ressursen finnes ikke, og denne tjeneren lar ikke klienter velge id-er",
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A conditional update as it looks now: the id that was found ("" for none), and the draft."""

    found: str
    draft: Draft


def update(
    session: Session, type: str, id: str, resource: Resource, *, expected: int | None = None
) -> Version:
    """Writes the next version; returns when it is durable."""
    return start(session, type, id, resource, expected=expected).result().version


def start(
    session: Session, type: str, id: str, resource: Resource, *, expected: int | None = None
) -> "Future[Written]":
    """As `update`, without waiting. `expected` is the version number of If-Match, or 0 when no
    version may exist; `PreconditionFailed` comes out of the future when it is another."""
    save.check_type(session, type)
    check_id(resource, type, id)
    draft = save.draft(session, resource, type, id, Action.UPDATE)
    return save.submit(session, lambda inner: _write(inner, draft, expected), [(type, id)])


def start_where(
    session: Session, type: str, condition: str, resource: Resource, *, expected: int | None = None
) -> "Future[Written]":
    """Updates the one resource that meets the condition, or creates it when there is none."""
    save.check_type(session, type)
    query = conditional.parse(session, type, condition, "query")
    new_id = str(resource.get("id") or session.platform.ids())

    def plan(at: Session) -> Plan:
        found = conditional.find_id(at, query)
        return Plan(found, conditional_draft(at, type, resource, found, new_id))

    return save.submit_planned(
        session,
        plan,
        lambda inner, plan: conditional.find_id(inner, query) == plan.found,
        lambda inner, plan: _write(inner, plan.draft, expected),
        lambda plan: [(type, plan.draft.change.id)],
    )


def conditional_draft(
    session: Session, type: str, resource: Resource, found: str, new_id: str
) -> Draft:
    """The draft of a conditional update: under the id found, or the new one."""
    given = resource.get("id")
    if found and given and given != found:
        raise InvalidRequest(
            "The resource that meets the condition has another id than the body",
            "Ressursen som oppfyller betingelsen, har en annen id enn innholdet",
            where=f"{type}.id",
        )
    action = Action.UPDATE if found or given else Action.CREATE
    return save.draft(session, resource, type, found or new_id, action)


def check_id(resource: Resource, type: str, id: str) -> None:
    """Raises `InvalidRequest` unless the resource has the id of its address."""
    if resource.get("id") != id:
        raise InvalidRequest(
            "The body must have the id of the address",
            "Innholdet må ha id-en fra adressen",
            where=f"{type}.id",
        )


def _write(session: Session, draft: Draft, expected: int | None) -> Written:
    refuse_client_id(session, draft)
    return save.write(session, draft, expected)


def refuse_client_id(session: Session, draft: Draft) -> None:
    """Raises `ClientIdRefused` for an update that would create, where that is not allowed: to those
    who see a part of the record only it never is, since it would tell what there is."""
    # The platform itself is no client: its own ids follow from what it takes in.
    is_own = session.actor.kind is Kind.SYSTEM
    may_create = is_own or (session.platform.settings.update_as_create and guard.is_open(session))
    if draft.action is Action.CREATE or may_create:
        return
    if save.current(session, draft.change.type, draft.change.id) is None:
        raise ClientIdRefused
