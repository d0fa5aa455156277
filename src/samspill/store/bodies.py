"""How the JSON of a version is kept: as it is, or by zstd with a dictionary for its type."""

import threading
from collections.abc import Sequence

import zstandard

from samspill.store.connect import Connection

PLAIN = 0
ZSTD = 1
"""Codecs; greater numbers are ids of rows in `dictionary`."""

_LEVEL = 3
_SHORT = 200
"""Bytes below which compression without a dictionary does not pay."""


class Bodies:
    """Compresses and expands bodies. Each thread has its own zstd contexts."""

    def __init__(self) -> None:
        self._local = threading.local()
        self._bytes: dict[int, bytes] = {}
        self.newest: dict[int, int] = {}
        """The dictionary to write with, for each type that has one."""

    def load(self, connection: Connection) -> None:
        """Learns the dictionaries that are there."""
        for id, type, data in connection.rows("SELECT id, type, bytes FROM dictionary ORDER BY id"):
            self._bytes[id] = data
            self.newest[type] = id

    def compress(self, type: int, body: bytes) -> tuple[int, bytes]:
        """The codec and the bytes to be stored."""
        codec = self.newest.get(type, ZSTD)
        if codec == ZSTD and len(body) < _SHORT:
            return PLAIN, body
        packed = self._compressor(codec).compress(body)
        return (codec, packed) if len(packed) < len(body) else (PLAIN, body)

    def expand(self, connection: Connection, codec: int, stored: bytes) -> bytes:
        if codec == PLAIN:
            return stored
        known: dict[int, zstandard.ZstdDecompressor] | None = getattr(self._local, "expand", None)
        if known is None:
            known = self._local.expand = {}
        if codec not in known:
            if codec != ZSTD and codec not in self._bytes:
                self.load(connection)
            known[codec] = zstandard.ZstdDecompressor(dict_data=self._dictionary(codec))
        return known[codec].decompress(stored)

    def _compressor(self, codec: int) -> zstandard.ZstdCompressor:
        known: dict[int, zstandard.ZstdCompressor] | None = getattr(self._local, "compress", None)
        if known is None:
            known = self._local.compress = {}
        if codec not in known:
            known[codec] = zstandard.ZstdCompressor(
                level=_LEVEL,
                dict_data=self._dictionary(codec),
                write_checksum=False,
                write_dict_id=False,
            )
        return known[codec]

    def _dictionary(self, codec: int) -> zstandard.ZstdCompressionDict | None:
        return None if codec == ZSTD else zstandard.ZstdCompressionDict(self._bytes[codec])


def train(samples: Sequence[bytes], size: int = 64 * 1024) -> bytes:
    """A dictionary for bodies like these."""
    return zstandard.train_dictionary(size, list(samples)).as_bytes()
