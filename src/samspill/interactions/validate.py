"""$validate: the issues of a resource, without writing it.

https://hl7.org/fhir/R4/resource-operation-validate.html
"""

from functools import partial

from samspill.base.errors import InvalidRequest, SamspillError
from samspill.base.json import Resource
from samspill.fhir import outcome, references
from samspill.interactions import read
from samspill.interactions.service import Call, Operation
from samspill.interactions.session import Session


def run(call: Call) -> Resource:
    """Validates the parameter `resource`, or the instance that the operation was called on."""
    resource = call.value("resource")
    if resource is None and call.id:
        resource = read.resource(call.session, call.type, call.id)
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
    profiles = tuple(str(each) for each in call.values("profile"))
    issues = call.session.platform.validator.validate(
        resource, profiles=profiles, is_thorough=True, fetch=partial(_fetch, call.session)
    )
    return outcome.to_fhir(issues, call.session.language)


def _fetch(session: Session, reference: str) -> Resource | None:
    """The resource of the record that a reference leads to, if there is one."""
    address = references.parse(reference).within((session.base,))
    if not address.type or address.base:
        return None
    try:
        return read.resource(session, address.type, address.id)
    except SamspillError:
        return None


OPERATION = Operation(
    name="validate",
    on="Resource",
    run=run,
    levels=("type", "instance"),
    definition="http://hl7.org/fhir/OperationDefinition/Resource-validate",
)
