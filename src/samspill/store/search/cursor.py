"""Cursors: the place from which a page goes on, sealed: commit numbers count what others write.

A cursor names the commit that the first page saw and the last row shown, by its commit number. The
record as it was at that commit can still be read, so no row is lost or shown twice while others
write, and the server keeps nothing.
"""

import base64
import binascii
import os
import struct
from functools import lru_cache
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from samspill.base.errors import InvalidSearch
from samspill.base.texts import Text

_PLACES = struct.Struct("<Qqq?I")
_NONCE = 12
"""Random bytes that each cursor begins with, as AES-GCM asks for."""


class Cursor(Struct, frozen=True):
    snapshot: int
    """The commit as of which all pages are read."""
    t: int = 0
    """The row from which the page goes on; 0 for the beginning. Negative: a contained resource."""
    total: int = -1
    """The number of matches, where it was counted; else -1."""
    backwards: bool = False
    shown: int = 0
    """Rows before this page."""


def format(cursor: Cursor, subject: bytes, secret: bytes) -> str:
    """A text for the address of a page. `subject` is what it may be used for: the query."""
    body = _PLACES.pack(cursor.snapshot, cursor.t, cursor.total, cursor.backwards, cursor.shown)
    nonce = os.urandom(_NONCE)
    sealed = nonce + _cipher(secret).encrypt(nonce, body, subject)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def parse(text: str, subject: bytes, secret: bytes) -> Cursor:
    """The cursor that was given out for this subject, or `InvalidSearch`."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        body = _cipher(secret).decrypt(data[:_NONCE], data[_NONCE:], subject)
    except (binascii.Error, ValueError, InvalidTag):
        raise InvalidSearch(
            "This cursor was not given out for this search",
            "Denne markøren er ikke gitt ut for dette søket",
            expected=Text(
                "a link of a page of the same search, unchanged",
                "en lenke fra en side av det samme søket, uendret",
            ),
        ) from None
    return Cursor(*_PLACES.unpack(body))


def expired() -> InvalidSearch:
    return InvalidSearch(
        "This page link has expired: search again from the beginning",
        "Denne sidelenken er utløpt: søk på nytt fra begynnelsen",
    )


@lru_cache(maxsize=16)
def _cipher(secret: bytes) -> AESGCM:
    return AESGCM(blake2b(secret, digest_size=32, person=b"cursor").digest())
