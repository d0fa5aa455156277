"""What a value set is composed of: the concepts that are in, one by one or all together.

https://hl7.org/fhir/R4/valueset.html#compositions
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pyroaring import BitMap

from samspill.base.errors import InvalidTerminology
from samspill.fhir.terminology import filters, held, issues, library
from samspill.fhir.terminology.library import Library
from samspill.fhir.terminology.options import Options
from samspill.fhir.terminology.selection import Part, Pick, Selection
from samspill.fhir.terminology.systems import Concept, Places, System

Resource = dict[str, Any]

MOST_LEVELS = 20


@dataclass(slots=True)
class Used:
    """What took part, for the parameters of an expansion."""

    systems: dict[str, System] = field(default_factory=dict)
    value_sets: dict[str, Resource] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Composition:
    """The evaluation of one value set."""

    library: Library
    options: Options
    used: Used = field(default_factory=Used)

    def select(self, value_set: Resource, path: tuple[str, ...] = ()) -> Selection:
        """All concepts of the value set in order; raises `InvalidTerminology`."""
        self._check_path(path)
        if "compose" not in value_set:
            return self._expanded(value_set)
        compose = value_set["compose"]
        found = Selection()
        for place, part in _parts(compose, "include"):
            for each in self._part(value_set, part, place, path).parts:
                found.add(each)
        for place, part in _parts(compose, "exclude"):
            found = found.without(self._part(value_set, part, place, path))
        return found

    def contains(
        self, value_set: Resource, system: str, code: str, path: tuple[str, ...] = ()
    ) -> Pick | None:
        """The concept, if it is in; each part is asked only about this code."""
        self._check_path(path)
        if "compose" not in value_set:
            return self._in_expansion(value_set, system, code)
        compose = value_set["compose"]
        included = self._among(value_set, _parts(compose, "include"), system, code, path)
        if included is None:
            return None
        excluded = self._among(value_set, _parts(compose, "exclude"), system, code, path)
        return None if excluded else included

    def systems(self, value_set: Resource, path: tuple[str, ...] = ()) -> set[str]:
        """Addresses of all code systems that take part, known or not."""
        self._check_path(path)
        found: set[str] = set()
        for _, part in _parts(value_set.get("compose", {}), "include"):
            if "system" in part:
                found.add(part["system"])
            for canonical in part.get("valueSet", ()):
                imported = self._imported(value_set, canonical)
                found |= self.systems(imported, (*path, canonical))
        return found

    def find_system(self, part: Resource) -> System:
        """The code system of an include; raises `InvalidTerminology` when it is not known."""
        url, listed = part["system"], [each.get("code", "") for each in part.get("concept", ())]
        version = self.options.version(url, part.get("version", ""))
        system = self.library.system(f"{url}|{version}" if version else url)
        if system is None or system.content == "not-present":
            system = self.library.by_form(url, listed)
        if system is None:
            versions = self.library.versions("CodeSystem", url)
            fault = issues.system_not_found(url, version=version, versions=versions)
            raise InvalidTerminology([fault])
        self.used.systems[system.url] = system
        self._check_version(system)
        return system

    def _check_version(self, system: System) -> None:
        wanted = self.options.check_versions.get(system.url, "")
        if not library.fits(wanted, system.version):
            raise InvalidTerminology(
                [issues.other_version(system.url, system.version, wanted, "", is_named=True)]
            )

    def _part(
        self, value_set: Resource, part: Resource, place: str, path: tuple[str, ...]
    ) -> Selection:
        """One include or exclude: the system's part and all value sets in common."""
        imports = [
            self.select(self._imported(value_set, canonical), (*path, canonical))
            for canonical in part.get("valueSet", ())
        ]
        if "system" in part:
            return Selection([self._of_system(value_set, part, place)]).common(imports)
        first, *others = imports or [Selection()]
        return first.common(others)

    def _of_system(self, value_set: Resource, part: Resource, place: str) -> Part:
        system = self.find_system(part)
        language = value_set.get("language", "")
        if "concept" in part:
            return _listed(system, part["concept"], language)
        given = part.get("filter", ())
        _check(system.url, given, place)
        is_nested = all(each.get("op") in filters.HIERARCHICAL for each in given)
        return Part(system, self._filtered(system, given), {}, language, is_nested)

    def _filtered(self, system: System, given: Sequence[Resource]) -> Places:
        return filters.select(system, given, partial(self._refset, system))

    def _refset(self, system: System, code: str) -> Places:
        """The members of a reference set, which is kept as an implicit value set."""
        value_set = self.library.value_set(f"{system.url}?fhir_vs=refset/{code}")
        return self.select(value_set).held(system) if value_set else BitMap()

    def _among(
        self,
        value_set: Resource,
        parts: Iterable[tuple[str, Resource]],
        system: str,
        code: str,
        path: tuple[str, ...],
    ) -> Pick | None:
        # All parts are looked at, so that a fault in one is told whatever the order.
        found = [self._in_part(value_set, part, p, system, code, path) for p, part in parts]
        return next((each for each in found if each), None)

    def _in_part(
        self,
        value_set: Resource,
        part: Resource,
        place: str,
        url: str,
        code: str,
        path: tuple[str, ...],
    ) -> Pick | None:
        if self.library.name(part.get("system", url)) != self.library.name(url):
            return None
        picks = [
            self.contains(self._imported(value_set, canonical), url, code, (*path, canonical))
            for canonical in part.get("valueSet", ())
        ]
        if "system" in part:
            picks.insert(0, self._in_system(value_set, part, place, code))
        return picks[0] if picks and all(picks) else None

    def _in_system(self, value_set: Resource, part: Resource, place: str, code: str) -> Pick | None:
        given = part.get("filter", ())
        _check(part["system"], given, place)
        system = self.find_system(part)
        concept = system.find(code)
        if concept is None:
            by_form = self.library.by_form(system.url, [code])
            concept = by_form.find(code) if by_form else None
        if concept is None:
            return None
        language = value_set.get("language", "")
        if "concept" in part:
            listed = _entry(system, part["concept"], concept.code)
            return Pick(system, concept, listed, language) if listed else None
        refset = partial(self._refset, system)
        if all(filters.passes(system, each, concept, refset) for each in given):
            return Pick(system, concept, {}, language)
        return None

    def _imported(self, value_set: Resource, canonical: str) -> Resource:
        if canonical.startswith("#"):
            return _contained(value_set, canonical)
        url, bar, _ = canonical.partition("|")
        version = "" if bar else self.options.value_set_versions.get(url, "")
        canonical = f"{url}|{version}" if version else canonical
        found = self.library.value_set(canonical)
        if found is None:
            raise issues.unknown_value_set(canonical)
        self.used.value_sets[issues.canonical(found) or canonical] = found
        return found

    def _expanded(self, value_set: Resource) -> Selection:
        """The codes of a value set that holds an expansion only."""
        found = Selection()
        for each in _contained_codes(value_set):
            url, code = each.get("system", ""), each.get("code", "")
            system = self.library.system(url)
            concept = system.find(code) if system else None
            if system is None or concept is None:
                # A code that is not known otherwise is what the expansion says of it.
                concept = Concept(code, each.get("display", ""), "", (), each)
                system = held.of({"url": url, "content": ""}, {code: concept})
            found.add(_listed(system, [{"code": concept.code}], ""))
        return found

    def _in_expansion(self, value_set: Resource, system: str, code: str) -> Pick | None:
        found = self._expanded(value_set)
        picks = (pick for pick in found.picks(0, len(found)))
        return next((pick for pick in picks if pick.key == (system, code)), None)

    def _check_path(self, path: tuple[str, ...]) -> None:
        if len(path) != len(set(path)) or len(path) > MOST_LEVELS:
            raise issues.circular(path)


