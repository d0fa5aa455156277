"""A shelf that keeps every code system in the store, however small it is."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from samspill.base import json
from samspill.fhir.terminology import held
from samspill.fhir.terminology.library import Given, Library, Shelf
from samspill.fhir.terminology.systems import System
from samspill.store.concepts import Concepts

Resource = dict[str, Any]


class Beside:
    """Another shelf, whose systems are taken into the store when they are asked for."""

    def __init__(self, shelf: Shelf, concepts: Concepts) -> None:
        self._shelf = shelf
        self._concepts = concepts

    def versions(self, type: str, url: str) -> Sequence[str]:
        return self._shelf.versions(type, url)

    def find(self, type: str, url: str, version: str) -> Resource | None:
        return self._shelf.find(type, url, version)

    def maps(self) -> Iterable[Resource]:
        return self._shelf.maps()

    def system(self, url: str, version: str) -> System | None:
        resource = self._shelf.find("CodeSystem", url, version)
        if resource is None:
            return None
        digest = hashlib.sha256(json.format(resource)).hexdigest()
        header = {key: value for key, value in resource.items() if key != "concept"}
        return self._concepts.keep(header, held.read(resource).order, (digest, "1"))


@dataclass(frozen=True)
class AllBeside(Library):
    """A library in which the systems that come with a call are taken into the store too."""

    concepts: Concepts | None = None

    def with_nearer(self, shelf: Shelf) -> Library:
        assert self.concepts is not None
        is_given = isinstance(shelf, Given)
        return super().with_nearer(Beside(shelf, self.concepts) if is_given else shelf)
