"""An authorization server on an empty record, its clients, tokens and proofs with any fault."""

import base64
import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey, Key
from joserfc.jws import JWSRegistry

from builders import foreign
from builders.records import a_store
from samspill import app
from samspill.access import actor as actors
from samspill.access.actor import Actor, Assurance, Kind
from samspill.base.settings import Settings
from samspill.identity import authorize, clients, endpoints, grants, persons, provider
from samspill.identity.authorize import Approval
from samspill.identity.clients import ASSERTION_TYPE, Client
from samspill.identity.dpop import fingerprint
from samspill.identity.endpoints import Call, Reply
from samspill.identity.grants import Grant
from samspill.identity.provider import Provider
from samspill.interactions import update
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session
from samspill.norway import codes
from samspill.services.privacy import service as privacy

HOME = "https://app.example/back?x=1"
KARI = Actor(Kind.CITIZEN, "Patient/1", "Kari", ("citizen",), assurance=Assurance.HIGH)
DOCTOR = Actor(
    Kind.PROFESSIONAL,
    "Practitioner/2",
    "Dr. Ås",
    ("LE",),
    organization="Organization/3",
    assurance=Assurance.HIGH,
    hpr="9144900",
    authorised_until=2**60,
)
SCOPES = (
    "openid",
    "profile",
    "fhirUser",
    "launch",
    "launch/patient",
    "offline_access",
    "online_access",
    "patient/*.cruds",
    "user/*.rs",
    "system/*.rs",
)
VERIFIER = "v" * 64


class Clock:
    """Stands at noon of some day until it is moved."""

    def __init__(self) -> None:
        self.at = 1_795_000_000_000_000

    def __call__(self) -> int:
        return self.at

    def pass_seconds(self, seconds: float) -> None:
        self.at += int(seconds * 1e6)

    @property
    def seconds(self) -> int:
        return self.at // 1_000_000


class _Anything(JWSRegistry):
    """Signs with any algorithm and any header, as an attacker would."""

    max_header_length = 10**6
    max_payload_length = 10**7

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]

    def check_header(self, header: Any) -> None: ...


ANYTHING = _Anything(strict_check_header=False)


def a_key(kind: Any = ECKey, form: Any = "P-256", **more: Any) -> Any:
    return kind.generate_key(form, {"use": "sig", **more}, private=True, auto_kid=True)


def encoded(value: bytes | Mapping[str, Any]) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(header: Mapping[str, Any], claims: Mapping[str, Any] | bytes, key: Key) -> str:
    """A token with exactly this header and these claims; None leaves one out."""
    head = {name: value for name, value in header.items() if value is not None}
    if not isinstance(claims, bytes):
        claims = json.dumps({n: v for n, v in claims.items() if v is not None}).encode()
    return jws.serialize_compact(head, claims, key, registry=ANYTHING)


@dataclass
class Desk:
    """A server, and what its counterparts have."""

    provider: Provider
    clock: Clock
    key: Any = field(default_factory=lambda: a_key(alg="ES256"))
    """Of the clients, for assertions."""
    proving: Any = field(default_factory=a_key)
    """Of the clients, for DPoP."""
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def url(self) -> str:
        return f"{self.provider.fhir}/Patient/1"

    def client(self, id: str = "app", **more: Any) -> Client:
        """Registers a confidential client; `keys={}` for a public one."""
        keys = {"keys": [self.key.as_dict(private=False)]}
        made = {"redirects": (HOME,), "scopes": SCOPES, "keys": keys, **more}
        client = Client(id, id, **made)
        clients.keep(self.provider.state, client)
        return client

    def grant(self, **more: Any) -> Grant:
        """A grant that is in force for an hour."""
        made = {
            "id": f"grant-{next(self.numbers)}",
            "client": "app",
            "actor": KARI,
            "scopes": ("patient/*.rs",),
            "subject": "kari",
            "patient": "1",
            "at": self.clock.seconds,
            "until": self.clock.seconds + 3600,
        }
        grant = Grant(**{**made, **more})
        self.provider.state.change(lambda changes: grants.keep(changes, grant))
        return grant

    def token(self, *, header: Any = None, key: Any = None, of: Any = None, **claims: Any) -> str:
        """An access token as the server makes it, but for what is said."""
        own = self.provider.keys.signing()
        found = of or self.grant()
        usual = {
            "iss": self.provider.issuer,
            "sub": found.subject,
            "aud": self.provider.fhir,
            "client_id": found.client,
            "scope": " ".join(found.scopes),
            "jti": f"jti-{next(self.numbers)}",
            "iat": self.clock.seconds,
            "exp": self.clock.seconds + 300,
            "grant": found.id,
        }
        if found.jkt:
            usual["cnf"] = {"jkt": found.jkt}
        head = {"typ": "at+jwt", "alg": "ES256", "kid": own.kid, **(header or {})}
        return signed(head, usual | claims, key or own)

    def bound(self, **claims: Any) -> str:
        """A token that is bound to the key of the proofs."""
        return self.token(of=self.grant(jkt=self.proving.thumbprint()), **claims)

    def proof(
        self,
        token: str = "",
        *,
        header: Any = None,
        key: Any = None,
        method: str = "GET",
        url: str = "",
        **claims: Any,
    ) -> str:
        """A DPoP proof as it should be, but for what is said."""
        usual: dict[str, Any] = {
            "jti": f"proof-{next(self.numbers)}",
            "htm": method,
            "htu": url or self.url,
            "iat": self.clock.seconds,
        }
        if token:
            usual["ath"] = fingerprint(token)
        by = key or self.proving
        head = {"typ": "dpop+jwt", "alg": "ES256", "jwk": by.as_dict(private=False)}
        return signed(head | (header or {}), usual | claims, by)

    def assertion(
        self, client: str = "app", *, header: Any = None, key: Any = None, **claims: Any
    ) -> str:
        """A client assertion as it should be, but for what is said."""
        usual = {
            "iss": client,
            "sub": client,
            "aud": self.provider.issuer,
            "jti": f"assertion-{next(self.numbers)}",
            "iat": self.clock.seconds,
            "exp": self.clock.seconds + 30,
        }
        by = key or self.key
        head = {"typ": "JWT", "alg": "ES256", "kid": by.kid, **(header or {})}
        return signed(head, usual | claims, by)

    def credentials(self, client: str = "app", **claims: Any) -> dict[str, str]:
        return {
            "client_id": client,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.assertion(client, **claims),
        }

    def post(self, name: str, form: Mapping[str, str], **headers: str) -> Reply:
        """What an endpoint answers."""
        call = Call("POST", f"/oauth/{name}", headers, tuple(form.items()))
        return endpoints.answer(self.provider, call)

    def asked(self, **more: str) -> dict[str, str]:
        """A request for authorization as it should be, but for what is said; "" leaves out."""
        usual = {
            "client_id": "app",
            "response_type": "code",
            "redirect_uri": HOME,
            "scope": "openid fhirUser patient/*.rs",
            "state": "s-1",
            "nonce": "n-1",
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
            "aud": self.provider.fhir,
        }
        return {name: value for name, value in (usual | more).items() if value}

    def code(
        self, actor: Actor = KARI, *, patient: str = "1", session: str = "", **more: str
    ) -> str:
        """A code for a request that the person has allowed."""
        id = authorize.begin(self.provider, tuple(self.asked(**more).items()))
        scopes = authorize.find(self.provider, id).scopes
        approval = Approval(
            actor,
            scopes,
            self.clock.seconds,
            "idporten-loa-high",
            patient,
            session=session,
            until=self.clock.seconds + 3600,
        )
        back = authorize.approve(self.provider, id, approval)
        return dict(parse_qsl(urlsplit(back).query))["code"]

    def redeem(self, code: str, client: str = "app", **more: Any) -> Reply:
        headers = more.pop("headers", {})
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": HOME,
            "code_verifier": VERIFIER,
            **self.credentials(client),
            **more,
        }
        return self.post("token", {n: v for n, v in form.items() if v}, **headers)


