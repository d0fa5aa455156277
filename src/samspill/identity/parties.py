"""Where people sign in: ID-porten for citizens, HelseID for health personnel, each by settings.

In demo and open mode our own authorization server plays both, for synthetic people.
https://docs.digdir.no/docs/idporten/ · https://www.nhn.no/tjenester/helseid
"""

import json
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from msgspec import Struct

from samspill.base.errors import Misconfigured, SamspillError
from samspill.base.settings import Settings
from samspill.base.texts import Text
from samspill.identity import jose
from samspill.identity.clients import Client
from samspill.identity.jose import Key, Refused
from samspill.web import cookies

PAGES = "samspill-pages"
"""The client that our own pages are at our own server."""
CALLBACK = "/logg-inn/svar"
LOGOUT = "/logg-ut/varsel"


class Party(Struct, frozen=True):
    """An identity provider that we rely on, and what we are registered as there."""

    name: str
    """idporten, helseid or demo."""
    title: str
    issuer: str
    client: str
    key: Key
    scope: str
    level: str
    """`acr_values` asked for: those that count as high."""
    dpop: bool = False


def configured(settings: Settings) -> tuple[Party, ...]:
    """The providers of an installation. Raises `Misconfigured`."""
    if settings.mode in ("demo", "open"):
        return (_demo(settings),)
    found: list[Party] = []
    if settings.idporten_issuer:
        found.append(
            Party(
                name="idporten",
                title="ID-porten",
                issuer=settings.idporten_issuer,
                client=settings.idporten_client,
                key=_key(settings.idporten_key, "SAMSPILL_IDPORTEN_KEY"),
                scope="openid profile",
                level="idporten-loa-high",
            )
        )
    if settings.helseid_issuer:
        found.append(
            Party(
                name="helseid",
                title="HelseID",
                issuer=settings.helseid_issuer,
                client=settings.helseid_client,
                key=_key(settings.helseid_key, "SAMSPILL_HELSEID_KEY"),
                scope=HELSEID_SCOPES,
                level="Level4",
                dpop=True,
            )
        )
    return tuple(found)


def pages_client(settings: Settings) -> Client:
    """Our own pages, as they are registered at our own server in demo and open mode."""
    return Client(
        id=PAGES,
        name=settings.name,
        profile="fapi",
        redirects=(settings.base_url + CALLBACK,),
        scopes=("openid", "profile", "fhirUser"),
        keys={"keys": [_demo(settings).key.as_dict(private=False)]},
        logout_url=settings.base_url + LOGOUT,
        is_trusted=True,
    )


def _demo(settings: Settings) -> Party:
    written = cookies.open_key(settings.data, "pages.jwk", _new_key)
    return Party(
        name="demo",
        title=settings.name,
        issuer=settings.base_url,
        client=PAGES,
        key=ECKey.import_key(json.loads(written)),
        scope="openid profile fhirUser",
        level="idporten-loa-high",
        dpop=True,
    )


def _new_key() -> bytes:
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True)
    return json.dumps(key.as_dict(private=True)).encode()


def _key(path: str, setting: str) -> Key:
    """The private key that we are registered with, from a file with one JWK."""
    try:
        written: dict[str, str | list[str]] = json.loads(Path(path).read_text("utf-8"))
        kind = RSAKey if written.get("kty") == "RSA" else ECKey
        key = kind.import_key(written)
        if not key.is_private:
            raise Refused("public")
        jose.public_key({**key.as_dict(private=False)})
    except (OSError, ValueError, AttributeError, JoseError, SamspillError, Refused):
        raise Misconfigured(
            "The key for signing in at an identity provider cannot be used",
            "Nøkkelen for innlogging hos en innloggingstjeneste kan ikke brukes",
            where=setting,
            expected=Text(
                "a file with one private JWK: EC P-256, or RSA of 2048 bits or more",
                "en fil med én privat JWK: EC P-256, eller RSA på minst 2048 bit",
            ),
        ) from None
    return key


HELSEID_SCOPES = " ".join(
    (
        "openid",
        "profile",
        "helseid://scopes/identity/pid",
        "helseid://scopes/identity/security_level",
        "helseid://scopes/identity/assurance_level",
        "helseid://scopes/hpr/hpr_number",
    )
)
