"""Signing in at a foreign provider: what it does rightly we take, what it does wrongly we refuse.

The provider is npm's oidc-provider; the faults are those that OpenID Connect's conformance suite
lets a provider make towards clients.
"""

import json
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from builders import foreign
from builders.identity import a_key
from builders.records import a_store
from samspill.base import clock
from samspill.base.errors import SamspillError
from samspill.identity.documents import Documents
from samspill.identity.parties import HELSEID_SCOPES, Party
from samspill.identity.relying import Relying, SignedIn
from samspill.identity.state import State

SITE = "http://127.0.0.1:8000"
HPR = "helseid://claims/hpr/hpr_number"
CLAIMS = {"pid": "13116900216", HPR: "9144900"}
KEY = a_key(alg="ES256")

FAULTS = {
    "iss of another": "iss is another provider",
    "iss with a slash": "iss is another provider",
    "no iss": "iss is another provider",
    "aud of another": "aud is not us alone",
    "aud of several": "aud is not us alone",
    "no aud": "aud is not us alone",
    "azp of another": "azp is not us",
    "nonce of another": "nonce is not ours",
    "no nonce": "nonce is not ours",
    "expired": "it has expired",
    "no exp": "exp is missing or not a number",
    "issued in the future": "it was issued in the future",
    "issued long ago": "it was issued too long ago",
    "not valid yet": "it is not valid yet",
    "no sub": "sub is missing or not a text",
    "no acr": "the level of assurance is too low",
    "low acr": "the level of assurance is too low",
    "kid of nobody": "signed by a key that is not known here",
    "RS256 with a key for PS256": "the algorithm is not one that is allowed for the key",
    "a type of its own": "typ is not JWT",
    "another key": "the signature is wrong",
    "a key in the header": "the header brings a key along",
    "alg none": "not a signed token in compact form",
    "HS256 with the public key": "the algorithm is not one that is allowed for the key",
    "a changed signature": "the signature is wrong",
    "no id_token": "not a signed token in compact form",
    "no JSON": "does not answer as it should",
    "metadata of another": "does not answer as it should",
}
"""What the provider does, and what we say of it."""


class Provider:
    """The running provider, and our side of it."""

    def __init__(self, issuer: str, state: State, http: httpx.Client) -> None:
        self.issuer = issuer
        self.state = state
        self.http = http

    def relying(self, scope: str = "openid profile", level: str = "idporten-loa-high") -> Relying:
        """As a process that has just started: nothing is known of the provider yet."""
        party = Party("idporten", "ID", self.issuer, "samspill", KEY, scope, level, dpop=True)
        return Relying((party,), self.state, Documents(self.state.clock, self.http), SITE)

    def be(self, fault: str) -> None:
        httpx.get(f"{self.issuer}/fault/{fault}").raise_for_status()

    def visit(self, relying: Relying, secret: str = "browser", level: str = "") -> dict[str, str]:
        """What the provider sends the browser back with."""
        address = relying.start(relying.parties[0], secret, "/hjem", level)
        with httpx.Client() as browser:
            for _ in range(10):
                if address.startswith(SITE):
                    return dict(parse_qsl(urlsplit(address).query))
                answer = browser.get(address)
                address = str(httpx.URL(address).join(answer.headers["location"]))
        raise AssertionError("the provider led nowhere")

    def sign_in(self, relying: Relying, **changes: str) -> SignedIn:
        back = {**self.visit(relying), **changes}
        return relying.finish({n: v for n, v in back.items() if v}, "browser")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    port = foreign.free_port()
    public = json.dumps(KEY.as_dict(private=False))
    arguments = (str(port), f"{SITE}/logg-inn/svar", public, json.dumps(CLAIMS))
    with (
        foreign.running("provider.js", *arguments),
        a_store(clock.system) as store,
        httpx.Client() as http,
    ):
        yield Provider(f"http://127.0.0.1:{port}", State(store, clock.system), http)


def test_a_person_signs_in_by_par_pkce_dpop_and_private_key_jwt(provider: Provider) -> None:
    provider.be("")
    found = provider.sign_in(provider.relying())
    assert (found.party, found.level, found.wanted) == ("idporten", "idporten-loa-high", "/hjem")
    assert found.claims["pid"] == CLAIMS["pid"]


def test_personnel_sign_in_in_the_words_of_helseid(provider: Provider) -> None:
    provider.be("")
    found = provider.sign_in(provider.relying(HELSEID_SCOPES, "Level4"))
    assert (found.claims[HPR], found.level) == ("9144900", "idporten-loa-high")


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_provider_does_wrongly_is_refused(provider: Provider, fault: str) -> None:
    provider.be(fault)
    with pytest.raises(SamspillError, match=FAULTS[fault]):
        provider.sign_in(provider.relying())


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": ""},
        {"iss": "https://evil.example"},
        {"state": ""},
        {"state": "other"},
        {"code": ""},
        {"code": "other"},
        {"error": "access_denied"},
    ],
    ids=str,
)
def test_an_answer_that_was_changed_on_the_way_is_refused(
    provider: Provider, changes: dict[str, str]
) -> None:
    provider.be("")
    with pytest.raises(SamspillError):
        provider.sign_in(provider.relying(), **changes)


def test_an_answer_counts_once_and_in_one_browser(provider: Provider) -> None:
    provider.be("")
    relying = provider.relying()
    back = provider.visit(relying)
    with pytest.raises(SamspillError):
        relying.finish(back, "another browser")
    back = provider.visit(relying)
    relying.finish(back, "browser")
    with pytest.raises(SamspillError):
        relying.finish(back, "browser")


def test_an_answer_of_one_provider_is_none_of_another(provider: Provider) -> None:
    """Mix-up: a code of the first, brought to us as an answer of the second."""
    provider.be("")
    honest = provider.relying()
    second = Party("helseid", "H", "https://second.example", "samspill", KEY, "openid", "Level4")
    both = Relying(
        (*honest.parties, second), provider.state, Documents(clock.system, provider.http), SITE
    )
    back = provider.visit(both)
    with pytest.raises(SamspillError):
        both.finish(back | {"iss": second.issuer}, "browser")


def listening(asked: list[str]) -> httpx.Client:
    """A client that notes the path of all that it asks for."""
    return httpx.Client(event_hooks={"request": [lambda sent: asked.append(sent.url.path)]})


def test_metadata_is_asked_for_once_a_day_and_keys_not_for_every_unknown_name(
    provider: Provider,
) -> None:
    provider.be("")
    asked: list[str] = []
    keys = f"{provider.issuer}/jwks"
    with listening(asked) as http:
        documents = Documents(clock.system, http)
        for number in range(1_000):
            documents.metadata(provider.issuer)
            documents.keys(keys, f"kid-{number}")
    assert sorted(asked) == ["/.well-known/openid-configuration", "/jwks"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/jwks",
        "file:///etc/passwd",
        "https://user@evil.example/#x",
        "ftp://127.0.0.1/",
        "//127.0.0.1/",
        "",
    ],
)
def test_nothing_is_fetched_from_addresses_that_cannot_be_right(url: str) -> None:
    asked: list[str] = []
    with listening(asked) as http, pytest.raises(SamspillError):
        Documents(clock.system, http).keys(url)
    assert not asked


def test_addresses_hold_nothing_of_the_person(provider: Provider) -> None:
    provider.be("")
    relying = provider.relying()
    address = relying.start(relying.parties[0], "browser", "/helse?sok=diabetes")
    assert set(dict(parse_qsl(urlsplit(address).query))) == {"client_id", "request_uri"}
    assert CLAIMS["pid"] not in urlencode(provider.visit(relying))
