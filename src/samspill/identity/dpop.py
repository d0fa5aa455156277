"""DPoP: the proof, made for each request, that the caller holds the key its token is bound to.

Exact and not merely strict: addresses are compared as RFC 3986 says, without query and fragment;
claims that are not known are ignored; a nonce is not asked for.
https://www.rfc-editor.org/rfc/rfc9449#section-4.3
"""

import base64
import hashlib
from concurrent.futures import Future
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from samspill.base.errors import Busy
from samspill.identity import jose
from samspill.identity.jose import Refused
from samspill.identity.state import State, hashed

OLDEST_SECONDS = 60
"""Age up to which a proof is taken."""
AHEAD_SECONDS = 15
"""How far the clock of the caller may be ahead of ours."""
LONGEST_JTI = 256
KIND = "proof"
MOST_KEPT = 500_000
"""Proofs of one process within a minute, each some 150 bytes in the record; more are refused."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that is right, but for that it may have been used before."""

    thumbprint: str
    """Of the key, as `cnf.jkt` names it. https://www.rfc-editor.org/rfc/rfc7638"""
    jti: str
    made_at: float


def check(written: str, method: str, url: str, now: float, token: str = "") -> Proof:
    """The proof of a request with or without an access token. Raises `Refused`."""
    head = jose.header(written)
    if head.get("typ") != "dpop+jwt":
        raise Refused("the proof's typ is not dpop+jwt")
    given = head.get("jwk")
    if not isinstance(given, dict):
        raise Refused("the proof has no key")
    key = jose.public_key(given)
    claims = jose.verified(written, head, key, jose.ALGORITHMS)
    jti = jose.text(claims, "jti")
    if len(jti) > LONGEST_JTI:
        raise Refused("the proof's jti is too long")
    if jose.text(claims, "htm") != method:
        raise Refused("the proof is for another method")
    if not is_same_address(jose.text(claims, "htu"), url):
        raise Refused("the proof is for another address")
    made_at = jose.seconds(claims, "iat")
    if not now - OLDEST_SECONDS <= made_at <= now + AHEAD_SECONDS:
        raise Refused("the proof is too old or from the future")
    if token and jose.text(claims, "ath") != fingerprint(token):
        raise Refused("the proof is for another token")
    return Proof(key.thumbprint(), jti, made_at)


class Replays:
    """The proofs that were used: each is taken once, in whichever process it comes first."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._counted_from = 0.0
        self._count = 0

    def claim(self, proof: Proof) -> "Future[bool]":
        """Whether the proof is used for the first time, once that is durable. Raises `Busy`."""
        now = self._state.now
        if not 0 <= now - self._counted_from < OLDEST_SECONDS:
            self._counted_from, self._count = now, 0
        self._count += 1
        if self._count > MOST_KEPT:
            raise Busy("Too many proofs to remember", "For mange bevis å huske")
        name = hashed(f"{proof.thumbprint} {proof.jti}")[:43]
        lives = proof.made_at - now + OLDEST_SECONDS + 1
        return self._state.submit(lambda changes: changes.claim(KIND, name, lives))


def fingerprint(token: str) -> str:
    """`ath`: SHA-256 of the token in base64url."""
    digest = hashlib.sha256(token.encode("ascii", "replace")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def is_same_address(given: str, ours: str) -> bool:
    """Whether two addresses are the same, apart from query and fragment.

    >>> is_same_address("HTTPS://Example.org:443/fhir?x=1", "https://example.org/fhir")
    True
    """
    return _normal(given) is not None and _normal(given) == _normal(ours)


def _normal(url: str) -> tuple[str, str, int | None, str] | None:
    """Scheme, host, port and path in normal form. https://www.rfc-editor.org/rfc/rfc3986#section-6"""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if not host or parts.username is not None or any(letter <= " " for letter in url):
        return None
    path = unquote(_without_dots(parts.path)) or "/"
    return scheme, host, port or _PORTS.get(scheme), path


def _without_dots(path: str) -> str:
    """https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4"""
    done: list[str] = []
    parts = path.split("/")
    for part in parts:
        if part == "..":
            if len(done) > 1:
                done.pop()
        elif part != ".":
            done.append(part)
    if parts[-1] in (".", ".."):
        done.append("")
    return "/".join(done)
