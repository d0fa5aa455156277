"""A clause as an SQL condition on one version: the form in which every clause can be checked.

`plan` chooses the part of a search that drives it; all other parts are checked by what is here.
"""

from typing import assert_never

from samspill.base.errors import NotSupported
from samspill.fhir.search import query as q
from samspill.store import index
from samspill.store.connect import question_marks
from samspill.store.search import date, number, quantity, reference, string, token, uri, words
from samspill.store.search.scope import (
    FALSE,
    TRUE,
    Scope,
    Values,
    all_of,
    any_of,
    look_up,
    not_,
)
from samspill.store.types import Sql

TABLES: dict[str, str] = {
    "token": "fact",
    "string": "fact",
    "uri": "fact",
    "reference": "fact",
    "date": "date",
    "number": "number",
    "quantity": "quantity",
    "position": "position",
}
"""Where the rows of a kind are found by their version."""


COLUMNS = frozenset({"_id", "_lastUpdated"})
"""Parameters without index rows."""


def condition(scope: Scope, clause: q.Clause, type: str, t: str) -> Sql:
    """That version `t` (an SQL expression), of a resource of `type`, meets the clause."""
    match clause:
        case q.And(parts):
            return all_of(condition(scope, part, type, t) for part in parts)
        case q.Or(parts):
            return any_of(condition(scope, part, type, t) for part in parts)
        case q.Not(part):
            return not_(condition(scope, part, type, t))
        case q.Match("_id", q.TokenIs(_, code)):
            return _has_id(scope, code or "", type, t)
        case q.Match("_lastUpdated", q.DateIs() as test):
            return _is_updated(scope, test, t)
        case q.Match("_id" | "_lastUpdated" as name):
            return FALSE if _is_without(name, type) else TRUE
        case q.Missing("_id" | "_lastUpdated" as name):
            return TRUE if _is_without(name, type) else FALSE
        case q.Match(parameter, test):
            return _has_row(scope, parameter, test, type, t)
        case q.Missing(parameter, kind):
            there = _any_row(scope, scope.parameter(type, parameter), kind, t)
            return not_(all_of((there, scope.told(type, parameter, t))))
        case q.Together(_, parts):
            return _together(scope, parts, type, t)
        case q.Chain():
            return _chain(scope, clause, type, t)
        case q.Has():
            return _has(scope, clause, type, t)
        case q.OfType(types):
            return TRUE if type.removeprefix(index.INSIDE) in types else FALSE
        case q.InCompartment(kind, ids):
            return _in_compartment(scope, kind, ids, type, t)
        case q.All():
            return TRUE
        case q.Nothing():
            return FALSE
        case _:
            assert_never(clause)


def interned(scope: Scope, parameter: int, test: q.Test) -> Values | None:
    """The values that meet the test, for the kinds whose values are interned."""
    match test:
        case q.TokenIs() | q.TokenAmong():
            return token.values(scope, test)
        case (
            q.StringStarts() | q.StringContains() | q.StringEnds() | q.StringEquals() | q.StringIs()
        ):
            return string.values(scope, parameter, test)
        case q.UriIs() | q.UriBelow() | q.UriAbove():
            return uri.values(scope, parameter, test)
        case q.ReferenceIs() | q.ReferenceUrl():
            return reference.values(scope, parameter, test)
        case _:
            return None


def row_condition(scope: Scope, parameter: int, test: q.Test, row: str) -> tuple[str, Sql]:
    """The table of the test, and the condition on one of its rows."""
    found = interned(scope, parameter, test)
    if found is not None:
        return "fact", found.condition(f"{row}.value")
    match test:
        case q.DateIs():
            return "date", date.condition(test, f"{row}.low", f"{row}.high")
        case q.NumberIs():
            return "number", number.condition(test, row)
        case q.QuantityIs():
            return "quantity", quantity.condition(scope, test, row)
        case q.Near(x, y, z, chord):
            far = f"({row}.x - ?) * ({row}.x - ?) + ({row}.y - ?) * ({row}.y - ?)"
            text = f"{far} + ({row}.z - ?) * ({row}.z - ?) <= ?"
            return "position", Sql(text, (x, x, y, y, z, z, chord * chord))
        case q.RefersTo(types):
            target, kinds = scope.alias(), tuple(scope.type(each) for each in types)
            place = f"{target}.rid = {row}.value AND {target}.type IN ({question_marks(kinds)})"
            return "fact", Sql(f"EXISTS (SELECT 1 FROM resource {target} WHERE {place})", kinds)
        case q.Present(kind):
            return TABLES[kind], TRUE
        case _:
            raise NotSupported(
                f"This store cannot yet search by {test.__class__.__name__}",
                f"Dette lageret kan ennå ikke søke på {test.__class__.__name__}",
            )


