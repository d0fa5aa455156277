"""history of an instance, a type, or everything. https://hl7.org/fhir/R4/http.html#history"""

from samspill.access.decide import Action
from samspill.base.errors import NotFound
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
    session.log_page(Action.HISTORY, type, page.versions)
    return page
