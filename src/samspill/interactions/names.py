"""The addresses of a code system: what Norwegian registers and NamingSystems say are the same.

https://hl7.org/fhir/R4/namingsystem.html#resolution
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from samspill.base.json import Resource
from samspill.norway import codes


@dataclass(slots=True)
class Groups:
    """Addresses that are of one system each, the preferred one first."""

    generation: object = None
    by_address: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Names:
    """`name` gives the one address of a system, `others` all that it has. NamingSystems are read
    again when `generation` has changed."""

    def __init__(
        self, systems: Callable[[], Iterable[Resource]], generation: Callable[[], object]
    ) -> None:
        self._systems = systems
        self._generation = generation
        self._groups = Groups()

    def name(self, address: str) -> str:
        group = self._of(address)
        return codes.canonical(group[0] if group else address)

    def others(self, address: str) -> Sequence[str]:
        group = self._of(address)
        known = (*group, self.name(address))
        return tuple(dict.fromkeys((*known, *(a for k in known for a in codes.aliases(k)))))

    def _of(self, address: str) -> tuple[str, ...]:
        generation = self._generation()
        if generation != self._groups.generation:
            groups = Groups(generation)
            for system in self._systems():
                addresses = _addresses(system)
                groups.by_address.update(dict.fromkeys(addresses, addresses))
            self._groups = groups
        return self._groups.by_address.get(address, ())


def _addresses(system: Resource) -> tuple[str, ...]:
    """Of a NamingSystem for codes that is in use; an OID as urn:oid:."""
    if system.get("kind") != "codesystem" or system.get("status") == "retired":
        return ()
    preferred: list[str] = []
    rest: list[str] = []
    for each in system.get("uniqueId", ()):
        value, type = str(each.get("value", "")), each.get("type")
        if type in ("oid", "uuid"):
            value = f"urn:{type}:{value.removeprefix(f'urn:{type}:')}"
        if value and type in ("uri", "oid", "uuid"):
            (preferred if each.get("preferred") and type == "uri" else rest).append(value)
    return tuple(dict.fromkeys((*preferred, *rest)))
