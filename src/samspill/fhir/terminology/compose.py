"""What a value set is composed of: the concepts that are in, one by one or all together.

https://hl7.org/fhir/R4/valueset.html#compositions
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from samspill.base.errors import InvalidTerminology
from samspill.fhir.terminology import filters, issues, library
from samspill.fhir.terminology.library import Library
from samspill.fhir.terminology.options import Options
from samspill.fhir.terminology.systems import Concept, System

Resource = dict[str, Any]
Key = tuple[str, str]

MOST_LEVELS = 20


@dataclass(frozen=True, slots=True)
class Pick:
    """A concept that is in. `listed` is its entry, where the value set lists it by name."""

    system: System
    concept: Concept
    listed: Resource
    language: str = ""
    """Language of the value set that lists it."""
    is_nested: bool = False
    """Whether it may stand under its parent."""

    @property
    def key(self) -> Key:
        return self.system.url, self.concept.code


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

    def picks(self, value_set: Resource, path: tuple[str, ...] = ()) -> dict[Key, Pick]:
        """All concepts of the value set in order; raises `InvalidTerminology`."""
        self._check_path(path)
        if "compose" not in value_set:
            return self._expanded(value_set)
        compose = value_set["compose"]
        found: dict[Key, Pick] = {}
        for place, part in _parts(compose, "include"):
            for pick in self._part(value_set, part, place, path):
                found.setdefault(pick.key, pick)
        for place, part in _parts(compose, "exclude"):
            for pick in self._part(value_set, part, place, path):
                found.pop(pick.key, None)
        return found

    def contains(
        self, value_set: Resource, system: str, code: str, path: tuple[str, ...] = ()
    ) -> Pick | None:
        """The concept, if it is in; each part is asked only about this code."""
        self._check_path(path)
        if "compose" not in value_set:
            return self._expanded(value_set).get((system, code))
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
    ) -> Iterable[Pick]:
        """One include or exclude: the system's part and all value sets in common."""
        imports = [
            self.picks(self._imported(value_set, canonical), (*path, canonical))
            for canonical in part.get("valueSet", ())
        ]
        if "system" not in part:
            first, *others = imports or [{}]
            return [p for key, p in first.items() if all(key in other for other in others)]
        picks = self._of_system(value_set, part, place)
        return [p for p in picks if all(p.key in each for each in imports)]

    def _of_system(self, value_set: Resource, part: Resource, place: str) -> Iterator[Pick]:
        system = self.find_system(part)
        language = value_set.get("language", "")
        if "concept" in part:
            for listed in part["concept"]:
                concept = system.find(listed.get("code", ""))
                if concept is not None:
                    yield Pick(system, concept, listed, language)
            return
        given = part.get("filter", ())
        _check(system.url, given, place)
        is_nested = all(each.get("op") in filters.HIERARCHICAL for each in given)
        for code in _filtered(system, given):
            yield Pick(system, system.concepts[code], {}, language, is_nested)

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
            of_code = (e for e in part["concept"] if system.find(e.get("code", "")) == concept)
            listed = next(of_code, None)
            return Pick(system, concept, listed, language) if listed else None
        if all(filters.passes(system, each, concept) for each in given):
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

    def _expanded(self, value_set: Resource) -> dict[Key, Pick]:
        """The codes of a value set that holds an expansion only."""
        found: dict[Key, Pick] = {}
        waiting = list(reversed(value_set.get("expansion", {}).get("contains", ())))
        while waiting:
            each = waiting.pop()
            waiting += reversed(each.get("contains", ()))
            url, code = each.get("system", ""), each.get("code", "")
            if code and not each.get("abstract"):
                system = self.library.system(url) or System(url, "", "", True, {}, {}, {})
                known = system.find(code) or Concept(code, each.get("display", ""), "", (), each)
                found[url, code] = Pick(system, known, {})
        return found

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


def _filtered(system: System, given: Iterable[Resource]) -> Iterable[str]:
    first, *others = (
        (list(filters.select(system, each)) for each in given)
        if given
        else (list(system.concepts),)
    )
    wanted = [set(each) for each in others]
    return [code for code in first if all(code in each for each in wanted)]
