"""Code systems in the formats of their owners, into the record: load, list and remove.

The operator decides what is loaded, as with packages; there is no way here from the network.
https://hl7.org/fhir/R4/codesystem.html
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from samspill.access.decide import Action
from samspill.base.errors import Misconfigured
from samspill.base.texts import Text
from samspill.fhir.terminology.formats import archives, loinc, rf2, tables
from samspill.fhir.terminology.formats.archives import Held
from samspill.fhir.terminology.formats.table import Table
from samspill.fhir.terminology.formats.tables import Columns, Named
from samspill.interactions import delete, search, update
from samspill.interactions.session import Session
from samspill.norway import classifications, fest
from samspill.norway.classifications import Classification

Report = Callable[[int], None]
"""Hears how many concepts have been read so far."""
TABLE = "table"
FORMATS = ("snomed", "loinc", *classifications.TABLES, "fest", TABLE)
MOST_LISTED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the operator says of the files; what is empty is told by the files, or by the format."""

    version: str = ""
    url: str = ""
    title: str = ""
    language: str = "nb"
    columns: Columns = field(default_factory=lambda: Columns("Kode", "Tekst"))
    encoding: str = "utf-8-sig"
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A code system that is there."""

    url: str
    version: str
    title: str
    concepts: int
    is_large: bool
    """Whether it stands beside the record, rather than as one resource in it."""


@dataclass(frozen=True, slots=True)
class Loaded:
    url: str
    version: str
    concepts: int
    others: int
    """Value sets and other resources that came with it."""


def read(format: str, paths: Sequence[Path], wanted: Wanted) -> Table:
    """The code system in some files; nothing is read of a large one before it is asked for."""
    held = archives.files(paths)
    match format:
        case "snomed":
            return _named(rf2.read(held, classifications.SNOMED), wanted)
        case "loinc":
            found = loinc.read(held, classifications.LOINC_VARIANTS, wanted.version)
            return _named(found, wanted)
        case "fest":
            return _named(fest.read(_only(held, ".xml").open(), wanted.version), wanted)
        case _:
            return _table(format, held, wanted)


def load(session: Session, table: Table, report: Report) -> Loaded:
    """Takes a code system in, whole or not at all, then the resources that came with it."""
    session.decide(Action.CREATE, "CodeSystem")
    taken = session.platform.concepts.load(table.head, table.concepts, report)
    others = 0
    for each in table.others:
        update.update(session, each["resourceType"], each["id"], each)
        others += 1
    return Loaded(taken.url, taken.version, taken.concepts, others)


def listed(session: Session) -> list[Listed]:
    """The code systems of the record, the large ones first; not those of packages."""
    large = [
        Listed(each.url, each.version, each.resource.get("title", ""), each.concepts, is_large=True)
        for each in session.platform.concepts.loaded()
    ]
    query = [("_count", str(MOST_LISTED)), ("_sort", "url")]
    found = search.search(session, "CodeSystem", query).resources()
    small = [
        Listed(
            each.get("url", ""),
            each.get("version", ""),
            each.get("title") or each.get("name", ""),
            count([each]),
            is_large=False,
        )
        for each in found
    ]
    return [*large, *small]


def count(holders: Iterable[dict[str, object]]) -> int:
    """The concepts in a resource, also those below others."""
    waiting, found = list(holders), -1
    for each in waiting:
        found += 1
        below = each.get("concept")
        waiting += below if isinstance(below, list) else []
    return found


def remove(session: Session, url: str, version: str) -> int:
    """Takes a version of a system out of the record; the number that were there."""
    session.decide(Action.DELETE, "CodeSystem")
    removed = int(session.platform.concepts.unload(url, version))
    found = search.search(session, "CodeSystem", [("url", url), ("_count", str(MOST_LISTED))])
    for each in found.resources():
        if each.get("version", "") == version:
            delete.delete(session, "CodeSystem", each["id"])
            removed += 1
    return removed


def _table(format: str, held: Sequence[Held], wanted: Wanted) -> Table:
    meant = classifications.TABLES.get(format, Classification("", "", tables.by_prefix))
    url = wanted.url or meant.url
    if not url:
        raise Misconfigured(
            "The address of this code system must be given",
            "Adressen til dette kodeverket må oppgis",
            where="--system",
            expected=Text("--system with a URL or urn:oid:", "--system med en URL eller urn:oid:"),
        )
    if format == TABLE:
        meant = Classification(url, wanted.title, tables.flat)
    return tables.read(
        [each.open() for each in held],
        Named(url, wanted.version, wanted.title or meant.title or url, wanted.language),
        wanted.columns,
        hierarchy=meant.hierarchy,
        delimiter=wanted.delimiter,
        encoding=wanted.encoding,
    )


def _named(table: Table, wanted: Wanted) -> Table:
    """The table under the version, address and title that the operator gives, if any."""
    given = {"url": wanted.url, "version": wanted.version, "title": wanted.title}
    head = {**table.head, **{key: value for key, value in given.items() if value}}
    return Table(head, table.concepts, table.others)


def _only(held: Sequence[Held], suffix: str) -> Held:
    found = [each for each in held if each.name.lower().endswith(suffix)]
    if len(found) != 1:
        raise Misconfigured(
            f"There must be one {suffix} file",
            f"Det må være én {suffix}-fil",
            expected=Text(
                f"one {suffix} file, or a zip with it", f"én {suffix}-fil, eller en zip med den"
            ),
        )
    return found[0]
