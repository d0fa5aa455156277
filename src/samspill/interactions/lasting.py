"""Codes for validation: those of the record and beside it, looked up once while they stand.

A value set is another object after a code system or value set has changed, so that what was made of
it is made again. https://hl7.org/fhir/R4/terminologies.html#bindings
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from samspill.base.json import Resource
from samspill.fhir.terminology.library import Given, Library
from samspill.fhir.terminology.systems import Source, System
from samspill.fhir.validation.bindings import Codes

MOST_KEPT = 4_096
"""Answers that are kept; addresses in resources can be any text."""
TYPES = frozenset({"CodeSystem", "ValueSet"})


@dataclass(slots=True)
class Kept:
    """What was found since the last change."""

    generation: object = None
    systems: dict[str, System | None] = field(default_factory=dict)
    value_sets: dict[str, Resource | None] = field(default_factory=dict)


class Lasting:
    """A source over a library; `generation` is another one after each change to it."""

    def __init__(self, library: Library, generation: Callable[[], object]) -> None:
        self._library = library
        self._generation = generation
        self._kept = Kept()

    def system(self, canonical: str) -> System | None:
        kept = self._current()
        if canonical not in kept.systems:
            _make_room(kept.systems)
            kept.systems[canonical] = self._library.system(canonical)
        return kept.systems[canonical]

    def value_set(self, canonical: str) -> Resource | None:
        kept = self._current()
        if canonical not in kept.value_sets:
            _make_room(kept.value_sets)
            found = self._library.value_set(canonical)
            kept.value_sets[canonical] = None if found is None else dict(found)
        return kept.value_sets[canonical]

    def _current(self) -> Kept:
        generation = self._generation()
        if generation != self._kept.generation:
            self._kept = Kept(generation)
        return self._kept


def with_given(library: Library, resources: Iterable[Resource]) -> Codes | None:
    """What resources that are written together bring along for each other; None where nothing."""
    given = [each for each in resources if each.get("resourceType") in TYPES]
    if not given:
        return None
    source: Source = Lasting(library.with_nearer(Given(given)), lambda: True)
    return Codes.of(source)


def _make_room(kept: dict[str, Any]) -> None:
    if len(kept) >= MOST_KEPT:
        kept.clear()
