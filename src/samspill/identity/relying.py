"""Signing in at an identity provider: we ask by a pushed request, and check all that comes back.

Authorization code with PKCE, private_key_jwt, DPoP where the provider wants it; state, nonce,
issuer and level are checked, and the answer only counts in the browser that asked.
https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation ·
https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.3.3
"""

import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc.jwk import ECKey
from msgspec import Struct

from samspill.base import json
from samspill.base.errors import Forbidden, SamspillError, Unavailable
from samspill.identity import jose
from samspill.identity.clients import ASSERTION_TYPE, is_address
from samspill.identity.documents import Documents
from samspill.identity.dpop import fingerprint
from samspill.identity.jose import Key, Refused
from samspill.identity.parties import Party
from samspill.identity.state import State, hashed

KIND = "signing-in"
SECONDS = 15 * 60
ASSERTION_SECONDS = 30
LONGEST_ID_TOKEN_SECONDS = 3600
LEVELS: Mapping[str, int] = {
    "idporten-loa-substantial": 3,
    "idporten-loa-high": 4,
    "Level3": 3,
    "Level4": 4,
}
_LARGEST = 64 * 1024


class SignedIn(Struct, frozen=True):
    """Someone whom a provider has told us of."""

    party: str
    claims: dict[str, Any]
    at: float
    level: str
    wanted: str
    """The page that was asked for."""


