"""$closure: how the concepts that a client uses lie under each other, told bit by bit.

https://hl7.org/fhir/R4/conceptmap-operation-closure.html
"""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from pyroaring import BitMap

from samspill.base.errors import InvalidTerminology
from samspill.fhir.terminology import issues
from samspill.fhir.terminology.library import Library
from samspill.fhir.terminology.systems import System

Resource = dict[str, Any]


class Member(Struct, frozen=True):
    """A concept of a table, and the version of the table that it came with."""

    system: str
    code: str
    since: int


class Table(Struct, frozen=True):
    """The concepts that a client has told of under one name."""

    version: int = 0
    members: tuple[Member, ...] = ()

    def with_codes(self, codes: Sequence[tuple[str, str]]) -> "Table":
        """The next version of the table; the same one where nothing is new."""
        held = {(each.system, each.code) for each in self.members}
        new = [code for code in dict.fromkeys(codes) if code not in held]
        if not new:
            return self
        since = self.version + 1
        return Table(since, (*self.members, *(Member(*code, since) for code in new)))


def known(library: Library, codings: Sequence[Resource]) -> list[tuple[str, str]]:
    """System and code of each coding, as the systems write them; raises `InvalidTerminology`."""
    found = []
    for coding in codings:
        url, code = str(coding.get("system", "")), str(coding.get("code", ""))
        version = str(coding.get("version", ""))
        system = library.system(f"{url}|{version}" if version else url)
        if system is None:
            versions = library.versions("CodeSystem", url)
            fault = issues.system_not_found(url, "concept", version=version, versions=versions)
            raise InvalidTerminology([fault])
        concept = system.find(code)
        if concept is None:
            raise InvalidTerminology([issues.unknown_code(code, url, system.version, "concept")])
        found.append((system.url, concept.code))
    return found


def to_map(name: str, table: Table, since: int, library: Library, at: str) -> Resource:
    """What came after a version: each concept with those of the table that subsume it."""
    groups = []
    for url in dict.fromkeys(each.system for each in table.members):
        system = library.system(url)
        elements = list(_elements(system, table, since)) if system else []
        if elements:
            groups.append({"source": url, "target": url, "element": elements})
    return {
        "resourceType": "ConceptMap",
        "version": str(table.version),
        "name": name,
        "status": "active",
        "experimental": True,
        "date": at,
        **({"group": groups} if groups else {}),
    }


def _elements(system: System, table: Table, since: int) -> Iterator[Resource]:
    """Of two concepts one at least is newer than the version that the client has."""
    members = {}
    for each in table.members:
        place = system.place(each.code) if each.system == system.url else None
        if place is not None:
            members[place] = each
    held = BitMap(members)
    new = BitMap([place for place, each in members.items() if each.since > since])
    above: dict[int, list[int]] = {}
    for place, each in members.items():
        for below in system.below(each.code) & (held if place in new else new):
            above.setdefault(below, []).append(place)
    for place in (each for each in members if each in above):
        targets = [{"code": members[each].code, "equivalence": "subsumes"} for each in above[place]]
        yield {"code": members[place].code, "target": targets}
