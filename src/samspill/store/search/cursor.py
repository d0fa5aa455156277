"""Cursors: the place from which a page goes on, signed, without anything personal in it.

A cursor names the commit that the first page saw and the last row shown, by its commit number. The
record as it was at that commit can still be read, so no row is lost or shown twice while others
write, and the server keeps nothing.
"""

import base64
import binascii
import hmac
import struct
from hashlib import blake2b

from msgspec import Struct

from samspill.base.errors import InvalidSearch
from samspill.base.texts import Text

_PLACES = struct.Struct("<Qqq?I")
_SEAL = 12
"""Bytes of the signature that a cursor carries: 96 bits."""


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
    return base64.urlsafe_b64encode(body + _seal(body, subject, secret)).decode().rstrip("=")


def parse(text: str, subject: bytes, secret: bytes) -> Cursor:
    """The cursor that was given out for this subject, or `InvalidSearch`."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        data = b""
    body, seal = data[:-_SEAL], data[-_SEAL:]
    if not hmac.compare_digest(seal, _seal(body, subject, secret)) or len(body) != _PLACES.size:
        raise InvalidSearch(
            "This cursor was not given out for this search",
            "Denne markøren er ikke gitt ut for dette søket",
            expected=Text(
                "a link of a page of the same search, unchanged",
                "en lenke fra en side av det samme søket, uendret",
            ),
        )
    return Cursor(*_PLACES.unpack(body))


def expired() -> InvalidSearch:
    return InvalidSearch(
        "This page link has expired: search again from the beginning",
        "Denne sidelenken er utløpt: søk på nytt fra begynnelsen",
    )


def _seal(body: bytes, subject: bytes, secret: bytes) -> bytes:
    # The keyed hash of RFC 7693, a third of the time of an HMAC.
    key = secret[: blake2b.MAX_KEY_SIZE]
    return blake2b(body + subject, digest_size=_SEAL, key=key).digest()
