"""Codes for validation: those of the definitions for good, those of the record for a second.

So a write does not wait for look-ups of systems that nobody has, and what is stored is soon known.
"""

from collections.abc import Callable
from typing import Any

from samspill.base.clock import Clock
from samspill.base.json import Resource
from samspill.fhir.terminology.library import Library
from samspill.fhir.terminology.systems import Known, System

LASTS = 1_000_000
"""Microseconds for which an answer of the record is kept."""
MOST_KEPT = 4_096
"""Answers that are kept; addresses in resources can be any text."""


class Lasting:
    """A source of code systems and value sets. A value set that depends on the record is another
    object after each look, so that what was made of it is made again."""

    def __init__(self, known: Known, library: Library, clock: Clock) -> None:
        self._known = known
        self._library = library
        self._clock = clock
        self._kept: dict[tuple[str, str], tuple[Any, int]] = {}

    def system(self, canonical: str) -> System | None:
        found = self._known.system(canonical)
        if found is not None:
            return found
        kept: System | None = self._for_a_second("CodeSystem", canonical, self._library.system)
        return kept

    def value_set(self, canonical: str) -> Resource | None:
        found = self._known.value_set(canonical)
        if found is not None and self._is_whole(found):
            return found
        kept: Resource | None = self._for_a_second("ValueSet", canonical, self._copy)
        return kept

    def _copy(self, canonical: str) -> Resource | None:
        found = self._known.value_set(canonical) or self._library.value_set(canonical)
        return dict(found) if found is not None else None

    def _is_whole(self, value_set: Resource) -> bool:
        """Whether the definitions hold all its code systems, or the record cannot add to it."""
        includes = value_set.get("compose", {}).get("include", ())
        systems = (each["system"] for each in includes if "system" in each)
        return all(self._known.system(each) is not None for each in systems)

    def _for_a_second(self, type: str, canonical: str, find: Callable[[str], Any]) -> Any:
        now = self._clock()
        found, until = self._kept.get((type, canonical), (None, 0))
        if until > now:
            return found
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        found = find(canonical)
        self._kept[type, canonical] = (found, now + LASTS)
        return found
