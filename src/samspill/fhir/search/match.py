"""The evaluator in memory, which says what every store must find: the oracle.

It walks through all resources and is written to be plainly right, not fast; for one resource
(a subscription, a read) it is fast enough. https://hl7.org/fhir/R4/search.html
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from samspill.base.json import Resource
from samspill.fhir.search import compartments, words
from samspill.fhir.search.extract import Extractor
from samspill.fhir.search.query import (
    All,
    And,
    Chain,
    Clause,
    DateIs,
    Has,
    InCompartment,
    Match,
    Missing,
    Near,
    Not,
    Nothing,
    NumberIs,
    OfType,
    Or,
    Present,
    QuantityIs,
    Query,
    ReferenceIs,
    ReferenceUrl,
    RefersTo,
    Sort,
    StringContains,
    StringEnds,
    StringEquals,
    StringIs,
    StringStarts,
    Test,
    Together,
    TokenAmong,
    TokenIs,
    UriAbove,
    UriBelow,
    UriIs,
    Words,
)
from samspill.fhir.search.types import (
    date,
    number,
    position,
    quantity,
    reference,
    string,
    token,
    uri,
)
from samspill.fhir.search.values import KINDS, IndexEntry, Period, Prose, Reference


@dataclass(frozen=True, slots=True)
class Record:
    """A resource with all by which it may be found."""

    type: str
    id: str
    entries: tuple[IndexEntry, ...]
    updated: Period | None
    prose: Prose
    patients: compartments.Patients
    container: str = ""
    """"Type/id" of the resource that holds it, if it is contained."""

    @property
    def key(self) -> str:
        return f"{self.container}#{self.id}" if self.container else f"{self.type}/{self.id}"

    def rows(self, parameter: str) -> list[IndexEntry]:
        return [each for each in self.entries if each.parameter == parameter]


class World:
    """The resources among which is sought; each has a type and an id."""

    def __init__(self, resources: Iterable[Resource], extractor: Extractor) -> None:
        self.records: dict[str, Record] = {}
        self.contained: list[Record] = []
        for resource in resources:
            record = _record(resource, extractor, extractor.extract(resource))
            self.records[record.key] = record
            for inside, (_, _, entries) in zip(
                resource.get("contained", ()), extractor.contained(resource), strict=True
            ):
                self.contained.append(_record(inside, extractor, entries, record.key))

    def targets(self, record: Record, parameter: str, types: tuple[str, ...]) -> Iterator[Record]:
        """Where the references of a record lead; no types means any."""
        for row in record.rows(parameter):
            value = row.value
            if (
                isinstance(value, Reference)
                and not value.url
                and (not types or value.type in types)
            ):
                found = self.records.get(f"{value.type}/{value.id}")
                if found:
                    yield found


def _record(
    resource: Resource, extractor: Extractor, entries: Iterable[IndexEntry], container: str = ""
) -> Record:
    updated = resource.get("meta", {}).get("lastUpdated")
    return Record(
        resource["resourceType"],
        resource.get("id", ""),
        tuple(entries),
        date.period(updated, extractor.zone) if updated else None,
        words.extract(resource),
        compartments.patients(resource, extractor.bases),
        container,
    )


def find(query: Query, world: World) -> list[str]:
    """The keys ("Type/id") of what a query finds, in its order; `type/id#local` if contained."""
    found: list[Record] = []
    if query.contained in ("false", "both"):
        found += [each for each in world.records.values() if _is_found(each, query, world)]
    if query.contained in ("true", "both"):
        found += [each for each in world.contained if _is_found(each, query, world)]
    for each in reversed(query.sort):
        found = sort(found, each)
    if query.contained_type == "container":
        return list(dict.fromkeys(each.container or each.key for each in found))
    return [each.key for each in found]


def _is_found(record: Record, query: Query, world: World) -> bool:
    return (not query.types or record.type in query.types) and matches(query.where, record, world)


def matches(clause: Clause, record: Record, world: World) -> bool:
    """Whether a resource meets a clause."""
    match clause:
        case All():
            return True
        case Nothing():
            return False
        case And(parts):
            return all(matches(part, record, world) for part in parts)
        case Or(parts):
            return any(matches(part, record, world) for part in parts)
        case Not(part):
            return not matches(part, record, world)
        case OfType(types):
            return record.type in types
        case Match(parameter, test):
            return _match(parameter, test, record)
        case Missing(parameter):
            return not _match(parameter, Present("token"), record)
        case Together(_, matched):
            return bool(_groups(record, matched))
        case Chain(parameter, types, where):
            return any(
                matches(where, each, world) for each in world.targets(record, parameter, types)
            )
        case Has(type, parameter, where):
            return _has(type, parameter, where, record, world)
        case InCompartment(type, ids):
            return _is_inside(record, type, ids)


def _match(parameter: str, test: Test, record: Record) -> bool:
    """Whether any row of a parameter, or the column that stands for it, meets a test."""
    match parameter, test:
        case "_id", TokenIs(_, code):
            return record.id == code
        case "_id", _:
            return bool(record.id)
        case "_lastUpdated", DateIs():
            return record.updated is not None and date.matches(test, record.updated)
        case "_lastUpdated", _:
            return record.updated is not None
        case "_text" | "_content", Words():
            return words.matches(parameter, test, record.prose)
    return any(holds(test, row.value) for row in record.rows(parameter))


def _groups(record: Record, parts: tuple[Match, ...]) -> set[int]:
    """The groups in which each part has a row that meets it."""
    found = [
        {row.group for row in record.rows(part.parameter) if holds(part.test, row.value)}
        for part in parts
    ]
    return set.intersection(*found)


def _has(type: str, parameter: str, where: Clause, record: Record, world: World) -> bool:
    return any(
        record in world.targets(other, parameter, (record.type,)) and matches(where, other, world)
        for other in world.records.values()
        if other.type == type
    )


def _is_inside(record: Record, type: str, ids: tuple[str, ...]) -> bool:
    if type == "Patient":
        return not record.patients.ids.isdisjoint(ids)
    return any(
        isinstance(row.value, Reference) and row.value.type == type and row.value.id in ids
        for row in record.entries
    )


def holds(test: Test, value: Any) -> bool:
    """Whether one index value meets a test."""
    return isinstance(test, Present) or _HOLDS[type(test)](test, value)


_HOLDS: dict[type[Test], Callable[[Any, Any], bool]] = {
    TokenIs: token.matches,
    TokenAmong: token.matches,
    StringStarts: string.matches,
    StringContains: string.matches,
    StringEnds: string.matches,
    StringEquals: string.matches,
    StringIs: string.matches,
    DateIs: date.matches,
    NumberIs: number.matches,
    QuantityIs: quantity.matches,
    ReferenceIs: reference.matches,
    ReferenceUrl: reference.matches,
    RefersTo: reference.matches,
    UriIs: uri.matches,
    UriBelow: uri.matches,
    UriAbove: uri.matches,
    Near: position.matches,
}


# Order and includes


def sort(records: list[Record], by: Sort) -> list[Record]:
    """By the least value of each upwards or the greatest downwards; those without one last."""
    keyed = [(key(each, by), each) for each in records]
    found = [pair for pair in keyed if pair[0] is not None]
    missing = [each for at, each in keyed if at is None]
    found.sort(key=lambda pair: pair[0], reverse=by.descending)
    return [each for _, each in found] + missing


def key(record: Record, by: Sort) -> Any:
    """What a resource is ordered by, or None if it has no value of the parameter."""
    if by.parameter == "_id":
        return record.id
    if by.parameter == "_lastUpdated":
        return record.updated.low if record.updated else None
    rows = [row for code in (by.parameter, *by.also) for row in record.rows(code)]
    keys = [_key(row.value, by.descending) for row in rows]
    return (max if by.descending else min)(keys, default=None)


def _key(value: Any, descending: bool) -> Any:
    match KINDS[type(value)]:
        case "token":
            return value.code, value.system
        case "string":
            return value.folded
        case "date":
            return value.low
        case "number":
            return value.high if descending else value.low
        case "quantity":
            low, high = (
                (value.base_low, value.base_high) if value.base_unit else (value.low, value.high)
            )
            return high if descending else low
        case "reference":
            return value.url, value.type, value.id
        case "uri":
            return value.value
    raise TypeError(f"no order among {type(value).__name__}")


MOST_INCLUDE_STEPS = 3


def included(query: Query, found: list[str], world: World) -> set[str]:
    """The keys of what includes bring with the matches of a page, without these matches."""
    matched = [world.records[each] for each in found if each in world.records]
    gathered: dict[str, Record] = {}
    newest = matched
    for step in range(MOST_INCLUDE_STEPS):
        fresh = [each for each in _step(query, newest, world, step) if each.key not in found]
        newest = [each for each in fresh if each.key not in gathered]
        gathered |= {each.key: each for each in newest}
    return set(gathered)


def _step(query: Query, records: list[Record], world: World, step: int) -> Iterator[Record]:
    for record in records:
        for include in query.include:
            if (step == 0 or include.iterate) and include.source in ("*", record.type):
                types = (include.target,) if include.target else ()
                for parameter in _reference_codes(record, include.parameter):
                    yield from world.targets(record, parameter, types)
        for include in query.revinclude:
            if (step == 0 or include.iterate) and include.target in ("", record.type):
                yield from _pointing(record, include.source, include.parameter, world)


def _reference_codes(record: Record, parameter: str) -> set[str]:
    if parameter != "*":
        return {parameter}
    return {each.parameter for each in record.entries if isinstance(each.value, Reference)}


def _pointing(record: Record, source: str, parameter: str, world: World) -> Iterator[Record]:
    for other in world.records.values():
        if source in ("*", other.type) and any(
            record in world.targets(other, code, (record.type,))
            for code in _reference_codes(other, parameter)
        ):
            yield other
