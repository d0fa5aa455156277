"""History: the versions of a resource, of a type, or of the whole record, newest first.

https://hl7.org/fhir/R4/http.html#history
"""

from dataclasses import dataclass

from msgspec.structs import replace

from samspill.store.connect import Connection
from samspill.store.search import cursor
from samspill.store.search.cursor import Cursor
from samspill.store.search.page import DEFAULT_COUNT, newest
from samspill.store.search.scope import Scope, all_of
from samspill.store.types import Page, Sql
from samspill.store.versions import Reader


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose history ("" for every type or id), and which part of it."""

    type: str
    id: str
    since: int | None
    at: tuple[int, int] | None
    count: int | None


def page(connection: Connection, reader: Reader, asked: Asked, given: str) -> Page:
    """The page that a cursor leads to, or the first one; all as of the first page's commit."""
    subject = f"history {asked}".encode()
    start = cursor.parse(given, subject, reader.secret) if given else Cursor(newest(connection, {}))
    scope = Scope(connection, reader.catalog, start.snapshot)
    among = _among(scope, asked)
    if not given:
        row = connection.row(f"SELECT count(*) FROM {among.text}", among.parameters)
        start = replace(start, total=row[0] if row else 0)
    size = DEFAULT_COUNT if asked.count is None else asked.count
    further = Sql(f"{among.text} AND v.t < ?", (*among.parameters, start.t or start.snapshot + 1))
    rows = connection.rows(
        f"SELECT v.t FROM {further.text} ORDER BY v.t DESC LIMIT ?", (*further.parameters, size + 1)
    )
    commits = [row[0] for row in rows[:size]]
    next = ""
    if len(rows) > size and commits:
        next = cursor.format(replace(start, t=commits[-1]), subject, reader.secret)
    return Page(reader.of(connection, commits), total=start.total, next=next)


def _among(scope: Scope, asked: Asked) -> Sql:
    """The tables and the condition of all versions that were asked for, as `v`."""
    conditions = [Sql("v.t <= ?", (scope.snapshot,))]
    if asked.id:
        # The few versions of one resource are found by its rid.
        rid = "SELECT rid FROM resource WHERE type = ? AND id = ?"
        mine = f"SELECT t FROM resource WHERE rid = ({rid}) UNION ALL"
        mine += f" SELECT t FROM past WHERE rid = ({rid})"
        whose = (scope.type(asked.type), asked.id)
        conditions.append(Sql(f"v.t IN ({mine})", (*whose, *whose)))
    elif asked.type:
        conditions.append(Sql("v.type = ?", (scope.type(asked.type),)))
    if asked.since is not None:
        conditions.append(Sql("v.at >= ?", (asked.since,)))
    if asked.at is not None:
        low, high = asked.at
        replaced = f"SELECT 1 FROM version n WHERE n.t = {_NEXT} AND n.at <= ?"
        conditions.append(Sql(f"v.at < ? AND NOT EXISTS ({replaced})", (high, low)))
    where = all_of(conditions)
    return Sql(f"version v WHERE {where.text}", where.parameters)


_NEXT = """coalesce(
    (SELECT p.t FROM past p WHERE p.rid = v.rid AND p.number = v.number + 1),
    (SELECT r.t FROM resource r WHERE r.rid = v.rid AND r.number = v.number + 1))"""
