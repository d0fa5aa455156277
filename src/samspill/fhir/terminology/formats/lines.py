"""Rows of a delimited text, and the refusal that names file, line and column.

Quotes are those of https://www.rfc-editor.org/rfc/rfc4180; RF2 has none.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from samspill.base.errors import InvalidContent
from samspill.base.texts import Text

DELIMITERS = "\t;,|"
LONGEST = 1 << 20
"""Characters of a line."""


@dataclass(frozen=True, slots=True)
class File:
    """A text that comes line by line; its name is for messages."""

    name: str
    lines: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Row:
    """The values of a row by the names of their columns."""

    file: str
    line: int
    columns: Mapping[str, int]
    values: Sequence[str]

    def text(self, column: str) -> str:
        """The value, without space around it; "" for a column that the file does not have."""
        at = self.columns.get(column)
        return "" if at is None else self.values[at].strip()

    def needed(self, column: str) -> str:
        """The value, which must be there."""
        return self.text(column) or self.refuse(column, Text("a value", "en verdi"))

    def refuse(self, column: str, expected: Text) -> NoReturn:
        refuse(self.file, self.line, self.columns.get(column, 0) + 1, expected)


def refuse(file: str, line: int, column: int, expected: Text) -> NoReturn:
    """Raises the fault of one place in a file; columns are counted as fields, from 1."""
    raise InvalidContent(
        f"{file} cannot be read at line {line}, column {column}",
        f"{file} kan ikke leses ved linje {line}, kolonne {column}",
        where=file,
        expected=expected,
        line=line,
        column=column,
    )


def rows(
    file: File,
    *,
    needs: Iterable[str] = (),
    delimiter: str = "",
    is_quoted: bool = True,
    encoding: str = "utf-8-sig",
) -> Iterator[Row]:
    """The rows below the head of a file; empty lines are left out.

    Raises InvalidContent for a missing column, a row of another length, text in another encoding,
    or quotes that do not close. Without a `delimiter` it is the one that stands most in the head.
    """
    texts = _decoded(file, encoding)
    first = next(texts, "")
    mark = delimiter or max(DELIMITERS, key=first.count)
    names = _split(file, first, mark) if is_quoted else first.split(mark)
    columns = {name.strip(): at for at, name in enumerate(names)}
    for each in needs:
        if each not in columns:
            listed = ", ".join(name for name in columns if name)[:300]
            refuse(file.name, 1, 1, _column_expected(each, listed))
    found = _quoted(file, texts, mark) if is_quoted else _plain(texts, mark)
    for line, values in found:
        if len(values) == len(names):
            yield Row(file.name, line, columns, values)
        elif any(values):
            at = min(len(values), len(names)) + 1
            refuse(file.name, line, at, _count_expected(len(names)))


def _decoded(file: File, encoding: str) -> Iterator[str]:
    for number, line in enumerate(file.lines, 1):
        if len(line) > LONGEST:
            expected = Text(f"at most {LONGEST} bytes", f"høyst {LONGEST} byte")
            refuse(file.name, number, 1, expected)
        try:
            text = codecs.decode(line, encoding if number == 1 else encoding.removesuffix("-sig"))
        except UnicodeDecodeError as fault:
            column = line.count(b"\t", 0, fault.start) + 1
            expected = Text(
                f"text in {encoding}; another encoding can be given by --encoding",
                f"tekst i {encoding}; en annen koding kan oppgis med --encoding",
            )
            refuse(file.name, number, column, expected)
        yield text.rstrip("\r\n")


def _plain(texts: Iterator[str], mark: str) -> Iterator[tuple[int, list[str]]]:
    for number, text in enumerate(texts, 2):
        if text:
            yield number, text.split(mark)


def _quoted(file: File, texts: Iterator[str], mark: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader((text + "\n" for text in texts), delimiter=mark, strict=True)
    while True:
        line = reader.line_num + 2
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error:
            refuse(file.name, line, 1, QUOTES)
        if values:
            yield line, values


def _split(file: File, text: str, mark: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=mark, strict=True), [])
    except csv.Error:
        refuse(file.name, 1, 1, QUOTES)


def _column_expected(name: str, listed: str) -> Text:
    return Text(f"a column {name}; the file has {listed}", f"en kolonne {name}; filen har {listed}")


def _count_expected(count: int) -> Text:
    return Text(f"{count} columns, as in the head", f"{count} kolonner, som i hodet")


QUOTES = Text(
    "quotation marks in pairs, around whole values", "anførselstegn i par, rundt hele verdier"
)