def _parts(compose: Resource, name: str) -> list[tuple[str, Resource]]:
    held = compose.get(name, ())
    return [(f"ValueSet.compose.{name}[{index}]", part) for index, part in enumerate(held)]


def _contained(value_set: Resource, canonical: str) -> Resource:
    for each in value_set.get("contained", ()):
        if each.get("id") == canonical[1:]:
            # What it imports can be contained beside it.
            return {**each, "contained": value_set["contained"]}
    raise issues.unknown_value_set(canonical)


def _check(system: str, given: Iterable[Resource], place: str) -> None:
    for index, each in enumerate(given):
        if not each.get("value"):
            raise issues.filter_without_value(system, each, f"{place}.filter[{index}]")


def _entry(system: System, entries: Iterable[Resource], code: str) -> Resource | None:
    """The first entry of a list that names this code, in any case where the system knows none."""
    fold = str if system.is_case_sensitive else str.casefold
    wanted = fold(code)
    return next((each for each in entries if fold(each.get("code", "")) == wanted), None)


def _listed(system: System, entries: Iterable[Resource], language: str) -> Part:
    """The concepts that a value set lists by name, as far as the system has them."""
    listed: dict[int, Resource] = {}
    for entry in entries:
        concept = system.find(entry.get("code", ""))
        place = system.place(concept.code) if concept else None
        if place is not None:
            listed.setdefault(place, entry)
    return Part(system, BitMap(listed), listed, language)


def _contained_codes(value_set: Resource) -> Iterator[Resource]:
    """The entries of an expansion that can be chosen, a parent before its children."""
    waiting = list(reversed(value_set.get("expansion", {}).get("contains", ())))
    while waiting:
        each = waiting.pop()
        waiting += reversed(each.get("contains", ()))
        if each.get("code") and not each.get("abstract"):
            yield each
