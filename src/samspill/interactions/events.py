"""What listeners hear of: a resource was saved or deleted, in the order of the commits."""

from dataclasses import dataclass

from samspill.store import Version


@dataclass(frozen=True, slots=True)
class Saved:
    """A version was written. `position` grows with every event and never repeats."""

    position: int
    version: Version

    @property
    def type(self) -> str:
        return self.version.type


@dataclass(frozen=True, slots=True)
class Deleted:
    """A resource was deleted; `version` is the mark of it, without a body."""

    position: int
    version: Version

    @property
    def type(self) -> str:
        return self.version.type


Event = Saved | Deleted
