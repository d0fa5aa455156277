"""Mutations: PatientCreate(res: …), PatientUpdate(id: …, res: …), PatientDelete(id: …).

https://hl7.org/fhir/R4/graphql.html#mutations
"""

from collections.abc import Mapping
from typing import Any

from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir import outcome
from samspill.interactions import create, delete, read, update
from samspill.interactions.session import Session

VERBS = ("Create", "Update", "Delete")


def split(name: str) -> tuple[str, str]:
    """PatientCreate → ("Patient", "Create"); the verb is "" where there is none."""
    verb = next((each for each in VERBS if name.endswith(each)), "")
    return name.removesuffix(verb), verb


def run(
    session: Session, type: str, verb: str, arguments: Mapping[str, Any]
) -> tuple[Resource | None, Resource]:
    """Does one mutation through the door, durable when it returns: the resource as it was written,
    None after a deletion, and the plain fields `location` and `information`."""
    id = str(arguments.get("id") or "")
    match verb:
        case "Create":
            future = create.start(session, _resource(type, "", arguments), type=type)
        case "Update":
            future = update.start(session, type, _id(id), _resource(type, id, arguments))
        case _:
            delete.start(session, type, _id(id)).result()
            return None, {"location": None, "information": outcome.to_fhir((), session.language)}
    written = future.result()
    version = written.version
    place = f"{session.base}/{type}/{version.id}/_history/{version.number}"
    told = outcome.to_fhir(written.issues, session.language)
    return read.parsed(version), {"location": place, "information": told}


def _id(id: str) -> str:
    if not id:
        raise InvalidRequest("The argument id is missing", "Argumentet id mangler", where="id")
    return id


def _resource(type: str, id: str, arguments: Mapping[str, Any]) -> Resource:
    """The input object, which need not say again what the name of the mutation says."""
    given = arguments.get("res", arguments.get("resource"))
    if not isinstance(given, dict):
        raise InvalidRequest(
            "The argument res is missing",
            "Argumentet res mangler",
            where="res",
            expected=Text(f"a {type} as an input object", f"en {type} som inputobjekt"),
        )
    return {"resourceType": type, **({"id": id} if id else {}), **given}
