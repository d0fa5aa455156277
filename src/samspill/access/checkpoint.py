"""Signed checkpoints: how long the log was and what its root was, in a form that others can keep.

A checkpoint that somebody else keeps is what finds out a log that was shortened or written anew.
docs: https://c2sp.org/tlog-checkpoint and https://c2sp.org/signed-note.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from samspill.access.tree import Hash
from samspill.base.errors import InvalidContent

ED25519 = b"\x01"
MARK = "\u2014"
"""The dash that a signature's line begins with."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log named `origin` had `size` lines and this root."""

    origin: str
    size: int
    root: Hash

    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


class Signer:
    """Signs checkpoints in the name of a log, with its Ed25519 key."""

    def __init__(self, origin: str, secret: bytes) -> None:
        """`secret` is the private key's 32 bytes."""
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.verifier = Verifier(origin, self._key.public_key().public_bytes_raw())

    def sign(self, size: int, root: Hash) -> str:
        """A signed note of the log at this size."""
        checkpoint = Checkpoint(self.verifier.origin, size, root)
        signature = self.verifier.key_id + self._key.sign(checkpoint.body().encode())
        line = f"{MARK} {self.verifier.origin} {b64encode(signature).decode()}\n"
        return f"{checkpoint.body()}\n{line}"


class Verifier:
    """Knows a log by its name and public key; can be given to anyone."""

    def __init__(self, origin: str, public: bytes) -> None:
        """`public` is the public key's 32 bytes."""
        self.origin = origin
        self.public = public
        self.key_id = sha256(origin.encode() + b"\n" + ED25519 + public).digest()[:4]
        self._key = Ed25519PublicKey.from_public_bytes(public)

    def __str__(self) -> str:
        """The verifier key in its usual form: name, key id and key."""
        encoded = b64encode(ED25519 + self.public).decode()
        return f"{self.origin}+{self.key_id.hex()}+{encoded}"

    def open(self, note: str) -> Checkpoint:
        """The checkpoint in a signed note. Raises `InvalidContent` when it is not this log's.

        Signatures of others, such as witnesses, may stand beside ours.
        """
        body, separator, signatures = note.partition("\n\n")
        checkpoint = _read(body)
        if not separator or checkpoint is None or checkpoint.origin != self.origin:
            raise _refused()
        if not any(self._signed(line, checkpoint) for line in signatures.splitlines()):
            raise _refused()
        return checkpoint

    def _signed(self, line: str, checkpoint: Checkpoint) -> bool:
        mark, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        signature = _decoded(encoded)
        if mark != MARK or name != self.origin or signature[:4] != self.key_id:
            return False
        try:
            self._key.verify(signature[4:], checkpoint.body().encode())
        except InvalidSignature:
            return False
        return True


def _read(body: str) -> Checkpoint | None:
    """What stands in the body, when it is written the one way that it is signed."""
    origin, size, root = (*body.split("\n", 2), "", "")[:3]
    if not size.isdecimal() or len(size) > 19:
        return None
    checkpoint = Checkpoint(origin, int(size), _decoded(root))
    return checkpoint if checkpoint.body() == f"{body}\n" else None


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return b""


def _refused() -> InvalidContent:
    return InvalidContent(
        "This is not a checkpoint of this log, or its signature is wrong",
        "Dette er ikke et sjekkpunkt fra denne loggen, eller signaturen er feil",
        expected="a signed note: name, size, root, and the log's own signature",
    )
