"""The attestation of tillitsrammeverket: each rule that binds the source of the data, both ways."""

import json
from dataclasses import replace
from typing import Any

import pytest

from builders.identity import DOCTOR, KARI, Desk, error
from samspill.access.actor import Assurance
from samspill.identity.attest import TYPE

GOOD: dict[str, Any] = {
    "type": TYPE,
    "patient": "Patient/1",
    "practitioner": {
        "hpr_nr": {"id": DOCTOR.hpr},
        "legal_entity": {"id": "100100673"},
        "point_of_care": {"id": "100100681"},
    },
    "care_relationship": {
        "healthcare_service": {"code": "KX17"},
        "purpose_of_use": {"code": "TREAT"},
        "purpose_of_use_details": {"code": "15"},
        "decision_ref": {"id": "x", "user_selected": False},
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good one with one member set, or left out by None."""
    made: dict[str, Any] = json.loads(json.dumps(GOOD))
    *above, last = path.split(".")
    inner = made
    for name in above:
        inner = inner[name]
    inner.pop(last, None)
    if value is not None:
        inner[last] = value
    return made


def attested(desk: Desk, written: Any, actor: Any = DOCTOR, patient: str = "1") -> Any:
    scope = "openid user/*.rs patient/*.rs" if patient else "openid user/*.rs"
    code = desk.code(actor, patient=patient, scope=scope)
    text = written if isinstance(written, str) else json.dumps([written])
    return desk.redeem(code, authorization_details=text)


@pytest.mark.parametrize("purpose", ["TREAT", "ETREAT", "COC", "BTG"])
def test_a_purpose_and_its_patient_are_in_the_session(desk: Desk, purpose: str) -> None:
    body = attested(desk, changed("care_relationship.purpose_of_use.code", purpose)).body
    headers = {"authorization": f"Bearer {body['access_token']}"}
    caller = desk.provider.verifier.verify(headers, "GET", desk.url).caller
    assert caller.attestation is not None
    assert (caller.attestation.patient, caller.attestation.purpose) == ("1", purpose)
    assert caller.attestation.at == desk.clock.at
    assert (caller.purpose, caller.patient) == (purpose, "1")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("practitioner.hpr_nr", None),
        ("care_relationship.healthcare_service", None),
        ("care_relationship.purpose_of_use_details", None),
        ("care_relationship.decision_ref.user_selected", True),
        ("patient", "1"),
        ("unknown", "ignored"),
    ],
)
def test_what_may_be_otherwise_is_accepted(desk: Desk, path: str, value: Any) -> None:
    assert attested(desk, changed(path, value)).status == 200


@pytest.mark.parametrize(
    ("rule", "path", "value"),
    [
        (4, "patient", "Patient/2"),
        (4, "patient", None),
        (4, "patient", ["Patient/1", "Patient/2"]),
        (11, "practitioner.hpr_nr.id", "1234567"),
        (11, "practitioner.hpr_nr.id", ""),
        (32, "practitioner", None),
        (38, "care_relationship.purpose_of_use.code", "HOPERAT"),
        (38, "care_relationship.purpose_of_use.code", "treat"),
        (38, "care_relationship.purpose_of_use", None),
        (41, "care_relationship.purpose_of_use.code", None),
        (42, "practitioner.legal_entity", None),
        (42, "practitioner.legal_entity.id", None),
        (46, "care_relationship.decision_ref", None),
        (46, "care_relationship.decision_ref.id", None),
        (48, "care_relationship.decision_ref.user_selected", None),
        (48, "care_relationship.decision_ref.user_selected", "false"),
        (58, "toa", "now"),
        (58, "toa", True),
        (0, "care_relationship", None),
        (0, "type", "other"),
    ],
)
def test_what_breaks_a_rule_is_refused(desk: Desk, rule: int, path: str, value: Any) -> None:
    assert error(attested(desk, changed(path, value))) == "invalid_authorization_details"


def test_one_of_service_and_details_is_needed(desk: Desk) -> None:
    wrong = changed("care_relationship.healthcare_service", None)
    del wrong["care_relationship"]["purpose_of_use_details"]
    assert "(43)" in attested(desk, wrong).body["error_description"]


@pytest.mark.parametrize(
    ("age", "is_good"), [(0, True), (3599, True), (3700, False), (-4, True), (-60, False)]
)
def test_it_holds_for_an_hour(desk: Desk, age: int, is_good: bool) -> None:
    reply = attested(desk, changed("toa", desk.clock.seconds - age))
    assert (reply.status == 200) is is_good
    if age > 3600:
        assert "attestation_has_expired" in reply.body["error_description"]


def test_only_surely_known_personnel_attest(desk: Desk) -> None:
    for actor in (KARI, replace(DOCTOR, assurance=Assurance.SUBSTANTIAL), replace(DOCTOR, hpr="")):
        assert error(attested(desk, GOOD, actor)) == "invalid_authorization_details"


@pytest.mark.parametrize(
    "text", ["x", "{}", "[]", "[1]", "[{}]", json.dumps([GOOD, GOOD]), "\ud800"]
)
def test_what_is_no_attestation_is_refused(desk: Desk, text: str) -> None:
    assert error(attested(desk, text)) == "invalid_authorization_details"


def test_a_refresh_may_attest_anew(desk: Desk) -> None:
    code = desk.code(DOCTOR, patient="", scope="user/*.rs offline_access")
    body = desk.redeem(code).body
    assert body is not None
    form = {
        "grant_type": "refresh_token",
        "refresh_token": body["refresh_token"],
        "authorization_details": json.dumps([GOOD]),
        **desk.credentials(),
    }
    said = desk.post("token", form).body
    assert said is not None
    headers = {"authorization": f"Bearer {said['access_token']}"}
    caller = desk.provider.verifier.verify(headers, "GET", desk.url).caller
    assert caller.attestation is not None
