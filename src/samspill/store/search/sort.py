"""Order: by the main date that stands in the index rows, or by keys that are looked up.

Resources without a value come last, upwards and downwards. https://hl7.org/fhir/R4/search.html#sort
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from samspill.fhir.search.query import Sort
from samspill.store import index
from samspill.store.connect import question_marks
from samspill.store.search.scope import Scope, all_of, any_of
from samspill.store.types import Sql

GROUPED = frozenset({"token", "string", "uri", "reference"})
"""Kinds of which many resources have the same value: they come in the order of the main date."""

BETWEEN = "\x01"
"""Stands between the parts of a key; it is before all that can stand in them."""


class Column(Struct, frozen=True):
    """A column of the order: its name in the inner select, and its direction."""

    name: str
    descending: bool

    def order(self) -> str:
        return f"{self.name} DESC" if self.descending else self.name


class Order(Struct, frozen=True):
    """The columns by which rows are told apart; the last is always `t`.

    `keys` are looked up for the columns k0, k1 …; there are none when the order is that of the main
    date. `stretches` are read one after the other: dates upwards end with those that have none.
    """

    columns: tuple[Column, ...]
    keys: tuple[Sort, ...] = ()
    stretches: tuple[str, ...] = ("TRUE",)

    def reversed(self) -> "Order":
        turned = tuple(replace(column, descending=not column.descending) for column in self.columns)
        return Order(turned, self.keys, self.stretches[::-1])

    @property
    def has_stretches(self) -> bool:
        return len(self.stretches) > 1

    @property
    def is_by_commit(self) -> bool:
        """The order of lastUpdated."""
        return len(self.columns) == 1

    def text(self) -> str:
        return ", ".join(column.order() for column in self.columns)


def after(order: Order, names: Sequence[str], place: Sequence[object]) -> Sql:
    """That the row of these columns comes after the one with the values of `place` in them."""
    descending = [column.descending for column in order.columns]
    if len(set(descending)) == 1 and None not in place:
        # A comparison of rows can be a range of an index.
        sign = "<" if descending[0] else ">"
        marks = question_marks(place)
        return Sql(f"({', '.join(names)}) {sign} ({marks})", tuple(place))
    ways, equal = [], list[Sql]()
    for name, down, value in zip(names, descending, place, strict=True):
        if value is not None:
            further = Sql(f"{name} {'<' if down else '>'} ?", (value,))
            ways.append(all_of((*equal, further)))
            equal.append(Sql(f"{name} = ?", (value,)))
    return any_of(ways)


def order(scope: Scope, sorts: tuple[Sort, ...], types: Sequence[str]) -> Order:
    """The order of a search; newest first when none is asked for."""
    if not sorts:
        return Order((Column("main", True), Column("t", True)))
    first = sorts[0]
    if len(sorts) == 1 and first.parameter == "_lastUpdated":
        return Order((Column("t", first.descending),))
    if len(sorts) == 1 and all(_is_main(scope, first, type) for type in types):
        both = (Column("main", first.descending), Column("t", first.descending))
        return Order(both, (), ("TRUE",) if first.descending else ("main > 0", "main = 0"))
    if first.kind in GROUPED and (len(sorts) == 1 or _is_newest(scope, sorts[1:], types)):
        down = first.descending if len(sorts) == 1 else True
        grouped = (Column("k0", first.descending), Column("main", down), Column("t", down))
        return Order(grouped, sorts[:1], ("k0 IS NOT NULL", "k0 IS NULL"))
    if len(sorts) == 1:
        both = (Column("k0", first.descending), Column("t", first.descending))
        return Order(both, sorts, ("k0 IS NOT NULL", "k0 IS NULL"))
    columns = tuple(
        column
        for n, each in enumerate(sorts)
        for column in (Column(f"(k{n} IS NULL)", False), Column(f"k{n}", each.descending))
    )
    return Order((*columns, Column("t", first.descending)), sorts)


def _is_newest(scope: Scope, sorts: Sequence[Sort], types: Sequence[str]) -> bool:
    """Whether what remains is the newest first."""
    return (
        len(sorts) == 1
        and sorts[0].descending
        and all(_is_main(scope, sorts[0], type) for type in types)
    )


def _is_main(scope: Scope, sort: Sort, type: str) -> bool:
    if sort.parameter != index.MAIN.get(type) or sort.also:
        return False
    parameter = scope.parameter(type, sort.parameter)
    return not (sort.descending and scope.dates(parameter).repeats)


def key(scope: Scope, sort: Sort, type: str, t: str) -> Sql:
    """The value by which version `t` is sorted, or NULL."""
    if sort.parameter == "_lastUpdated":
        return Sql(f"(SELECT at FROM version WHERE version.t = {t})")
    if sort.parameter == "_id":
        version, resource = scope.alias(), scope.alias()
        if type.startswith(index.INSIDE):
            return Sql(f"(SELECT {version}.id FROM contained {version} WHERE {version}.t = {t})")
        return Sql(
            f"(SELECT {resource}.id FROM version {version} CROSS JOIN resource {resource}"
            f" WHERE {version}.t = {t} AND {resource}.rid = {version}.rid)"
        )
    row, names = scope.alias(), (sort.parameter, *sort.also)
    parameters = tuple(scope.parameter(type, name) for name in names)
    place = f"{row}.t = {t} AND {row}.parameter IN ({question_marks(parameters)})"
    told = [scope.told(type, name, t) for name in names]
    where = all_of((Sql(f"{place}{_MORE.get(sort.kind, '').format(row)}", parameters), *told))
    return Sql(f"({_KEYS[sort.kind](row, sort.descending)} WHERE {where.text})", where.parameters)


def _token(row: str, descending: bool) -> str:
    extreme = "max" if descending else "min"
    return (
        f"SELECT {extreme}(coalesce(concept.code || '{BETWEEN}' || system.url, '')) FROM fact {row}"
        f" LEFT JOIN concept ON concept.id = {row}.value"
        " LEFT JOIN system ON system.id = concept.system"
    )


def _text(row: str, descending: bool) -> str:
    extreme = "max" if descending else "min"
    return f"SELECT {extreme}(text.folded) FROM fact {row} JOIN text ON text.id = {row}.value"


def _reference(row: str, descending: bool) -> str:
    extreme = "max" if descending else "min"
    return (
        f"SELECT {extreme}(coalesce(text.folded, '') || '{BETWEEN}'"
        f" || coalesce(type.name || '{BETWEEN}' || resource.id, '')) FROM fact {row}"
        f" LEFT JOIN resource ON resource.rid = {row}.value"
        " LEFT JOIN type ON type.id = resource.type"
        f" LEFT JOIN text ON text.id = -{row}.value"
    )


def _date(row: str, descending: bool) -> str:
    return f"SELECT {'max' if descending else 'min'}({row}.low) FROM date {row}"


def _number(row: str, descending: bool) -> str:
    return f"SELECT {f'max({row}.high)' if descending else f'min({row}.low)'} FROM number {row}"


def _quantity(row: str, descending: bool) -> str:
    return f"SELECT {f'max({row}.high)' if descending else f'min({row}.low)'} FROM quantity {row}"


_KEYS = {
    "token": _token,
    "string": _text,
    "uri": _text,
    "reference": _reference,
    "date": _date,
    "number": _number,
    "quantity": _quantity,
}
_MORE = {
    "quantity": " AND {}.sorts = 1",
    # Beside the row of a local target stands one for the version that the reference names.
    "reference": " AND ({}.value >= 0 OR substr(text.folded, 1, 1) != '" + index.VERSIONED + "')",
}
