"""The files of a release: a folder or a zip, read where they lie and never unpacked.

The guards are those of hostile packages: links that lead outside are left out, and what unpacks to
far more than it is, is refused. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from samspill.base.errors import InvalidContent, TooLarge
from samspill.base.texts import Text
from samspill.fhir.terminology.formats.lines import LONGEST, File

MOST_FILES = 10_000
MOST_BYTES = 8 << 30
"""Of one file; a full SNOMED CT edition has files of one gigabyte."""
MOST_RATIO = 200
"""By which a file may shrink in an archive; tables of text shrink by 5 to 30."""
FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError)
"""What zipfile raises for a damaged archive, or one packed in a way that it does not know."""


@dataclass(frozen=True, slots=True)
class Held:
    """A file of a release, not opened yet."""

    name: str
    path: Path
    member: zipfile.ZipInfo | None = None

    def open(self) -> File:
        return File(self.name, self._lines())

    def _lines(self) -> Iterator[bytes]:
        if self.member is None:
            with self.path.open("rb") as stream:
                yield from _lines_of(stream)
            return
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as stream:
                yield from _lines_of(stream)
        except (*FAULTS, RuntimeError) as fault:
            raise _unreadable(self.path.name) from fault


def files(paths: Iterable[Path]) -> list[Held]:
    """All files of folders, archives and single files, by their own names.

    Raises InvalidContent for what is no readable archive, TooLarge for a bomb.
    """
    found = [each for path in paths for each in _of(path)]
    if len(found) > MOST_FILES:
        raise _too_large(", ".join(str(each) for each in paths))
    return found


def _of(path: Path) -> Iterator[Held]:
    if path.is_dir():
        root = path.resolve()
        for each in sorted(path.rglob("*")):
            if each.is_file() and each.resolve().is_relative_to(root):
                yield Held(each.name, each)
    elif path.suffix.lower() == ".zip":
        yield from _members(path)
    elif path.is_file():
        yield Held(path.name, path)
    else:
        raise InvalidContent(
            f"There is no file or folder {path}",
            f"Det finnes ingen fil eller mappe {path}",
            where=str(path),
        )


def _members(path: Path) -> Iterator[Held]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (*FAULTS, OSError) as fault:
        raise _unreadable(path.name) from fault
    if len(members) > MOST_FILES:
        raise _too_large(path.name)
    for each in members:
        if each.is_dir() or "__MACOSX" in each.filename:
            continue
        if each.flag_bits & 1:
            raise _unreadable(path.name)
        if each.file_size > MOST_BYTES or _is_bomb(each):
            raise _too_large(path.name)
        yield Held(PurePosixPath(each.filename).name, path, each)


def _lines_of(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines; one that is far too long comes in pieces, which its reader refuses."""
    return iter(lambda: stream.readline(LONGEST + 1), b"")


def _is_bomb(member: zipfile.ZipInfo) -> bool:
    return member.file_size > (1 << 20) and member.file_size > MOST_RATIO * member.compress_size


def _unreadable(name: str) -> InvalidContent:
    return InvalidContent(
        f"{name} is not an archive that can be read",
        f"{name} er ikke et arkiv som kan leses",
        where=name,
        expected=Text("a zip file without a password", "en zip-fil uten passord"),
    )


def _too_large(name: str) -> TooLarge:
    return TooLarge(
        f"{name} holds too much to be a release of a code system",
        f"{name} inneholder for mye til å være en utgave av et kodeverk",
        where=name,
        expected=Text(
            f"at most {MOST_FILES} files, each at most {MOST_RATIO} times as large as packed",
            f"høyst {MOST_FILES} filer, hver høyst {MOST_RATIO} ganger så stor som pakket",
        ),
    )
