"""The applications that are registered here, and how they show that it is them.

A confidential client signs an assertion with a key that it alone has (private_key_jwt); there are
no shared secrets. https://www.rfc-editor.org/rfc/rfc7523#section-3
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from samspill.base.errors import Misconfigured
from samspill.base.texts import Text
from samspill.identity import jose, scopes
from samspill.identity.faults import OAuthFault
from samspill.identity.jose import Key, Refused
from samspill.identity.state import State, hashed

KIND = "client"
ASSERTION = "assertion"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_TYPES = ("JWT", "client-authentication+jwt")
FAPI_SECONDS, SMART_SECONDS = 60, 300
"""Longest life of an assertion in each profile."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}")


class Client(Struct, frozen=True):
    """An application as the operator registered it."""

    id: str
    name: str
    profile: str = "smart"
    """`fapi`: pushed requests, DPoP and short assertions are demanded, as HelseID does it."""
    redirects: tuple[str, ...] = ()
    """Addresses that codes may be sent to; compared letter by letter."""
    scopes: tuple[str, ...] = ()
    """The most that it may be granted."""
    keys: dict[str, Any] = {}
    """Its public keys as a JWK set; a client without any is public."""
    keys_url: str = ""
    """Where its keys are fetched, if not given here."""
    launch_url: str = ""
    """Where it is opened with a patient from our pages."""
    logout_url: str = ""
    """Where it is told that a person has signed out."""
    organization: str = ""
    """Reference of the organisation that it acts for without a person."""
    is_trusted: bool = False
    """Our own pages: people are not asked what they allow."""

    @property
    def is_public(self) -> bool:
        return not self.keys and not self.keys_url

    @property
    def is_strict(self) -> bool:
        return self.profile == "fapi"


def find(state: State, id: str) -> Client | None:
    value = state.find(KIND, id) if _ID.fullmatch(id) else None
    return None if value is None else msgspec.convert(value, Client)


def all(state: State) -> tuple[Client, ...]:
    return tuple(msgspec.convert(value, Client) for value in state.all(KIND).values())


def keep(state: State, client: Client) -> None:
    """Registers a client, or changes it. Raises `Misconfigured` for what cannot be right."""
    _check(client)
    state.keep(KIND, client.id, msgspec.to_builtins(client), None)


def remove(state: State, id: str) -> None:
    state.forget(KIND, id)


def authenticate(
    client: Client,
    form: Mapping[str, str],
    keys: Sequence[Key],
    audiences: Sequence[str],
    state: State,
) -> None:
    """Lets the client through, if it is who it says. Raises `OAuthFault` invalid_client.

    `audiences` are the names of this server that an assertion may be for.
    """
    assertion = form.get("client_assertion", "")
    if client.is_public and not assertion:
        return
    if form.get("client_assertion_type") != ASSERTION_TYPE or not assertion:
        raise _unknown("a signed assertion (private_key_jwt) is needed")
    seconds = FAPI_SECONDS if client.is_strict else SMART_SECONDS
    allowed = jose.ALGORITHMS if client.is_strict else (*jose.ALGORITHMS, *jose.SMART_ALGORITHMS)
    try:
        claims = jose.read(assertion, ASSERTION_TYPES, keys, allowed).claims
        if jose.text(claims, "iss") != client.id or jose.text(claims, "sub") != client.id:
            raise Refused("iss and sub must be the client's id")
        if _audience(claims.get("aud")) not in audiences:
            raise Refused("aud is not this server")
        jose.check_times(claims, state.now, longest=seconds)
        jti = jose.text(claims, "jti")
    except Refused as why:
        raise _unknown(f"the assertion is not valid: {why}") from None
    name = hashed(f"{client.id} {jti}")
    if not state.change(lambda changes: changes.claim(ASSERTION, name, seconds + jose.LEEWAY)):
        raise _unknown("the assertion was used before")


def named(form: Mapping[str, str]) -> str:
    """The id of the client, as the request or the assertion in it gives it; not yet believed."""
    if id := form.get("client_id", ""):
        return id
    try:
        return jose.text(jose.unverified(form.get("client_assertion", "")), "sub")
    except Refused:
        return ""


def _audience(aud: object) -> str:
    """The one audience; "" for none or several."""
    if isinstance(aud, list) and len(aud) == 1:
        aud = aud[0]
    return aud if isinstance(aud, str) else ""


def _unknown(says: str) -> OAuthFault:
    return OAuthFault("invalid_client", says)


def _check(client: Client) -> None:
    if not _ID.fullmatch(client.id):
        raise _wrong("id", "letters, digits and . _ ~ -", "bokstaver, sifre og . _ ~ -")
    if client.profile not in ("smart", "fapi"):
        raise _wrong("profile", "smart or fapi", "smart eller fapi")
    if client.keys and not jose.key_set(client.keys):
        raise _wrong("keys", "a JWK set with public keys", "et JWK-sett med offentlige nøkler")
    for scope in client.scopes:
        if scope not in scopes.PLAIN and scopes.parse(scope) is None:
            raise _wrong("scope", "scopes of SMART 2.2", "scopes fra SMART 2.2")
    addresses = (*client.redirects, client.keys_url, client.launch_url, client.logout_url)
    for address in filter(None, addresses):
        if not is_address(address):
            raise _wrong(
                "address",
                "https addresses without a fragment; http on this machine only",
                "https-adresser uten fragment; http bare på denne maskinen",
            )


def is_address(text: str) -> bool:
    """Whether an application may live there: https, or this machine, or a scheme of its own."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    if parts.fragment or not text.isprintable() or " " in text:
        return False
    if parts.scheme == "http":
        return parts.hostname in {"127.0.0.1", "localhost", "::1"}
    return (parts.scheme == "https" and bool(parts.hostname)) or "." in parts.scheme


def _wrong(where: str, en: str, nb: str) -> Misconfigured:
    return Misconfigured(
        f"The client's {where} is not right",
        f"Klientens {where} er ikke riktig",
        where=where,
        expected=Text(en, nb),
    )
