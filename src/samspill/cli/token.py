"""`samspill token`: an access token for a backend service, as its program would ask for one."""

import argparse
import json
import secrets
import sys
import time
from pathlib import Path

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from samspill.base.errors import Misconfigured, Unavailable
from samspill.base.texts import Text
from samspill.cli import options
from samspill.identity import jose
from samspill.identity.clients import ASSERTION_TYPE, SMART_SECONDS
from samspill.identity.jose import Key

TIMEOUT_SECONDS = 10


def add(commands: options.Commands) -> None:
    parser = commands.add_parser(
        "token",
        help="ask a running server for an access token, to try the FHIR base by hand",
        description="Prints an access token for an application with a key (client_credentials).",
    )
    parser.add_argument("client", help="id of the application")
    parser.add_argument("--key", type=Path, required=True, help="its private JWK")
    parser.add_argument("--server", default="http://127.0.0.1:8000", help="base URL of the server")
    parser.add_argument("--scope", default="", help="scopes with blanks between (default: all)")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """1 when the server refuses."""
    url = given.server.rstrip("/") + "/oauth/token"
    now = int(time.time())
    claims = {
        "iss": given.client,
        "sub": given.client,
        "aud": given.server.rstrip("/"),
        "jti": secrets.token_urlsafe(24),
        "iat": now,
        "exp": now + SMART_SECONDS // 10,
    }
    form = {
        "grant_type": "client_credentials",
        "client_id": given.client,
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": jose.sign("JWT", claims, _key(given.key)),
    }
    if given.scope:
        form["scope"] = given.scope
    try:
        answer = httpx.post(url, data=form, timeout=TIMEOUT_SECONDS)
        said = answer.json()
    except (httpx.HTTPError, ValueError):
        raise Unavailable(
            f"No server answers at {given.server}", f"Ingen tjener svarer på {given.server}"
        ) from None
    if answer.status_code != 200:
        print(f"samspill: {said.get('error')}: {said.get('error_description')}", file=sys.stderr)
        return 1
    print(said["access_token"])
    return 0


def _key(path: Path) -> Key:
    try:
        written = json.loads(path.read_text("utf-8"))
        return (RSAKey if written.get("kty") == "RSA" else ECKey).import_key(written)
    except (OSError, ValueError, AttributeError, JoseError):
        raise Misconfigured(
            f"The key in {path} cannot be read",
            f"Nøkkelen i {path} kan ikke leses",
            expected=Text("one private JWK", "én privat JWK"),
        ) from None
