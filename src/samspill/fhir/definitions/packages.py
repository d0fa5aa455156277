"""FHIR packages read in memory: `.tgz` files and folders, and never a path outside; and written.

https://hl7.org/fhir/R4/packages.html; the guards are those of access.md T15.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from samspill.base.errors import InvalidContent, TooLarge

Resource = dict[str, Any]

MANIFEST = "package.json"
MOST_FILES = 20_000
MOST_BYTES = 256 << 20
MOST_BYTES_OF_A_FILE = 32 << 20


def read(path: Path) -> Iterator[bytes]:
    """The JSON files of a package, each as bytes: of a `.tgz`, or of a folder and those in it."""
    return read_folder(path) if path.is_dir() else read_archive(path.read_bytes())


def read_archive(data: bytes) -> Iterator[bytes]:
    """The JSON files directly in `package/` of a gzipped tar, which is never unpacked to disk.

    Raises InvalidContent for what is no such archive, TooLarge for one that unpacks to too much.
    """
    return (content for name, content in _members(data) if name != MANIFEST)


def read_folder(folder: Path, suffix: str = ".json") -> Iterator[bytes]:
    """The files of a folder and those in it, links that lead outside left out."""
    count = size = 0
    root = folder.resolve()
    for path in sorted(folder.rglob(f"*{suffix}")):
        if path.name.startswith(".") or path.name == MANIFEST:
            continue
        if not path.is_file() or not path.resolve().is_relative_to(root):
            continue
        file_size = path.stat().st_size
        count += 1
        size += file_size
        _guard(count, size, file_size)
        yield path.read_bytes()


def manifest(path: Path) -> bytes | None:
    """The `package.json` of a package, if it has one."""
    if not path.is_dir():
        return next((data for name, data in _members(path.read_bytes()) if name == MANIFEST), None)
    for file in (path / MANIFEST, path / "package" / MANIFEST):
        if file.is_file() and file.resolve().is_relative_to(path.resolve()):
            _guard(1, 0, file.stat().st_size)
            return file.read_bytes()
    return None


def write(manifest: bytes, resources: Iterable[bytes]) -> bytes:
    """A package as a gzipped tar; the same content gives the same bytes."""
    buffer = io.BytesIO()
    # The time stands in the head of gzip too, so both are written without one.
    packed = gzip.GzipFile(fileobj=buffer, mode="wb", filename="", mtime=0)
    with packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for number, content in enumerate((manifest, *resources)):
            member = tarfile.TarInfo(
                f"package/{number:05}.json" if number else f"package/{MANIFEST}"
            )
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of the JSON files directly in `package/`."""
    count = 0
    stream = _Inflated(data)
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                count += 1
                _guard(count, stream.size, member.size)
                path = PurePosixPath(member.name)
                if member.isreg() and _is_content(path):
                    file = archive.extractfile(member)
                    if file:
                        yield path.name, file.read()
    except (tarfile.TarError, zlib.error, EOFError, OSError) as fault:
        raise InvalidContent(
            "The package is not a gzipped tar archive", "Pakken er ikke et gzip-pakket tar-arkiv"
        ) from fault


class _Inflated(io.RawIOBase):
    """The content of gzipped bytes as a stream that ends with an error when it grows too long."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._file = gzip.GzipFile(fileobj=io.BytesIO(data))
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        # A header may claim any length, and is read at once.
        _guard(0, self.size, size)
        found = self._file.read(size)
        self.size += len(found)
        return found


def _guard(count: int, size: int, file_size: int) -> None:
    if count > MOST_FILES or size > MOST_BYTES or file_size > MOST_BYTES_OF_A_FILE:
        raise TooLarge(
            f"The package holds more than {MOST_FILES} files, {MOST_BYTES >> 20} MiB, "
            f"or a file over {MOST_BYTES_OF_A_FILE >> 20} MiB",
            f"Pakken har mer enn {MOST_FILES} filer, {MOST_BYTES >> 20} MiB, "
            f"eller en fil over {MOST_BYTES_OF_A_FILE >> 20} MiB",
        )


def _is_content(path: PurePosixPath) -> bool:
    return (
        len(path.parts) == 2
        and path.parts[0] == "package"
        and path.suffix == ".json"
        and not path.name.startswith(".")
    )


class Head(msgspec.Struct):
    resourceType: str = ""
    url: str = ""
    version: str = ""
    id: str = ""


HEAD = msgspec.json.Decoder(Head)


def head(data: bytes) -> Head | None:
    """Type, url, version and id of a JSON resource, or None if it is not one."""
    try:
        found = HEAD.decode(data)
    except msgspec.DecodeError:
        return None
    return found if found.resourceType else None
