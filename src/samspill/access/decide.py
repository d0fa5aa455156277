"""The one decision: what an actor may do with resources of a type. Pure: no I/O, no clock.

The rules that name their legal sources come with the access issue and are combined here as
`permit and not deny`. Until then the modes decide: the platform itself, demo and open mode see
everything, anyone else nothing.
"""

from dataclasses import dataclass
from enum import Enum

from samspill.access.actor import Actor, Context, Kind
from samspill.access.policy import ALL, NONE, Const, Predicate


class Action(Enum):
    """The FHIR interactions, by the names that CapabilityStatement gives them."""

    READ = "read"
    VREAD = "vread"
    HISTORY = "history"
    SEARCH = "search"
    CREATE = "create"
    UPDATE = "update"
    PATCH = "patch"
    DELETE = "delete"
    OPERATION = "operation"

    @property
    def writes(self) -> bool:
        return self in (Action.CREATE, Action.UPDATE, Action.PATCH, Action.DELETE)


@dataclass(frozen=True, slots=True)
class Decision:
    """Which resources (`predicate`), with which elements hidden, under which duties, and why."""

    predicate: Predicate
    basis: tuple[str, ...]
    masks: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()

    @property
    def refuses(self) -> bool:
        """Nothing at all is allowed, whatever the resource."""
        return isinstance(self.predicate, Const) and not self.predicate.allowed


def decide(actor: Actor, context: Context, action: Action, type: str) -> Decision:
    """What the actor may do with resources of the type; missing facts deny."""
    return _BY_KIND.get(actor.kind, _REFUSED)


_REFUSED = Decision(NONE, basis=())
_BY_KIND = {
    Kind.SYSTEM: Decision(ALL, basis=("platform",)),
    Kind.DEMO: Decision(ALL, basis=("demo-mode",)),
    Kind.OPEN: Decision(ALL, basis=("open-mode",)),
}
