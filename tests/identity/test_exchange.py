"""The token endpoint: codes, refresh tokens, backend services; what ends, and what never widens."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from builders.identity import DOCTOR, Desk, a_key, error, signed
from samspill.identity import clients, grants, jose, launch, sessions
from samspill.identity.faults import OAuthFault
from samspill.identity.relying import SignedIn
from samspill.identity.state import hashed
from samspill.identity.tokens import InvalidToken

# Codes

REFUSED_CODES: list[dict[str, Any]] = [
    {"code": ""},
    {"code": "x"},
    {"redirect_uri": ""},
    {"redirect_uri": "https://app.example/back"},
    {"code_verifier": ""},
    {"code_verifier": "w" * 64},
    {"code_verifier": "short"},
]


@pytest.mark.parametrize("changes", REFUSED_CODES, ids=str)
def test_a_code_needs_all_that_belongs_to_it(desk: Desk, changes: dict[str, Any]) -> None:
    code = changes.pop("code", None)
    code = desk.code() if code is None else code
    assert error(desk.redeem(code, **changes)) == "invalid_grant"


def test_a_code_gives_what_was_granted(desk: Desk) -> None:
    body = desk.redeem(desk.code()).body
    assert body is not None
    assert (body["token_type"], body["scope"]) == ("Bearer", "openid fhirUser patient/*.rs")
    assert (body["patient"], body["expires_in"]) == ("1", 600)
    claims = jose.read(
        body["id_token"], ["JWT"], desk.provider.keys.verifying(None), jose.ALGORITHMS
    ).claims
    assert (claims["aud"], claims["nonce"], claims["iss"]) == ("app", "n-1", desk.provider.issuer)
    assert claims["fhirUser"] == f"{desk.provider.fhir}/Patient/1"
    assert "name" not in claims, "profile was not asked for"
    headers = {"authorization": f"Bearer {body['access_token']}"}
    caller = desk.provider.verifier.verify(headers, "GET", desk.url).caller
    assert (caller.actor.reference, caller.patient) == ("Patient/1", "1")
    assert caller.actor.client == "app"


def test_a_token_holds_no_name_and_no_number(desk: Desk) -> None:
    body = desk.redeem(desk.code(DOCTOR)).body
    assert body is not None
    said = json.dumps(jose.unverified(body["access_token"]))
    assert "Ås" not in said
    assert "\\u00c5s" not in said
    assert DOCTOR.hpr not in said


def test_a_code_lives_for_a_minute(desk: Desk) -> None:
    code = desk.code()
    desk.clock.pass_seconds(61)
    assert error(desk.redeem(code)) == "invalid_grant"


def test_a_code_is_for_its_own_client(desk: Desk) -> None:
    desk.client("other")
    assert error(desk.redeem(desk.code(), "other")) == "invalid_grant"


def test_a_code_that_comes_again_ends_what_it_gave(desk: Desk) -> None:
    code = desk.code(scope="openid offline_access patient/*.rs")
    body = desk.redeem(code).body
    assert body is not None
    headers = {"authorization": f"Bearer {body['access_token']}"}
    desk.provider.verifier.verify(headers, "GET", desk.url)
    assert error(desk.redeem(code)) == "invalid_grant"
    with pytest.raises(InvalidToken):
        desk.provider.verifier.verify(headers, "GET", desk.url)
    assert error(refresh(desk, body["refresh_token"])) == "invalid_grant"


def test_of_many_who_bring_a_code_one_gets_a_token(desk: Desk) -> None:
    code = desk.code()
    with ThreadPoolExecutor(16) as threads:
        replies = list(threads.map(lambda _: desk.redeem(code).status, range(16)))
    assert sorted(replies) == [200] + [400] * 15


def test_a_code_of_one_who_has_signed_out_gives_nothing(desk: Desk) -> None:
    signed_in = SignedIn("demo", {"sub": "s", "sid": "1"}, desk.clock.seconds, "x", "/")
    login = sessions.open(desk.provider, signed_in, DOCTOR)
    code = desk.code(DOCTOR, session=hashed(login))
    sessions.end(desk.provider, login)
    assert error(desk.redeem(code)) == "invalid_grant"


# DPoP at the endpoints

TOKEN = "http://127.0.0.1:8000/oauth/token"


def test_a_strict_client_must_prove_its_key(desk: Desk) -> None:
    desk.client(profile="fapi")
    form = {"grant_type": "client_credentials", **desk.credentials()}
    assert error(desk.post("token", form)) == "invalid_dpop_proof"
    form |= desk.credentials()
    reply = desk.post("token", form, dpop=desk.proof(method="POST", url=TOKEN))
    assert reply.body is not None
    assert reply.body["token_type"] == "DPoP"
    claims = jose.unverified(reply.body["access_token"])
    assert claims["cnf"] == {"jkt": desk.proving.thumbprint()}


def test_a_proof_is_for_this_endpoint_and_once(desk: Desk) -> None:
    for proof in (
        desk.proof(method="GET", url=TOKEN),
        desk.proof(method="POST", url=desk.url),
        "x",
    ):
        form = {"grant_type": "client_credentials", **desk.credentials()}
        assert error(desk.post("token", form, dpop=proof)) == "invalid_dpop_proof"
    proof = desk.proof(method="POST", url=TOKEN)
    form = {"grant_type": "client_credentials", **desk.credentials()}
    assert desk.post("token", form, dpop=proof).status == 200
    form |= desk.credentials()
    assert error(desk.post("token", form, dpop=proof)) == "invalid_dpop_proof"


def test_a_code_is_bound_to_the_key_that_asked(desk: Desk) -> None:
    code = desk.code(dpop_jkt=desk.proving.thumbprint())
    other = desk.proof(key=a_key(), method="POST", url=TOKEN)
    assert error(desk.redeem(code, headers={"dpop": other})) == "invalid_dpop_proof"


# Refresh tokens


def refresh(desk: Desk, token: str, **more: Any) -> Any:
    headers = more.pop("headers", {})
    form = {"grant_type": "refresh_token", "refresh_token": token, **desk.credentials(), **more}
    return desk.post("token", form, **headers)


def a_refresh_token(desk: Desk, scope: str = "openid offline_access patient/*.rs") -> str:
    body = desk.redeem(desk.code(scope=scope)).body
    assert body is not None
    return str(body["refresh_token"])


def test_a_refresh_token_is_used_once_and_one_that_comes_again_ends_all(desk: Desk) -> None:
    first = a_refresh_token(desk)
    body = refresh(desk, first).body
    second, access = body["refresh_token"], body["access_token"]
    assert refresh(desk, second).status == 200
    assert error(refresh(desk, first)) == "invalid_grant"
    assert error(refresh(desk, second)) == "invalid_grant"
    with pytest.raises(InvalidToken):
        desk.provider.verifier.verify({"authorization": f"Bearer {access}"}, "GET", desk.url)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ("patient/*.rs", "patient/*.rs"),
        ("patient/Observation.rs", "patient/Observation.rs"),
        ("patient/*.cruds", "patient/*.rs"),
        ("patient/*.*", "patient/*.rs"),
        ("user/*.rs patient/*.rs", "patient/*.rs"),
        ("patient/Patient.r system/*.rs", "patient/Patient.r"),
    ],
)
def test_a_refresh_never_widens(desk: Desk, asked: str, granted: str) -> None:
    assert refresh(desk, a_refresh_token(desk), scope=asked).body["scope"] == granted


@pytest.mark.parametrize("asked", ["user/*.rs", "*", "patient/*", "patient\u00a0/*.rs", "\t"])
def test_a_refresh_for_something_else_is_refused(desk: Desk, asked: str) -> None:
    assert error(refresh(desk, a_refresh_token(desk), scope=asked)) == "invalid_scope"


def test_a_refresh_token_is_for_its_own_client(desk: Desk) -> None:
    desk.client("other")
    token = a_refresh_token(desk)
    form = {"grant_type": "refresh_token", "refresh_token": token, **desk.credentials("other")}
    assert error(desk.post("token", form)) == "invalid_grant"
    assert refresh(desk, token).status == 200


def test_a_public_client_refreshes_with_the_same_key_only(desk: Desk) -> None:
    desk.client("public", keys={})
    code = desk.code(client_id="public", scope="offline_access patient/*.rs")
    mine = {"client_id": "public", "client_assertion": "", "client_assertion_type": ""}
    proof = desk.proof(method="POST", url=TOKEN)
    body = desk.redeem(code, "public", headers={"dpop": proof}, **mine).body
    assert body is not None
    form = {
        "client_id": "public",
        "grant_type": "refresh_token",
        "refresh_token": body["refresh_token"],
    }
    assert error(desk.post("token", form)) == "invalid_grant"
    other = desk.proof(key=a_key(), method="POST", url=TOKEN)
    assert error(desk.post("token", form, dpop=other)) == "invalid_grant"
    assert desk.post("token", form, dpop=desk.proof(method="POST", url=TOKEN)).status == 200


def test_online_access_ends_with_the_sign_in(desk: Desk) -> None:
    signed_in = SignedIn("demo", {"sub": "s", "sid": "1"}, desk.clock.seconds, "x", "/")
    login = sessions.open(desk.provider, signed_in, DOCTOR)
    code = desk.code(DOCTOR, session=hashed(login), scope="openid online_access user/*.rs")
    body = desk.redeem(code).body
    assert body is not None
    headers = {"authorization": f"Bearer {body['access_token']}"}
    desk.provider.verifier.verify(headers, "GET", desk.url)
    sessions.end_everywhere(desk.provider, DOCTOR.reference)
    with pytest.raises(InvalidToken):
        desk.provider.verifier.verify(headers, "GET", desk.url)
    assert error(refresh(desk, body["refresh_token"])) == "invalid_grant"


# Backend services, introspection, revocation


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("system/*.cruds", "system/*.rs"),
        ("system/Patient.rs", "system/Patient.rs"),
        ("patient/*.rs", "invalid_scope"),
        ("openid", "invalid_scope"),
        ("system/*.x", "invalid_scope"),
    ],
)
def test_a_backend_service_gets_system_scopes_only(desk: Desk, asked: str, code: str) -> None:
    form = {"grant_type": "client_credentials", "scope": asked, **desk.credentials()}
    body = desk.post("token", form).body
    assert body is not None
    assert body.get("scope") == code or body["error"] == code
    assert "refresh_token" not in body


def test_a_public_client_is_no_backend_service(desk: Desk) -> None:
    desk.client("public", keys={})
    form = {"grant_type": "client_credentials", "client_id": "public"}
    assert error(desk.post("token", form)) == "unauthorized_client"


@pytest.mark.parametrize("kind", ["password", "implicit", "", "urn:ietf:params:oauth:x"])
def test_other_grants_are_not_offered(desk: Desk, kind: str) -> None:
    form = {"grant_type": kind, **desk.credentials()}
    assert error(desk.post("token", form)) == "unsupported_grant_type"


def test_introspection_and_revocation(desk: Desk) -> None:
    token = a_refresh_token(desk)
    access = refresh(desk, token).body["access_token"]
    said = desk.post("introspect", {"token": access, **desk.credentials()}).body
    assert said is not None
    assert (said["active"], said["client_id"], said["patient"]) == (True, "app", "1")
    desk.client("other")
    for client, stays in (("other", True), ("app", False)):
        reply = desk.post("revoke", {"token": access, **desk.credentials(client)})
        assert reply.status == 200
        said = desk.post("introspect", {"token": access, **desk.credentials()}).body
        assert said is not None
        assert said["active"] is stays
    assert desk.post("revoke", {"token": "nonsense", **desk.credentials()}).status == 200


# Launch and attestation


def test_a_launch_brings_the_patient_once_to_its_own_client_and_person(desk: Desk) -> None:
    client = desk.client(launch_url="https://app.example/launch")
    address = launch.start(desk.provider, client, DOCTOR.reference, patient="7", encounter="8")
    given = dict(parse_qsl(urlsplit(address).query))
    assert given["iss"] == desk.provider.fhir
    wanted = {"launch": given["launch"], "scope": "launch openid patient/*.rs"}
    body = desk.redeem(desk.code(DOCTOR, patient="", **wanted)).body
    assert body is not None
    assert (body["patient"], body["encounter"]) == ("7", "8")
    with pytest.raises(OAuthFault):
        desk.code(DOCTOR, **wanted)
    address = launch.start(desk.provider, client, "Practitioner/9", patient="7")
    wanted["launch"] = dict(parse_qsl(urlsplit(address).query))["launch"]
    with pytest.raises(OAuthFault):
        desk.code(DOCTOR, **wanted)


def test_without_a_patient_nothing_about_patients_is_granted(desk: Desk) -> None:
    body = desk.redeem(desk.code(DOCTOR, patient="", scope="user/*.rs patient/*.rs")).body
    assert body is not None
    assert body["scope"] == "user/*.rs"
    assert "patient" not in body


# Keys


def test_keys_rotate_with_notice_and_overlap(desk: Desk) -> None:
    ring = desk.provider.keys
    first = ring.signing()
    token = desk.token()
    desk.clock.pass_seconds(89.5 * 24 * 3600)
    assert ring.signing().kid == first.kid
    assert len(ring.public()["keys"]) == 2, "the next one is told of before it signs"
    desk.clock.pass_seconds(24 * 3600)
    second = ring.signing()
    assert second.kid != first.kid
    assert first.kid in {key["kid"] for key in ring.public()["keys"]}
    assert not [key for key in ring.public()["keys"] if "d" in key]
    desk.clock.pass_seconds(3 * 24 * 3600)
    assert first.kid not in {key["kid"] for key in ring.public()["keys"]}
    with pytest.raises(InvalidToken):
        desk.provider.verifier.verify({"authorization": f"Bearer {token}"}, "GET", desk.url)


def test_a_rotation_under_way_refuses_no_token(desk: Desk) -> None:
    for _ in range(10):
        old = desk.token()
        desk.provider.keys.rotate()
        for token in (old, desk.token()):
            headers = {"authorization": f"Bearer {token}"}
            assert desk.provider.verifier.verify(headers, "GET", desk.url).caller
        desk.clock.pass_seconds(10)


def test_a_copy_of_the_record_alone_cannot_sign(desk: Desk) -> None:
    desk.provider.keys.signing()
    assert '"d"' not in str(desk.provider.state.all("key"))
    secrets = [desk.code(), a_refresh_token(desk)]
    kinds = ("asked", "code", "refresh", "grant", "spent", "pushed", "session", "client")
    everything = str([desk.provider.state.all(kind) for kind in kinds])
    assert not [secret for secret in secrets if secret in everything]


# What applications may be


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "a b"},
        {"id": ""},
        {"redirects": ("http://app.example/",)},
        {"redirects": ("https://app.example/#x",)},
        {"redirects": ("javascript:alert(1)",)},
        {"scopes": ("patient/*.X",)},
        {"keys": {"keys": []}},
        {"keys": {"keys": [a_key().as_dict(private=True)]}},
        {"keys": {"keys": [{"kty": "oct", "k": "AAAA"}]}},
        {"profile": "x"},
    ],
    ids=lambda each: str(each)[:40],
)
def test_a_client_is_registered_only_if_it_can_be_right(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="not right"):
        desk.client(**{"id": "new", **wrong})
    assert clients.find(desk.provider.state, "new") is None


def test_grants_of_a_client_end_together(desk: Desk) -> None:
    token = desk.token()
    assert grants.revoke_client(desk.provider.state, "app", 600) >= 1
    desk.clock.pass_seconds(2)
    with pytest.raises(InvalidToken):
        desk.provider.verifier.verify({"authorization": f"Bearer {token}"}, "GET", desk.url)


def test_a_token_signed_by_a_client_is_none_of_ours(desk: Desk) -> None:
    token = signed({"typ": "at+jwt", "alg": "ES256", "kid": desk.key.kid}, {"a": 1}, desk.key)
    with pytest.raises(InvalidToken):
        desk.provider.verifier.verify({"authorization": f"Bearer {token}"}, "GET", desk.url)
