"""Our authorization server as FAPI 2.0, OAuth 2.1 and SMART want it, endpoint by endpoint.

The cases follow the rules of the FAPI 2.0 security profile for servers, section 5.3.2, and of
RFC 6749, 7009, 7523, 7636, 7662, 9126, 9207 and 9449.
"""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from builders.identity import HOME, Desk, a_key, error
from samspill.base.errors import NotFound
from samspill.identity import authorize, jose
from samspill.identity.faults import OAuthFault, Returned

# Requests for authorization

WRONG_ADDRESSES = [
    "",
    "https://app.example/back",
    HOME + "&y=2",
    HOME + "/",
    HOME.upper(),
    HOME.replace("https", "http"),
    "https://app.example/back/../back?x=1",
    "https://app.example.evil.example/back?x=1",
    "https://evil.example/",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("address", WRONG_ADDRESSES)
def test_an_address_that_is_not_registered_letter_by_letter_gets_nothing(
    desk: Desk, address: str
) -> None:
    with pytest.raises(OAuthFault) as caught:
        authorize.begin(desk.provider, tuple(desk.asked(redirect_uri=address).items()))
    assert not isinstance(caught.value, Returned)


RETURNED = [
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"response_type": ""}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"code_challenge": ""}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": ""}, "invalid_request"),
    ({"request": "a.b.c"}, "request_not_supported"),
    ({"scope": ""}, "invalid_scope"),
    ({"scope": "unknown patient/*.X system/*.rs"}, "invalid_scope"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"prompt": "dance"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"max_age": "١"}, "invalid_request"),
    ({"aud": "https://evil.example/fhir"}, "invalid_target"),
    ({"aud": ""}, "invalid_target"),
]


@pytest.mark.parametrize(("changes", "code"), RETURNED, ids=str)
def test_other_faults_are_told_to_the_application(
    desk: Desk, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(Returned) as caught:
        authorize.begin(desk.provider, tuple(desk.asked(**changes).items()))
    fault = caught.value
    assert (fault.error, fault.redirect, fault.state) == (code, HOME, "s-1")
    told = authorize.answer(desk.provider, fault.redirect, fault.state, error=fault.error)
    said = dict(parse_qsl(urlsplit(told).query))
    assert said == {"x": "1", "error": code, "iss": desk.provider.issuer, "state": "s-1"}


def test_a_repeated_parameter_is_refused(desk: Desk) -> None:
    pairs = (*desk.asked().items(), ("scope", "openid"))
    with pytest.raises(OAuthFault):
        authorize.begin(desk.provider, pairs)


def test_a_strict_client_must_push(desk: Desk) -> None:
    desk.client(profile="fapi")
    with pytest.raises(Returned, match="PAR"):
        authorize.begin(desk.provider, tuple(desk.asked().items()))


def pushed(desk: Desk, **changes: str) -> Any:
    form = {**desk.asked(**changes), **desk.credentials()}
    return desk.post("par", form)


def test_a_pushed_request_is_taken_once_within_a_minute_by_its_own_client(desk: Desk) -> None:
    desk.client("other")
    for wait, client, fits in ((0, "app", True), (61, "app", False), (0, "other", False)):
        reply = pushed(desk)
        assert (reply.status, reply.body["expires_in"]) == (201, 60)
        desk.clock.pass_seconds(wait)
        query = (("client_id", client), ("request_uri", reply.body["request_uri"]))
        if fits:
            assert authorize.begin(desk.provider, query)
        with pytest.raises(OAuthFault):
            authorize.begin(desk.provider, query)


def test_a_wrong_request_is_refused_when_it_is_pushed(desk: Desk) -> None:
    assert error(pushed(desk, code_challenge_method="plain")) == "invalid_request"
    assert error(pushed(desk, redirect_uri="https://evil.example/")) == "invalid_request"
    assert error(pushed(desk, request_uri="urn:x")) == "invalid_request"


def test_an_answer_is_given_once(desk: Desk) -> None:
    id = authorize.begin(desk.provider, tuple(desk.asked().items()))
    back = authorize.decline(desk.provider, id)
    assert "error=access_denied" in back
    with pytest.raises(NotFound):
        authorize.find(desk.provider, id)
    with pytest.raises(NotFound):
        authorize.decline(desk.provider, id)


# Clients show who they are

WRONG_ASSERTIONS: list[dict[str, Any]] = [
    {"iss": "other"},
    {"sub": "other"},
    {"aud": "https://evil.example"},
    {"aud": ["http://127.0.0.1:8000", "https://evil.example"]},
    {"aud": None},
    {"exp": None},
    {"exp": 1},
    {"jti": None},
    {"jti": ""},
    {"nbf": 2**40},
    {"iat": 2**40},
    {"header": {"typ": "at+jwt"}},
    {"header": {"typ": "dpop+jwt"}},
    {"header": {"kid": "x"}},
    {"header": {"jku": "http://127.0.0.1:1/"}},
    {"header": {"crit": ["exp"]}},
    {"key": a_key()},
]


@pytest.mark.parametrize("changes", WRONG_ASSERTIONS, ids=lambda each: str(list(each.items()))[:40])
def test_a_wrong_assertion_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    form = {"grant_type": "client_credentials", **desk.credentials(**changes)}
    assert error(desk.post("token", form)) == "invalid_client"


def test_who_has_keys_must_use_them(desk: Desk) -> None:
    for form in (
        {"client_id": "app"},
        {"client_id": "app", "client_secret": "x"},
        {"client_id": "nobody"},
        {"client_id": "../app"},
        {},
        desk.credentials() | {"client_assertion_type": "x"},
        desk.credentials() | {"client_id": "other"},
    ):
        form = {"grant_type": "client_credentials", **form}
        assert error(desk.post("token", form)) == "invalid_client"


def test_an_assertion_counts_once_and_not_for_long(desk: Desk) -> None:
    form = {"grant_type": "client_credentials", **desk.credentials()}
    assert desk.post("token", form).status == 200
    assert error(desk.post("token", form)) == "invalid_client"
    for profile, seconds in (("smart", 300), ("fapi", 60)):
        desk.client(profile=profile)
        far = {"grant_type": "client_credentials"} | desk.credentials(
            exp=desk.clock.seconds + seconds + 10
        )
        assert error(desk.post("token", far)) == "invalid_client"


def test_the_algorithms_of_smart_are_for_clients_that_registered_them(desk: Desk) -> None:
    for kind, form, alg in (("EC", "P-384", "ES384"), ("RSA", 2048, "RS384")):
        key = jose._KINDS[kind].generate_key(form, {"alg": alg}, private=True, auto_kid=True)
        keys = {"keys": [key.as_dict(private=False)]}
        said = desk.credentials(key=key, header={"alg": alg})
        wanted = {"grant_type": "client_credentials", **said}
        desk.client(keys=keys, profile="fapi")
        assert error(desk.post("token", wanted)) == "invalid_client"
        desk.client(keys=keys)
        assert desk.post("token", wanted).status == 200


def test_one_who_fails_too_often_waits(desk: Desk) -> None:
    form = {"grant_type": "client_credentials", "client_id": "app"}
    for _ in range(30):
        assert error(desk.post("token", form)) == "invalid_client"
    reply = desk.post("token", form)
    assert (reply.status, error(reply)) == (429, "slow_down")
    own = {"grant_type": "client_credentials", **desk.credentials()}
    assert desk.post("token", own).status == 200, "others cannot use up the client's own tries"
    desk.clock.pass_seconds(61)
    assert error(desk.post("token", form)) == "invalid_client"
