"""patch: JSON Patch and FHIRPath Patch. https://hl7.org/fhir/R4/http.html#patch"""

import base64
from concurrent.futures import Future

from samspill.access.decide import Action
from samspill.base import json
from samspill.base.errors import InvalidRequest, NotFound
from samspill.base.json import Resource
from samspill.fhir import patch as patches
from samspill.interactions import conditional, read, save
from samspill.interactions.save import Draft, Written
from samspill.interactions.session import Session
from samspill.store import Version

Patch = Resource | list[Resource]
"""A Parameters resource (FHIRPath Patch) or the list of a JSON Patch."""


def patch(
    session: Session, type: str, id: str, patch: Patch, *, expected: int | None = None
) -> Version:
    """Writes the patched resource; returns when it is durable."""
    return start(session, type, id, patch, expected=expected).result().version


def start(
    session: Session, type: str, id: str, patch: Patch, *, expected: int | None = None
) -> "Future[Written]":
    """As `patch`, without waiting."""
    save.check_type(session, type)
    return save.submit_planned(
        session,
        lambda at: draft(at, type, id, patch),
        lambda inner, made: save.number(inner, type, id) == made.base,
        lambda inner, made: save.write(inner, made, expected),
    )


def start_where(
    session: Session, type: str, condition: str, patch: Patch, *, expected: int | None = None
) -> "Future[Written]":
    """Patches the one resource that meets the condition."""
    save.check_type(session, type)
    query = conditional.parse(session, type, condition, "query")

    def plan(at: Session) -> Draft:
        return draft(at, type, conditional.find_id(at, query), patch)

    def holds(inner: Session, made: Draft) -> bool:
        id = conditional.find_id(inner, query)
        return id == made.change.id and save.number(inner, type, id) == made.base

    return save.submit_planned(
        session, plan, holds, lambda inner, made: save.write(inner, made, expected)
    )


def draft(session: Session, type: str, id: str, patch: Patch) -> Draft:
    """The patched resource, checked and indexed. Raises `NotFound` when there is none."""
    session.decide(Action.PATCH, type)
    before = save.current(session, type, id) if id else None
    if before is None or before.deleted:
        raise NotFound("There is nothing to patch", "Det er ingenting å endre")
    resource = patches.apply(read.parsed(before), _unwrapped(patch), session.platform.definitions)
    return save.draft(session, resource, type, id, Action.PATCH, base=before.number)


def _unwrapped(patch: Patch) -> Patch:
    """The patch itself: in a bundle, a JSON Patch comes as a Binary, since it is no resource."""
    if isinstance(patch, list) or patch.get("resourceType") != "Binary":
        return patch
    try:
        steps = json.parse(base64.b64decode(patch.get("data", ""), validate=True))
    except (ValueError, TypeError):
        steps = None
    if not isinstance(steps, list):
        raise InvalidRequest(
            "The Binary does not hold a JSON Patch",
            "Binary-ressursen har ingen JSON Patch",
            where="Binary.data",
        )
    return steps
