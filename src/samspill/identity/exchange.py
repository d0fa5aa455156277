"""The token endpoint: codes, refresh tokens and client credentials into access tokens.

A code is taken once; one that comes a second time ends all that came of it. So does a refresh token
that was used. https://www.rfc-editor.org/rfc/rfc9700#section-4.14 ·
https://hl7.org/fhir/smart-app-launch/backend-services.html
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from samspill.access.actor import Actor, Kind
from samspill.identity import attest, authorize, grants, idtoken, scopes, sessions
from samspill.identity.clients import Client
from samspill.identity.faults import OAuthFault
from samspill.identity.grants import Grant
from samspill.identity.provider import Provider, new_secret
from samspill.identity.state import Changes, hashed

REFRESH = "refresh"
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")

Form = Mapping[str, str]
Answer = dict[str, Any]


def exchange(provider: Provider, client: Client, form: Form, jkt: str) -> Answer:
    """The answer of the token endpoint to a client that is known. Raises `OAuthFault`."""
    if client.is_strict and not jkt:
        raise OAuthFault("invalid_dpop_proof", "this client must use DPoP")
    match form.get("grant_type"):
        case "authorization_code":
            return _by_code(provider, client, form, jkt)
        case "refresh_token":
            return _by_refresh_token(provider, client, form, jkt)
        case "client_credentials":
            return _by_credentials(provider, client, form, jkt)
        case _:
            raise OAuthFault("unsupported_grant_type", "this grant_type is not offered")


def _by_code(provider: Provider, client: Client, form: Form, jkt: str) -> Answer:
    kept = provider.state.change(
        lambda changes: _take_code(provider, changes, hashed(form.get("code", "")))
    )
    if isinstance(kept, str):
        provider.verifier.forget(kept)
        raise OAuthFault("invalid_grant", "the code was used before")
    if kept is None:
        raise OAuthFault("invalid_grant", "the code is not known or too old")
    grant = msgspec.convert(kept["grant"], Grant, strict=False)
    if grant.client != client.id or form.get("redirect_uri") != kept["redirect"]:
        raise OAuthFault("invalid_grant", "the code was issued for another client or redirect_uri")
    if not _is_verifier(form.get("code_verifier", ""), kept["challenge"]):
        raise OAuthFault("invalid_grant", "code_verifier does not fit")
    if grant.jkt and grant.jkt != jkt:
        raise OAuthFault("invalid_dpop_proof", "the code is bound to another key")
    grant = replace(grant, jkt=jkt)
    grant = attest.applied(provider, grant, form)
    answer = _tokens(provider, grant, grant.scopes)
    refresh = new_secret() if {"offline_access", "online_access"} & set(grant.scopes) else ""

    def keep(changes: Changes) -> bool:
        if grant.session and changes.find(sessions.KIND, grant.session) is None:
            return False
        grants.keep(changes, grant)
        if refresh:
            _keep_refresh(changes, refresh, grant)
        return True

    if not provider.state.change(keep):
        raise OAuthFault("invalid_grant", "the person has signed out")
    if refresh:
        answer["refresh_token"] = refresh
    if "openid" in grant.scopes:
        answer["id_token"] = idtoken.issue(provider, grant)
    return answer | _context(provider, grant)


def _by_refresh_token(provider: Provider, client: Client, form: Form, jkt: str) -> Answer:
    name, fresh = hashed(form.get("refresh_token", "")), new_secret()

    def turn(changes: Changes) -> Grant | str | None:
        """The grant; its id when the token was used before, and so must have been stolen."""
        kept = changes.find(REFRESH, name)
        if kept is None or kept["client"] != client.id:
            return None
        grant = grants.find(changes, kept["grant"])
        if grant is None:
            return None
        if kept["used"]:
            grants.revoke(changes, [grant.id], provider.tokens.lives_seconds)
            return grant.id
        if grant.jkt and (not jkt or (client.is_public and jkt != grant.jkt)):
            return None
        changes.keep(REFRESH, name, kept | {"used": True}, grant.until - changes.now / 1e6)
        _keep_refresh(changes, fresh, grant)
        return grant

    found = provider.state.change(turn)
    if isinstance(found, str):
        provider.verifier.forget(found)
        raise OAuthFault("invalid_grant", "the refresh token was used before")
    if found is None:
        raise OAuthFault("invalid_grant", "the refresh token is not known, or for another key")
    asked = scopes.split(form["scope"]) if "scope" in form else found.scopes
    granted = scopes.narrow(asked, found.scopes)
    if not granted:
        raise OAuthFault("invalid_scope", "none of the scopes was granted")
    attested = attest.applied(provider, found, form)
    if attested is not found:
        provider.state.change(lambda changes: grants.keep(changes, attested))
    answer = _tokens(provider, replace(attested, jkt=jkt), granted)
    return answer | {"refresh_token": fresh} | _context(provider, attested)


def _by_credentials(provider: Provider, client: Client, form: Form, jkt: str) -> Answer:
    """A backend service, without any person."""
    if client.is_public:
        raise OAuthFault("unauthorized_client", "only clients with keys may do this")
    asked = scopes.split(form["scope"]) if "scope" in form else client.scopes
    granted = scopes.of_levels(scopes.narrow(asked, client.scopes), "system")
    granted = tuple(scope for scope in granted if scopes.parse(scope))
    if not granted:
        raise OAuthFault("invalid_scope", "none of the scopes can be granted to this client")
    actor = Actor(
        Kind.APPLICATION, name=client.name, organization=client.organization, client=client.id
    )
    until = provider.now + provider.tokens.lives_seconds
    grant = Grant(new_secret(), client.id, actor, granted, client.id, jkt=jkt, until=until)
    provider.state.change(lambda changes: grants.keep(changes, grant))
    return _tokens(provider, grant, granted)


def _tokens(provider: Provider, grant: Grant, granted: tuple[str, ...]) -> Answer:
    token, seconds = provider.tokens.issue(grant, granted, provider.now)
    return {
        "access_token": token,
        "token_type": "DPoP" if grant.jkt else "Bearer",
        "expires_in": seconds,
        "scope": " ".join(granted),
    }


def _context(provider: Provider, grant: Grant) -> Answer:
    """The launch context beside the token."""
    said: Answer = {}
    if grant.patient:
        said |= {"patient": grant.patient, "need_patient_banner": True}
    if grant.encounter:
        said["encounter"] = grant.encounter
    if "fhirUser" in grant.scopes:
        said["fhirUser"] = f"{provider.fhir}/{grant.actor.reference}"
    return said


def _take_code(provider: Provider, changes: Changes, name: str) -> dict[str, Any] | str | None:
    """What was kept for a code; the id of its grant when it was used before."""
    kept: dict[str, Any] | None = changes.take(authorize.CODE, name)
    if kept is not None:
        changes.keep(authorize.SPENT, name, kept["grant"]["id"], provider.tokens.lives_seconds)
        return kept
    spent: str | None = changes.find(authorize.SPENT, name)
    if spent is not None:
        grants.revoke(changes, [spent], provider.tokens.lives_seconds)
    return spent


def _keep_refresh(changes: Changes, token: str, grant: Grant) -> None:
    kept = {"grant": grant.id, "client": grant.client, "used": False}
    changes.keep(REFRESH, hashed(token), kept, grant.until - changes.now / 1e6)


def _is_verifier(verifier: str, challenge: str) -> bool:
    """https://www.rfc-editor.org/rfc/rfc7636#section-4.6"""
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return hmac.compare_digest(made, challenge)
