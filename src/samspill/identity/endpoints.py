"""The endpoints for programs, as functions from a call to a reply; `routes` puts them on HTTP.

A portal of the same process calls them through `local`, so that a sign-in here goes the same way
as one at ID-porten. https://www.rfc-editor.org/rfc/rfc7662 · https://www.rfc-editor.org/rfc/rfc7009
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from samspill.base import json, logs
from samspill.base.errors import Busy, SamspillError
from samspill.identity import (
    authorize,
    clients,
    discovery,
    dpop,
    exchange,
    grants,
    idtoken,
    tokens,
)
from samspill.identity.clients import Client
from samspill.identity.faults import OAuthFault
from samspill.identity.jose import Refused
from samspill.identity.provider import Provider
from samspill.identity.state import hashed

Pairs = tuple[tuple[str, str], ...]


class Call(Struct, frozen=True):
    """A request to an endpoint."""

    method: str
    path: str
    headers: Mapping[str, str]
    """By lower-case name."""
    form: Pairs = ()
    source: str = ""
    """Address of the machine that calls."""

    @property
    def fields(self) -> dict[str, str]:
        """The form by name. Raises `OAuthFault` when a name comes twice."""
        found = dict(self.form)
        if len(found) != len(self.form):
            raise OAuthFault("invalid_request", "a parameter is repeated")
        return found


class Known(Struct, frozen=True):
    """A client that calls, and has shown that it is it."""

    client: Client
    jkt: str
    """Thumbprint of its DPoP key, or ""."""
    counted: str
    """Under which its failures are counted: others must not be able to use them up."""


class Reply(Struct, frozen=True):
    status: int
    body: Mapping[str, Any] | None
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def content(self) -> bytes:
        return b"" if self.body is None else json.format(self.body)


def answer(provider: Provider, call: Call) -> Reply:
    """The reply to any call; faults become replies too."""
    try:
        methods = ENDPOINTS[call.path]
        if call.method not in methods:
            return Reply(405, None, (("allow", ", ".join(methods)),))
        return methods[call.method](provider, call)
    except OAuthFault as fault:
        return refused(fault)
    except tokens.InvalidToken as fault:
        return Reply(401, None, (("www-authenticate", fault.challenge),))
    except SamspillError as fault:
        is_busy = isinstance(fault, Busy)
        code = "temporarily_unavailable" if is_busy else "server_error"
        return Reply(503, {"error": code}, (*NO_STORE, ("retry-after", "1")))
    except Exception:
        logs.error("identity.failed")
        return Reply(500, {"error": "server_error"}, NO_STORE)


def refused(fault: OAuthFault) -> Reply:
    body = {"error": fault.error, "error_description": fault.says}
    later = (("retry-after", "60"),) if fault.status == 429 else ()
    return Reply(fault.status, body, (*NO_STORE, *later))


def _par(provider: Provider, call: Call) -> Reply:
    known = _client(provider, call)
    return Reply(201, authorize.push(provider, known.client, call.form, known.jkt), NO_STORE)


def _token(provider: Provider, call: Call) -> Reply:
    known = _client(provider, call)
    try:
        said = exchange.exchange(provider, known.client, call.fields, known.jkt)
    except OAuthFault:
        provider.failures.count(known.counted)
        raise
    return Reply(200, said, NO_STORE)


def _introspect(provider: Provider, call: Call) -> Reply:
    """What a token means, for a registered resource server: any client with keys."""
    client = _client(provider, call).client
    if client.is_public:
        raise OAuthFault("invalid_client", "only clients with keys may ask")
    try:
        grant, claims = provider.verifier.introspect(call.fields.get("token", ""))
    except Refused:
        return Reply(200, {"active": False}, NO_STORE)
    names = ("iss", "sub", "aud", "client_id", "scope", "jti", "iat", "exp", "cnf", "acr")
    body = {name: claims[name] for name in names if name in claims}
    body |= {"active": True, "token_type": "DPoP" if "cnf" in claims else "Bearer"}
    if grant.patient:
        body["patient"] = grant.patient
    if "fhirUser" in grant.scopes:
        body["fhirUser"] = f"{provider.fhir}/{grant.actor.reference}"
    return Reply(200, body, NO_STORE)


def _revoke(provider: Provider, call: Call) -> Reply:
    """Ends the grant of a token; a token that is not known is as good as revoked."""
    client = _client(provider, call).client
    token = call.fields.get("token", "")
    kept = provider.state.find(exchange.REFRESH, hashed(token))
    if kept is not None:
        found, owner = kept["grant"], kept["client"]
    else:
        try:
            grant, _ = provider.verifier.introspect(token)
        except Refused:
            return Reply(200, None, NO_STORE)
        found, owner = grant.id, grant.client
    if owner == client.id:
        seconds = provider.tokens.lives_seconds
        provider.state.change(lambda changes: grants.revoke(changes, [found], seconds))
        provider.verifier.forget(found)
    return Reply(200, None, NO_STORE)


def _userinfo(provider: Provider, call: Call) -> Reply:
    """Who has signed in, by an access token."""
    url = provider.address("userinfo")
    presented = provider.verifier.verify(call.headers, call.method, url)
    if presented.claim is not None and not presented.claim.result():
        raise tokens.replayed()
    token = call.headers["authorization"].partition(" ")[2].strip(" ")
    grant, claims = provider.verifier.introspect(token)
    if "openid" not in presented.caller.scopes:
        raise tokens.insufficient("openid")
    return Reply(200, {"sub": claims["sub"], **idtoken.person(provider, grant)}, NO_STORE)


def _jwks(provider: Provider, call: Call) -> Reply:
    return Reply(200, provider.keys.public(), _FOR_ALL)


def _metadata(provider: Provider, call: Call) -> Reply:
    return Reply(200, discovery.metadata(provider), _FOR_ALL)


def _smart(provider: Provider, call: Call) -> Reply:
    return Reply(200, discovery.smart(provider), _FOR_ALL)


def _client(provider: Provider, call: Call) -> Known:
    """The client that calls. Raises `OAuthFault`."""
    form = call.fields
    name = clients.named(form)
    claimed = f"{name} {call.source}"
    try:
        client = provider.client(name)
        keys = () if client.is_public else provider.keys_of(client)
        names = [provider.issuer]
        if not client.is_strict:
            names += [provider.address("token"), f"{provider.issuer}{call.path}"]
        clients.authenticate(client, form, keys, names, provider.state)
        jkt = _key(provider, call)
    except OAuthFault:
        provider.failures.check(claimed)
        provider.failures.count(claimed)
        raise
    counted = claimed if client.is_public else client.id
    provider.failures.check(counted)
    provider.requests.check(counted)
    provider.requests.count(counted)
    return Known(client, jkt, counted)


def _key(provider: Provider, call: Call) -> str:
    """Thumbprint of the key of the DPoP proof, if there is a proof. Raises `OAuthFault`."""
    proof = call.headers.get("dpop")
    if not proof:
        return ""
    try:
        url = f"{provider.issuer}{call.path}"
        checked = dpop.check(proof, call.method, url, provider.now)
    except Refused as why:
        raise OAuthFault("invalid_dpop_proof", str(why)) from None
    if not provider.replays.claim(checked).result():
        raise OAuthFault("invalid_dpop_proof", "the proof was used before")
    return checked.thumbprint


NO_STORE = (("cache-control", "no-store"), ("pragma", "no-cache"))
_FOR_ALL = (("cache-control", "public, max-age=600"), ("access-control-allow-origin", "*"))
ENDPOINTS: Mapping[str, Mapping[str, Callable[[Provider, Call], Reply]]] = {
    "/oauth/par": {"POST": _par},
    "/oauth/token": {"POST": _token},
    "/oauth/introspect": {"POST": _introspect},
    "/oauth/revoke": {"POST": _revoke},
    "/oauth/userinfo": {"GET": _userinfo, "POST": _userinfo},
    "/oauth/jwks": {"GET": _jwks},
    **{path: {"GET": _metadata} for path in discovery.PATHS},
    discovery.SMART_PATH: {"GET": _smart},
}
