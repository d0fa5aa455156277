"""From index entries to rows: which table, which integers, and what happens when they are replaced.

A value is interned to an integer; `posting` leads from the value to the versions that have it, in
the order of their main date, and `fact` from a version to its values. Ranges have a table for each
kind and are told apart by scale, so that an overlap can be found in an ordered index.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from samspill.fhir.search.values import (
    BEGINNING,
    END,
    KINDS,
    IndexEntry,
    Number,
    Period,
    Position,
    Quantity,
    Reference,
    String,
    Token,
    Uri,
)
from samspill.store import facts
from samspill.store.catalog import LONGEST, Catalog, Value
from samspill.store.connect import Connection, Row

C = TypeVar("C", contravariant=True)


class Interning(Protocol[C]):
    """Gives integers to values: a `Catalog` those of the record, a batch its own.

    The connection is what a catalog needs to find them; a batch has none.
    """

    def parameter(self, connection: C, type: int, name: str, kind: str) -> int: ...

    def concept(self, connection: C, system: str, code: str, folded: bool) -> int: ...

    def text(self, connection: C, parameter: int, folded: str, exact: str) -> int: ...

    def unit(self, connection: C, base: bool, system: str, code: str, unit: str) -> int: ...

    def resource(self, connection: C, type: str, id: str) -> int: ...


VERSIONED = "\x01"
"""Begins the text of a reference to one version of a local resource, beside its ordinary row."""

PATIENTS = "compartment"
"""The pseudo-parameter under which a resource stands in the compartments of its patients."""

YEAR_ONE = 62_135_596_800_000_000
"""Microseconds from the year 1 to 1970. Main dates count from there, so that 0 can mean "none"."""

_DAY = 86_400_000_000

SPANS = (_DAY, 32 * _DAY, 367 * _DAY, 3_660 * _DAY)
"""A period of scale n lasts no longer than SPANS[n]."""
LONG = len(SPANS)
"""The scale of longer and of open periods."""
REVERSED = LONG + 1
"""The scale of periods that end before they begin."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A new version whose index rows are to be written."""

    t: int
    type: int
    main: int
    entries: Sequence[IndexEntry]
    patients: Sequence[str]


@dataclass(slots=True)
class Rows:
    """Rows gathered for several versions, written together in the order of each table."""

    live: list[Row] = field(default_factory=list)
    posting: list[Row] = field(default_factory=list)
    fact: list[Row] = field(default_factory=list)
    date: list[Row] = field(default_factory=list)
    number: list[Row] = field(default_factory=list)
    quantity: list[Row] = field(default_factory=list)
    position: list[Row] = field(default_factory=list)


def scale(low: int, high: int) -> int:
    """A class of length: 0 up to a day, 1 a month, 2 a year, 3 ten years, LONG, or REVERSED."""
    if low == BEGINNING or high == END:
        return LONG
    span = high - low
    if span < 0:
        return REVERSED
    for n, longest in enumerate(SPANS):
        if span <= longest:
            return n
    return LONG


def main_date(type: str, entries: Sequence[IndexEntry]) -> int:
    """The date by which resources of a type are best listed, in microseconds since the year 1.

    It stands in every index row, so that a range of rows is at once filter and order; 0 if none.
    """
    name = MAIN.get(type)
    if name is None:
        return 0
    lows = [e.value.low for e in entries if e.parameter == name and isinstance(e.value, Period)]
    return max(1, min(lows) + YEAR_ONE) if lows else 0


class Own:
    """Gives out the integers of one batch; interns as a `Catalog` does."""

    def __init__(self) -> None:
        self.types: dict[str, int] = {}
        self.parameters: dict[Value, int] = {}
        self.values: dict[Value, int] = {}

    def type(self, connection: None, name: str) -> int:
        return self.types.setdefault(name, len(self.types))

    def parameter(self, connection: None, type: int, name: str, kind: str) -> int:
        key = type, name, kind
        found = self.parameters.get(key)
        return self.parameters.setdefault(key, len(self.parameters)) if found is None else found

    def concept(self, connection: None, system: str, code: str, folded: bool) -> int:
        return self._value(("concept", system, code, folded))

    def text(self, connection: None, parameter: int, folded: str, exact: str) -> int:
        return self._value(("text", parameter, folded, exact))

    def unit(self, connection: None, base: bool, system: str, code: str, unit: str) -> int:
        return self._value(("unit", base, system, code, unit))

    def resource(self, connection: None, type: str, id: str) -> int:
        return self._value(("resource", type, id))

    def _value(self, key: Value) -> int:
        """From 1 on, since 0 means "none" and a negative one a text from elsewhere."""
        return self.values.setdefault(key, len(self.values) + 1)


