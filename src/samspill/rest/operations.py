"""`$name` by GET or POST. https://hl7.org/fhir/R4/operations.html#executing"""

from typing import Any

from samspill.base import json
from samspill.interactions import operation
from samspill.interactions.search import Found
from samspill.interactions.session import Session
from samspill.rest import searching
from samspill.rest.requests import MethodNotAllowed, Request
from samspill.rest.responses import Response


def run(request: Request, session: Session) -> Response:
    """Calls an operation with the parameters of the address and the body."""
    *place, name = request.path
    type, id = (*place, "", "")[:2]
    name = name.removeprefix("$")
    offered = operation.find(session, name, type, id)
    if request.method == "GET" and offered.writes:
        raise MethodNotAllowed(("POST",))
    given = _parameters(request, session)
    result = operation.run(session.sending(request.body), name, type, id, given)
    if isinstance(result, Found):
        # The links call the operation again, with the parameters that fit into an address.
        used = [(key, str(value)) for key, value in given if isinstance(value, str | int)]
        return searching.present(session, result, "/".join((request.base, *request.path)), used)
    return Response.of_bytes(200, json.format(result))


def _parameters(request: Request, session: Session) -> list[tuple[str, Any]]:
    given: list[tuple[str, Any]] = list(searching.plain_pairs(request.query))
    if request.body or request.given:
        given += operation.parameters_of(request.resource(session.platform))
    return given
