"""`$graphql` on the system or an instance, by GET or POST. https://hl7.org/fhir/R4/graphql.html"""

from dataclasses import dataclass
from typing import Any

from samspill.base import json
from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.interactions import graphql, read
from samspill.interactions.graphql import Failure
from samspill.interactions.session import Session
from samspill.rest.requests import MethodNotAllowed, Request
from samspill.rest.responses import Response


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request to GraphQL holds."""

    query: str
    variables: dict[str, Any]
    name: str


def run(request: Request, session: Session) -> Response:
    """`{"data": …}`, with `errors` for what could not be had."""
    asked = _asked(request, session)
    if request.method == "GET" and graphql.is_mutation(asked.query, asked.name):
        raise MethodNotAllowed(("POST",))
    root = None
    if len(request.path) == 3:
        root = read.resource(session, *request.path[:2])
    data, failures = graphql.execute(session, asked.query, asked.variables, asked.name, root)
    answer: dict[str, Any] = {"data": data}
    if failures:
        answer["errors"] = [_told(failure, session) for failure in failures]
    return Response(200, (("content-type", "application/json"),), json.format(answer))


def _asked(request: Request, session: Session) -> Asked:
    """From the address, from JSON, or from a body that is the query itself."""
    given: Any
    if request.method == "GET":
        text = request.parameter("variables")
        given = {
            "query": request.parameter("query"),
            "operationName": request.parameter("operationName"),
            "variables": json.parse(text.encode()) if text else {},
        }
    elif request.header("content-type").startswith("application/graphql"):
        given = {"query": request.body.decode(errors="replace")}
    else:
        given = json.parse(request.body, at_most=session.platform.settings.largest_body_bytes)
    match given:
        case {"query": str(query)}:
            variables, name = given.get("variables") or {}, given.get("operationName") or ""
            if isinstance(variables, dict) and isinstance(name, str):
                return Asked(query, variables, name)
    raise InvalidRequest(
        "A GraphQL request has a query, and may have variables and an operationName",
        "En GraphQL-forespørsel har query, og kan ha variables og operationName",
        where="query",
    )


def _told(failure: Failure, session: Session) -> Resource:
    message = failure.error.text.said_in(session.language)
    return {"message": message, "path": list(failure.path)}