def _has_row(scope: Scope, name: str, test: q.Test, type: str, t: str) -> Sql:
    if isinstance(test, q.Words):
        row = scope.alias()
        met = words.condition(scope, name, test, type, row)
        place = f"EXISTS (SELECT 1 FROM words {row} WHERE {row}.rowid = {t} AND "
        if met == FALSE:
            return FALSE
        return all_of((Sql(f"{place}{met.text})", met.parameters), scope.told(type, name, t)))
    parameter = scope.parameter(type, name)
    row = scope.alias()
    table, met = row_condition(scope, parameter, test, row)
    return all_of((_exists(table, row, t, parameter, met), scope.told(type, name, t)))


def is_posted(
    scope: Scope, match: q.Match, type: str, values: Values, place: tuple[str, str]
) -> Sql:
    """That the version stands among those of one of the values. `place`: its main date and t."""
    parameter, row, (main, t) = scope.parameter(type, match.parameter), scope.alias(), place
    among = values.condition(f"{row}.value")
    if among == FALSE or not parameter:
        return FALSE
    found = f"{row}.parameter = ? AND {among.text} AND {row}.main = {main} AND {row}.t = {t}"
    return Sql(
        f"EXISTS (SELECT 1 FROM posting {row} WHERE {found})", (parameter, *among.parameters)
    )


def _exists(table: str, row: str, t: str, parameter: int, met: Sql) -> Sql:
    """That the version has a row of the parameter, on which the condition is met."""
    if met == FALSE or not parameter:
        return FALSE
    place = f"{row}.t = {t} AND {row}.parameter = ?"
    found = all_of((Sql(place, (parameter,)), met))
    return Sql(f"EXISTS (SELECT 1 FROM {table} {row} WHERE {found.text})", found.parameters)


def _any_row(scope: Scope, parameter: int, kind: str, t: str) -> Sql:
    return _exists(TABLES[kind], scope.alias(), t, parameter, TRUE)


def _together(scope: Scope, parts: tuple[q.Match, ...], type: str, t: str) -> Sql:
    """Rows of the same version and the same repetition, one for each component."""
    tables, conditions, first = [], list[Sql](), ""
    for part in parts:
        row = scope.alias()
        parameter = scope.parameter(type, part.parameter)
        table, met = row_condition(scope, parameter, part.test, row)
        tables.append(f"{table} {row}")
        conditions.append(Sql(f"{row}.t = {t} AND {row}.parameter = ?", (parameter,)))
        conditions.append(met)
        conditions.append(scope.told(type, part.parameter, t))
        if first:
            conditions.append(Sql(f"{row}.part = {first}.part"))
        first = first or row
    found = all_of(conditions)
    if found == FALSE:
        return FALSE
    source = " CROSS JOIN ".join(tables)
    return Sql(f"EXISTS (SELECT 1 FROM {source} WHERE {found.text})", found.parameters)


def current(scope: Scope, resource: str) -> Sql:
    """The version that a row of `resource` stood at when the snapshot was taken; 0 if none."""
    earlier = f"SELECT p.t FROM past p WHERE p.rid = {resource}.rid AND p.t <= ?"
    return Sql(
        f"CASE WHEN {resource}.t <= ? THEN {resource}.t"
        f" ELSE ({earlier} ORDER BY p.number DESC LIMIT 1) END",
        (scope.snapshot, scope.snapshot),
    )


def at_snapshot(scope: Scope, resource: str, version: str, type: str) -> Sql:
    """That `version` is the one at which `resource` stood, is no deletion, and may be known of."""
    stood = current(scope, resource)
    return all_of(
        (
            # The plus keeps the type from being the way in: the rid is.
            Sql(f"+{resource}.type = ?", (scope.type(type),)),
            Sql(f"{version}.t = {stood.text} AND {version}.deleted = 0", stood.parameters),
            scope.visible(type, f"{version}.t"),
        )
    )


