"""The integers that index rows are made of: of types, parameters, codes, texts, units, targets."""

from collections.abc import Hashable

from samspill.store.connect import Connection

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
        return self._intern(
            connection,
            ("type", name),
            _FIND_TYPE,
            "INSERT INTO type (name) VALUES (?)",
            (name,),
        )

    def parameter(self, connection: Connection, type: int, name: str, kind: str) -> int:
        return self._intern(
            connection,
            (type, name),
            _FIND_PARAMETER,
            "INSERT INTO parameter (type, name, kind) VALUES (?, ?, ?)",
            (type, name),
            (kind,),
        )

    def concept(self, connection: Connection, system: str, code: str, folded: bool) -> int:
        system, code = cut(system), cut(code)
        found = self._known.get(("concept", system, code, folded))
        if found is not None:
            return found
        url = self._intern(
            connection,
            ("system", system),
            "SELECT id FROM system WHERE url = ?",
            "INSERT INTO system (url) VALUES (?)",
            (system,),
        )
        return self._intern(
            connection,
            ("concept", system, code, folded),
            "SELECT id FROM concept WHERE code = ? AND system = ? AND folded = ?",
            "INSERT INTO concept (code, system, folded) VALUES (?, ?, ?)",
            (code, url, int(folded)),
        )

    def text(self, connection: Connection, parameter: int, folded: str, exact: str) -> int:
        folded, exact = cut(folded), cut(exact)
        return self._intern(
            connection,
            ("text", parameter, folded, exact),
            "SELECT id FROM text WHERE parameter = ? AND folded = ? AND exact = ?",
            "INSERT INTO text (parameter, folded, exact) VALUES (?, ?, ?)",
            (parameter, folded, exact),
        )

    def unit(self, connection: Connection, base: bool, system: str, code: str, unit: str) -> int:
        return self._intern(
            connection,
            ("unit", base, system, code, unit),
            "SELECT id FROM unit WHERE base = ? AND system = ? AND code = ? AND unit = ?",
            "INSERT INTO unit (base, system, code, unit) VALUES (?, ?, ?, ?)",
            (int(base), system, code, unit),
        )

    def resource(self, connection: Connection, type: str, id: str) -> int:
        """The rid of a resource, which may be one that is only referred to as yet."""
        return self._intern(
            connection,
            ("resource", type, id),
            "SELECT rid FROM resource WHERE type = ? AND id = ?",
            "INSERT INTO resource (type, id) VALUES (?, ?)",
            (self.type(connection, type), id),
        )

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
        """Remembers that some resource has several dates of the parameter."""
        key = ("repeats", parameter)
        if key not in self._known:
            connection.run("UPDATE parameter SET repeats = 1 WHERE id = ?", (parameter,))
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
        find: str,
        insert: str,
        values: tuple[object, ...],
        further: tuple[object, ...] = (),
    ) -> int:
        found = self._known.get(key)
        if found is not None:
            return found
        row = connection.row(find, values)
        if row is None:
            self.made += 1
            return self._remember(key, connection.add(insert, (*values, *further)))
        return self._remember(key, row[0])

    def _remember(self, key: Hashable, value: int) -> int:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = value
        return value


_FIND_TYPE = "SELECT id FROM type WHERE name = ?"
_FIND_PARAMETER = "SELECT id FROM parameter WHERE type = ? AND name = ?"
