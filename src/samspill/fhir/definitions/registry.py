"""The definitions that a server knows: look-up by type, by canonical address, by resource type.

https://hl7.org/fhir/R4/references.html#canonical
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from importlib.resources import files
from pathlib import Path
from typing import Self

from samspill.base.errors import InvalidContent, Misconfigured, NotFound
from samspill.base.texts import Text
from samspill.fhir.definitions import packages, snapshot, structures, types
from samspill.fhir.definitions.archive import ENCODER, Archive, Entry, pack
from samspill.fhir.definitions.structures import Resource, Structure
from samspill.fhir.definitions.types import Property

CORE = "hl7.fhir.r4.core.bin"
CANONICAL_OF_TYPES = "http://hl7.org/fhir/StructureDefinition/"


Name = Callable[[str], str]
"""From an address to the one that stands for it and its aliases."""


class Definitions:
    """A frozen view on FHIR packages; what is decoded is kept."""

    def __init__(self, archives: tuple[Archive, ...], name: Name = str) -> None:
        self._archives = archives
        self._name = name
        self._properties: dict[str, Mapping[str, Property]] = {}
        self._elements: dict[str, Mapping[str, tuple[Property, ...]]] = {}
        self._structures: dict[str, Structure] = {}
        self._snapshots: dict[str, list[Resource]] = {}
        self._by_type: dict[str, list[tuple[Archive, Entry]]] = {}
        self._by_url: dict[str, list[tuple[Archive, Entry]]] = {}
        for archive in archives:
            for entry in archive.entries:
                self._by_type.setdefault(entry.type, []).append((archive, entry))
                if entry.url:
                    self._by_url.setdefault(name(entry.url), []).append((archive, entry))

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """The R4 core definitions, compiled when the program was installed."""
        path = path or Path(str(files("samspill_built") / "definitions" / CORE))
        if not path.is_file():
            raise Misconfigured(
                "The compiled FHIR definitions are missing; install samspill again",
                "De kompilerte FHIR-definisjonene mangler; installer samspill på nytt",
                where=path.name,
            )
        return cls((Archive.open(path),))

    def with_packages(self, *paths: Path) -> Self:
        """These and the packages, each a `.tgz` or a folder of JSON; the last one given wins."""
        return self._with(pack(packages.read(path)) for path in paths)

    def with_resources(self, resources: Iterable[Resource]) -> Self:
        """These and some resources, which win over what has the same canonical address."""
        return self._with([pack(ENCODER.encode(each) for each in resources)])

    def _with(self, blocks: Iterable[bytes]) -> Self:
        return type(self)(self._archives + tuple(Archive(b) for b in blocks), self._name)

    def with_aliases(self, name: Name) -> Self:
        """These, where addresses for which `name` gives the same are one address."""
        return type(self)(self._archives, name)

    # Types

    @cached_property
    def _types(self) -> dict[str, Entry]:
        """The definitions of types, profiles left out, by name."""
        return {
            entry.constrained: entry
            for _, entry in self._by_type["StructureDefinition"]
            if entry.derivation != "constraint"
            and entry.url == CANONICAL_OF_TYPES + entry.constrained
            and entry.kind != "logical"
        }

    @cached_property
    def resource_types(self) -> tuple[str, ...]:
        """The resource types that can be stored, in alphabetical order."""
        found = (n for n, e in self._types.items() if e.kind == "resource" and not e.abstract)
        return tuple(sorted(found))

    @cached_property
    def primitives(self) -> frozenset[str]:
        return frozenset(n for n, e in self._types.items() if e.kind == "primitive-type")

    def is_resource(self, type: str) -> bool:
        """Whether this names a resource type, abstract ones included."""
        entry = self._types.get(type)
        return entry is not None and entry.kind == "resource"

    def is_type(self, type: str) -> bool:
        return type in self._types

    def ancestors(self, type: str) -> Iterator[str]:
        """The type itself and what it descends from: "code", "string", "Element"."""
        if "." in type:
            yield type
            is_element = self._backbone_code(type) == "Element"
            type = "Element" if is_element else "BackboneElement"
        while type:
            yield type
            entry = self._types.get(type)
            type = entry.base.rpartition("/")[2] if entry else ""

    def _backbone_code(self, path: str) -> str:
        for element in self.structure(path.partition(".")[0]).elements:
            if element.path == path and element.types:
                return element.types[0].code
        return "BackboneElement"

    def is_a(self, type: str, ancestor: str) -> bool:
        """Whether a type is, or descends from, another: a code is a string."""
        return type == ancestor or ancestor in self.ancestors(type)

    def properties(self, type_key: str) -> Mapping[str, Property]:
        """What an element of this type may contain, by JSON name without underscores."""
        found = self._properties.get(type_key)
        if found is None:
            structure = self.structure(type_key.partition(".")[0])
            of_type = types.properties(structure, type_key, self.primitives)
            found = {each.json_name: each for each in of_type}
            self._properties[type_key] = found
        return found

    def elements(self, type_key: str) -> Mapping[str, tuple[Property, ...]]:
        """The same by FHIR's element name, the types of a choice together."""
        found = self._elements.get(type_key)
        if found is None:
            grouped: dict[str, list[Property]] = {}
            for each in self.properties(type_key).values():
                grouped.setdefault(each.name, []).append(each)
            found = {name: tuple(group) for name, group in grouped.items()}
            self._elements[type_key] = found
        return found

    # Canonicals

    def structure(self, canonical_or_type: str) -> Structure:
        """The elements of a type or of a profile, by name, `url` or `url|version`."""
        found = self._structures.get(canonical_or_type)
        if found is None:
            found = self._read_structure(canonical_or_type)
            self._structures[canonical_or_type] = found
        return found

    def _read_structure(self, name: str) -> Structure:
        url = name if ":" in name or "/" in name else CANONICAL_OF_TYPES + name
        located = self._locate(url, "StructureDefinition")
        structure = located[0].structure(located[1]) if located else None
        if structure is None and located:
            resource = located[0].resource(located[1])
            structure = structures.read(resource, self.snapshot(url))
        if structure is None:
            raise _unknown(name)
        return structure

    def snapshot(self, name: str, around: tuple[str, ...] = ()) -> list[Resource]:
        """The snapshot elements of a type or profile as JSON, generated from the differential where
        the package has no more. `around` are the profiles for which it is made, innermost last.
        """
        url = name if ":" in name or "/" in name else CANONICAL_OF_TYPES + name
        if url in around:
            raise InvalidContent(
                f"The profile {url} is built on itself", f"Profilen {url} bygger på seg selv"
            )
        if url not in self._snapshots:
            found = self.find(url, "StructureDefinition")
            if found is None:
                raise _unknown(name)
            inner = partial(self.snapshot, around=(*around, url))
            try:
                given = found.get("snapshot", {}).get("element")
                self._snapshots[url] = given or snapshot.generate(found, inner)
            except structures.MALFORMED as fault:
                raise structures.malformed(found) from fault
        return self._snapshots[url]

    def find(self, canonical: str, type: str = "") -> Resource | None:
        """The resource with this canonical address (`url` or `url|version`), or None.

        Of several versions it is the one of the package that was added last.
        """
        located = self._locate(canonical, type)
        return located[0].resource(located[1]) if located else None

    def profiles(self) -> Iterator[Entry]:
        """The profiles on resource types, without decoding them."""
        for _, entry in self._by_type.get("StructureDefinition", ()):
            if entry.derivation == "constraint" and self.is_resource(entry.constrained):
                yield entry

    def entries(self, type: str) -> Iterator[Entry]:
        """The resources of a type, without decoding them."""
        return (entry for _, entry in self._by_type.get(type, ()))

    def all(self, type: str) -> Iterator[Resource]:
        """Every resource of a type, decoded one by one."""
        for archive, entry in self._by_type.get(type, ()):
            yield archive.resource(entry)

    def _locate(self, canonical: str, type: str = "") -> tuple[Archive, Entry] | None:
        url, _, version = canonical.partition("#")[0].partition("|")
        for archive, entry in reversed(self._by_url.get(self._name(url), ())):
            if type in ("", entry.type) and version in ("", entry.version):
                return archive, entry
        return None


def _unknown(name: str) -> NotFound:
    return NotFound(
        f"The definition {name} is not known here",
        f"Definisjonen {name} er ikke kjent her",
        expected=Text(
            "the name of a type or the canonical address of a profile",
            "navnet på en type eller den kanoniske adressen til en profil",
        ),
    )
