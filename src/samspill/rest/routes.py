"""The URL table of FHIR: which addresses there are, and what each method does there.

https://hl7.org/fhir/R4/http.html#summary
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from samspill.base.errors import NotFound
from samspill.interactions.session import Session
from samspill.rest import batch, graphql, metadata, operations, reading, searching, writing
from samspill.rest.replies import Reply
from samspill.rest.requests import MethodNotAllowed, Request
from samspill.rest.responses import Response

Handler: TypeAlias = Callable[[Request, Session], Reply]
Methods: TypeAlias = Mapping[str, Handler]


def answer(request: Request, session: Session) -> Reply:
    """Carries out a request: an answer at once, or one to wait for. Raises `SamspillError`."""
    methods = find(request, session)
    handler = methods.get(request.method)
    if handler is None:
        if request.method == "OPTIONS":
            return Response(204, (("allow", ", ".join(allowed(methods))),))
        raise MethodNotAllowed(allowed(methods))
    return handler(request, session)


def allowed(methods: Methods) -> tuple[str, ...]:
    """The methods of an address, as the Allow header lists them."""
    return (*(("HEAD",) if "GET" in methods else ()), *methods, "OPTIONS")


def find(request: Request, session: Session) -> Methods:
    """What the methods do at an address. Raises `NotFound` for an address that does not exist."""
    if "" in request.path:
        raise _no_such_address()
    match request.path:
        case (type, _) if _is_type(session, type):
            return _of_two(request.path[1])
        case ():
            return _SYSTEM
        case (name,) if name in _NAMED:
            return _NAMED[name]
        case ("$graphql",) | (_, _, "$graphql"):
            return _GRAPHQL
        case (name,) if name[:1] == "$":
            return _OPERATION
        case (type, *rest) if _is_type(session, type):
            return _below(rest, session)
        case _:
            raise _no_such_address()


def _of_two(second: str) -> Methods:
    """Type/id, Type/_history, Type/_search, Type/$operation."""
    if second == "_history":
        return _HISTORY
    if second == "_search":
        return _SEARCH
    return _OPERATION if second[:1] == "$" else _INSTANCE


def _below(rest: list[str], session: Session) -> Methods:
    match rest:
        case []:
            return _TYPE
        case [_, "_history"]:
            return _HISTORY
        case [_, "_history", _]:
            return _VERSION
        case [_, name] if name[:1] == "$":
            return _OPERATION
        case [_, type] if type == "*" or _is_type(session, type):
            return _COMPARTMENT
        case [_, type, "_search"] if type == "*" or _is_type(session, type):
            return _COMPARTMENT_SEARCH
        case _:
            raise _no_such_address()


def _is_type(session: Session, name: str) -> bool:
    return session.platform.definitions.is_resource(name)


def _no_such_address() -> NotFound:
    return NotFound(
        "There is no such address; resource types are written as in FHIR R4",
        "Adressen finnes ikke; ressurstyper skrives som i FHIR R4",
    )


def _bundle(request: Request, session: Session) -> Reply:
    return batch.run(request, session, answer)


_SYSTEM: Methods = {"GET": searching.search, "POST": _bundle}
_TYPE: Methods = {
    "GET": searching.search,
    "POST": writing.create,
    "PUT": writing.update_where,
    "PATCH": writing.patch_where,
    "DELETE": writing.delete_where,
}
_INSTANCE: Methods = {
    "GET": reading.read,
    "PUT": writing.update,
    "PATCH": writing.patch,
    "DELETE": writing.delete,
}
_VERSION: Methods = {"GET": reading.read_version}
_HISTORY: Methods = {"GET": reading.history}
_SEARCH: Methods = {"POST": searching.search}
_COMPARTMENT: Methods = {"GET": searching.search_compartment}
_COMPARTMENT_SEARCH: Methods = {"POST": searching.search_compartment}
_OPERATION: Methods = {"GET": operations.run, "POST": operations.run}
_GRAPHQL: Methods = {"GET": graphql.run, "POST": graphql.run}
_NAMED: Mapping[str, Methods] = {
    "metadata": {"GET": metadata.capabilities},
    "_history": _HISTORY,
    "_search": _SEARCH,
}
