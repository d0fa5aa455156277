"""Access tokens: issued for a grant, and verified for each request to the FHIR base.

A token is a JWT of type at+jwt for one audience. A verified one is remembered by its hash until it
ends; that its grant was revoked is seen within a second. https://www.rfc-editor.org/rfc/rfc9068
"""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Protocol

from msgspec import Struct

from samspill.access.actor import Actor, Attestation
from samspill.base.errors import InvalidRequest, LoginRequired
from samspill.base.ids import Ids
from samspill.identity import dpop, grants, jose
from samspill.identity.dpop import Replays
from samspill.identity.grants import Grant
from samspill.identity.jose import Refused
from samspill.identity.keys import Keyring
from samspill.identity.state import State

TYPE = "at+jwt"
MOST_REMEMBERED = 10_000
_REVOKED_SECONDS = 1.0
"""How old what we know of revoked grants may be."""


class Headers(Protocol):
    """Values of a request's headers by lower-case name."""

    def get(self, name: str) -> str | None: ...


class InvalidToken(LoginRequired):
    """The token, or the proof beside it, is not good; `challenge` says how, to the client."""

    def __init__(self, challenge: str, why: str = "") -> None:
        super().__init__(
            f"The access token is not valid: {why}" if why else "An access token is needed",
            "Tilgangstokenet er ikke gyldig" if why else "Et tilgangstoken er nødvendig",
            where="Authorization",
        )
        self.challenge = challenge


class Caller(Struct, frozen=True):
    """What a good token says: who acts, and within which bounds."""

    actor: Actor
    scopes: tuple[str, ...]
    until: float
    patient: str = ""
    on_behalf_of: str = ""
    purpose: str = ""
    attestation: Attestation | None = None


class _Remembered(Struct, frozen=True):
    caller: Caller
    grant: str
    jkt: str


@dataclass(frozen=True, slots=True)
class Presented:
    """A caller whose token is good. With a proof, `claim` must come out true: see `replayed`."""

    caller: Caller
    claim: "Future[bool] | None" = None


@dataclass(frozen=True, slots=True)
class Issuer:
    """What tokens are made with."""

    name: str
    """`iss`: the base URL of this installation."""
    audience: str
    """`aud`: the FHIR base."""
    keys: Keyring
    ids: Ids
    lives_seconds: int

    def issue(self, grant: Grant, scopes: Sequence[str], now: float) -> tuple[str, int]:
        """A token for some or all scopes of a grant, and the seconds that it lives."""
        ends = min(now + self.lives_seconds, grant.until)
        claims: jose.Claims = {
            "iss": self.name,
            "sub": grant.subject,
            "aud": self.audience,
            "client_id": grant.client,
            "scope": " ".join(scopes),
            "jti": self.ids(),
            "iat": int(now),
            "exp": int(ends),
            "grant": grant.id,
        }
        if grant.at:
            claims |= {"auth_time": int(grant.at), "acr": grant.level}
        if grant.jkt:
            claims["cnf"] = {"jkt": grant.jkt}
        return jose.sign(TYPE, claims, self.keys.signing()), int(ends) - int(now)