def challenge(verifier: str) -> str:
    return encoded(hashlib.sha256(verifier.encode()).digest())


@contextmanager
def a_desk(**settings: Any) -> Iterator[Desk]:
    """A server with one client, "app"."""
    clock = Clock()
    with TemporaryDirectory() as folder, a_store(clock) as store:
        made = replace(Settings(), data=Path(folder), **settings)
        platform = SimpleNamespace(settings=made, clock=clock, store=store)
        desk = Desk(provider.build(cast(Platform, platform)), clock)
        desk.client()
        yield desk


def error(reply: Reply) -> str:
    """The code of a refusal, which nobody may keep."""
    assert reply.status in (400, 401, 429), reply
    assert reply.body is not None
    assert ("cache-control", "no-store") in reply.headers
    return str(reply.body["error"])


APP_PORT = foreign.free_port()
APP = f"http://127.0.0.1:{APP_PORT}"
"""Where the apps of others run in tests."""
APP_KEY = a_key(alg="ES256")


def a_record_of_apps(data: Path) -> None:
    """A record with Patient/kari, her Practitioner/gp, Patient/ola who has given her a proxy, and
    the clients strict, public, secret."""
    platform = app.build(replace(Settings(), data=data))
    session = Session(platform, actors.SYSTEM)
    number = {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "13116900216"}
    hpr = {"system": "urn:oid:2.16.578.1.12.4.1.4.4", "value": "9144900"}
    kari = {
        "resourceType": "Patient",
        "identifier": [number],
        "name": [{"family": "Nordmann", "given": ["Kari"]}],
        "birthDate": "1969-11-13",
        "generalPractitioner": [{"reference": "Practitioner/gp"}],
    }
    authorised = {"coding": [{"system": codes.volven(7704), "code": "1"}]}
    doctor = {
        "resourceType": "Practitioner",
        "identifier": [hpr],
        "name": [{"family": "Lege"}],
        "qualification": [{"code": authorised}],
    }
    update.update(session, "Practitioner", "gp", doctor | {"id": "gp"})
    update.update(session, "Patient", "kari", kari | {"id": "kari"})
    ola = {"resourceType": "Patient", "id": "ola", "birthDate": "1940-01-01"}
    update.update(session, "Patient", "ola", ola | {"name": [{"family": "Gammel"}]})
    himself = persons.of_reference(platform, "Patient/ola", Assurance.HIGH)
    privacy.give_proxy(session.acting(himself), "ola", "Patient/kari", ("all",))
    for client in _apps():
        clients.keep(provider.build(platform).state, client)
    platform.close()


def _apps() -> Iterator[Client]:
    keys = {"keys": [APP_KEY.as_dict(private=False)]}
    smart = ("openid", "fhirUser", "launch", "launch/patient", "patient/*.rs")
    strict = ("openid", "profile", "fhirUser", "offline_access", "patient/*.rs", "system/*.rs")
    back, home, launch = ("http://127.0.0.1:9/back",), (f"{APP}/app",), f"{APP}/launch"
    yield Client("strict", "Strict", "fapi", redirects=back, scopes=strict, keys=keys)
    yield Client("public", "Public", redirects=home, scopes=smart, launch_url=launch)
    yield Client("secret", "Secret", redirects=home, scopes=smart, keys=keys)