def write(
    connection: Connection,
    catalog: Catalog,
    versions: Sequence[Indexed],
    later: Collection[str] = (),
) -> None:
    """Writes the index rows of new versions, as a set; those of the tables in `later` are not."""
    own, gathered = Own(), Rows()
    for version in versions:
        gather(None, own, version, gathered)
    ps = [catalog.parameter(connection, *key) for key in own.parameters]
    vs = values(connection, catalog, ps, list(own.values))
    insert(connection, catalog, mapped(gathered, 0, ps, vs), later)


def values(
    connection: Connection, catalog: Catalog, ps: Sequence[int], keys: Sequence[Value]
) -> list[int]:
    """From each value of a batch to the record's; negative ones stand at the end of the list,
    where Python looks for them."""
    recorded = [("text", ps[key[1]], *key[2:]) if key[0] == "text" else key for key in keys]
    found = catalog.values(connection, recorded)
    return [0, *found, *(-value for value in reversed(found))]


def mapped(rows: Rows, first: int, ps: Sequence[int], vs: Sequence[int]) -> Rows:
    """A batch's rows with the record's integers, and commits that count from `first`."""
    return Rows(
        live=[(type, main, first + t) for type, main, t in rows.live],
        posting=[(ps[p], vs[v], main, first + t) for p, v, main, t in rows.posting],
        fact=[(first + t, ps[p], vs[v], part) for t, p, v, part in rows.fact],
        date=[(first + t, ps[p], *rest) for t, p, *rest in rows.date],
        number=[(first + t, ps[p], *rest) for t, p, *rest in rows.number],
        quantity=[(first + t, ps[p], vs[unit], *rest) for t, p, unit, *rest in rows.quantity],
        position=[(first + t, ps[p], *rest) for t, p, *rest in rows.position],
    )


def insert(
    connection: Connection, catalog: Catalog, rows: Rows, later: Collection[str] = ()
) -> None:
    """Adds rows to their tables, but for the tables in `later`."""
    note(connection, catalog, rows.date)
    with connection.together():
        for table in Rows.__slots__:
            if table not in later:
                connection.insert(table, sorted(set(getattr(rows, table))))


def note(connection: Connection, catalog: Catalog, dates: Sequence[Row]) -> None:
    """Tells searches of which scales a parameter's dates are, and if a resource has several."""
    for parameter, scale in {(row[1], row[2]) for row in dates}:
        catalog.note_scale(connection, parameter, scale)
    seen = set[tuple[int, int]]()
    for t, parameter, *_ in dates:
        if (t, parameter) in seen:
            catalog.note_repeats(connection, parameter)
        seen.add((t, parameter))


def rows(connection: Connection, catalog: Catalog, versions: Sequence[Indexed]) -> Rows:
    """The rows of versions for all tables; their values are interned."""
    gathered = Rows()
    for version in versions:
        gather(connection, catalog, version, gathered)
    return gathered


def gather(connection: C, catalog: Interning[C], version: Indexed, rows: Rows) -> None:
    """Adds the rows of one version; its values are interned."""
    t, type, main = version.t, version.type, version.main
    rows.live.append((type, main, t))
    for entry in version.entries:
        value, part = entry.value, entry.group
        parameter = catalog.parameter(connection, type, entry.parameter, KINDS[value.__class__])
        # Not a match statement: taking values apart with it is a third of the time spent here.
        if isinstance(value, Token):
            system, code = value.system[:LONGEST], value.code[:LONGEST]
            known = system or code
            found = catalog.concept(connection, system, code, value.folded) if known else 0
        elif isinstance(value, Reference):
            found = _target(connection, catalog, parameter, value)
            if value.version and not value.url:
                named = _named_version(connection, catalog, parameter, value)
                rows.posting.append((parameter, named, main, t))
                rows.fact.append((t, parameter, named, part))
        elif isinstance(value, String):
            folded, exact = value.folded[:LONGEST], value.exact[:LONGEST]
            found = catalog.text(connection, parameter, folded, exact)
        elif isinstance(value, Uri):
            found = catalog.text(connection, parameter, value.value[:LONGEST], "")
        else:
            _gather_range(connection, catalog, (t, parameter, part), value, rows)
            continue
        rows.posting.append((parameter, found, main, t))
        rows.fact.append((t, parameter, found, part))
    if version.patients:
        parameter = catalog.parameter(connection, type, PATIENTS, "compartment")
        for id in version.patients:
            patient = catalog.resource(connection, "Patient", id)
            rows.posting.append((parameter, patient, main, t))
            rows.fact.append((t, parameter, patient, 0))


