"""create, also conditional. https://hl7.org/fhir/R4/http.html#create"""

from concurrent.futures import Future

from samspill.access.decide import Action
from samspill.base.json import Resource
from samspill.interactions import conditional, save
from samspill.interactions.save import Written
from samspill.interactions.session import Session
from samspill.store import Version


def create(session: Session, resource: Resource, *, if_none_exist: str = "") -> Version:
    """Writes a new resource under an id of ours; returns when it is durable."""
    return start(session, resource, if_none_exist=if_none_exist).result().version


def start(
    session: Session, resource: Resource, *, type: str = "", if_none_exist: str = ""
) -> "Future[Written]":
    """As `create`, without waiting. `type` is that of the address, where there is one.

    With `if_none_exist`, a resource that meets this condition is returned instead of a new one.
    """
    type = type or str(resource.get("resourceType", ""))
    save.check_type(session, type)
    condition = (
        conditional.parse(session, type, if_none_exist, "If-None-Exist") if if_none_exist else None
    )
    draft = save.draft(session, resource, type, session.platform.ids(), Action.CREATE)

    def work(inner: Session) -> Written:
        if condition and (found := conditional.find(inner, condition)):
            return Written(found, created=False)
        return save.write(inner, draft, expected=0)

    return save.submit(session, work, [(type, draft.change.id)])
