"""read and vread. https://hl7.org/fhir/R4/http.html#read"""

from samspill.access import event
from samspill.access.decide import Action
from samspill.base import json
from samspill.base.errors import Gone, NotFound
from samspill.base.json import Resource
from samspill.interactions import audit, guard, noted
from samspill.interactions.session import Session
from samspill.store import Version


def read(session: Session, type: str, id: str) -> Version:
    """The current version. Raises `NotFound`, or `Gone` when it has been deleted."""
    session.decide(Action.READ, type)
    if type == event.TYPE:
        return audit.read(session, id)
    source = session.transaction or session.platform.store
    version = guard.one(session, Action.READ, source.read(type, id))
    if version is None:
        raise _not_found()
    if version.deleted:
        raise _gone()
    noted.seen(session, Action.READ, type, (version,))
    return version


def resource(session: Session, type: str, id: str) -> Resource:
    """The current version, parsed."""
    return parsed(read(session, type, id))


def read_version(session: Session, type: str, id: str, number: int) -> Version:
    """One version of the resource's history."""
    session.decide(Action.VREAD, type)
    source = session.transaction or session.platform.store
    version = guard.one(session, Action.VREAD, source.read_version(type, id, number))
    if version is None:
        raise _not_found()
    if version.deleted:
        raise _gone()
    noted.seen(session, Action.VREAD, type, (version,))
    return version


def parsed(version: Version) -> Resource:
    """The resource of a version, as JSON."""
    found: Resource = json.parse_own(version.body)
    return found


def _not_found() -> NotFound:
    return NotFound("There is no such resource", "Denne ressursen finnes ikke")


def _gone() -> Gone:
    return Gone("The resource has been deleted", "Ressursen er slettet")
