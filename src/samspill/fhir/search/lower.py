"""From the parameters that a search names to those that have index rows, see `derive`.

Stores answer lowered queries; `format` writes those that were asked.
docs/adr/0007-derived-parameters.md
"""

from collections.abc import Iterable
from itertools import product
from operator import is_

from msgspec.structs import replace

from samspill.fhir.search import derive
from samspill.fhir.search.parameters import Derived, Registry
from samspill.fhir.search.query import (
    And,
    Chain,
    Clause,
    Has,
    Include,
    Match,
    Missing,
    Not,
    Nothing,
    OfType,
    Or,
    Present,
    Query,
    ReferenceIs,
    RefersTo,
    Sort,
    Together,
    all_of,
    any_of,
)


def lower(query: Query, registry: Registry) -> Query:
    """The same search over the rows that there are; the same query where nothing is derived."""
    where = clause(query.where, query.types, registry)
    sort = tuple(_sort(each, query.types, registry) for each in query.sort)
    include = tuple(low for each in query.include for low in _include(each, registry))
    revinclude = tuple(low for each in query.revinclude for low in _include(each, registry))
    same = where is query.where and sort == query.sort
    if same and include == query.include and revinclude == query.revinclude:
        return query
    return replace(query, where=where, sort=sort, include=include, revinclude=revinclude)


def clause(part: Clause, types: tuple[str, ...], registry: Registry) -> Clause:
    """A clause on resources of `types`; where the types differ, one for each."""
    # What all types have in common is never derived.
    if not types:
        return part
    if len(types) == 1:
        return _of_type(part, types[0], registry)
    found: dict[Clause, list[str]] = {}
    for type in types:
        found.setdefault(_of_type(part, type, registry), []).append(type)
    if len(found) == 1:
        return next(iter(found))
    return any_of(And((OfType(tuple(of)), each)) for each, of in found.items())


def _of_type(part: Clause, type: str, registry: Registry) -> Clause:
    match part:
        case Match():
            return _match(part, type, registry)
        case And(parts):
            lowered = [_of_type(each, type, registry) for each in parts]
            return part if all(map(is_, lowered, parts)) else all_of(lowered)
        case Or(parts):
            return any_of(_of_type(each, type, registry) for each in parts)
        case Not(inner):
            return Not(_of_type(inner, type, registry))
        case OfType(types):
            return part if type in types else Nothing()
        case Missing():
            return _missing(part, type, registry)
        case Together(_, matches):
            return _together(part, matches, type, registry)
        case Chain():
            return _chain(part, type, registry)
        case Has():
            return _has(part, type, registry)
    return part


def _match(part: Match, type: str, registry: Registry) -> Clause:
    code, colon, modifier = part.parameter.partition(":")
    derived = derive.of_type(registry, type).get(code)
    if derived is None:
        return part
    if not derived.target:
        return any_of(Match(row + colon + modifier, part.test) for row in derived.rows)
    row, target = derived.rows[0], derived.target
    match part.test:
        # References elsewhere and identifiers stand under the parameter itself.
        case ReferenceIs(types, id, version) if not modifier:
            meant = not types or target in types
            return Match(row, ReferenceIs((target,), id, version)) if meant else Nothing()
        case Present() if not modifier:
            return Or((part, Match(row, RefersTo((target,)))))
    return part


def _missing(part: Missing, type: str, registry: Registry) -> Clause:
    derived = derive.of_type(registry, type).get(part.parameter)
    if derived is None:
        return part
    if derived.target:
        there = Match(derived.rows[0], RefersTo((derived.target,)))
        return And((part, Not(there)))
    return all_of(Missing(row, part.kind) for row in derived.rows)


def _together(part: Together, matches: tuple[Match, ...], type: str, registry: Registry) -> Clause:
    """Each way in which rows of the same place can meet the components."""
    ways = []
    for each in matches:
        derived = derive.of_type(registry, type).get(each.parameter, Derived((each.parameter,)))
        ways.append([Match(row, each.test) for row in derived.rows])
    found = list(product(*ways))
    if len(found) > 1:
        found = [way for way in found if _is_one_place(way, type, registry)]
    return any_of(Together(part.parameter, way) for way in found)


def _is_one_place(way: Iterable[Match], type: str, registry: Registry) -> bool:
    """Whether rows of these parameters can stand in the same group, so in the same backbone."""
    places = {
        frozenset(end[:-1] for end in where)
        for each in way
        if (parameter := registry.find(type, each.parameter))
        and (where := derive.ends(parameter, registry.definitions))
    }
    return len(places) < 2


def _chain(part: Chain, type: str, registry: Registry) -> Clause:
    rows: tuple[str, ...] = (part.parameter,)
    types = part.types
    derived = derive.of_type(registry, type).get(part.parameter)
    if derived is not None:
        rows = derived.rows
        types = tuple(each for each in types if derived.target in ("", each))
    found: dict[Clause, list[str]] = {}
    for target in types:
        found.setdefault(_of_type(part.where, target, registry), []).append(target)
    return any_of(Chain(row, tuple(of), where) for row in rows for where, of in found.items())


def _has(part: Has, type: str, registry: Registry) -> Clause:
    where = _of_type(part.where, part.type, registry)
    derived = derive.of_type(registry, part.type).get(part.parameter)
    if derived is None:
        return Has(part.type, part.parameter, where)
    if derived.target not in ("", type):
        return Nothing()
    return any_of(Has(part.type, row, where) for row in derived.rows)


def _sort(sort: Sort, types: tuple[str, ...], registry: Registry) -> Sort:
    """Sorted by `patient` is sorted by the whole subject."""
    rows: dict[str, None] = {}
    for type in types:
        derived = derive.of_type(registry, type).get(sort.parameter)
        rows |= dict.fromkeys(derived.rows if derived else (sort.parameter,))
    first, *also = rows or (sort.parameter,)
    if first == sort.parameter and not also:
        return sort
    return replace(sort, parameter=first, also=tuple(also))


def _include(include: Include, registry: Registry) -> list[Include]:
    derived = derive.of_type(registry, include.source).get(include.parameter)
    if derived is None:
        return [include]
    if derived.target and include.target not in ("", derived.target):
        return []
    target = derived.target or include.target
    return [replace(include, parameter=row, target=target) for row in derived.rows]
