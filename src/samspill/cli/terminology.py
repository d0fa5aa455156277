"""`samspill terminology load | list | remove`: the code systems of a record.

FHIR resources (JSON or NDJSON, such as Volven) go into the record as they are; with `--as`, files
in the formats of their owners become code systems. docs/terminology.md tells which file from whom.
"""

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from samspill import app
from samspill.access import actor as actors
from samspill.base.errors import Misconfigured
from samspill.base.texts import Text
from samspill.cli import options
from samspill.fhir.terminology.formats.tables import Columns
from samspill.interactions import code_systems
from samspill.interactions import load as loads
from samspill.interactions.code_systems import FORMATS, Wanted
from samspill.interactions.session import Session

FHIR = "fhir"


def add(commands: options.Commands) -> None:
    parser = commands.add_parser(
        "terminology",
        help=_said("load, list and remove code systems", "last inn, vis og fjern kodeverk"),
        description=_said("The code systems of a record.", "Kodeverkene i en journal."),
    )
    actions = parser.add_subparsers(metavar="action", required=True)
    _add_load(actions)
    says = _said("List the code systems of the record", "Vis kodeverkene i journalen")
    options.command(actions, "list", run_list, says)
    says = _said("Remove one version of a code system", "Fjern en utgave av et kodeverk")
    remove = options.command(actions, "remove", run_remove, says)
    remove.add_argument("url", help=_said("address of the system", "adressen til kodeverket"))
    remove.add_argument(
        "version", nargs="?", default="", help=_said("its version", "utgaven av det")
    )


def _add_load(actions: options.Commands) -> None:
    says = _said(
        "Load code systems, value sets and maps, with all or nothing of each system",
        "Last inn kodeverk, verdisett og mapper, alt eller intet av hvert kodeverk",
    )
    load = options.command(actions, "load", run_load, says)
    load.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="FILE",
        help=_said("file, folder or zip", "fil, mappe eller zip"),
    )
    load.add_argument(
        "--as",
        dest="format",
        choices=(FHIR, *FORMATS),
        default=FHIR,
        help=_said("format of the files", "formatet på filene"),
    )
    load.add_argument(
        "--jobs",
        type=int,
        default=2,
        help=_said("processes that prepare FHIR resources", "prosesser som forbereder ressurser"),
    )
    for name, metavar, en, nb in _GIVEN:
        load.add_argument(name, default="", metavar=metavar, help=_said(en, nb))
    columns = load.add_argument_group(
        _said("columns of a table", "kolonnene i en tabell"),
        _said("by their names in the first line", "ved navnene i første linje"),
    )
    columns.add_argument("--code", default="Kode", metavar="COLUMN")
    columns.add_argument("--display", default="Tekst", metavar="COLUMN")
    for name, en, nb in _COLUMNS:
        columns.add_argument(name, default="", metavar="COLUMN", help=_said(en, nb))
    for name, metavar, en, nb in _REPEATED:
        columns.add_argument(name, action="append", default=[], metavar=metavar, help=_said(en, nb))


def run_load(given: argparse.Namespace) -> int:
    """1 when a FHIR resource was refused; the others are loaded."""
    if given.format == FHIR:
        return _within(given, lambda session: _load_resources(session, given))
    table = code_systems.read(given.format, given.paths, _wanted(given))

    def load(session: Session) -> int:
        taken = code_systems.load(session, table, _tell)
        print(f"{taken.url}|{taken.version}: {taken.concepts} concepts")
        if taken.others:
            print(f"{taken.others} other resources")
        return 0

    return _within(given, load)


def run_list(given: argparse.Namespace) -> int:
    def tell(session: Session) -> int:
        for each in code_systems.listed(session):
            version = f"|{each.version}" if each.version else ""
            print(f"{each.concepts:>9}  {each.url}{version}  {each.title}")
        return 0

    return _within(given, tell)


def run_remove(given: argparse.Namespace) -> int:
    """1 when it was not there."""

    def remove(session: Session) -> int:
        count = code_systems.remove(session, given.url, given.version)
        version = f"|{given.version}" if given.version else ""
        print(f"{'Removed' if count else 'Not there:'} {given.url}{version}")
        return 0 if count else 1

    return _within(given, remove)


def _within(given: argparse.Namespace, work: Callable[[Session], int]) -> int:
    platform = app.build(options.settings(given))
    try:
        return work(Session(platform, actors.SYSTEM))
    finally:
        platform.close()


def _load_resources(session: Session, given: argparse.Namespace) -> int:
    summary = loads.run(session, given.paths, print, given.jobs)
    return 1 if summary.failures else 0


def _tell(count: int) -> None:
    print(f"{count:>9,}", flush=True)


def _wanted(given: argparse.Namespace) -> Wanted:
    return Wanted(
        version=given.version,
        url=given.system,
        title=given.title,
        language=given.language or "nb",
        encoding=given.encoding or "utf-8-sig",
        delimiter="\t" if given.delimiter == "tab" else given.delimiter,
        columns=Columns(
            code=given.code,
            display=given.display,
            parent=given.parent,
            definition=given.definition,
            inactive=given.inactive,
            names=dict(_pair("--name", each) for each in given.name),
            synonyms=tuple(given.synonyms),
            properties=dict(_pair("--property", each) for each in given.property),
        ),
    )


def _pair(option: str, text: str) -> tuple[str, str]:
    name, sign, column = text.partition("=")
    if not (name and sign and column):
        raise Misconfigured(
            f"{option} is a name and a column",
            f"{option} er et navn og en kolonne",
            where=option,
            expected=f"{option} nn=COLUMN",
        )
    return name, column


def _said(en: str, nb: str) -> str:
    """Help in the operator's language."""
    return Text(en, nb).said_in(os.environ.get("LC_ALL") or os.environ.get("LANG") or "en")


_GIVEN = (
    ("--version", "VERSION", "version of the system, if the files do not tell", "utgaven"),
    ("--system", "URL", "address of the system", "adressen til kodeverket"),
    ("--title", "TITLE", "title of the system", "tittelen på kodeverket"),
    ("--language", "TAG", "language of a table's texts (default: nb)", "språket i tabellen"),
    ("--encoding", "NAME", "encoding of a table (default: UTF-8)", "tegnkodingen i tabellen"),
    ("--delimiter", "SIGN", "between columns; tab for a tab", "mellom kolonner; tab for tabulator"),
)
_COLUMNS = (
    ("--parent", "code of what stands above", "koden til det som står over"),
    ("--definition", "explanation", "forklaring"),
    ("--inactive", "filled for codes out of use", "utfylt for koder ute av bruk"),
)
_REPEATED = (
    ("--name", "TAG=COLUMN", "names in another language", "navn på et annet språk"),
    ("--synonyms", "COLUMN", "other names, with | between", "andre navn, med | mellom"),
    ("--property", "CODE=COLUMN", "a property of the code", "en egenskap ved koden"),
)
