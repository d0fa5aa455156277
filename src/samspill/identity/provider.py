"""Our authorization server: the parts that its endpoints and pages share, joined once.

OAuth 2.1, OpenID Connect and SMART App Launch 2.2, to the FAPI 2.0 security profile for clients
that are registered for it.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from samspill.identity import clients, jose, keys
from samspill.identity.clients import Client
from samspill.identity.documents import Documents
from samspill.identity.dpop import Replays
from samspill.identity.faults import OAuthFault
from samspill.identity.jose import Key
from samspill.identity.keys import Keyring
from samspill.identity.limits import Limit
from samspill.identity.state import State
from samspill.identity.tokens import Issuer, Verifier
from samspill.interactions.platform import Platform, fhir_base
from samspill.web import cookies

FAILURES = 30
"""Failed requests of one client within a minute."""
REQUESTS = 3_000
"""All its requests within a minute."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Made by `build`; the same in all threads of a process."""

    issuer: str
    """Base URL of the installation: `iss` of all that we sign."""
    fhir: str
    platform: Platform
    state: State
    keys: Keyring
    replays: Replays
    tokens: Issuer
    verifier: Verifier
    documents: Documents
    failures: Limit
    requests: Limit
    seal: bytes

    @property
    def now(self) -> float:
        """Seconds since 1970."""
        return self.state.now

    def address(self, name: str) -> str:
        """Of an endpoint: "token", "par" …"""
        return f"{self.issuer}/oauth/{name}"

    def client(self, id: str) -> Client:
        """A registered client. Raises `OAuthFault`."""
        found = clients.find(self.state, id)
        if found is None:
            raise OAuthFault("invalid_client", "the client is not registered here")
        return found

    def keys_of(self, client: Client) -> tuple[Key, ...]:
        """The public keys of a client. Raises `OAuthFault` when they cannot be fetched."""
        if not client.keys_url:
            return jose.key_set(client.keys)
        return self.documents.keys(client.keys_url)

    def subject(self, reference: str) -> str:
        """`sub` of a person: always the same, and nothing can be learnt from it."""
        made = hmac.new(self.seal, reference.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made[:18]).decode()


def build(platform: Platform) -> Provider:
    """The server of a platform; its keys are made at first use."""
    settings, clock = platform.settings, platform.clock
    seal = cookies.open_key(settings.data, "identity.key")
    state = State(platform.store, clock)
    keyring, replays = keys.Keyring(state, seal), Replays(state)
    tokens = Issuer(
        name=settings.base_url,
        audience=fhir_base(settings),
        keys=keyring,
        ids=new_secret,
        lives_seconds=settings.token_minutes * 60,
    )
    return Provider(
        issuer=settings.base_url,
        fhir=fhir_base(settings),
        platform=platform,
        state=state,
        keys=keyring,
        replays=replays,
        tokens=tokens,
        verifier=Verifier(tokens, state, replays),
        documents=Documents(clock),
        failures=Limit(FAILURES, clock),
        requests=Limit(REQUESTS, clock),
        seal=seal,
    )


def new_secret() -> str:
    """32 bytes that nobody can guess, as text for addresses."""
    return secrets.token_urlsafe(32)
