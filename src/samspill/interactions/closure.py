"""$closure on the system: tables of concepts that clients keep under a name, with their versions.

https://hl7.org/fhir/R4/terminology-service.html#closure
"""

from msgspec import json

from samspill.base import clock
from samspill.base.errors import InvalidRequest, NotFound, TooCostly
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir.terminology import closure
from samspill.fhir.terminology.closure import Table
from samspill.interactions import terminology
from samspill.interactions.service import Call, Operation
from samspill.store import Transaction
from samspill.store.kept import FOREVER, Kept, find, put

KIND = "closure"
MOST_MEMBERS = 10_000
"""Concepts in one table."""
LONGEST_NAME = 200


def run(call: Call) -> Resource:
    """A name alone begins the table anew; with concepts they are added and what is new is told;
    with a version all is told that came after it."""
    name, version = call.value("name"), call.value("version")
    codings = [each for each in call.values("concept") if isinstance(each, dict)]
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME:
        raise _wrong("name", Text("a name of at most 200 letters", "et navn på høyst 200 tegn"))
    if version is not None and (codings or not str(version).isdecimal() or len(str(version)) > 9):
        raise _wrong(
            "version",
            Text(
                "a version of the table, without concepts", "en versjon av tabellen, uten begreper"
            ),
        )
    platform = call.session.platform
    codes = closure.known(platform.library, codings)

    def work(transaction: Transaction) -> tuple[Table, int]:
        if not codes and version is None:
            return _keep(transaction, name, Table()), 0
        table = _find(transaction, name)
        if version is not None:
            return table, int(version)
        grown = table.with_codes(codes)
        return (_keep(transaction, name, grown) if grown is not table else table), table.version

    table, since = platform.store.write(work)
    at = clock.instant(platform.clock())
    return closure.to_map(name, table, since, platform.library, at)


def _find(transaction: Transaction, name: str) -> Table:
    found = transaction.keep_up(lambda connection: find(connection, KIND, name, transaction.at))
    if found is None:
        raise NotFound(
            "There is no closure table of this name: begin it by a call with the name alone",
            "Det finnes ingen slik tabell: begynn den med et kall med navnet alene",
            where="name",
        )
    return json.decode(found.value, type=Table)


def _keep(transaction: Transaction, name: str, table: Table) -> Table:
    if len(table.members) > MOST_MEMBERS:
        raise TooCostly(
            "A closure table has room for 10,000 concepts",
            "En slik tabell har plass til 10 000 begreper",
            where="concept",
        )
    kept = Kept(name, json.encode(table).decode(), FOREVER)
    transaction.keep_up(lambda connection: put(connection, KIND, kept))
    return table


def _wrong(where: str, expected: Text) -> InvalidRequest:
    return InvalidRequest(
        "A parameter is missing or wrong",
        "En parameter mangler eller er feil",
        where=where,
        expected=expected,
    )


OPERATION = Operation(
    "closure",
    "",
    terminology.told(run),
    levels=("system",),
    writes=True,
    definition="http://hl7.org/fhir/OperationDefinition/ConceptMap-closure",
)
