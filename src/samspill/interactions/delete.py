"""delete, also conditional. https://hl7.org/fhir/R4/http.html#delete"""

from concurrent.futures import Future

from msgspec import structs

from samspill.access.decide import Action
from samspill.base import json
from samspill.base.errors import MultipleMatches
from samspill.interactions import conditional, guard, indexing, noted, save
from samspill.interactions.session import Session
from samspill.store import Version
from samspill.store.group import check_expected


def delete(session: Session, type: str, id: str, *, expected: int | None = None) -> Version | None:
    """Marks a resource as deleted; its history stays. None when there was nothing to delete."""
    return start(session, type, id, expected=expected).result()


def start(
    session: Session, type: str, id: str, *, expected: int | None = None
) -> "Future[Version | None]":
    """As `delete`, without waiting."""
    save.check_type(session, type)
    session.decide(Action.DELETE, type)
    return save.submit(session, lambda inner: write(inner, type, id, expected), [(type, id)])


def start_where(session: Session, type: str, condition: str) -> "Future[int]":
    """Deletes the resources that meet the condition: one, or several where the settings allow it.
    The future has their number."""
    save.check_type(session, type)
    session.decide(Action.DELETE, type)
    query = conditional.parse(session, type, condition, "query")
    most = session.platform.settings.conditional_delete_limit

    def work(inner: Session) -> int:
        narrow = guard.narrow(inner, Action.SEARCH)
        several = structs.replace(query, count=most + 1)
        found = save.inside(inner).search(several, narrow=narrow).versions
        if len(found) > most:
            raise MultipleMatches(
                f"More than {most} resources meet the condition",
                f"Mer enn {most} ressurser oppfyller betingelsen",
            )
        for version in found:
            write(inner, type, version.id)
        return len(found)

    return save.submit(session, work)


def write(session: Session, type: str, id: str, expected: int | None = None) -> Version | None:
    """Deletes inside the session's transaction."""
    before = save.current(session, type, id)
    if not guard.is_open(session):
        if before is None:
            check_expected(None, expected)
            return None
        guard.may_write(session, Action.DELETE, before, None)
    version = save.inside(session).delete(type, id, expected=expected)
    if version is not None:
        if type == indexing.TYPE:
            save.note_parameter(session, before)
        about = (
            save.patients_of(session, json.parse_own(before.body))
            if before and not before.deleted
            else ()
        )
        noted.written(session, Action.DELETE, version, about)
    return version
