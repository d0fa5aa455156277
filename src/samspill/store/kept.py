"""Small things that are kept for a while: codes, sessions, keys, proofs that were seen.

Each has a kind, a key, a value (JSON, known to its kind) and a time from which it is there no more.
All changes go through the one writer, so that of many who take a thing at once, in any process, one
gets it; see `Transaction.keep_up`.
"""

from msgspec import Struct

from samspill.store.connect import Connection

FOREVER = 2**62
"""Until it is forgotten by name."""
_MOST_SWEPT = 2_000
"""Rows that one sweep removes, so that it never takes long."""


class Kept(Struct, frozen=True):
    """A thing and what is kept of it."""

    key: str
    value: str
    until: int
    """Microseconds."""


def find(connection: Connection, kind: str, key: str, now: int) -> Kept | None:
    sql = "SELECT key, value, until FROM kept WHERE kind = ? AND key = ? AND until > ?"
    row = connection.row(sql, (kind, key, now))
    return None if row is None else Kept(*row)


def of_kind(connection: Connection, kind: str, now: int) -> list[Kept]:
    """All of a kind, by key; for kinds of which there are few."""
    sql = "SELECT key, value, until FROM kept WHERE kind = ? AND until > ? ORDER BY key"
    return [Kept(*row) for row in connection.rows(sql, (kind, now))]


def put(connection: Connection, kind: str, kept: Kept) -> None:
    """Keeps a thing, in place of what was kept under its key."""
    sql = """INSERT INTO kept VALUES (?, ?, ?, ?)
        ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, until = excluded.until"""
    connection.run(sql, (kind, kept.key, kept.value, kept.until))


def claim(connection: Connection, kind: str, kept: Kept, now: int) -> bool:
    """Keeps a thing if nothing is kept under its key; whether it was so."""
    if find(connection, kind, kept.key, now) is not None:
        return False
    put(connection, kind, kept)
    return True


def take(connection: Connection, kind: str, key: str, now: int) -> Kept | None:
    """Gives a thing to the one who comes first; it is gone for all others."""
    found = find(connection, kind, key, now)
    if found is not None:
        forget(connection, kind, key)
    return found


def forget(connection: Connection, kind: str, key: str) -> None:
    connection.run("DELETE FROM kept WHERE kind = ? AND key = ?", (kind, key))


def sweep(connection: Connection, now: int) -> None:
    """Removes some of what nobody can find any more."""
    sql = """DELETE FROM kept WHERE (kind, key) IN
        (SELECT kind, key FROM kept WHERE until <= ? ORDER BY until LIMIT ?)"""
    connection.run(sql, (now, _MOST_SWEPT))
