"""Versions as rows: the current one, a named one, those of a search, and the history.

https://hl7.org/fhir/R4/http.html#history
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from samspill.base.errors import Misconfigured
from samspill.store.bodies import Bodies
from samspill.store.catalog import Catalog
from samspill.store.connect import Connection, Row, question_marks
from samspill.store.memo import Facts, Memo
from samspill.store.recent import Recent
from samspill.store.types import Version


@dataclass(frozen=True, slots=True)
class Head:
    """Where a resource stands: at a version, or at none (`t` 0) while it is only referred to."""

    rid: int
    t: int
    number: int
    deleted: bool

    @property
    def exists(self) -> bool:
        return self.t > 0 and not self.deleted


@dataclass(frozen=True, slots=True)
class Reader:
    """Makes versions of rows; holds what that, and a search, take."""

    catalog: Catalog
    bodies: Bodies
    secret: bytes
    """Signs the cursors that are given out."""
    memo: Memo | None = None
    recent: Recent | None = None
    """None for the writer, whose commit numbers are given anew after a rollback."""

    def facts(self) -> Facts:
        """What searches have found out, as far as it is still right."""
        return self.memo.facts() if self.memo else {}

    def current(self, connection: Connection, type: str, id: str) -> Version | None:
        number = self.catalog.find_type(connection, type)
        row = None if number is None else connection.row(_CURRENT, (number, id))
        return None if row is None else self.at(connection, row[0])

    def numbered(self, connection: Connection, type: str, id: str, version: int) -> Version | None:
        kind = self.catalog.find_type(connection, type)
        head = None if kind is None else connection.row(_HEAD, (kind, id))
        if head is None:
            return None
        rid, t, number, _ = head
        if version != number:
            past = connection.row("SELECT t FROM past WHERE rid = ? AND number = ?", (rid, version))
            t = past[0] if past else 0
        return self.at(connection, t)

    def at(self, connection: Connection, t: int) -> Version | None:
        """The version with this commit number."""
        found = self.recent.find(t) if self.recent else None
        if found is None and (row := connection.row(_AT, (t,))):
            found = self._version(connection, row)
            if self.recent:
                self.recent.keep(found)
        return found

    def of(self, connection: Connection, commits: Sequence[int]) -> tuple[Version, ...]:
        """The versions with these commit numbers, in their order."""
        recent = self.recent
        if recent and (at_hand := recent.all(commits)):
            return at_hand
        known = {t: found for t in commits if recent and (found := recent.find(t))}
        unknown = [t for t in commits if t not in known]
        for first in range(0, len(unknown), _AT_ONCE):
            some = unknown[first : first + _AT_ONCE]
            for row in connection.rows(f"{_SOME} ({question_marks(some)})", some):
                version = known[row[0]] = self._version(connection, row)
                if recent:
                    recent.keep(version)
        return tuple(known[t] for t in commits if t in known)

    def after(self, connection: Connection, t: int, count: int) -> tuple[Version, ...]:
        """The versions committed after `t`, oldest first."""
        rows = connection.rows(_AFTER, (t, count))
        return tuple(self._version(connection, row) for row in rows)

    def _version(self, connection: Connection, row: Row) -> Version:
        t, number, at, deleted, codec, stored, type, id, hash = row
        name = self.catalog.type_name(connection, type)
        body = self.bodies.expand(connection, codec, stored)
        if sha256(body).digest() != hash:
            raise Misconfigured(
                f"Version {number} of {name}/{id} is damaged: restore it from a backup",
                f"Versjon {number} av {name}/{id} er skadet: gjenopprett fra sikkerhetskopi",
            )
        return Version(name, id, number, at, body, deleted == 1, t)


def head(connection: Connection, type: int, id: str) -> Head | None:
    row = connection.row(_HEAD, (type, id))
    return None if row is None else Head(row[0], row[1], row[2], row[3] == 1)


def heads(connection: Connection, type: int, ids: Sequence[str]) -> dict[str, Head]:
    """Where resources of a type stand, by id; those that have no row are left out."""
    found: dict[str, Head] = {}
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        sql = f"{_HEADS} ({question_marks(some)})"
        for id, rid, t, number, deleted in connection.rows(sql, (type, *some)):
            found[id] = Head(rid, t, number, deleted == 1)
    return found


def last_rid(connection: Connection) -> int:
    """The greatest rid; who writes gives out those that follow."""
    row = connection.row("SELECT max(rid) FROM resource")
    return row[0] or 0 if row else 0


def add_resources(connection: Connection, added: Sequence[tuple[int, str, Head]]) -> None:
    """Resources that nothing has referred to before: type, id, and where they stand."""
    rows = [(h.rid, type, id, h.t, h.number, int(h.deleted)) for type, id, h in added]
    connection.insert("resource", rows)


def move_heads(connection: Connection, moved: Sequence[Head]) -> None:
    """Makes other versions the current ones."""
    connection.each(_MOVE_HEAD, [(h.t, h.number, int(h.deleted), h.rid) for h in moved])


def add(connection: Connection, rows: Sequence[Row], replaced: Sequence[tuple[Head, int]]) -> None:
    """Adds rows of `version`, and what became of the versions that were current before them."""
    connection.insert("version", rows)
    connection.insert("past", [(head.rid, head.number, head.t) for head, _ in replaced])
    connection.insert("stale", [(head.t, t) for head, t in replaced if head.exists])


_MOVE_HEAD = "UPDATE resource SET t = ?, number = ?, deleted = ? WHERE rid = ?"
_COLUMNS = "v.t, v.number, v.at, v.deleted, v.codec, v.body, v.type, r.id, v.hash"
_CURRENT = "SELECT t FROM resource WHERE type = ? AND id = ?"
_AT = f"""SELECT {_COLUMNS} FROM version v CROSS JOIN resource r WHERE r.rid = v.rid AND v.t = ?"""
_SOME = f"""SELECT {_COLUMNS} FROM version v CROSS JOIN resource r WHERE r.rid = v.rid AND v.t IN"""
_AT_ONCE = 500
_AFTER = f"""SELECT {_COLUMNS} FROM version v CROSS JOIN resource r
    WHERE r.rid = v.rid AND v.t > ? ORDER BY v.t LIMIT ?"""
_HEADS = "SELECT id, rid, t, number, deleted FROM resource WHERE type = ? AND id IN"
_HEAD = "SELECT rid, t, number, deleted FROM resource WHERE type = ? AND id = ?"
