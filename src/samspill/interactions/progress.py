"""How far the index rows of custom search parameters have come, type by type; pure values.

A pass goes over the versions of a type once, in the order of the commits: it makes the rows of the
codes that are `building` and takes away those of the codes that are `sweeping`.
"""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

Signatures = Mapping[str, str]
"""By code, a hash of what decides on the rows of a parameter: type, expression, shared rows."""


class Progress(Struct, frozen=True, omit_defaults=True):
    """The codes of one type, with the signatures that their rows have or will have."""

    ready: dict[str, str] = {}
    """Complete: may be searched by."""
    building: dict[str, str] = {}
    dirty: tuple[str, ...] = ()
    """Codes of which there may be rows that are not right; for the next pass to take away."""
    sweeping: tuple[str, ...] = ()
    position: int = 0
    """The last commit that the pass has seen to."""
    upto: int = 0
    """The last commit that it has to see to: what was written later has its rows. 0: no pass."""
    done: int = 0
    total: int = 0

    def is_complete(self, wanted: Signatures) -> bool:
        """Whether there is nothing to do."""
        return not self.upto and not self.dirty and self.ready == dict(wanted)

    def settled(self, wanted: Signatures) -> "Progress":
        """Without what is no longer wanted as it was; a pass under way goes on with the rest.

        To be kept in the transaction in which the parameters change: what is written from then on
        has other rows.
        """
        ready = {code: each for code, each in self.ready.items() if wanted.get(code) == each}
        building = {code: each for code, each in self.building.items() if wanted.get(code) == each}
        lost = (self.ready.keys() - ready.keys()) | (self.building.keys() - building.keys())
        return replace(self, ready=ready, building=building, dirty=_joined(self.dirty, lost))

    def reopened(self) -> "Progress":
        """With nothing complete, since rows of some resources are missing."""
        known = {*self.ready, *self.building, *self.sweeping, *self.dirty}
        return Progress(dirty=_joined((), known))

    def begun(self, wanted: Signatures, upto: int, total: int) -> "Progress":
        """At the start of a pass over all up to a commit."""
        building = {code: each for code, each in wanted.items() if self.ready.get(code) != each}
        return Progress(self.ready, building, (), self.dirty, 0, upto, 0, total)

    def moved(self, position: int, count: int) -> "Progress":
        """After a batch of the pass."""
        return replace(self, position=position, done=self.done + count)

    def finished(self) -> "Progress":
        """After the pass."""
        return Progress(ready=self.ready | self.building, dirty=self.dirty)


State = dict[str, Progress]
"""By resource type."""


def parse(text: str) -> State:
    return msgspec.json.decode(text, type=State) if text else {}


def format(state: State) -> str:
    return msgspec.json.encode(state).decode()


def _joined(codes: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*codes, *more}))
