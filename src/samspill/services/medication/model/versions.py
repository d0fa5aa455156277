"""Versions of a medication list: what changed between two, and how two changes of one become one.

A list is its lines by id; a line is a MedicationStatement without id and meta, so that nothing that
anyone wrote in it is lost. A line never leaves a list: it is stopped, with a reason. A line that a
change does not name is as it was, hence also one that its author may not see.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from samspill.base.errors import PreconditionFailed
from samspill.base.json import Resource

Lines = Mapping[str, Resource]


@dataclass(frozen=True, slots=True)
class Change:
    """How one line differs between two versions; a side that has no such line is None."""

    id: str
    before: Resource | None
    after: Resource | None

    @property
    def elements(self) -> tuple[str, ...]:
        """The elements that differ."""
        before, after = self.before or {}, self.after or {}
        return tuple(sorted(n for n in {*before, *after} if before.get(n) != after.get(n)))

    @property
    def kind(self) -> str:
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        was, is_now = is_stopped(self.before), is_stopped(self.after)
        if was != is_now:
            return "stopped" if is_now else "resumed"
        return "changed"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A line that both have changed, each in its own way."""

    id: str
    base: Resource | None
    mine: Resource
    theirs: Resource


@dataclass(frozen=True, slots=True)
class Merge:
    """All lines of both, and those for which someone must choose; these hold theirs until then."""

    lines: Lines
    conflicts: tuple[Conflict, ...]


class Stale(PreconditionFailed):
    """A version was signed that did not build on the newest; nothing has been written."""

    def __init__(self, base: int, newest: int, merge: Merge, theirs: Lines, mine: Lines) -> None:
        super().__init__(
            f"The list has been changed: version {newest} is newer than {base}",
            f"Listen er endret: versjon {newest} er nyere enn {base}",
            where="base",
        )
        self.newest = newest
        self.merge = merge
        self.theirs = theirs
        self.mine = mine


def is_stopped(line: Resource) -> bool:
    return line.get("status") in ("stopped", "completed", "entered-in-error", "not-taken")


def compare(before: Lines, after: Lines) -> tuple[Change, ...]:
    """What changed, in the order of the newer list, then what only the older has."""
    ids = dict.fromkeys((*after, *before))
    changes = (Change(id, before.get(id), after.get(id)) for id in ids)
    return tuple(one for one in changes if one.before != one.after)


def merge(base: Lines, mine: Lines, theirs: Lines) -> Merge:
    """Both changes of one base, line by line and then element by element."""
    lines, conflicts = dict(theirs), []
    for id, line in mine.items():
        was, other = base.get(id), theirs.get(id)
        if line in (was, other):
            continue
        if other is None or other == was:
            lines[id] = line
        elif (joined := _joined(was or {}, line, other)) is not None:
            lines[id] = joined
        else:
            conflicts.append(Conflict(id, was, line, other))
    return Merge(lines, tuple(conflicts))


FACETS = (
    frozenset({"note"}),
    frozenset({"reasonCode", "reasonReference"}),
    frozenset({"derivedFrom"}),
)
"""What may be joined though both have changed the line: a remark, the purpose, the source. What is
taken, how much and whether at all is one decision, and two of these are never mixed."""


def _joined(was: Resource, mine: Resource, theirs: Resource) -> Resource | None:
    """One line with both changes, where they lie in different facets; None where they meet."""
    names = {*was, *mine, *theirs}
    changed = {n for n in names if mine.get(n) != was.get(n)}
    other = {n for n in names if theirs.get(n) != was.get(n)}
    if {_facet(n) for n in changed} & {_facet(n) for n in other}:
        return None
    joined = {n: (mine if n in changed else theirs).get(n) for n in (*theirs, *mine)}
    return {n: value for n, value in joined.items() if value is not None}


def _facet(name: str) -> int:
    return next((n for n, facet in enumerate(FACETS) if name in facet), len(FACETS))
