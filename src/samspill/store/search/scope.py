"""What a compilation knows, and the one place where a search begins to look at a resource."""

from collections.abc import Hashable, Iterable, Iterator
from itertools import count
from typing import Protocol

from msgspec import Struct, field

from samspill.store import index
from samspill.store.catalog import Catalog
from samspill.store.connect import Connection, question_marks
from samspill.store.memo import Facts
from samspill.store.types import Sql

TRUE = Sql("TRUE")
FALSE = Sql("FALSE")

_DATES = "SELECT scales, repeats FROM parameter WHERE id = ?"

_TARGETS = "SELECT type.name FROM target JOIN type ON type.id = target.type WHERE parameter = ?"

FEW = 64
"""So many values are looked up beforehand and named in the SQL; more are left to a subselect."""


class Dates(Struct, frozen=True):
    """What is known of all dates of a parameter."""

    scales: tuple[int, ...]
    """The classes of length that there are, see `index.scale`."""
    repeats: bool
    """Whether some resource has several."""


class Narrow(Protocol):
    """What the caller may know of."""

    @property
    def holder(self) -> str:
        """Whose it is: page links are good for them alone."""

    def asker(self, facts: Facts) -> Hashable:
        """The same for as long as the conditions are the same while the record does not change."""

    def visible(self, scope: "Scope", type: str, t: str) -> Sql:
        """Of version `t` (an SQL expression), of a resource of the type."""

    def told(self, scope: "Scope", type: str, parameter: str, t: str) -> Sql:
        """Of its values for a search parameter."""


class Scope(Struct, frozen=True):
    """One compilation: against which record, as of which commit, for whom."""

    connection: Connection
    catalog: Catalog
    snapshot: int
    narrow: Narrow | None = None
    facts: Facts = field(default_factory=dict)
    """What was found out already while the record was as it is."""
    numbers: Iterator[int] = field(default_factory=count)

    def alias(self) -> str:
        """A name for a table that no other part of the statement uses."""
        return f"a{next(self.numbers)}"

    def type(self, name: str) -> int:
        """The integer of a type; 0, which no row has, when the record holds none of it."""
        return self.catalog.find_type(self.connection, name) or 0

    def types(self) -> tuple[str, ...]:
        """Every type that the record holds, or refers to."""
        if "types" not in self.facts:
            rows = self.connection.rows("SELECT name FROM type ORDER BY id")
            names = (row[0] for row in rows)
            self.facts["types"] = tuple(n for n in names if not n.startswith(index.INSIDE))
        found: tuple[str, ...] = self.facts["types"]
        return found

    def parameter(self, type: str, name: str) -> int:
        return self.catalog.find_parameter(self.connection, self.type(type), name) or 0

    def targets(self, parameter: int) -> tuple[str, ...]:
        """The types of the resources of this record to which a reference parameter leads."""
        rows = self.connection.rows(_TARGETS, (parameter,))
        return tuple(row[0] for row in rows)

    def dates(self, parameter: int) -> Dates:
        """Never remembered beyond a commit: no range may leave out what is new."""
        found: Dates | None = self.facts.get(("dates", parameter))
        if found is None:
            row = self.connection.row(_DATES, (parameter,))
            scales, repeats = row or (0, 0)
            present = tuple(n for n in range(index.REVERSED + 1) if scales >> n & 1)
            found = self.facts["dates", parameter] = Dates(present, repeats == 1)
        return found

    def visible(self, type: str, t: str) -> Sql:
        """The condition under which a search may know of version `t` (an SQL expression).

        Each part of a search that brings in a resource goes through here: it was there at the
        snapshot, it was not yet replaced, and the caller may see it.
        """
        if type.startswith(index.INSIDE):
            return self._visible_inside(t)
        there = Sql(f"{t} <= ?", (self.snapshot,))
        if self._has_stale():
            replaced = f"SELECT 1 FROM stale WHERE stale.t = {t} AND stale.ended <= ?"
            there = all_of((there, Sql(f"NOT EXISTS ({replaced})", (self.snapshot,))))
        return there if self.narrow is None else all_of((there, self.narrow.visible(self, type, t)))

    def told(self, type: str, parameter: str, t: str) -> Sql:
        """The condition under which a search may ask for the values of a parameter of version `t`.
        Each part of a search that looks at values goes through here."""
        return TRUE if self.narrow is None else self.narrow.told(self, type, parameter, t)

    def _visible_inside(self, t: str) -> Sql:
        """A contained resource is there as long as the version that holds it."""
        holder, version = f"(-({t}) / {index.MOST_INSIDE})", self.alias()
        if self.narrow is None:
            return self.visible("", holder)
        each = any_of(
            all_of((Sql(f"{version}.type = ?", (self.type(name),)), self.visible(name, holder)))
            for name in self.types()
        )
        held = f"SELECT 1 FROM version {version} WHERE {version}.t = {holder} AND {each.text}"
        return Sql(f"EXISTS ({held})", each.parameters)

    def _has_stale(self) -> bool:
        """Whether there are rows of replaced versions. What comes later was replaced after the
        snapshot, and what goes was of no interest to it."""
        if "stale" not in self.facts:
            row = self.connection.row("SELECT 1 FROM stale LIMIT 1")
            self.facts["stale"] = row is not None
        return bool(self.facts["stale"])


class Values(Struct, frozen=True):
    """The interned values that meet a test: their integers when they are few, else a subselect."""

    ids: tuple[int, ...] | None
    select: Sql = TRUE

    def condition(self, column: str) -> Sql:
        """That the column holds one of them."""
        match self.ids:
            case None:
                return Sql(f"{column} IN ({self.select.text})", self.select.parameters)
            case ():
                return FALSE
            case (id,):
                return Sql(f"{column} = ?", (id,))
            case ids:
                return Sql(f"{column} IN ({question_marks(ids)})", ids)


def look_up(scope: Scope, select: Sql) -> Values:
    """Asks for the integers now, so that the plan can go by them."""
    found: Values | None = scope.facts.get(select)
    if found is None:
        rows = scope.connection.rows(f"{select.text} LIMIT {FEW + 1}", select.parameters)
        few = len(rows) <= FEW
        found = Values(tuple(sorted({row[0] for row in rows}))) if few else Values(None, select)
        scope.facts[select] = found
    return found


def joined(parts: Iterable[Sql], between: str) -> Sql:
    found = list(parts)
    return Sql(
        between.join(part.text for part in found),
        tuple(value for part in found for value in part.parameters),
    )


def all_of(parts: Iterable[Sql]) -> Sql:
    """Both … and."""
    kept = [part for part in parts if part != TRUE]
    if FALSE in kept:
        return FALSE
    return joined(kept, " AND ") if kept else TRUE


def any_of(parts: Iterable[Sql]) -> Sql:
    """Either … or."""
    kept = [part for part in parts if part != FALSE]
    if TRUE in kept:
        return TRUE
    if len(kept) < 2:
        return kept[0] if kept else FALSE
    either = joined((Sql(f"({part.text})", part.parameters) for part in kept), " OR ")
    return Sql(f"({either.text})", either.parameters)


def not_(part: Sql) -> Sql:
    if part in (TRUE, FALSE):
        return FALSE if part == TRUE else TRUE
    return Sql(f"NOT ({part.text})", part.parameters)
