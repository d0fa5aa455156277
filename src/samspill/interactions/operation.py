"""operation: `$name` on the system, a type or an instance. https://hl7.org/fhir/R4/operations.html"""

from collections.abc import Sequence
from typing import Any

from samspill.access.decide import Action
from samspill.base.errors import InvalidRequest, NotFound
from samspill.base.json import Resource
from samspill.interactions import read, save
from samspill.interactions.search import Found
from samspill.interactions.service import Call, Operation
from samspill.interactions.session import Session


def run(
    session: Session,
    name: str,
    type: str = "",
    id: str = "",
    parameters: Sequence[tuple[str, Any]] = (),
) -> Resource | Found:
    """Calls an operation; raises `NotFound` when it is not offered at this place."""
    operation = find(session, name, type, id)
    session.decide(Action.OPERATION, type)
    if id:
        read.read(session, type, id)
    return operation.run(Call(session, type, id, parameters))


def find(session: Session, name: str, type: str = "", id: str = "") -> Operation:
    """The operation as offered at the level that type and id name."""
    if type:
        save.check_type(session, type)
    level = "instance" if id else "type" if type else "system"
    operation = session.platform.operation(name, type)
    if operation is None or level not in operation.levels:
        raise NotFound("This operation is not offered here", "Denne operasjonen tilbys ikke her")
    return operation


def parameters_of(resource: Resource) -> list[tuple[str, Any]]:
    """Name and value of each parameter: a JSON value, a resource, or the list of its parts.

    Any other resource than Parameters is the value of the parameter `resource`.
    """
    if resource.get("resourceType") != "Parameters":
        return [("resource", resource)]
    return _pairs(resource.get("parameter", []), "Parameters.parameter")


def _pairs(parameters: Any, where: str) -> list[tuple[str, Any]]:
    if not isinstance(parameters, list):
        raise _malformed(where)
    return [_pair(each, f"{where}[{index}]") for index, each in enumerate(parameters)]


def _pair(parameter: Any, where: str) -> tuple[str, Any]:
    if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
        raise _malformed(where)
    if "part" in parameter:
        return parameter["name"], _pairs(parameter["part"], f"{where}.part")
    values = [parameter[key] for key in parameter if key == "resource" or key.startswith("value")]
    if len(values) != 1:
        raise _malformed(where)
    return parameter["name"], values[0]


def _malformed(where: str) -> InvalidRequest:
    return InvalidRequest(
        "A parameter needs a name and one value, resource or list of parts",
        "En parameter trenger et navn og én verdi, ressurs eller liste av deler",
        where=where,
    )
