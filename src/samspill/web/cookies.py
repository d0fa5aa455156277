"""The login cookie: sealed, so that the browser can neither read nor change what it carries.

Fernet encrypts and authenticates, and keeps the time of sealing.
https://cryptography.io/en/latest/fernet/ · https://www.rfc-editor.org/rfc/rfc6265
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from starlette.responses import Response

from samspill.base.clock import Clock

Content = dict[str, str]


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals and opens small contents with one key; content older than the limit does not open."""

    key: bytes
    """32 bytes as URL-safe base64, from `new_key`."""
    clock: Clock
    lives_seconds: int = 8 * 3600

    def close(self, content: Content) -> str:
        text = json.dumps(content, separators=(",", ":"), ensure_ascii=False)
        return Fernet(self.key).encrypt_at_time(text.encode(), self._now()).decode()

    def open(self, sealed: str) -> Content:
        """The content, or nothing when the seal is broken, foreign or too old."""
        try:
            text = Fernet(self.key).decrypt_at_time(sealed, self.lives_seconds, self._now())
        except (InvalidToken, ValueError):
            # ValueError: letters that no seal has.
            return {}
        content: Content = json.loads(text)
        return content

    def _now(self) -> int:
        return self.clock() // 1_000_000


def new_key() -> bytes:
    return Fernet.generate_key()


def open_key(folder: Path, name: str, make: Callable[[], bytes] = new_key) -> bytes:
    """A key in the data folder, made at first use and readable by its owner only."""
    path = folder / "keys" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        # Written whole under another name first: two servers may start at the same time.
        descriptor, made = tempfile.mkstemp(dir=path.parent)
        with open(descriptor, "wb") as file:
            file.write(make())
        with contextlib.suppress(FileExistsError):
            os.link(made, path)
        os.unlink(made)
    return path.read_bytes()


def name(secure: bool) -> str:
    """`__Host-` makes the browser insist on HTTPS, this host and the whole site."""
    return "__Host-samspill" if secure else "samspill"


def put(response: Response, sealed: str, *, secure: bool, lives_seconds: int) -> None:
    """Ask the browser to keep the login cookie."""
    response.set_cookie(
        name(secure),
        sealed,
        max_age=lives_seconds,
        secure=secure,
        httponly=True,
        samesite="lax",
    )