class Relying:
    """Our side of the sign-in; one for each process."""

    def __init__(
        self, parties: tuple[Party, ...], state: State, documents: Documents, base_url: str
    ) -> None:
        self.parties = parties
        self._state = state
        self._documents = documents
        self._callback = f"{base_url}/logg-inn/svar"

    def party(self, name: str) -> Party | None:
        """A provider by its name; the only one, if there is one."""
        if len(self.parties) == 1:
            return self.parties[0]
        return next((each for each in self.parties if each.name == name), None)

    def start(self, party: Party, secret: str, wanted: str, level: str = "") -> str:
        """The address at the provider to send the browser to. Raises `Unavailable`.

        `secret` is one that only this browser has.
        """
        metadata = self._metadata(party)
        state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        verifier = secrets.token_urlsafe(48)
        kept = {
            "party": party.name,
            "nonce": nonce,
            "verifier": verifier,
            "wanted": wanted,
            "browser": hashed(secret),
            "level": level or party.level,
        }
        self._state.keep(KIND, hashed(state), kept, SECONDS)
        answer = self._post(
            party,
            str(metadata.get("pushed_authorization_request_endpoint")),
            {
                "response_type": "code",
                "redirect_uri": self._callback,
                "scope": party.scope,
                "state": state,
                "nonce": nonce,
                "code_challenge": fingerprint(verifier),
                "code_challenge_method": "S256",
                "acr_values": level or party.level,
            },
        )
        asked = {"client_id": party.client, "request_uri": str(answer.get("request_uri", ""))}
        return f"{metadata['authorization_endpoint']}?{urlencode(asked)}"

    def finish(self, given: Mapping[str, str], secret: str) -> SignedIn:
        """Who has signed in, by what the provider sent the browser back with.

        Raises `Forbidden` when anything is not as it should be.
        """
        kept = self._state.take(KIND, hashed(given.get("state", "")))
        if kept is None or kept["browser"] != hashed(secret):
            raise _failed("the answer is too old or for another browser")
        party = self.party(kept["party"])
        if party is None:
            raise _failed("the provider is not configured any more")
        metadata = self._metadata(party)
        must_name = metadata.get("authorization_response_iss_parameter_supported") is True
        if given.get("iss", "" if must_name else party.issuer) != party.issuer:
            raise _failed("the answer is from another provider")
        if "error" in given or not given.get("code"):
            raise _failed("the provider refused")
        answer = self._post(
            party,
            str(metadata.get("token_endpoint")),
            {
                "grant_type": "authorization_code",
                "code": given["code"],
                "redirect_uri": self._callback,
                "code_verifier": kept["verifier"],
            },
            dpop=party.dpop,
        )
        token = str(answer.get("id_token", ""))
        try:
            claims = self.check(party, metadata, token, kept["nonce"], kept["level"])
        except Refused as why:
            raise _failed(f"the ID token is not valid: {why}") from None
        at = float(claims.get("auth_time") or claims["iat"])
        return SignedIn(party.name, claims, at, str(claims["acr"]), kept["wanted"])

    def check(
        self, party: Party, metadata: Mapping[str, Any], token: str, nonce: str, level: str
    ) -> jose.Claims:
        """The claims of an ID token. Raises `Refused`."""
        claims = self._signed(party, metadata, token, "JWT")
        if not nonce or claims.get("nonce") != nonce:
            raise Refused("nonce is not ours")
        jose.check_times(claims, self._state.now, longest=24 * 3600)
        if jose.seconds(claims, "iat") < self._state.now - LONGEST_ID_TOKEN_SECONDS:
            raise Refused("it was issued too long ago")
        jose.text(claims, "sub")
        acr = claims.get("acr")
        reached = LEVELS.get(str(acr if acr in LEVELS else _helseid_level(claims)), 0)
        if reached < LEVELS.get(level, 4):
            raise Refused("the level of assurance is too low")
        return claims | {"acr": "idporten-loa-high" if reached == 4 else "idporten-loa-substantial"}

    def signed_out(self, token: str) -> tuple[str, str, str]:
        """Party, `sid` and `sub` of a back-channel logout token; raises `Refused`.

        https://openid.net/specs/openid-connect-backchannel-1_0.html#Validation
        """
        issuer = jose.unverified(token).get("iss")
        party = next((each for each in self.parties if each.issuer == issuer), None)
        if party is None:
            raise Refused("the issuer is not known")
        type = "logout+jwt" if jose.header(token).get("typ") == "logout+jwt" else "JWT"
        claims = self._signed(party, self._metadata(party), token, type)
        events = claims.get("events")
        if "nonce" in claims or not isinstance(events, dict) or LOGOUT_EVENT not in events:
            raise Refused("it is no logout token")
        jose.check_times(
            claims | {"exp": claims.get("exp", self._state.now + 60)},
            self._state.now,
            longest=600,
        )
        if jose.seconds(claims, "iat") < self._state.now - 600:
            raise Refused("it was issued too long ago")
        name = hashed(f"logout {jose.text(claims, 'jti')}")
        if not self._state.change(lambda changes: changes.claim("proof", name, 1200)):
            raise Refused("it was used before")
        sid, sub = str(claims.get("sid", "")), str(claims.get("sub", ""))
        if not sid and not sub:
            raise Refused("it names nobody")
        return party.name, sid, sub

    def sign_out_address(self, name: str) -> str:
        """Where one signs out at a provider; "" if there is no such page, or it is out of reach."""
        party = self.party(name)
        if party is None or party.name == "demo":
            return ""
        try:
            ends = self._metadata(party).get("end_session_endpoint")
        except SamspillError:
            return ""
        # Without id_token_hint: an ID token in an address would leave a person's number in logs.
        return f"{ends}?{urlencode({'client_id': party.client})}" if ends else ""

    def _signed(
        self, party: Party, metadata: Mapping[str, Any], token: str, type: str
    ) -> jose.Claims:
        """Claims signed by the provider for us."""
        kid = jose.header(token).get("kid")
        keys = self._documents.keys(str(metadata.get("jwks_uri")), kid)
        claims = jose.read(token, [type], keys, jose.PROVIDER_ALGORITHMS).claims
        if claims.get("iss") != party.issuer:
            raise Refused("iss is another provider")
        aud = claims.get("aud")
        if aud not in (party.client, [party.client]):
            raise Refused("aud is not us alone")
        if claims.get("azp", party.client) != party.client:
            raise Refused("azp is not us")
        return claims

    def _metadata(self, party: Party) -> Mapping[str, Any]:
        """The provider's own description; it must be of the issuer that was asked."""
        found = self._documents.metadata(party.issuer)
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != party.issuer or not all(
            is_address(str(found.get(name, ""))) for name in needed
        ):
            raise _unavailable()
        return found

    def _post(
        self, party: Party, url: str, form: Mapping[str, str], *, dpop: bool = False
    ) -> Mapping[str, Any]:
        """Sends a form as the registered client; the JSON that comes back."""
        key = ECKey.generate_key("P-256", private=True)
        nonce = ""
        for _ in range(2):
            headers = {"accept": "application/json"}
            if dpop:
                headers["dpop"] = _proof(key, url, nonce, self._state.now)
            said = dict(form) | self._credentials(party)
            try:
                answer = self._documents.http.post(url, data=said, headers=headers)
                body = json.parse(answer.content[:_LARGEST])
            except (httpx.HTTPError, SamspillError, ValueError):
                raise _unavailable() from None
            nonce = answer.headers.get("dpop-nonce", "")
            if answer.is_success and isinstance(body, dict):
                return body
            if not (dpop and nonce and isinstance(body, dict)):
                break
        raise _failed("the provider refused")

    def _credentials(self, party: Party) -> dict[str, str]:
        """https://www.rfc-editor.org/rfc/rfc7523#section-2.2"""
        now = int(self._state.now)
        claims = {
            "iss": party.client,
            "sub": party.client,
            "aud": party.issuer,
            "jti": secrets.token_urlsafe(24),
            "iat": now,
            "nbf": now,
            "exp": now + ASSERTION_SECONDS,
        }
        assertion = jose.sign("client-authentication+jwt", claims, party.key)
        return {
            "client_id": party.client,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }


def _proof(key: Key, url: str, nonce: str, now: float) -> str:
    claims: jose.Claims = {
        "jti": secrets.token_urlsafe(24),
        "htm": "POST",
        "htu": url,
        "iat": int(now),
    }
    if nonce:
        claims["nonce"] = nonce
    return jose.sign("dpop+jwt", claims, key, jwk=key.as_dict(private=False))


def _helseid_level(claims: Mapping[str, Any]) -> str:
    """HelseID says it in claims of its own: of the sign-in, and of the identity behind it."""
    level = claims.get("helseid://claims/identity/security_level")
    is_sure = claims.get("helseid://claims/identity/assurance_level", "high") == "high"
    return f"Level{level}" if level and is_sure else ""


def _failed(why: str) -> Forbidden:
    return Forbidden(
        f"The sign-in did not succeed: {why}",
        "Innloggingen lyktes ikke. Begynn på nytt.",
        where="sign-in",
    )


def _unavailable() -> Unavailable:
    return Unavailable(
        "The identity provider does not answer as it should",
        "Innloggingstjenesten svarer ikke som den skal",
    )


LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
