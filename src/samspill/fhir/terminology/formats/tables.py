"""A code system as a plain table: a row for each code, in columns that the operator names.

https://hl7.org/fhir/R4/codesystem.html
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from samspill.base.texts import Text
from samspill.fhir.terminology import entries
from samspill.fhir.terminology.formats import lines, table
from samspill.fhir.terminology.formats.lines import File, Row
from samspill.fhir.terminology.formats.table import Table
from samspill.fhir.terminology.systems import Concept

Resource = dict[str, Any]
Parents = Callable[[str], Sequence[str]]
Hierarchy = Callable[[Mapping[str, int]], Parents]
"""Given all codes of a table: what stands above each of them."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table hold, by their names in its head."""

    code: str
    display: str
    parent: str = ""
    definition: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of names in other languages: the column by the language."""
    synonyms: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    """The column by the code of the property."""
    inactive: str = ""
    """A column that holds something for codes that are out of use, such as the day they ended."""

    @property
    def all(self) -> tuple[str, ...]:
        """The columns that the file must have."""
        optional = (self.parent, self.definition, self.inactive)
        others = (*self.names.values(), *self.synonyms, *self.properties.values())
        return (self.code, self.display, *(each for each in optional if each), *others)


@dataclass(frozen=True, slots=True)
class Named:
    """The code system that a table holds."""

    url: str
    version: str
    title: str
    language: str = "nb"


def flat(codes: Mapping[str, int]) -> Parents:
    """No code stands above another."""
    return lambda code: ()


def by_prefix(codes: Mapping[str, int]) -> Parents:
    """The longest beginning of a code that is itself a code: A10BA for A10BA02, T90 for T90.1."""

    def above(code: str) -> Sequence[str]:
        for length in range(len(code) - 1, 0, -1):
            if code[:length] in codes:
                return (code[:length],)
        return ()

    return above


def read(
    files: Sequence[File],
    named: Named,
    columns: Columns,
    *,
    hierarchy: Hierarchy = flat,
    delimiter: str = "",
    encoding: str = "utf-8-sig",
) -> Table:
    """The codes of one or more tables. A parent that is named goes before what `hierarchy` says.

    Raises InvalidContent for a code that stands twice, or a parent that is nowhere.
    """
    rows = [
        row
        for each in files
        for row in lines.rows(each, needs=columns.all, delimiter=delimiter, encoding=encoding)
    ]
    codes: dict[str, int] = {}
    for row in rows:
        if codes.setdefault(row.needed(columns.code), row.line) != row.line:
            row.refuse(columns.code, TWICE)
    properties = dict.fromkeys(columns.properties, "string")
    head = table.head(
        named.url,
        named.version,
        named.title,
        language=named.language,
        properties={"inactive": "boolean", **properties},
    )
    return Table(head, _concepts(rows, columns, codes, hierarchy(codes)))


def _concepts(
    rows: Sequence[Row], columns: Columns, codes: Mapping[str, int], above: Parents
) -> Iterator[Concept]:
    for row in rows:
        code = row.text(columns.code)
        parent = row.text(columns.parent)
        if parent and parent not in codes:
            row.refuse(columns.parent, NOWHERE)
        told = ((name, row.text(column)) for name, column in columns.properties.items())
        yield entries.concept(
            code,
            row.needed(columns.display),
            definition=row.text(columns.definition),
            parents=(parent,) if parent else above(code),
            designations=_designations(row, columns),
            properties=[(name, value) for name, value in told if value],
            is_active=not row.text(columns.inactive),
        )


def _designations(row: Row, columns: Columns) -> Iterator[Resource]:
    for language, column in columns.names.items():
        if row.text(column):
            yield entries.designation(row.text(column), language)
    for column in columns.synonyms:
        for term in row.text(column).split("|"):
            if term.strip():
                yield entries.designation(term.strip(), use={"display": column})


TWICE = Text("a code that has not been before", "en kode som ikke har vært før")
NOWHERE = Text("the code of another row", "koden til en annen rad")
