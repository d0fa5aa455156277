"""`_include` and `_revinclude`: what the resources of a page refer to, and what refers to them.

https://hl7.org/fhir/R4/search.html#revinclude
"""

from collections.abc import Iterator, Sequence

from samspill.base.errors import TooCostly
from samspill.fhir.search.query import Include
from samspill.store.connect import question_marks
from samspill.store.search.compile import at_snapshot
from samspill.store.search.scope import Scope

MOST = 5_000
"""Resources that may be included in one page."""

_AT_ONCE = 500


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
    is_first = True
    while fresh and (include or revinclude):
        met: list[int] = []
        for each in include:
            if is_first or each.iterate:
                met += _referred(scope, fresh, each)
        for each in revinclude:
            if is_first or each.iterate:
                met += _referring(scope, fresh, each)
        fresh = [t for t in dict.fromkeys(met) if t not in seen]
        seen.update(fresh)
        found += fresh
        is_first = False
        if len(found) > MOST:
            raise TooCostly(
                f"More than {MOST} resources would be included in one page",
                f"Mer enn {MOST} ressurser ville blitt tatt med på én side",
                where="_include",
                expected="fewer resources on a page (_count), or fewer includes",
            )
    return found


def _referred(scope: Scope, versions: Sequence[int], include: Include) -> Iterator[int]:
    """What versions of the source type refer to by the parameter."""
    parameters = _references(scope, include)
    if not parameters:
        return
    targets: dict[int, list[int]] = {}
    for some in _chunks(versions):
        sql = (
            "SELECT DISTINCT r.type, r.rid FROM fact f CROSS JOIN resource r"
            f" WHERE f.t IN ({question_marks(some)})"
            f" AND f.parameter IN ({question_marks(parameters)}) AND r.rid = f.value"
        )
        for type, rid in scope.connection.rows(sql, (*some, *parameters)):
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
    parameters = _references(scope, include)
    if not parameters:
        return
    visible = scope.visible(include.source, "p.t")
    for some in _chunks(versions):
        rids = [row[0] for row in scope.connection.rows(*_rids(scope, some, include.target))]
        if not rids:
            continue
        sql = (
            "SELECT DISTINCT p.t FROM posting p"
            f" WHERE p.parameter IN ({question_marks(parameters)})"
            f" AND p.value IN ({question_marks(rids)}) AND {visible.text} LIMIT {MOST + 1}"
        )
        for row in scope.connection.rows(sql, (*parameters, *rids, *visible.parameters)):
            yield row[0]


def _rids(scope: Scope, versions: Sequence[int], target: str) -> tuple[str, tuple[object, ...]]:
    sql = f"SELECT rid FROM version WHERE t IN ({question_marks(versions)})"
    if not target:
        return sql, tuple(versions)
    return f"{sql} AND type = ?", (*versions, scope.type(target))


def _references(scope: Scope, include: Include) -> list[int]:
    """The reference parameters of the source type that are meant."""
    sql = "SELECT id FROM parameter WHERE type = ? AND kind = 'reference'"
    values: tuple[object, ...] = (scope.type(include.source),)
    if include.parameter != "*":
        sql, values = f"{sql} AND name = ?", (*values, include.parameter)
    return [row[0] for row in scope.connection.rows(sql, values)]


def _chunks(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(values), _AT_ONCE):
        yield values[first : first + _AT_ONCE]
