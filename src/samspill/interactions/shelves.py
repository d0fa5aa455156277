"""Code systems, value sets and maps of the record and those loaded beside it.

They hold no personal data and decide how all other data are read, so they are the same for every
caller. https://hl7.org/fhir/R4/terminology-service.html
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeVar

from samspill.base import json
from samspill.base.json import Resource
from samspill.fhir.search import parse
from samspill.fhir.search.parameters import Registry
from samspill.fhir.terminology import held as in_memory
from samspill.fhir.terminology.systems import System
from samspill.store import Store, Version
from samspill.store.concepts import Concepts

K = TypeVar("K")
V = TypeVar("V")

TYPES = frozenset({"CodeSystem", "ValueSet", "ConceptMap", "NamingSystem"})
MOST_KEPT = 256
"""Parsed resources that are kept; each is known by its id and version."""
MOST_ADDRESSES = 4_096
"""Addresses for which it is kept what the record has; they can be any text."""
MOST_ON_PAGE = 1_000
LARGE = 1 << 20
"""Bytes of a CodeSystem whose concepts are kept beside the record, not in memory."""


@dataclass(frozen=True, slots=True)
class Large:
    """The shelf of systems that were loaded beside the record."""

    concepts: Concepts

    def versions(self, type: str, url: str) -> Sequence[str]:
        return self.concepts.versions(url) if type == "CodeSystem" else ()

    def find(self, type: str, url: str, version: str) -> Resource | None:
        found = self.concepts.system(url, version) if type == "CodeSystem" else None
        return found.resource if found else None

    def system(self, url: str, version: str) -> System | None:
        return self.concepts.system(url, version)

    def maps(self) -> Iterable[Resource]:
        return ()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The shelf of a record that another process has; `missing` says that this is needed."""

    known: frozenset[tuple[str, str]]
    """Type and address of all that the record had on its shelf."""
    missing: type[Exception]

    def versions(self, type: str, url: str) -> Sequence[str]:
        if (type, url) in self.known:
            raise self.missing()
        return ()

    def find(self, type: str, url: str, version: str) -> Resource | None:
        return None

    def system(self, url: str, version: str) -> System | None:
        return None

    def maps(self) -> Iterable[Resource]:
        return ()

    def addresses(self) -> frozenset[tuple[str, str]]:
        return self.known

    def naming(self) -> Iterable[Resource]:
        return ()

    def generation(self) -> int:
        return 0


class Recorded:
    """The shelf of what is stored; a new version counts from its commit on."""

    def __init__(
        self, store: Store, concepts: Concepts, registry: Registry, zone: tzinfo, large: int = LARGE
    ) -> None:
        self._store = store
        self._concepts = concepts
        self._registry = registry
        self._zone = zone
        self._large = large
        self._lock = threading.Lock()
        self._stamp = b""
        self._seen = self._changed = 0
        self._present: frozenset[str] = frozenset()
        self._addresses: dict[tuple[str, str], dict[str, Version]] = {}
        self._lists: dict[str, list[Resource]] = {}
        self._resources: OrderedDict[tuple[str, str, int], Resource] = OrderedDict()
        self._systems: OrderedDict[tuple[str, str, int], System] = OrderedDict()

    def versions(self, type: str, url: str) -> Sequence[str]:
        return tuple(self._held(type, url))

    def find(self, type: str, url: str, version: str) -> Resource | None:
        held = self._held(type, url).get(version)
        return self._parsed(held) if held else None

    def system(self, url: str, version: str) -> System | None:
        held = self._held("CodeSystem", url).get(version)
        if held is None:
            return None
        key = _key(held)
        system = self._systems.get(key)
        if system is None:
            # A large one is made when it is parsed.
            resource = self._parsed(held)
            system = self._systems.get(key) or in_memory.read(resource)
        _keep(self._systems, key, system)
        return system

    def maps(self) -> Iterable[Resource]:
        return self._all("ConceptMap")

    def naming(self) -> Iterable[Resource]:
        """All naming systems."""
        return self._all("NamingSystem")

    def addresses(self) -> frozenset[tuple[str, str]]:
        """Type and address of all that is on the shelf."""
        self.generation()
        return frozenset(
            (type, str(self._parsed(each).get("url", "")))
            for type in self._present
            for each in self._search(type, "_count", MOST_ON_PAGE)
        )

    def generation(self) -> int:
        """Changes when a code system, value set or map of the record does."""
        stamp = self._store.stamp()
        if stamp and stamp == self._stamp:
            return self._changed
        with self._lock:
            self._seen, changed = self._store.changed(TYPES, self._seen)
            if changed:
                self._addresses, self._lists, self._changed = {}, {}, self._seen
                self._present |= changed
            self._stamp = stamp
        return self._changed

    def _held(self, type: str, url: str) -> dict[str, Version]:
        """The stored resources with an address, by their version."""
        self.generation()
        if not url or type not in self._present:
            return {}
        addresses = self._addresses
        found = addresses.get((type, url))
        if found is None:
            escaped = url.replace("\\", "\\\\").replace(",", "\\,").replace("$", "\\$")
            versions = self._search(type, "url", escaped.replace("|", "\\|"))
            found = {str(self._parsed(each).get("version", "")): each for each in versions}
            if len(addresses) >= MOST_ADDRESSES:
                addresses.clear()
            addresses[type, url] = found
        return found

    def _all(self, type: str) -> Iterable[Resource]:
        self.generation()
        if type not in self._present:
            return ()
        lists = self._lists
        if type not in lists:
            found = self._search(type, "_count", MOST_ON_PAGE)
            lists[type] = [self._parsed(each) for each in found]
        return lists[type]

    def _search(self, type: str, name: str, value: object) -> tuple[Version, ...]:
        pairs = ((name, str(value)), ("_total", "none"))
        query = parse.parse((type,), pairs, self._registry, zone=self._zone, now=0).query
        page = self._store.search(query)
        found = page.versions
        while page.next:
            page = self._store.search(query, cursor=page.next)
            found += page.versions
        return found

    def _parsed(self, version: Version) -> Resource:
        key = _key(version)
        resource = self._resources.get(key)
        if resource is None:
            resource = json.parse_own(version.body)
            if version.type == "CodeSystem" and len(version.body) > self._large:
                resource = self._set_beside(version, resource)
        _keep(self._resources, key, resource)
        return resource

    def _set_beside(self, version: Version, resource: Resource) -> Resource:
        """The resource without its concepts, which are kept in the store of large systems."""
        header = {name: value for name, value in resource.items() if name != "concept"}
        source = version.id, hashlib.sha256(version.body).hexdigest()
        system = self._concepts.made_from(source)
        if system is None:
            system = self._concepts.keep(header, in_memory.read(resource).order, source)
        _keep(self._systems, _key(version), system)
        return header


def _key(version: Version) -> tuple[str, str, int]:
    return version.type, version.id, version.number


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    # As the last, and without a moment in which another thread can make it fail.
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
