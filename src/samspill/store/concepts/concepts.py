"""The door to large code systems: load, replace, unload, list and ask them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samspill.fhir.terminology.systems import Concept

Resource = dict[str, Any]
Report = Callable[[int], None]
"""Hears how many concepts have been taken in so far."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """One version of a code system as it stands in the store."""

    url: str
    version: str
    concepts: int
    edges: int
    """is-a relations told by the parents of concepts."""
    resource: Resource
    """The CodeSystem without its concepts."""


class Concepts:
    """Opened with `Concepts.open`, closed with `close`; any thread may call it."""

    @classmethod
    def open(cls, where: str | Path) -> "Concepts":
        """Beside the record in its folder, or in its PostgreSQL database."""
        raise NotImplementedError(where)

    def load(
        self, header: Resource, concepts: Iterable[Concept], report: Report | None = None
    ) -> Loaded:
        """Takes in one version of a system, whole or not at all; it replaces the same version.

        `header` is a CodeSystem without `concept`: url, version, content, caseSensitive, language,
        property … Nothing of it is seen before all of it is there. Where the iterable or the disk
        fails, what was there before stays; a load that was killed leaves nothing but space, which
        the next one takes. Raises InvalidContent where the hierarchy is beyond measure.
        """
        raise NotImplementedError(header, concepts, report)

    def unload(self, url: str, version: str) -> bool:
        """Takes a version away and gives its space back; False where there is none."""
        raise NotImplementedError(url, version)

    def loaded(self) -> list[Loaded]:
        """What is there, by address and version."""
        raise NotImplementedError

    def close(self) -> None: ...
