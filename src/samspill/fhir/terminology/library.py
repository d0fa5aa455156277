"""Where code systems, value sets and maps are found: several shelves, the nearest first.

Resources of the request come before those of the record, and these before the definitions.
https://hl7.org/fhir/R4/references.html#canonical
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import unquote

from samspill.fhir.definitions import Definitions
from samspill.fhir.terminology import grammars, held
from samspill.fhir.terminology.held import Known
from samspill.fhir.terminology.systems import Concept, System

Resource = dict[str, Any]


class Shelf(Protocol):
    """One place with canonical resources, of which there can be several versions."""

    def versions(self, type: str, url: str) -> Sequence[str]: ...

    def find(self, type: str, url: str, version: str) -> Resource | None: ...

    def system(self, url: str, version: str) -> System | None: ...

    def maps(self) -> Iterable[Resource]:
        """All concept maps."""


class Given:
    """The shelf of resources at hand, such as those of a request."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._held: dict[tuple[str, str], dict[str, Resource]] = {}
        self._systems: dict[tuple[str, str], System] = {}
        for each in resources:
            key = (each.get("resourceType", ""), each.get("url", ""))
            self._held.setdefault(key, {})[each.get("version", "")] = each

    def versions(self, type: str, url: str) -> Sequence[str]:
        return tuple(self._held.get((type, url), ()))

    def find(self, type: str, url: str, version: str) -> Resource | None:
        return self._held.get((type, url), {}).get(version)

    def system(self, url: str, version: str) -> System | None:
        resource = self.find("CodeSystem", url, version)
        if resource is not None and (url, version) not in self._systems:
            self._systems[url, version] = held.read(resource)
        return self._systems.get((url, version))

    def maps(self) -> Iterable[Resource]:
        return [
            each
            for (type, _), held in self._held.items()
            if type == "ConceptMap"
            for each in held.values()
        ]


@dataclass(frozen=True, slots=True)
class One:
    """The shelf of a single code system."""

    held: System

    def versions(self, type: str, url: str) -> Sequence[str]:
        return (self.held.version,) if (type, url) == ("CodeSystem", self.held.url) else ()

    def find(self, type: str, url: str, version: str) -> Resource | None:
        return self.held.resource if version in self.versions(type, url) else None

    def system(self, url: str, version: str) -> System | None:
        return self.held if version in self.versions("CodeSystem", url) else None

    def maps(self) -> Iterable[Resource]:
        return ()


@dataclass(frozen=True, slots=True)
class Defined:
    """The shelf of the definitions packages; systems are kept when they have been read."""

    definitions: Definitions
    known: Known

    def versions(self, type: str, url: str) -> Sequence[str]:
        found = self.definitions.find(url, type)
        return (found.get("version", ""),) if found else ()

    def find(self, type: str, url: str, version: str) -> Resource | None:
        return self.definitions.find(f"{url}|{version}" if version else url, type)

    def system(self, url: str, version: str) -> System | None:
        return self.known.system(f"{url}|{version}" if version else url)

    def maps(self) -> Iterable[Resource]:
        return self.definitions.all("ConceptMap")


@dataclass(frozen=True, slots=True)
class Library:
    """All shelves. A `Source`, so that bindings and searches can ask it too."""

    shelves: tuple[Shelf, ...]
    name: Callable[[str], str] = str
    """The one address of a code system that has several."""
    others: Callable[[str], Sequence[str]] = lambda _: ()
    """All its addresses."""

    def with_nearer(self, shelf: Shelf) -> "Library":
        """The library with another shelf before all that it has."""
        return replace(self, shelves=(shelf, *self.shelves))

    def system(self, canonical: str) -> System | None:
        found = self._locate("CodeSystem", canonical)
        return found[0].system(found[1], found[2]) if found else None

    def value_set(self, canonical: str) -> Resource | None:
        """Also those that are implied by the address of a code system, `…?fhir_vs…`."""
        return self.find("ValueSet", canonical) or _implicit(canonical, self)

    def find(self, type: str, canonical: str) -> Resource | None:
        """The resource by `url`, in its latest version, or by `url|version`."""
        found = self._locate(type, canonical)
        return found[0].find(type, found[1], found[2]) if found else None

    def versions(self, type: str, url: str) -> list[str]:
        return sorted({v for shelf in self.shelves for v in shelf.versions(type, url)}, key=order)

    def maps(self) -> Iterable[Resource]:
        return (each for shelf in self.shelves for each in shelf.maps())

    def by_form(self, url: str, codes: Iterable[str]) -> System | None:
        """A system known by the form of its codes, with those of the given ones that are right."""
        test = grammars.find(url)
        if test is None:
            return None
        concepts = {
            code: Concept(code, code, "", (), {"code": code}) for code in codes if test(code)
        }
        return held.of({"url": url}, concepts)

    def _locate(self, type: str, canonical: str) -> tuple[Shelf, str, str] | None:
        url, _, version = canonical.partition("|")
        found = self._at(type, url, version)
        if found is None:
            others = (self.name(url), *self.others(url))
            rest = (each for each in dict.fromkeys(others) if each != url)
            found = next(filter(None, (self._at(type, each, version) for each in rest)), None)
        return found

    def _at(self, type: str, address: str, version: str) -> tuple[Shelf, str, str] | None:
        if address:
            for shelf in self.shelves:
                fitting = [each for each in shelf.versions(type, address) if fits(version, each)]
                if fitting:
                    latest = max(fitting, key=order) if len(fitting) > 1 else fitting[0]
                    return shelf, address, latest
        return None


def _implicit(url: str, library: Library) -> Resource | None:
    """The implicit value set of a code system, under the address that the system names."""
    base, mark, query = url.partition("?")
    if not mark or not query.startswith("fhir_vs"):
        return None
    filters: list[Resource] = []
    _, _, asked = query.partition("=")
    if asked.startswith("isa/"):
        filters = [{"property": "concept", "op": "is-a", "value": asked.removeprefix("isa/")}]
    elif asked.startswith("ecl/"):
        meant = unquote(asked.removeprefix("ecl/"))
        filters = [{"property": "constraint", "op": "=", "value": meant}]
    elif asked or library.find("CodeSystem", base) is None:
        return None
    include = {"system": base, **({"filter": filters} if filters else {})}
    return {
        "resourceType": "ValueSet",
        "url": url,
        "status": "active",
        "compose": {"include": [include]},
    }


def fits(wanted: str, version: str) -> bool:
    """Whether a version is the wanted one; `1.x` and `1.*` stand for all that begin so.

    >>> fits("1.x", "1.2.0"), fits("1.2", "1.2.0")
    (True, False)
    """
    if not wanted or wanted == version:
        return True
    parts = wanted.split(".")
    if parts[-1] not in ("x", "*"):
        return False
    begun = version.split(".")
    return all(part in ("x", "*") or part == held for part, held in zip(parts, begun, strict=False))


def order(version: str) -> tuple[tuple[int, int | str], ...]:
    """For sorting: numbers inside a version count as numbers, so that 1.10 follows 1.9."""
    parts = re.findall(r"\d+|[^\d.\-]+", version)
    return tuple((1, int(each)) if each.isdigit() else (0, each) for each in parts)
