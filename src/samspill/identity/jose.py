"""Signed tokens under one policy: few algorithms, one for each key, and no key out of a header.

The cryptography is joserfc's. What may be used is FAPI 2.0's list, with the two that SMART demands
for keys that a client has registered for them.
https://www.rfc-editor.org/rfc/rfc8725 · https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.4
"""

import base64
import binascii
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from samspill.base import json
from samspill.base.errors import SamspillError

Key: TypeAlias = ECKey | RSAKey | OKPKey
Claims: TypeAlias = dict[str, Any]

ALGORITHMS = ("ES256", "PS256", "EdDSA")
"""What anyone may sign with."""
PROVIDER_ALGORITHMS = (*ALGORITHMS, "RS256")
"""What ID-porten and HelseID may sign with: RS256 is what OpenID Connect prescribes, and is taken
only from a key of theirs that says so."""
SMART_ALGORITHMS = ("ES384", "RS384")
"""What a client may also sign its assertions with, when its registered key says so: SMART demands
that servers know them. https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html"""
LONGEST = 16 * 1024
"""Characters of a token."""
LEEWAY = 5
"""Seconds that the clocks of two machines may differ."""

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_FORBIDDEN = frozenset({"crit", "b64", "zip", "enc", "jku", "x5u", "x5c"})
"""Headers that would change how a token is read, or bring a key along."""
_LEAST_RSA_BITS, _MOST_RSA_BITS = 2048, 8192


class Refused(Exception):
    """A token that is not what it should be. The text is for developers and holds nothing of it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A token whose signature was right."""

    header: Mapping[str, Any]
    claims: Claims


class _Registry(JWSRegistry):
    """Knows the algorithms that it is given, and long headers: an RSA key fits into a proof's."""

    max_header_length = 4096

    def get_alg(self, name: str) -> Any:
        # joserfc's own would warn of the name "EdDSA", which FAPI 2.0 still prescribes.
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError(f"{name} is not allowed")
        return self.algorithms[name]


def header(token: str) -> Mapping[str, Any]:
    """The header of a token, not yet believed. Raises `Refused`."""
    if len(token) > LONGEST or not _COMPACT.fullmatch(token):
        raise Refused("not a signed token in compact form")
    found = _object(token.split(".")[0], "header")
    if unwanted := _FORBIDDEN & found.keys():
        raise Refused(f"the header has {', '.join(sorted(unwanted))}")
    return found


def read(
    token: str, types: Collection[str], keys: Iterable[Key], algorithms: Collection[str]
) -> Signed:
    """A token of one of the types, signed by the key that its `kid` names. Raises `Refused`.

    >>> read(token, ["at+jwt"], keyring, ALGORITHMS).claims["sub"]
    """
    head = header(token)
    if "jwk" in head:
        raise Refused("the header brings a key along")
    if not any(_is_type(head.get("typ"), type) for type in types):
        raise Refused(f"the header's typ is not {' or '.join(types)}")
    name = head.get("kid")
    fitting = [key for key in keys if name is None or key.kid == name]
    if not fitting or (name is None and len(fitting) > 1):
        raise Refused("signed by a key that is not known here")
    return Signed(head, verified(token, head, fitting[0], algorithms))


def verified(token: str, head: Mapping[str, Any], key: Key, algorithms: Collection[str]) -> Claims:
    """The claims of a token, signed by this key with the key's own algorithm. Raises `Refused`."""
    expected = algorithm(key)
    if head.get("alg") != expected or expected not in algorithms:
        raise Refused("the algorithm is not one that is allowed for the key")
    registry = _Registry(algorithms=[expected], strict_check_header=False)
    try:
        jws.deserialize_compact(token, key, registry=registry)
    except (JoseError, ValueError, TypeError):
        raise Refused("the signature is wrong") from None
    return dict(_object(token.split(".")[1], "claims"))


def unverified(token: str) -> Claims:
    """The claims of a token that nobody has checked: to learn whose keys to check it with."""
    header(token)
    return dict(_object(token.split(".")[1], "claims"))


def sign(type: str, claims: Claims, key: Key, **more: Any) -> str:
    """A token of a type, signed with a private key; `more` goes into the header."""
    name = algorithm(key)
    head = {"typ": type, "alg": name, **({"kid": key.kid} if key.kid else {}), **more}
    registry = _Registry(algorithms=[name], strict_check_header=False)
    return jws.serialize_compact(head, json.format(claims), key, registry=registry)


