"""history of an instance, a type, or everything. https://hl7.org/fhir/R4/http.html#history"""

from samspill.access.decide import Action
from samspill.base.errors import NotFound
from samspill.interactions import guard, noted
from samspill.interactions.session import Session
from samspill.store import Page


def history(
    session: Session,
    type: str = "",
    id: str = "",
    *,
    since: int | None = None,
    at: tuple[int, int] | None = None,
    count: int | None = None,
    cursor: str = "",
) -> Page:
    """Versions, newest first; deletions are versions without a body.

    `since` and `at` (low, high) are microseconds. Raises `NotFound` for an id that never was.
    """
    session.decide(Action.HISTORY, type)
    if not guard.is_open(session):
        return _guarded(session, type, id, since, at, count)
    limits = session.platform.settings
    store = session.platform.store
    page = store.history(
        type,
        id,
        since=since,
        at=at,
        count=min(limits.default_count if count is None else count, limits.largest_count),
        cursor=cursor,
        budget=session.budget,
    )
    if id and not page.versions and store.read(type, id) is None:
        raise NotFound("There is no such resource", "Denne ressursen finnes ikke")
    noted.seen(session, Action.HISTORY, type, page.versions)
    return page


def _guarded(
    session: Session,
    type: str,
    id: str,
    since: int | None,
    at: tuple[int, int] | None,
    count: int | None,
) -> Page:
    """All versions of one resource that the session may see, on one page. The history of a type or
    of everything is for those who may see all of it."""
    if not id:
        guard.refuse_unless_open(session)
    store = session.platform.store
    found = store.history(type, id, since=since, at=at, count=MOST, budget=session.budget)
    versions = guard.visible(session, Action.HISTORY, found.versions)
    head = guard.one(session, Action.HISTORY, store.read(type, id))
    if head is None and not versions:
        raise NotFound("There is no such resource", "Denne ressursen finnes ikke")
    noted.seen(session, Action.HISTORY, type, versions)
    return Page(versions if count is None else versions[:count], total=len(versions))


MOST = 10_000
"""Versions of one resource that are looked through."""
