"""Code systems, value sets and maps of the record, for terminology operations and searches.

They hold no personal data and decide how all other data are read, so they are the same for every
caller. https://hl7.org/fhir/R4/terminology-service.html
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from typing import TypeVar

from samspill.base import json
from samspill.base.json import Resource
from samspill.fhir.search import parse
from samspill.fhir.search.parameters import Registry
from samspill.fhir.terminology import held as in_memory
from samspill.fhir.terminology.systems import System
from samspill.store import Store, Version

K = TypeVar("K")
V = TypeVar("V")

MOST_KEPT = 256
"""Parsed resources that are kept; each is known by its id and version."""
MOST_MAPS = 1_000


class Recorded:
    """The shelf of what is stored; a new version counts from its commit on."""

    def __init__(self, store: Store, registry: Registry, zone: tzinfo) -> None:
        self._store = store
        self._registry = registry
        self._zone = zone
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
        system = self._systems.get(key) or in_memory.read(self._parsed(held))
        _keep(self._systems, key, system)
        return system

    def maps(self) -> Iterable[Resource]:
        return [self._parsed(each) for each in self._search("ConceptMap", "_count", MOST_MAPS)]

    def _held(self, type: str, url: str) -> dict[str, Version]:
        """The stored resources with an address, by their version."""
        if not url:
            return {}
        escaped = url.replace("\\", "\\\\").replace(",", "\\,").replace("$", "\\$")
        found = self._search(type, "url", escaped.replace("|", "\\|"))
        return {str(self._parsed(each).get("version", "")): each for each in found}

    def _search(self, type: str, name: str, value: object) -> tuple[Version, ...]:
        pairs = ((name, str(value)), ("_total", "none"))
        query = parse.parse((type,), pairs, self._registry, zone=self._zone, now=0).query
        return self._store.search(query).versions

    def _parsed(self, version: Version) -> Resource:
        key = _key(version)
        resource: Resource = self._resources.get(key) or json.parse_own(version.body)
        _keep(self._resources, key, resource)
        return resource


def _key(version: Version) -> tuple[str, str, int]:
    return version.type, version.id, version.number


def _keep(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
