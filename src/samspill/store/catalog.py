"""The integers that index rows are made of: of types, parameters, codes, texts, units, targets."""

from collections.abc import Hashable, Sequence
from typing import Any

from samspill.store.connect import Connection, Row

Value = tuple[Any, ...]
"""A kind and what tells apart values of it, such as ("concept", system, code, folded)."""

_MOST = 100_000
"""Entries that a cache holds before it starts anew."""


LONGEST = 600
"""Characters of a code or a text that are indexed: an index page must hold several of them."""


def cut(text: str) -> str:
    """The part of a value that is indexed, and compared when it is sought."""
    return text[:LONGEST]


class Catalog:
    """Finds the integer of a value, and makes it where the caller writes.

    One is shared by the readers and one belongs to the writer, which forgets all when a transaction
    is rolled back, since its new integers are gone with it. Integers of committed values never
    change.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}
        self._names: dict[int, str] = {}
        self.sizes: dict[tuple[int, int], object] = {}
        """What `search.sizes` remembers of the ranges of values."""
        self.made = 0
        """How many integers were made here; grows."""

    def forget(self) -> None:
        self._known.clear()
        self._names.clear()

    # What readers ask for: None when the record holds no such value

    def find_type(self, connection: Connection, name: str) -> int | None:
        return self._find(connection, ("type", name), _FIND_TYPE, (name,))

    def find_parameter(self, connection: Connection, type: int, name: str) -> int | None:
        return self._find(connection, (type, name), _FIND_PARAMETER, (type, name))

    def type_name(self, connection: Connection, type: int) -> str:
        if type not in self._names:
            self._names.update(connection.rows("SELECT id, name FROM type"))
        return self._names[type]

    # What the writer asks for: made when it is new

    def type(self, connection: Connection, name: str) -> int:
        return self._intern(connection, ("type", name), "type", ("name",), (name,))

    def parameter(self, connection: Connection, type: int, name: str, kind: str) -> int:
        found = self.find_parameter(connection, type, name)
        if found is None:
            # The kind does not tell parameters apart: it changes with their definition.
            columns = "type", "name", "kind"
            found = self._intern(connection, (type, name), "parameter", columns, (type, name, kind))
        return found

    def concept(self, connection: Connection, system: str, code: str, folded: bool) -> int:
        return self._value(connection, ("concept", system, code, folded))

    def text(self, connection: Connection, parameter: int, folded: str, exact: str) -> int:
        return self._value(connection, ("text", parameter, folded, exact))

    def unit(self, connection: Connection, base: bool, system: str, code: str, unit: str) -> int:
        return self._value(connection, ("unit", base, system, code, unit))

    def resource(self, connection: Connection, type: str, id: str) -> int:
        """The rid of a resource, which may be one that is only referred to as yet."""
        return self._value(connection, ("resource", type, id))

    def values(self, connection: Connection, keys: Sequence[Value]) -> list[int]:
        """The integers of many values; those that are new are made as a set for each kind."""
        found = {key: self._known.get(key, 0) for key in keys}
        unknown: dict[str, list[Value]] = {}
        for key, value in found.items():
            if not value:
                unknown.setdefault(key[0], []).append(key)
        for kind, missing in unknown.items():
            rows = self._rows(connection, kind, missing)
            self.made += len(rows)
            made = connection.intern(kind, _COLUMNS[kind], rows)
            for key, value in zip(missing, made, strict=True):
                found[key] = self._remember(key, value)
        return [found[key] for key in keys]

    def _value(self, connection: Connection, key: Value) -> int:
        return self._known.get(key) or self.values(connection, [key])[0]

    def _rows(self, connection: Connection, kind: str, keys: Sequence[Value]) -> list[Row]:
        match kind:
            case "concept":
                systems = self.values(connection, [("system", key[1]) for key in keys])
                values = zip(keys, systems, strict=True)
                return [(code, system, int(folded)) for (_, _, code, folded), system in values]
            case "system" | "text" | "access_term":
                return [key[1:] for key in keys]
            case "unit":
                return [(int(base), *names) for _, base, *names in keys]
            case "resource":
                return [(self.type(connection, type), id) for _, type, id in keys]
            case _:
                raise ValueError(f"unhandled kind of value: {kind}")

    def note_resource(self, type: str, id: str, rid: int) -> None:
        """Remembers the rid of a resource that was just made."""
        self.made += 1
        self._remember(("resource", type, id), rid)

    def note_scale(self, connection: Connection, parameter: int, scale: int) -> None:
        """Remembers that the parameter has periods of this scale, so that searches look there."""
        key = ("scale", parameter, scale)
        if key not in self._known:
            sql = "UPDATE parameter SET scales = scales | ? WHERE id = ?"
            connection.run(sql, (1 << scale, parameter))
            self.made += 1
            self._remember(key, 1)

    def note_repeats(self, connection: Connection, parameter: int) -> None:
        """Remembers that some resource has several dates or amounts of the parameter."""
        key = ("repeats", parameter)
        if key not in self._known:
            connection.run("UPDATE parameter SET repeats = 1 WHERE id = ?", (parameter,))
            self.made += 1
            self._remember(key, 1)

    def note_target(self, connection: Connection, parameter: int, type: str) -> None:
        """Remembers that the parameter leads to resources of this type."""
        key = ("target", parameter, type)
        if key not in self._known:
            connection.insert("target", [(parameter, self.type(connection, type))])
            self.made += 1
            self._remember(key, 1)

    def _find(
        self, connection: Connection, key: Hashable, sql: str, values: tuple[object, ...]
    ) -> int | None:
        found = self._known.get(key)
        if found is None and (row := connection.row(sql, values)):
            found = self._remember(key, row[0])
        return found

    def _intern(
        self,
        connection: Connection,
        key: Hashable,
        table: str,
        columns: tuple[str, ...],
        values: Row,
    ) -> int:
        found = self._known.get(key)
        if found is None:
            self.made += 1
            found = self._remember(key, connection.intern(table, columns, [values])[0])
        return found

    def _remember(self, key: Hashable, value: int) -> int:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = value
        return value


_FIND_TYPE = "SELECT id FROM type WHERE name = ?"
_FIND_PARAMETER = "SELECT id FROM parameter WHERE type = ? AND name = ?"
_COLUMNS = {
    "access_term": ("text",),
    "system": ("url",),
    "concept": ("code", "system", "folded"),
    "text": ("parameter", "folded", "exact"),
    "unit": ("base", "system", "code", "unit"),
    "resource": ("type", "id"),
}
