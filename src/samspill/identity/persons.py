"""Who a person is in the record, by what ID-porten or HelseID says of them.

Citizens are found by their national identity number, personnel by their number in HPR; the number
goes no further. What the register says of a professional, the record's Practitioner says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from samspill.access import actor as actors
from samspill.access.actor import Actor, Assurance, Kind
from samspill.base.clock import to_micros
from samspill.base.errors import Forbidden, NotFound
from samspill.base.json import Resource
from samspill.identity.relying import LEVELS
from samspill.interactions import read, search
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session
from samspill.norway import identifiers
from samspill.norway.codes import DUTIES, PERSONNEL, volven
from samspill.norway.identifiers import Kind as Number

FOREVER = 2**62
PARENT = "helseid://claims/client/claims/orgnr_parent"
CHILD = "helseid://claims/client/claims/orgnr_child"
_AUTHORISATION = volven(7704)
_AUTHORISED = frozenset({"1", "3"})
"""Of Volven 7704: authorisation, licence."""
_MOST_ROLES = 50


def of_claims(platform: Platform, claims: Mapping[str, Any], level: str) -> Actor:
    """The actor that a signed-in person is. Raises `Forbidden` when the record knows nobody so."""
    session = Session(platform, actors.SYSTEM)
    assurance = Assurance(LEVELS.get(level, 0))
    if number := _text(claims, "helseid://claims/hpr/hpr_number"):
        found = _only(session, "Practitioner", Number.HPR, number)
        return _at_work(session, professional(session, found, assurance), claims)
    for kind in (Number.NATIONAL, Number.D, Number.JOINT_HELP, Number.HELP):
        pid = _text(claims, "pid")
        if pid and (patient := _one(session, "Patient", kind, pid)):
            return citizen(patient, assurance)
    raise _unknown()


def _at_work(session: Session, actor: Actor, claims: Mapping[str, Any]) -> Actor:
    """With the legal entity and the unit that HelseID says the person works for now."""
    parent, child = (
        _one(session, "Organization", Number.ORGANISATION, _text(claims, name))
        for name in (PARENT, CHILD)
    )
    return replace(
        actor,
        organization=f"Organization/{parent['id']}" if parent else actor.organization,
        department=f"Organization/{child['id']}" if child else actor.department,
    )


def of_reference(platform: Platform, reference: str, assurance: Assurance) -> Actor:
    """The actor that a Patient or Practitioner of the record is. Raises `NotFound`, `Gone`."""
    session = Session(platform, actors.SYSTEM)
    type, _, id = reference.partition("/")
    if type not in ("Patient", "Practitioner"):
        raise NotFound("There is no such person", "Det finnes ingen slik person", where="som")
    found = read.resource(session, type, id)
    if type == "Patient":
        return citizen(found, assurance)
    return professional(session, found, assurance)


def citizen(patient: Resource, assurance: Assurance) -> Actor:
    reference = f"Patient/{patient['id']}"
    return Actor(Kind.CITIZEN, reference, _name(patient), ("citizen",), assurance=assurance)


def professional(session: Session, practitioner: Resource, assurance: Assurance) -> Actor:
    """With the roles, the unit and the legal entity of the first role that is active."""
    reference = f"Practitioner/{practitioner['id']}"
    found = search.search(
        session,
        "PractitionerRole",
        [("practitioner", reference), ("active", "true"), ("_count", str(_MOST_ROLES))],
    )
    held = found.resources()
    unit = next(filter(None, (_reference(role.get("organization")) for role in held)), "")
    return Actor(
        Kind.PROFESSIONAL,
        reference,
        _name(practitioner),
        tuple(dict.fromkeys(code for role in held for code in _codes(role))),
        organization=_legal_entity(session, unit),
        department=unit,
        assurance=assurance,
        acts_as=tuple(f"PractitionerRole/{role['id']}" for role in held),
        hpr=_number(practitioner, Number.HPR),
        authorised_until=_authorised_until(practitioner),
    )


def claims(platform: Platform, reference: str) -> dict[str, str]:
    """What ID-porten or HelseID would say of a synthetic person of the record."""
    session = Session(platform, actors.SYSTEM)
    type, _, id = reference.partition("/")
    found = read.resource(session, type, id)
    if type == "Practitioner":
        return {"helseid://claims/hpr/hpr_number": _number(found, Number.HPR)}
    kinds = (Number.NATIONAL, Number.D, Number.JOINT_HELP, Number.HELP)
    numbers = filter(None, (_number(found, kind) for kind in kinds))
    return {"pid": next(numbers, "")}


def _only(session: Session, type: str, kind: Number, value: str) -> Resource:
    found = _one(session, type, kind, value)
    if found is None:
        raise _unknown()
    return found


def _one(session: Session, type: str, kind: Number, value: str) -> Resource | None:
    """The one resource with a number, if there is exactly one."""
    if not value.isascii() or not value.isdigit():
        return None
    sought = f"{identifiers.KINDS[kind].system}|{value}"
    found = search.search(session, type, [("identifier", sought), ("_count", "2")]).resources()
    return found[0] if len(found) == 1 else None


def _legal_entity(session: Session, unit: str) -> str:
    """The organisation at the top of a unit."""
    for _ in range(5):
        id = unit.removeprefix("Organization/")
        try:
            above = _reference(read.resource(session, "Organization", id).get("partOf"))
        except NotFound:
            return unit
        if not above:
            return unit
        unit = above
    return unit


def _authorised_until(practitioner: Resource) -> int:
    """The end of the last authorisation; 0 without one."""
    ends = [
        _end(each)
        for each in practitioner.get("qualification", [])
        for coding in (each.get("code") or {}).get("coding", [])
        if coding.get("system") == _AUTHORISATION and coding.get("code") in _AUTHORISED
    ]
    return max(ends, default=0)


def _end(qualification: Resource) -> int:
    """A day counts to its end in UTC, which is not before its end here."""
    end = (qualification.get("period") or {}).get("end")
    if not end:
        return FOREVER
    try:
        return to_micros(datetime.fromisoformat(f"{end[:10]}T23:59:59+00:00"))
    except ValueError:
        # Only a month or a year: as long as that is not over it cannot be told, so it has ended.
        return 0


def _codes(role: Resource) -> Iterator[str]:
    for concept in role.get("code", []):
        for coding in concept.get("coding", []):
            if coding.get("system") in (PERSONNEL, DUTIES) and coding.get("code"):
                yield coding["code"]


def _number(resource: Resource, kind: Number) -> str:
    known = identifiers.KINDS[kind]
    systems = (known.system, *known.aliases)
    values = (
        str(each.get("value", ""))
        for each in resource.get("identifier", [])
        if each.get("system") in systems
    )
    return next(values, "")


def _name(resource: Resource) -> str:
    """Given and family name of the first name that has any."""
    for name in resource.get("name", []):
        parts = [*name.get("given", []), name.get("family", "")]
        if any(parts):
            return " ".join(part for part in parts if part)
    return ""


def _reference(written: object) -> str:
    found = written.get("reference") if isinstance(written, dict) else None
    return found if isinstance(found, str) else ""


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def _unknown() -> Forbidden:
    return Forbidden(
        "You are signed in, but this record does not know you",
        "Du er logget inn, men finnes ikke i denne journalen",
        where="sign-in",
    )
