"""The card that a service hands in: what it defines, the operations it offers, what it hears.

`app.SERVICES` is the tuple of all cards; nothing is found by scanning.
https://hl7.org/fhir/R4/operations.html
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from samspill.base.json import Resource
from samspill.interactions.events import Deleted, Event, Saved

if TYPE_CHECKING:
    from samspill.interactions.search import Found
    from samspill.interactions.session import Session

Level = Literal["system", "type", "instance"]


@dataclass(frozen=True, slots=True)
class Call:
    """One invocation of an operation: where it was called, and with which parameters."""

    session: "Session"
    type: str
    """Resource type, or "" at the system level."""
    id: str
    """Id of the instance, or "" at the other levels."""
    parameters: Sequence[tuple[str, Any]]
    """Name and value in the order given: JSON values, or resources."""

    def values(self, name: str) -> list[Any]:
        return [value for given, value in self.parameters if given == name]

    def value(self, name: str) -> Any:
        """The first value of the parameter, or None."""
        return next(iter(self.values(name)), None)


@dataclass(frozen=True, slots=True)
class Operation:
    """`$name` on a resource type ("Resource" for all of them, "" for the system alone)."""

    name: str
    on: str
    run: "Callable[[Call], Resource | Found]"
    """Returns the resource to answer with, or the page of a search."""
    levels: tuple[Level, ...] = ("instance",)
    writes: bool = False
    """Whether it changes the record; if so it can be called by POST only."""
    definition: str = ""
    """Canonical URL of its OperationDefinition."""


@dataclass(frozen=True, slots=True)
class Listener:
    """Is called with every event of the kind, at least once, in order, after the commit."""

    event: type[Saved] | type[Deleted]
    of: str
    """Resource type, or "" for all."""
    run: Callable[["Session", Event], None]


@dataclass(frozen=True, slots=True)
class Service:
    """What one service adds to the platform."""

    name: str
    definitions: Path | None = None
    """Folder of profiles, search parameters, value sets …"""
    operations: tuple[Operation, ...] = ()
    listeners: tuple[Listener, ...] = ()
    http: Callable[..., Any] | None = None
    """Makes an ASGI application of platform and verifier, which answers at /<name>."""
