"""The key with which the log is signed: made at the first start, kept beside the record.

docs: https://c2sp.org/signed-note (the private key's text is the form that tools for notes use).
"""

import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from pathlib import Path
from secrets import token_bytes, token_hex

from samspill.access.checkpoint import ED25519, Signer
from samspill.base.errors import Misconfigured

PREFIX = "PRIVATE+KEY"
FILE = Path("keys") / "log.key"
_SECRET_BYTES = 32


def signer(folder: Path) -> Signer:
    """The signer of the log whose record is in this data folder. Raises `Misconfigured`."""
    path = folder / FILE
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        text = path.read_text("ascii")
    except FileNotFoundError:
        return _made(path)
    except (OSError, UnicodeDecodeError):
        raise _unreadable(path) from None
    return _read(text, path)


def _made(path: Path) -> Signer:
    made = Signer(f"samspill-{token_hex(4)}/access-log", secret := token_bytes(_SECRET_BYTES))
    encoded = b64encode(ED25519 + secret).decode()
    text = f"{PREFIX}+{made.verifier.origin}+{made.verifier.key_id.hex()}+{encoded}\n"
    begun = path.with_suffix(f".{os.getpid()}")
    try:
        begun.touch(0o600)
        begun.write_text(text, "ascii")
        # Of several processes that start at once, the first one's key counts.
        os.link(begun, path)
    except FileExistsError:
        return _read(path.read_text("ascii"), path)
    finally:
        begun.unlink(missing_ok=True)
    return made


def _read(text: str, path: Path) -> Signer:
    name, _, encoded = text.strip().removeprefix(f"{PREFIX}+").partition("+")
    _, _, encoded = encoded.partition("+")
    try:
        secret = b64decode(encoded, validate=True)
    except NotBase64:
        secret = b""
    if not name or secret[:1] != ED25519 or len(secret) != _SECRET_BYTES + 1:
        raise _unreadable(path)
    return Signer(name, secret[1:])


def _unreadable(path: Path) -> Misconfigured:
    return Misconfigured(
        f"The key of the access log, {FILE} in the data folder, cannot be read",
        f"Nøkkelen til tilgangsloggen, {FILE} i datamappen, kan ikke leses",
        expected="the file as Samspill made it; keep a copy of it with your backups",
    )
