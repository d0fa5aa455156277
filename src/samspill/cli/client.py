"""`samspill client add | list | remove | revoke` and `samspill client rotate-keys`."""

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from joserfc.jwk import ECKey

from samspill import app
from samspill.base.errors import Misconfigured
from samspill.base.texts import Text
from samspill.cli import options
from samspill.identity import clients, grants, provider
from samspill.identity.clients import Client
from samspill.identity.provider import Provider


def add(commands: options.Commands) -> None:
    parser = commands.add_parser(
        "client",
        help="register applications, and take back what they were granted",
        description="The applications that may ask for tokens. A running server sees the changes.",
    )
    actions = parser.add_subparsers(metavar="action", required=True)
    _add_add(actions)
    options.command(actions, "list", run_list, "List the applications that are registered")
    for name, run, says in (
        ("remove", run_remove, "Remove an application, and end all that it was granted"),
        ("revoke", run_revoke, "End all that an application was granted; it stays registered"),
    ):
        options.command(actions, name, run, says).add_argument("client", help="its id")
    options.command(
        actions, "rotate-keys", run_rotate, "Sign with a new key at once; the old one stays known"
    )


def _add_add(actions: options.Commands) -> None:
    parser = options.command(actions, "add", run_add, "Register an application, or change it")
    parser.add_argument("client", help="its id: letters, digits and . _ ~ -")
    parser.add_argument("--name", default="", help="what people are shown (default: the id)")
    parser.add_argument("--redirect", action="append", default=[], help="address for codes")
    parser.add_argument(
        "--scope", action="append", default=[], help="the most that it may be granted"
    )
    parser.add_argument("--fapi", action="store_true", help="demand PAR, DPoP and 60 s assertions")
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--keys", type=Path, help="file with its public keys, a JWK set")
    keys.add_argument("--keys-url", default="", help="address of its public keys")
    keys.add_argument("--make-key", type=Path, help="make a key, and write the private JWK here")
    parser.add_argument("--launch", default="", help="address that opens it with a patient")
    parser.add_argument("--logout", default="", help="address that hears of sign-outs")
    parser.add_argument("--organization", default="", help="Organization/id that it acts for")


def run_add(given: argparse.Namespace) -> int:
    with _opened(given) as identity:
        client = Client(
            id=given.client,
            name=given.name or given.client,
            profile="fapi" if given.fapi else "smart",
            redirects=tuple(given.redirect),
            scopes=tuple(scope for each in given.scope for scope in each.split()),
            keys=_keys(given),
            keys_url=given.keys_url,
            launch_url=given.launch,
            logout_url=given.logout,
            organization=given.organization,
        )
        clients.keep(identity.state, client)
        kind = "public, with PKCE" if client.is_public else "confidential, with private_key_jwt"
        print(f"Registered {client.id} ({client.profile}; {kind})")
        print(f"  FHIR base  {identity.fhir}")
        print(f"  tokens     {identity.address('token')}")
    return 0


def run_list(given: argparse.Namespace) -> int:
    with _opened(given) as identity:
        for client in clients.all(identity.state):
            kind = "public" if client.is_public else "confidential"
            print(f"{client.id}  {client.profile}  {kind}  {' '.join(client.scopes)}")
    return 0


def run_remove(given: argparse.Namespace) -> int:
    with _opened(given) as identity:
        _known(identity, given.client)
        clients.remove(identity.state, given.client)
        ended = grants.revoke_client(identity.state, given.client, identity.tokens.lives_seconds)
        print(f"Removed {given.client}; {ended} grants ended")
    return 0


def run_revoke(given: argparse.Namespace) -> int:
    with _opened(given) as identity:
        _known(identity, given.client)
        ended = grants.revoke_client(identity.state, given.client, identity.tokens.lives_seconds)
        print(f"{ended} grants of {given.client} ended")
    return 0


def run_rotate(given: argparse.Namespace) -> int:
    with _opened(given) as identity:
        identity.keys.rotate()
        print(f"Signing with the key {identity.keys.signing().kid}")
    return 0


@contextmanager
def _opened(given: argparse.Namespace) -> Iterator[Provider]:
    platform = app.build(options.settings(given))
    try:
        yield provider.build(platform)
    finally:
        platform.close()


def _known(identity: Provider, id: str) -> None:
    if clients.find(identity.state, id) is None:
        raise Misconfigured(
            f"There is no client {id}",
            f"Det finnes ingen klient {id}",
            expected=Text("an id from `samspill client list`", "en id fra `samspill client list`"),
        )


def _keys(given: argparse.Namespace) -> dict[str, object]:
    """The public keys, read or made."""
    if given.make_key:
        key = ECKey.generate_key(
            "P-256", {"use": "sig", "alg": "ES256"}, private=True, auto_kid=True
        )
        _write_private(given.make_key, json.dumps(key.as_dict(private=True)))
        return {"keys": [key.as_dict(private=False)]}
    if not given.keys:
        return {}
    try:
        found: dict[str, object] = json.loads(given.keys.read_text("utf-8"))
    except (OSError, ValueError):
        raise Misconfigured(
            f"The keys in {given.keys} cannot be read",
            f"Nøklene i {given.keys} kan ikke leses",
            expected=Text("a JWK set with public keys", "et JWK-sett med offentlige nøkler"),
        ) from None
    return found


def _write_private(path: Path, text: str) -> None:
    """A file that only its owner may read, and that must not be there yet."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Misconfigured(
            f"The key cannot be written to {path}: {error.strerror}",
            f"Nøkkelen kan ikke skrives til {path}: {error.strerror}",
            expected=Text("a path where there is no file yet", "en sti uten fil"),
        ) from None
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