def _chain(scope: Scope, clause: q.Chain, type: str, t: str) -> Sql:
    parameter = scope.parameter(type, clause.parameter)
    row, target, version = scope.alias(), scope.alias(), scope.alias()
    either = any_of(
        all_of(
            (
                at_snapshot(scope, target, version, each),
                condition(scope, clause.where, each, f"{version}.t"),
            )
        )
        for each in clause.types or scope.types()
        if scope.type(each)
    )
    if either == FALSE or not parameter:
        return FALSE
    tables = f"fact {row} CROSS JOIN resource {target} CROSS JOIN version {version}"
    place = f"{row}.t = {t} AND {row}.parameter = ? AND {target}.rid = {row}.value"
    met = all_of((Sql(place, (parameter,)), either, scope.told(type, clause.parameter, t)))
    return Sql(f"EXISTS (SELECT 1 FROM {tables} WHERE {met.text})", met.parameters)


def _has(scope: Scope, clause: q.Has, type: str, t: str) -> Sql:
    parameter = scope.parameter(clause.type, clause.parameter)
    me, row = scope.alias(), scope.alias()
    found = all_of(
        (
            scope.visible(clause.type, f"{row}.t"),
            scope.told(clause.type, clause.parameter, f"{row}.t"),
            condition(scope, clause.where, clause.type, f"{row}.t"),
        )
    )
    if found == FALSE or not parameter:
        return FALSE
    place = f"{me}.t = {t} AND {row}.parameter = ? AND {row}.value = {me}.rid"
    return Sql(
        f"EXISTS (SELECT 1 FROM version {me} CROSS JOIN posting {row}"
        f" WHERE {place} AND {found.text})",
        (parameter, *found.parameters),
    )


def _in_compartment(scope: Scope, kind: str, ids: tuple[str, ...], type: str, t: str) -> Sql:
    """By the compartment rows of patients, and by any reference for other kinds."""
    row = scope.alias()
    among = resources_among(scope, kind, ids).condition(f"{row}.value")
    if kind == "Patient":
        return _exists("fact", row, t, scope.parameter(type, index.PATIENTS), among)
    meant = "SELECT id FROM parameter WHERE type = ? AND kind = 'reference'"
    found = all_of(
        (Sql(f"{row}.t = {t} AND {row}.parameter IN ({meant})", (scope.type(type),)), among)
    )
    return Sql(f"EXISTS (SELECT 1 FROM fact {row} WHERE {found.text})", found.parameters)


def resources_among(scope: Scope, type: str, ids: tuple[str, ...]) -> Values:
    """The rids of resources by their ids."""
    select = f"SELECT rid FROM resource WHERE type = ? AND id IN ({question_marks(ids)})"
    return look_up(scope, Sql(select, (scope.type(type), *ids)))


def _has_id(scope: Scope, id: str, type: str, t: str) -> Sql:
    version, resource = scope.alias(), scope.alias()
    if type.startswith(index.INSIDE):
        place = f"SELECT 1 FROM contained {version} WHERE {version}.t = {t} AND {version}.id = ?"
        return Sql(f"EXISTS ({place})", (id,))
    return Sql(
        f"EXISTS (SELECT 1 FROM version {version} CROSS JOIN resource {resource}"
        f" WHERE {version}.t = {t} AND {resource}.rid = {version}.rid"
        f" AND {resource}.id = ?)",
        (id,),
    )


def _is_without(column: str, type: str) -> bool:
    """Contained resources have no version of their own."""
    return column == "_lastUpdated" and type.startswith(index.INSIDE)


def _is_updated(scope: Scope, test: q.DateIs, t: str) -> Sql:
    """Versions are told apart by the millisecond, as `meta.lastUpdated` shows it."""
    version = scope.alias()
    low = f"({version}.at - {version}.at % 1000)"
    met = date.condition(test, low, f"({low} + 1000)")
    return Sql(
        f"EXISTS (SELECT 1 FROM version {version} WHERE {version}.t = {t} AND {met.text})",
        met.parameters,
    )
