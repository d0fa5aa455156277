"""`_include` and `_revinclude`: what the resources of a page refer to, and what refers to them.

https://hl7.org/fhir/R4/search.html#revinclude
"""

from collections.abc import Iterator, Sequence

from samspill.base.errors import TooCostly
from samspill.base.texts import Text
from samspill.fhir.search.query import Include
from samspill.store import index
from samspill.store.connect import question_marks
from samspill.store.search.compile import at_snapshot
from samspill.store.search.scope import TRUE, Scope, all_of, any_of
from samspill.store.types import Sql

MOST = 5_000
"""Resources that may be included in one page."""

MOST_STEPS = 3
"""How far includes with `:iterate` go from a match."""

_AT_ONCE = 500

Parameter = tuple[int, str]
"""The integer of a search parameter, and its name."""


def included(
    scope: Scope,
    matches: Sequence[int],
    include: Sequence[Include],
    revinclude: Sequence[Include],
) -> list[int]:
    """The commit numbers of what belongs to the matches; each once, and none of the matches."""
    seen = set(matches)
    found: list[int] = []
    fresh: Sequence[int] = matches
    for step in range(MOST_STEPS):
        met: list[int] = []
        for each in include:
            if step == 0 or each.iterate:
                met += _referred(scope, fresh, each)
        for each in revinclude:
            if step == 0 or each.iterate:
                met += _referring(scope, fresh, each)
        fresh = [t for t in dict.fromkeys(met) if t not in seen]
        seen.update(fresh)
        found += fresh
        if len(found) > MOST:
            raise TooCostly(
                f"More than {MOST} resources would be included in one page",
                f"Mer enn {MOST} ressurser ville blitt tatt med på én side",
                where="_include",
                expected=Text(
                    "fewer resources on a page (_count), or fewer includes",
                    "færre ressurser på en side (_count), eller færre _include",
                ),
            )
    return found


def _referred(scope: Scope, versions: Sequence[int], include: Include) -> Iterator[int]:
    """What versions of the source type refer to by the parameter."""
    meant = _meant(scope, _references(scope, include), "f")
    targets: dict[int, list[int]] = {}
    for some in _chunks(versions):
        sql = (
            "SELECT DISTINCT r.type, r.rid FROM fact f CROSS JOIN resource r"
            f" WHERE f.t IN ({question_marks(some)}) AND {meant.text} AND r.rid = f.value"
        )
        for type, rid in scope.connection.rows(sql, (*some, *meant.parameters)):
            targets.setdefault(type, []).append(rid)
    for type, rids in targets.items():
        name = scope.catalog.type_name(scope.connection, type)
        if include.target in ("", name):
            for some in _chunks(rids):
                yield from _current(scope, name, some)


def _current(scope: Scope, type: str, rids: Sequence[int]) -> Iterator[int]:
    stood = at_snapshot(scope, "r", "v", type)
    sql = (
        "SELECT v.t FROM resource r CROSS JOIN version v"
        f" WHERE r.rid IN ({question_marks(rids)}) AND {stood.text}"
    )
    for row in scope.connection.rows(sql, (*rids, *stood.parameters)):
        yield row[0]


def _referring(scope: Scope, versions: Sequence[int], include: Include) -> Iterator[int]:
    """Versions of the source type that refer to these by the parameter."""
    rids = [
        row[0]
        for some in _chunks(versions)
        for row in scope.connection.rows(*_rids(scope, some, include.target))
    ]
    for source, parameters in _references(scope, include):
        for some in _chunks(rids):
            yield from _pointing(scope, source, parameters, some)


def _pointing(
    scope: Scope, source: str, parameters: Sequence[Parameter], rids: Sequence[int]
) -> Iterator[int]:
    met = all_of((_meant(scope, [(source, parameters)], "p"), scope.visible(source, "p.t")))
    among = f"p.value IN ({question_marks(rids)})"
    sql = f"SELECT DISTINCT p.t FROM posting p WHERE {met.text} AND {among} LIMIT {MOST + 1}"
    for row in scope.connection.rows(sql, (*met.parameters, *rids)):
        yield row[0]


def _meant(scope: Scope, references: Sequence[tuple[str, Sequence[Parameter]]], row: str) -> Sql:
    """That a row is of one of the parameters, and its value may be told."""
    free, guarded = list[int](), list[Sql]()
    for source, parameters in references:
        for id, name in parameters:
            told = scope.told(source, name, f"{row}.t")
            if told == TRUE:
                free.append(id)
            else:
                guarded.append(all_of((Sql(f"{row}.parameter = ?", (id,)), told)))
    among = Sql(f"{row}.parameter IN ({question_marks(free)})", tuple(free))
    return any_of((among, *guarded))


def _rids(scope: Scope, versions: Sequence[int], target: str) -> tuple[str, tuple[object, ...]]:
    sql = f"SELECT rid FROM version WHERE t IN ({question_marks(versions)})"
    if not target:
        return sql, tuple(versions)
    return f"{sql} AND type = ?", (*versions, scope.type(target))


def _references(scope: Scope, include: Include) -> list[tuple[str, list[Parameter]]]:
    """The reference parameters that are meant, by source type."""
    sql = "SELECT type.name, p.id, p.name FROM parameter p JOIN type ON type.id = p.type"
    sql, values = f"{sql} WHERE p.kind = 'reference'", list[object]()
    if include.source == "*":
        sql += f" AND type.name NOT LIKE '{index.INSIDE}%'"
    else:
        sql, values = f"{sql} AND type.name = ?", [include.source]
    if include.parameter != "*":
        sql, values = f"{sql} AND p.name = ?", [*values, include.parameter]
    found: dict[str, list[Parameter]] = {}
    for type, id, name in scope.connection.rows(sql, values):
        found.setdefault(type, []).append((id, name))
    return list(found.items())


def _chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(values), _AT_ONCE):
        yield values[first : first + _AT_ONCE]
