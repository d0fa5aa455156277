"""Lines of medication and the list that they make."""

from dataclasses import dataclass

from samspill.services.elements import Origin, When


@dataclass(frozen=True, slots=True)
class Line:
    """One medicine as ordered or stated."""

    id: str
    name: str
    atc: str
    """Code of the substance, so that orders, statements and dispensings can be told alike."""
    dosage: str
    purpose: str
    is_in_use: bool
    since: When
    until: When
    stopped_because: str
    dispensed: When
    """The last time that a pharmacy gave it out."""
    origin: Origin
    order: str = ""
    """Id of the newest prescription in force, which can be renewed."""


@dataclass(frozen=True, slots=True)
class MedicationList:
    """What is in use, by name, and what was used earlier, the latest first."""

    in_use: tuple[Line, ...]
    earlier: tuple[Line, ...]
