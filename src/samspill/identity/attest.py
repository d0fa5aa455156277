"""The attestation of tillitsrammeverket: why a professional asks for one patient's record.

It comes with the token request as `authorization_details` (RFC 9396), is checked by the rules that
bind the source of the data, and holds for one patient for an hour. Numbers in brackets are those of
the rules. https://www.nhn.no/tjenester/helseid · https://www.rfc-editor.org/rfc/rfc9396
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from samspill.access.actor import Assurance, Attestation, Kind
from samspill.base import json
from samspill.base.errors import SamspillError
from samspill.identity.faults import OAuthFault
from samspill.identity.grants import Grant
from samspill.identity.provider import Provider
from samspill.identity.state import SECOND

TYPE = "nhn:tillitsrammeverk:parameters"
PURPOSES = ("TREAT", "ETREAT", "COC", "BTG")
"""Codes of PurposeOfUse (38–41)."""
LIVES_SECONDS = 60 * 60
EXPIRED = "attestation_has_expired"


def applied(provider: Provider, grant: Grant, form: Mapping[str, str]) -> Grant:
    """The grant with the attestation of a token request, if it has one. Raises `OAuthFault`."""
    written = form.get("authorization_details", "")
    if not written:
        return grant
    actor = grant.actor
    if actor.kind is not Kind.PROFESSIONAL:
        raise _wrong("only health personnel attest")
    if actor.assurance is not Assurance.HIGH:
        raise _wrong("level of assurance high is needed (9)")
    if not actor.hpr:
        raise _wrong("the professional has no HPR number (32)")
    found = read(written, provider.now)
    given = _of(found, "practitioner")
    hpr = _text(_of(given, "hpr_nr"), "id") if "hpr_nr" in given else actor.hpr
    if hpr != actor.hpr:
        raise _wrong("it is by another person than the one who signed in (11)")
    patient = _text(found, "patient").removeprefix("Patient/")
    if grant.patient and patient != grant.patient:
        raise _wrong("it is for another patient than the launch (4)")
    purpose = _purpose(found)
    stated = Attestation(patient, purpose, int(_stated_at(found, provider.now) * SECOND))
    return replace(grant, patient=patient, purpose=purpose, attestation=stated)


def read(written: str, now: float) -> Mapping[str, Any]:
    """The one attestation of a request, of the right form and age. Raises `OAuthFault`."""
    try:
        listed = json.parse(written.encode())
    except (SamspillError, UnicodeError):
        raise _wrong("it is not JSON") from None
    fitting = [
        each
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict) and each.get("type") == TYPE
    ]
    if len(fitting) != 1 or len(listed) != 1:
        raise _wrong(f"one object of type {TYPE} is needed")
    found: Mapping[str, Any] = fitting[0]
    _check_care(found)
    if not 0 <= now - _stated_at(found, now) + 5 <= LIVES_SECONDS + 5:
        raise _wrong(f"{EXPIRED} (58)")
    return found


def _check_care(found: Mapping[str, Any]) -> None:
    care = _of(found, "care_relationship")
    if _purpose(found) not in PURPOSES:
        raise _wrong("purpose_of_use is TREAT, ETREAT, COC or BTG (38–41)")
    if not care.get("healthcare_service") and not care.get("purpose_of_use_details"):
        raise _wrong("healthcare_service or purpose_of_use_details is needed (43)")
    decision = _of(care, "decision_ref")
    _text(decision, "id")
    if not isinstance(decision.get("user_selected"), bool):
        raise _wrong("decision_ref.user_selected is true or false (48)")
    practitioner = _of(found, "practitioner")
    _text(_of(practitioner, "legal_entity"), "id")
    _text(found, "patient")


def _purpose(found: Mapping[str, Any]) -> str:
    return _text(_of(_of(found, "care_relationship"), "purpose_of_use"), "code")


def _stated_at(found: Mapping[str, Any], now: float) -> float:
    """`toa`, in seconds; now if it is not given."""
    stated = found.get("toa", now)
    if isinstance(stated, bool | str | list | dict) or stated is None:
        raise _wrong("toa is a number of seconds")
    return float(stated)


def _of(found: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = found.get(name)
    if not isinstance(inner, dict):
        raise _wrong(f"{name} is missing or not an object")
    return inner


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise _wrong(f"{name} is missing or not a text")
    return value


def _wrong(why: str) -> OAuthFault:
    return OAuthFault("invalid_authorization_details", why)