def algorithm(key: Key) -> str:
    """The one algorithm of a key: by its `alg` if it has one, else by its kind."""
    named, usual = key.get("alg"), _USUAL.get((key.key_type, str(key.get("crv") or "")))
    return str(named or usual or "none")


def public_key(written: Mapping[str, Any]) -> Key:
    """A key as a client or a proof gives it. Raises `Refused` for a private, weak or odd one."""
    kind = _KINDS.get(str(written.get("kty")))
    if kind is None or _PRIVATE & written.keys() or written.get("use", "sig") != "sig":
        raise Refused("the key is not a public key for signatures of a kind that is allowed")
    if kind is RSAKey and not _is_strong(written):
        raise Refused("an RSA key needs 2048 bits or more and the exponent 65537")
    try:
        key = kind.import_key(dict(written))
        # Looks at the numbers: a point that is not on the curve is found here.
        key.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (JoseError, ValueError, TypeError, KeyError):
        raise Refused("the key is not well-formed") from None
    if algorithm(key) not in _FITTING.get((key.key_type, str(key.get("crv") or "")), ()):
        raise Refused("the key's alg or crv is not allowed")
    return key


def key_set(written: object) -> tuple[Key, ...]:
    """The keys of a JWK set that can be used; others are left out, as RFC 7517 says."""
    listed = written.get("keys") if isinstance(written, Mapping) else None
    found: list[Key] = []
    for each in listed if isinstance(listed, list) else ():
        try:
            found.append(public_key(each if isinstance(each, Mapping) else {}))
        except Refused:
            continue
    return tuple(found)


def text(claims: Mapping[str, Any], name: str) -> str:
    """A claim that must be a text with something in it. Raises `Refused`."""
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(f"{name} is missing or not a text")
    return value


def seconds(claims: Mapping[str, Any], name: str) -> float:
    """A claim that must be a time in seconds since 1970. Raises `Refused`."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused(f"{name} is missing or not a number")
    number = float(value)
    if not 0 <= number < 1e11:
        raise Refused(f"{name} is not a time")
    return number


def check_times(claims: Mapping[str, Any], now: float, *, longest: float) -> None:
    """Refuses what has ended, has not begun, or lives longer than it may."""
    ends = seconds(claims, "exp")
    if ends <= now - LEEWAY:
        raise Refused("it has expired")
    if ends > now + longest + LEEWAY:
        raise Refused("it expires too far ahead")
    if "nbf" in claims and seconds(claims, "nbf") > now + LEEWAY:
        raise Refused("it is not valid yet")
    if "iat" in claims and seconds(claims, "iat") > now + LEEWAY:
        raise Refused("it was issued in the future")


def _is_strong(written: Mapping[str, Any]) -> bool:
    """Whether the numbers of an RSA key are as large as they should be, before it is opened."""
    modulus, exponent = written.get("n"), written.get("e")
    if not isinstance(modulus, str) or exponent != "AQAB":
        return False
    try:
        bits = int.from_bytes(_decoded(modulus), "big").bit_length()
    except (ValueError, binascii.Error):
        return False
    return _LEAST_RSA_BITS <= bits <= _MOST_RSA_BITS


def _is_type(given: object, wanted: str) -> bool:
    """Media types are compared without regard to case, with or without "application/"."""
    if given is None:
        return wanted == "JWT"
    return isinstance(given, str) and given.lower().removeprefix("application/") == wanted.lower()


def _object(part: str, what: str) -> Mapping[str, Any]:
    try:
        found = json.parse(_decoded(part))
    except (SamspillError, ValueError, binascii.Error):
        raise Refused(f"the {what} is not JSON") from None
    if not isinstance(found, dict):
        raise Refused(f"the {what} is not an object")
    return found


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


_KINDS: Mapping[str, type[ECKey] | type[RSAKey] | type[OKPKey]] = {
    "EC": ECKey,
    "RSA": RSAKey,
    "OKP": OKPKey,
}
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_USUAL = {
    ("EC", "P-256"): "ES256",
    ("EC", "P-384"): "ES384",
    ("RSA", ""): "PS256",
    ("OKP", "Ed25519"): "EdDSA",
}
_FITTING = {
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("RSA", ""): ("PS256", "RS384", "RS256"),
    ("OKP", "Ed25519"): ("EdDSA",),
}