class Verifier:
    """Checks what requests bring along. One for each process; used on the event loop."""

    def __init__(self, issuer: Issuer, state: State, replays: Replays) -> None:
        self._issuer = issuer
        self._state = state
        self._replays = replays
        self._remembered: dict[bytes, _Remembered] = {}
        self._revoked: frozenset[str] = frozenset()
        self._looked_at = float("-inf")

    def verify(self, headers: Headers, method: str, url: str) -> Presented:
        """Who calls, by the token in `Authorization`. `url` is the address as clients write it.

        Raises `InvalidToken`, or `InvalidRequest` for headers that contradict each other.
        """
        scheme, _, token = (headers.get("authorization") or "").partition(" ")
        token, scheme = token.strip(" "), scheme.lower()
        if scheme not in ("bearer", "dpop") or not token:
            raise InvalidToken(CHALLENGE)
        try:
            known = self._known(token)
        except Refused as why:
            raise InvalidToken(_challenge(scheme, "invalid_token", str(why)), str(why)) from None
        if not known.jkt and scheme == "bearer":
            return Presented(known.caller)
        if not known.jkt or scheme == "bearer":
            fault = "it is bound to a key" if known.jkt else "it is not bound to a key"
            raise InvalidToken(_challenge("dpop", "invalid_token", fault), fault)
        return self._proven(known, token, headers.get("dpop") or "", method, url)

    def introspect(self, token: str) -> tuple[Grant, jose.Claims]:
        """What a token of ours says. Raises `Refused` when it is not good any more."""
        claims = self._claims(token)
        grant = grants.find(self._state, str(claims.get("grant")))
        if grant is None:
            raise Refused("what it was issued for has been revoked")
        return grant, claims

    def forget(self, grant: str) -> None:
        """Notes at once in this process that a grant was revoked."""
        self._revoked |= {grant}

    def _proven(
        self, known: _Remembered, token: str, proof: str, method: str, url: str
    ) -> Presented:
        if not proof:
            raise _wrong_proof("the DPoP proof is missing")
        try:
            checked = dpop.check(proof, method, url, self._state.now, token)
        except Refused as why:
            raise _wrong_proof(str(why)) from None
        if checked.thumbprint != known.jkt:
            raise _wrong_proof("the proof is by another key", "invalid_token")
        return Presented(known.caller, self._replays.claim(checked))

    def _known(self, token: str) -> _Remembered:
        """The token as remembered, or checked now."""
        name = hashlib.sha256(token.encode("utf-8", "replace")).digest()
        now = self._state.now
        found = self._remembered.get(name) or self._checked(name, token)
        if found.caller.until <= now:
            del self._remembered[name]
            raise Refused("it has expired")
        if not 0 <= now - self._looked_at <= _REVOKED_SECONDS:
            self._revoked = frozenset(self._state.all(grants.REVOKED))
            self._looked_at = now
        if found.grant in self._revoked:
            raise Refused("it has been revoked")
        return found

    def _checked(self, name: bytes, token: str) -> _Remembered:
        grant, claims = self.introspect(token)
        caller = Caller(
            actor=replace(grant.actor, client=grant.client),
            scopes=tuple(str(claims["scope"]).split()),
            until=jose.seconds(claims, "exp"),
            patient=grant.patient,
            on_behalf_of=grant.on_behalf_of,
            purpose=grant.purpose,
            attestation=grant.attestation,
        )
        confirmed = claims.get("cnf")
        jkt = str(confirmed.get("jkt", "")) if isinstance(confirmed, Mapping) else ""
        found = _Remembered(caller, grant.id, jkt)
        if len(self._remembered) >= MOST_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]
        self._remembered[name] = found
        return found

    def _claims(self, token: str) -> jose.Claims:
        """The claims of an access token that is for us and in time."""
        head = jose.header(token)
        keys = self._issuer.keys.verifying(head.get("kid"))
        if "kid" not in head:
            raise Refused("the header names no key")
        claims = jose.read(token, [TYPE], keys, jose.ALGORITHMS).claims
        if claims.get("iss") != self._issuer.name:
            raise Refused("it is from another issuer")
        if claims.get("aud") != self._issuer.audience:
            raise Refused("it is for another audience")
        for needed in ("sub", "client_id", "jti", "grant"):
            jose.text(claims, needed)
        if not isinstance(claims.get("scope"), str):
            raise Refused("it has no scope")
        jose.seconds(claims, "iat")
        jose.check_times(claims, self._state.now, longest=self._issuer.lives_seconds)
        return claims


def bring_nothing(headers: Headers) -> bool:
    """Whether a request has neither token nor proof."""
    return not headers.get("authorization") and not headers.get("dpop")


def replayed() -> InvalidToken:
    """For a proof that was used before."""
    return _wrong_proof("the proof was used before")


def both_ways() -> InvalidRequest:
    return InvalidRequest(
        "A token is sent in one way only: in Authorization",
        "Et token sendes bare på én måte: i Authorization",
        where="access_token",
    )


def insufficient(scope: str) -> InvalidToken:
    """For a token that lacks a scope."""
    why = f"the scope {scope} is needed"
    return InvalidToken(_challenge("bearer", "insufficient_scope", why), why)


def _wrong_proof(why: str, error: str = "invalid_dpop_proof") -> InvalidToken:
    return InvalidToken(_challenge("dpop", error, why), why)


def _challenge(scheme: str, error: str, why: str) -> str:
    """https://www.rfc-editor.org/rfc/rfc6750#section-3 · rfc9449#section-7.1"""
    said = f'error="{error}", error_description="{why}"'
    if scheme == "bearer":
        return f'Bearer realm="{REALM}", {said}'
    return f'DPoP realm="{REALM}", {said}, algs="{" ".join(jose.ALGORITHMS)}"'


REALM = "samspill"
CHALLENGE = f'Bearer realm="{REALM}", DPoP algs="{" ".join(jose.ALGORITHMS)}"'
"""Without an error: nothing was presented. RFC 6750 wants it so."""
