"""Resources in one block of bytes: an index, and each resource compressed and decoded when asked.

The core package is compiled to a file of this form when the wheel is built; foreign packages are
brought to the same form in memory. Beside every StructureDefinition with a snapshot stands its
`Structure`, so that nobody pays for the prose.
"""

import mmap
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import Any, Self

import msgspec
import zstandard

from samspill.fhir.definitions import packages, structures
from samspill.fhir.definitions.structures import Resource, Structure

HEADER = struct.Struct("<8sQQ")
MAGIC = b"samdef01"

RESOURCE: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)
STRUCTURE = msgspec.json.Decoder(Structure, float_hook=Decimal)
ENCODER = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a resource lies, and what can be asked without decoding it."""

    type: str
    url: str
    version: str
    id: str
    offset: int
    size: int
    structure_offset: int = 0
    structure_size: int = 0
    kind: str = ""
    """Of a StructureDefinition: resource | complex-type | primitive-type | logical."""
    constrained: str = ""
    """The type that a StructureDefinition defines or constrains."""
    base: str = ""
    derivation: str = ""
    abstract: bool = False


INDEX = msgspec.msgpack.Decoder(list[Entry])


class Archive:
    """An opened block. Entries are in the order in which they were given."""

    def __init__(self, block: bytes | mmap.mmap) -> None:
        magic, index_size, dictionary_size = HEADER.unpack_from(block)
        if magic != MAGIC:
            raise ValueError("not a block of definitions")
        index_end = HEADER.size + index_size
        self.entries = INDEX.decode(zstandard.decompress(block[HEADER.size : index_end]))
        self._start = index_end + dictionary_size
        dictionary = zstandard.ZstdCompressionDict(block[index_end : self._start])
        self._decompressor = zstandard.ZstdDecompressor(dict_data=dictionary)
        self._lock = Lock()
        self._block = block

    @classmethod
    def open(cls, path: Path) -> Self:
        with path.open("rb") as file:
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def resource(self, entry: Entry) -> Resource:
        decoded: Resource = RESOURCE.decode(self._bytes(entry.offset, entry.size))
        return decoded

    def structure(self, entry: Entry) -> Structure | None:
        """The typed elements of a StructureDefinition that came with a snapshot."""
        if not entry.structure_size:
            return None
        return STRUCTURE.decode(self._bytes(entry.structure_offset, entry.structure_size))

    def _bytes(self, offset: int, size: int) -> bytes:
        start = self._start + offset
        # A decompressor must not be used by two threads at once.
        with self._lock:
            return self._decompressor.decompress(self._block[start : start + size])


def pack(files: Iterable[bytes], *, level: int = 3, dictionary_size: int = 0) -> bytes:
    """The block of these JSON files; those that are no FHIR resource are left out.

    A dictionary, trained on the files themselves, makes small resources small; it costs seconds.
    """
    resources = [data for data in files if packages.head(data)]
    dictionary = zstandard.ZstdCompressionDict(b"")
    if dictionary_size:
        dictionary = zstandard.train_dictionary(dictionary_size, [*resources[::2]])
    compressor = zstandard.ZstdCompressor(level=level, dict_data=dictionary)
    blobs: list[bytes] = []
    entries: list[Entry] = []
    end = 0
    for data in resources:
        resource = RESOURCE.decode(data)
        body = compressor.compress(data)
        structure = _structure_bytes(resource)
        lean = compressor.compress(structure) if structure else b""
        entries.append(_entry(resource, end, len(body), len(lean)))
        blobs += [body, lean]
        end += len(body) + len(lean)
    index = zstandard.compress(msgspec.msgpack.encode(entries), 3)
    trained = dictionary.as_bytes()
    return b"".join([HEADER.pack(MAGIC, len(index), len(trained)), index, trained, *blobs])


def _structure_bytes(resource: Resource) -> bytes:
    if resource["resourceType"] != "StructureDefinition" or "snapshot" not in resource:
        return b""
    return ENCODER.encode(structures.read(resource))


def _entry(resource: Resource, offset: int, size: int, structure_size: int) -> Entry:
    is_structure = resource["resourceType"] == "StructureDefinition"
    return Entry(
        type=resource["resourceType"],
        url=str(resource.get("url", "")),
        version=str(resource.get("version", "")),
        id=str(resource.get("id", "")),
        offset=offset,
        size=size,
        structure_offset=offset + size,
        structure_size=structure_size,
        kind=str(resource.get("kind", "")) if is_structure else "",
        constrained=str(resource.get("type", "")).rpartition("/")[2] if is_structure else "",
        base=str(resource.get("baseDefinition", "")) if is_structure else "",
        derivation=str(resource.get("derivation", "")) if is_structure else "",
        abstract=bool(resource.get("abstract")) if is_structure else False,
    )
