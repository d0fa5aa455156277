"""The ID token: who has signed in, for the application that asked.

Our own pages are told what ID-porten and HelseID would tell them, in the same words; other
applications learn the reference of the person and, if they may, the name.
https://openid.net/specs/openid-connect-core-1_0.html#IDToken
"""

from typing import Any

from samspill.identity import jose, persons
from samspill.identity.grants import Grant
from samspill.identity.parties import PAGES
from samspill.identity.provider import Provider
from samspill.identity.state import hashed

SECONDS = 120


def issue(provider: Provider, grant: Grant) -> str:
    now = int(provider.now)
    claims: jose.Claims = {
        "iss": provider.issuer,
        "sub": grant.subject,
        "aud": grant.client,
        "iat": now,
        "exp": now + SECONDS,
        "auth_time": int(grant.at),
        "acr": grant.level,
        "sid": session_name(grant),
        **person(provider, grant),
    }
    if grant.nonce:
        claims["nonce"] = grant.nonce
    return jose.sign("JWT", claims, provider.keys.signing())


def person(provider: Provider, grant: Grant) -> dict[str, Any]:
    """What the application may know of the person."""
    said: dict[str, Any] = {}
    if "fhirUser" in grant.scopes:
        said["fhirUser"] = f"{provider.fhir}/{grant.actor.reference}"
    if "profile" in grant.scopes:
        said["name"] = grant.actor.name
    if grant.client == PAGES:
        said |= persons.claims(provider.platform, grant.actor.reference)
    return said


def session_name(grant: Grant) -> str:
    """`sid`: names the sign-in to the application, and cannot be used as it."""
    return hashed(f"{grant.session or grant.id} {grant.client}")[:32]
