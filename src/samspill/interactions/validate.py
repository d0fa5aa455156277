"""$validate: the issues of a resource, or of what is to be done with it, without doing it.

https://hl7.org/fhir/R4/resource-operation-validate.html
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from samspill.access.decide import Action
from samspill.base import json
from samspill.base.errors import InvalidRequest, Issue, SamspillError
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir import outcome, references, xml
from samspill.fhir.validation import lines
from samspill.interactions import read, save, update
from samspill.interactions.service import Call, Level, Operation
from samspill.interactions.session import Session

MODES = ("create", "update", "delete", "profile")


def run(call: Call) -> Resource:
    """Validates the parameter `resource`, or the instance that the operation was called on, and
    with a `mode` whether it could be created, updated or deleted as well."""
    mode = _mode(call)
    if mode == "delete":
        return outcome.to_fhir(_deletion(call), call.session.language)
    resource = _resource(call, mode)
    found = [*_doing(call, mode, resource), *_content(call, resource)]
    return outcome.to_fhir(found, call.session.language)


def _mode(call: Call) -> str:
    mode = call.value("mode")
    if mode is not None and mode not in MODES:
        raise InvalidRequest(
            "There is no such mode of validation",
            "Det finnes ingen slik modus for validering",
            where="mode",
            expected=", ".join(MODES),
        )
    if mode == "profile" and not call.values("profile"):
        raise InvalidRequest(
            "The mode profile needs a profile",
            "Modusen profile trenger en profil",
            where="profile",
            expected=Text("the address of a profile", "adressen til en profil"),
        )
    return mode or ""


def _resource(call: Call, mode: str) -> Resource:
    resource = call.value("resource")
    if resource is None and call.id and mode in ("", "profile"):
        return read.resource(call.session, call.type, call.id)
    if not isinstance(resource, dict):
        raise InvalidRequest(
            "There is no resource to validate",
            "Det er ingen ressurs å validere",
            where="resource",
        )
    if call.type and resource.get("resourceType") != call.type:
        raise InvalidRequest(
            "The resource is of another type than the address",
            "Ressursen er av en annen type enn adressen",
            where="resource",
            expected=call.type,
        )
    return resource


def _content(call: Call, resource: Resource) -> Sequence[Issue]:
    """What is wrong with the resource itself, with line and column where it was sent."""
    profiles = tuple(str(each) for each in call.values("profile"))
    issues = call.session.platform.validator.validate(
        resource, profiles=profiles, is_thorough=True, fetch=partial(_fetch, call.session)
    )
    sent = call.session.sent
    if not issues or not sent or call.value("resource") is None:
        return issues
    return lines.told(issues, sent, _inside(call.session))


def _inside(session: Session) -> str:
    """Where the resource stands in the Parameters that were sent; "" where it was sent alone."""
    platform, sent = session.platform, session.sent
    most = platform.settings.largest_body_bytes
    if sent.lstrip()[:1] == b"<":
        body = xml.parse(sent, platform.definitions, at_most=most)
    else:
        body = json.parse_resource(sent, at_most=most)
    if body.get("resourceType") != "Parameters":
        return ""
    names = [each.get("name") for each in body.get("parameter", ())]
    return f"Parameters.parameter[{names.index('resource')}].resource"


def _doing(call: Call, mode: str, resource: Resource) -> Iterator[Issue]:
    """Why it could not be created, or updated, as it stands."""
    type = str(resource.get("resourceType", ""))
    match mode:
        case "create":
            yield from _refusal(call.session, Action.CREATE, type)
        case "update":
            yield from _refusal(call.session, Action.UPDATE, type)
            try:
                update.check_id(resource, type, call.id or _id(resource))
            except SamspillError as fault:
                yield from fault.issues
            else:
                yield from _unknown(call.session, type, _id(resource))


def _unknown(session: Session, type: str, id: str) -> Iterator[Issue]:
    """An update of what is not there, where clients do not choose ids."""
    known = session.platform.definitions.is_resource(type) and save.is_id(id)
    if session.platform.settings.update_as_create or (known and save.exists(session, type, id)):
        return
    yield from update.ClientIdRefused().issues


def _deletion(call: Call) -> Iterator[Issue]:
    if not call.id:
        raise InvalidRequest(
            "The mode delete is for one resource of the record",
            "Modusen delete gjelder én ressurs i journalen",
            where="mode",
            expected="Type/id/$validate?mode=delete",
        )
    yield from _refusal(call.session, Action.DELETE, call.type)


def _refusal(session: Session, action: Action, type: str) -> Iterator[Issue]:
    try:
        session.decide(action, type)
    except SamspillError as fault:
        yield from fault.issues


def _id(resource: Resource) -> str:
    id: Any = resource.get("id")
    return id if isinstance(id, str) else ""


def _fetch(session: Session, reference: str) -> Resource | None:
    """The resource of the record that a reference leads to, if there is one."""
    address = references.parse(reference).within((session.base,))
    if not address.type or address.base:
        return None
    try:
        return read.resource(session, address.type, address.id)
    except SamspillError:
        return None


def _operation(on: str, *levels: Level) -> Operation:
    definition = "http://hl7.org/fhir/OperationDefinition/Resource-validate"
    return Operation("validate", on, run, levels=levels, definition=definition)


OPERATIONS = (_operation("Resource", "type", "instance"), _operation("", "system"))
