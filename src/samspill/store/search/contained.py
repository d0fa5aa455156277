"""Searches of resources inside others: `_contained` and `_containedType`.

All matches are found and sorted at once, since a container comes once however many of what it holds
match; a page is then cut out of them. https://hl7.org/fhir/R4/search.html#contained
"""

from collections.abc import Sequence
from functools import cmp_to_key, partial
from itertools import chain

from msgspec.structs import replace

from samspill.base import json
from samspill.base.errors import TooCostly
from samspill.base.texts import Text
from samspill.fhir.search.query import Query
from samspill.store import index
from samspill.store.connect import Connection, Row
from samspill.store.search import plan, select, sort, words
from samspill.store.search.scope import FALSE, joined
from samspill.store.search.select import Search
from samspill.store.types import Sql, Version
from samspill.store.versions import Reader

MOST = 10_000
"""Matches that are sorted."""


def matches(search: Search) -> list[int]:
    """All matches in their order: commit numbers of resources, and where contained resources are
    asked for as they are, the numbers of these."""
    query, scope = search.query, search.scope
    words.check(scope, "_contained")
    types = list(search.types) if query.contained == "both" else []
    types += [index.INSIDE + type for type in _all_types(search)]
    rows = list(chain.from_iterable(_of_type(search, type) for type in types))
    if len(rows) > MOST:
        raise _too_many()
    rows.sort(key=cmp_to_key(partial(_compare, query)))
    found = [row[0] for row in rows]
    if query.contained_type == "container":
        found = list(dict.fromkeys(holder(t) for t in found))
    return found if query.most is None else found[: query.most]


def holder(t: int) -> int:
    """The version that holds a contained resource; a version itself."""
    return t if t >= 0 else -t // index.MOST_INSIDE


def versions(connection: Connection, reader: Reader, numbers: Sequence[int]) -> tuple[Version, ...]:
    """Resources as they are; contained ones by themselves, with an id such as `holder#local`."""
    holders = dict(zip(numbers, reader.of(connection, list(map(holder, numbers))), strict=True))
    return tuple(
        each if t > 0 else _by_itself(each, -t % index.MOST_INSIDE) for t, each in holders.items()
    )


def _by_itself(holder: Version, n: int) -> Version:
    inside = json.parse_own(holder.body)["contained"][n - 1]
    return replace(holder, id=f"{holder.id}#{inside.get('id', '')}", body=json.format(inside))


def _all_types(search: Search) -> tuple[str, ...]:
    if search.query.types:
        return search.query.types
    sql = f"SELECT name FROM type WHERE name LIKE '{index.INSIDE}%'"
    return tuple(row[0].removeprefix(index.INSIDE) for row in search.scope.connection.rows(sql))


def _of_type(search: Search, type: str) -> list[Row]:
    """What matches of a type, with the keys of the order; its number and main date come first."""
    scope = search.scope
    if not scope.type(type):
        return []
    found = select.candidates(scope, type, plan.choose(scope, search.query.where, type))
    if found == FALSE:
        return []
    keys = [sort.key(scope, each, type, "found.t") for each in search.query.sort]
    named = joined([Sql("found.t, found.main"), *keys], ", ")
    sql = f"SELECT {named.text} FROM ({found.text}) found LIMIT {MOST + 1}"
    return scope.connection.rows(sql, (*named.parameters, *found.parameters))


def _compare(query: Query, one: Row, other: Row) -> int:
    """By the keys, those without one last; then resources before what is contained, newest first.
    Numbers of contained resources are negative."""
    for by, a, b in zip(query.sort, one[2:], other[2:], strict=True):
        if a != b:
            if a is None or b is None:
                return 1 if a is None else -1
            return 1 if (a > b) != by.descending else -1
    a, b = (one[0] >= 0, one[1], one[0]), (other[0] >= 0, other[1], other[0])
    return 1 if a < b else -1


def _too_many() -> TooCostly:
    return TooCostly(
        f"More than {MOST} contained resources match",
        f"Mer enn {MOST} ressurser inne i andre passer",
        where="_contained",
        expected=Text("a narrower search", "et smalere søk"),
    )