def _target(connection: C, catalog: Interning[C], parameter: int, reference: Reference) -> int:
    """The rid of a target in this record, or the negative text of one elsewhere; 0 for none."""
    if reference.url:
        url, version = reference.url[:LONGEST], reference.version[:LONGEST]
        return -catalog.text(connection, parameter, url, version)
    if not reference.id:
        return 0
    return catalog.resource(connection, reference.type, reference.id)


def _named_version(
    connection: C, catalog: Interning[C], parameter: int, reference: Reference
) -> int:
    """The text under which a reference to one version of a resource stands besides its rid."""
    text, version = versioned(reference)[:LONGEST], reference.version[:LONGEST]
    return -catalog.text(connection, parameter, text, version)


def versioned(reference: Reference) -> str:
    """Begins with a character that no URL has."""
    return f"{VERSIONED}{reference.type}/{reference.id}"


def _gather_range(
    connection: C,
    catalog: Interning[C],
    place: tuple[int, int, int],
    value: object,
    rows: Rows,
) -> None:
    t, parameter, part = place
    if isinstance(value, Period):
        low, high = value.low, value.high
        rows.date.append((t, parameter, scale(low, high), low, high, part))
    elif isinstance(value, Quantity):
        _gather_quantity(connection, catalog, (t, parameter, part), value, rows)
    elif isinstance(value, Number):
        is_range = int(value.low != value.high)
        rows.number.append((t, parameter, is_range, value.low, value.high, part))
    elif isinstance(value, Position):
        rows.position.append((t, parameter, value.x, value.y, value.z, part))
    else:
        raise TypeError(f"No index table for {value.__class__.__name__}")


def _gather_quantity(
    connection: C,
    catalog: Interning[C],
    place: tuple[int, int, int],
    value: Quantity,
    rows: Rows,
) -> None:
    """A row in the unit that was given, and one in base units; a sort goes by the latter if any."""
    t, parameter, part = place
    unit = catalog.unit(connection, False, value.system, value.code, value.unit)
    low, high = value.low, value.high
    sorts = int(not value.base_unit)
    rows.quantity.append((t, parameter, unit, int(low != high), low, high, part, sorts))
    if value.base_unit:
        unit = catalog.unit(connection, True, "", value.base_unit, "")
        low, high = value.base_low, value.base_high
        rows.quantity.append((t, parameter, unit, int(low != high), low, high, part, 1))


def sweep(connection: Connection, versions: Sequence[int]) -> None:
    """Removes the index rows of versions that no page shows any more."""
    for t in versions:
        for statement in _SWEEP:
            connection.run(statement, (t,))


_SWEEP = (
    facts.KEEP,
    """DELETE FROM live WHERE (type, main, t) IN
        (SELECT type, main, t FROM version WHERE t = ?)""",
    """DELETE FROM posting WHERE (parameter, value, main, t) IN
        (SELECT f.parameter, f.value, v.main, v.t FROM version v CROSS JOIN fact f
         WHERE f.t = v.t AND v.t = ?)""",
    "DELETE FROM fact WHERE t = ?",
    "DELETE FROM date WHERE t = ?",
    "DELETE FROM number WHERE t = ?",
    "DELETE FROM quantity WHERE t = ?",
    "DELETE FROM position WHERE t = ?",
    "DELETE FROM stale WHERE t = ?",
)

MAIN = {
    "AllergyIntolerance": "date",
    "Appointment": "date",
    "AuditEvent": "date",
    "CarePlan": "date",
    "Claim": "created",
    "ClinicalImpression": "date",
    "Communication": "sent",
    "CommunicationRequest": "authored",
    "Composition": "date",
    "Condition": "recorded-date",
    "Consent": "date",
    "Contract": "issued",
    "Coverage": "period",
    "DetectedIssue": "identified",
    "DeviceRequest": "authored-on",
    "DiagnosticReport": "date",
    "DocumentManifest": "created",
    "DocumentReference": "date",
    "Encounter": "date",
    "EpisodeOfCare": "date",
    "ExplanationOfBenefit": "created",
    "FamilyMemberHistory": "date",
    "Flag": "date",
    "Goal": "start-date",
    "ImagingStudy": "started",
    "Immunization": "date",
    "List": "date",
    "Media": "created",
    "MedicationAdministration": "effective-time",
    "MedicationDispense": "whenhandedover",
    "MedicationRequest": "authoredon",
    "MedicationStatement": "effective",
    "NutritionOrder": "datetime",
    "Observation": "date",
    "Procedure": "date",
    "Provenance": "recorded",
    "QuestionnaireResponse": "authored",
    "RequestGroup": "authored",
    "RiskAssessment": "date",
    "Schedule": "date",
    "ServiceRequest": "authored",
    "Slot": "start",
    "Specimen": "collected",
    "SupplyRequest": "date",
    "Task": "modified",
}
"""The search parameter whose date best orders the resources of a type."""
