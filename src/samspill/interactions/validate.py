"""$validate: the issues of a resource, without writing it.

https://hl7.org/fhir/R4/resource-operation-validate.html
"""

from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.fhir import outcome
from samspill.interactions import read
from samspill.interactions.service import Call, Operation


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
    issues = call.session.platform.validate(resource)
    return outcome.to_fhir(issues, call.session.language)


OPERATION = Operation(
    name="validate",
    on="Resource",
    run=run,
    levels=("type", "instance"),
    definition="http://hl7.org/fhir/OperationDefinition/Resource-validate",
)
