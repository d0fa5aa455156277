"""Files and folders to pieces of work, read with bounds: no line and no file may fill the memory.

Bundles and single resources are pieces as they are; NDJSON is cut into blocks of whole lines.
https://hl7.org/fhir/R4/nd-json.html
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from samspill.base.errors import InvalidContent, TooLarge
from samspill.base.texts import Text

WHOLE = (".json", ".json.gz")
BY_LINES = (".ndjson", ".ndjson.gz", ".jsonl", ".jsonl.gz")

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of a file that is read whole, after unpacking."""
LARGEST_LINE = 16 * 1024 * 1024
BLOCK = 256 * 1024
"""Bytes of lines that make one piece of work, about."""
MOST_EMPTY_BYTES = 16 * 1024 * 1024
"""Bytes of empty lines in one file."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines of an NDJSON file."""

    path: Path
    first: int
    """Number of the first line, counted from 1."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Whole:
    """A file that holds one JSON value; whoever prepares it reads it."""

    path: Path


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be loaded and why, without any of its content."""

    path: Path
    line: int
    """0 where the file is not read by lines."""
    text: Text

    def said_in(self, language: str) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.text.said_in(language)}"


Piece = Lines | Whole | Failure


def find(paths: Iterable[Path]) -> Iterator[Path]:
    """The files to load: those named, and those of folders that have a known ending."""
    for path in paths:
        if path.is_dir():
            inside = (each for each in sorted(path.rglob("*")) if each.is_file())
            yield from (each for each in inside if each.name.endswith((*WHOLE, *BY_LINES)))
        else:
            yield path


def pieces(path: Path) -> Iterator[Piece]:
    """The work of one file; what cannot be read comes as a failure."""
    if not path.exists():
        yield Failure(path, 0, NO_SUCH_FILE)
    elif path.name.endswith(WHOLE):
        yield Whole(path)
    elif not path.name.endswith(BY_LINES):
        yield Failure(path, 0, UNKNOWN_ENDING)
    else:
        try:
            with _open(path) as stream:
                yield from _blocks(path, stream)
        except (OSError, EOFError, zlib.error) as error:
            yield Failure(path, 0, _unreadable(error))


def read_whole(path: Path) -> bytes:
    """The bytes of a file, unpacked. Raises TooLarge and InvalidContent."""
    try:
        with _open(path) as stream:
            data = stream.read(LARGEST_FILE + 1)
    except (OSError, EOFError, zlib.error) as error:
        text = _unreadable(error)
        raise InvalidContent(text.en, text.nb) from None
    if len(data) > LARGEST_FILE:
        raise TooLarge(FILE_TOO_LARGE.en, FILE_TOO_LARGE.nb)
    return data


def _open(path: Path) -> BinaryIO:
    if path.name.endswith(".gz"):
        return cast(BinaryIO, gzip.open(path, "rb"))
    return path.open("rb")


def _blocks(path: Path, stream: BinaryIO) -> Iterator[Piece]:
    """Blocks of whole lines. An overlong line ends the file: it cannot be skipped cheaply."""
    held, line, empty = b"", 1, 0
    while data := stream.read(BLOCK):
        whole, newline, rest = (held + data).rpartition(b"\n")
        held = rest
        if newline:
            empty = 0 if whole.strip() else empty + len(whole)
            if whole.strip():
                yield Lines(path, line, whole)
            line += whole.count(b"\n") + 1
        if empty > MOST_EMPTY_BYTES:
            yield Failure(path, line, TOO_MANY_EMPTY_LINES)
            return
        if len(held) > LARGEST_LINE:
            yield Failure(path, line, LINE_TOO_LARGE)
            return
    if held.strip():
        yield Lines(path, line, held)


def _unreadable(error: Exception) -> Text:
    """What the system says, without the path, which stands before it anyway."""
    said = getattr(error, "strerror", None) or str(error)
    return Text(f"The file cannot be read: {said}", f"Filen kan ikke leses: {said}")


NO_SUCH_FILE = Text("There is no such file", "Filen finnes ikke")
UNKNOWN_ENDING = Text(
    "The file is of no known kind. Expected: .json or .ndjson, also with .gz",
    "Filen er av ukjent slag. Ventet: .json eller .ndjson, også med .gz",
)
FILE_TOO_LARGE = Text(
    f"The file is larger than {LARGEST_FILE >> 20} MiB; large data is loaded as NDJSON",
    f"Filen er større enn {LARGEST_FILE >> 20} MiB; store data lastes som NDJSON",
)
LINE_TOO_LARGE = Text(
    f"The line is longer than {LARGEST_LINE >> 20} MiB; the rest of the file is not read",
    f"Linjen er lengre enn {LARGEST_LINE >> 20} MiB; resten av filen leses ikke",
)
TOO_MANY_EMPTY_LINES = Text(
    "Too many empty lines; the rest of the file is not read",
    "For mange tomme linjer; resten av filen leses ikke",
)
