"""From index entries to rows: which table, which integers, and what happens when they are replaced.

A value is interned to an integer; `posting` leads from the value to the versions that have it, in
the order of their main date, and `fact` from a version to its values. Ranges have a table for each
kind and are told apart by scale, so that an overlap can be found in an ordered index.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import partial

from samspill.fhir.search.values import (
    BEGINNING,
    END,
    KINDS,
    IndexEntry,
    Inside,
    Number,
    Period,
    Position,
    Prose,
    Quantity,
    Reference,
    String,
    Token,
    Uri,
)
from samspill.store import prose
from samspill.store.catalog import LONGEST, Catalog, Value
from samspill.store.connect import Connection, Row
from samspill.store.interning import C, Interning, Own

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
    words: list[Row] = field(default_factory=list)
    contained: list[Row] = field(default_factory=list)
    targets: set[tuple[int, str]] = field(default_factory=set)
    """No table: by parameter, the types that references lead to, see `Catalog.note_target`."""


TABLES = tuple(name for name in Rows.__slots__ if name != "targets")

INSIDE = "#"
"""Begins the names of the types of contained resources, which have parameters of their own."""
MOST_INSIDE = 65_536


def inside(t: int, n: int) -> int:
    """The number under which the n-th contained resource of version `t` stands in the tables."""
    return -(t * MOST_INSIDE + n)


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


def write(
    connection: Connection,
    catalog: Catalog,
    versions: Sequence[Indexed],
    later: Collection[str] = (),
) -> None:
    """Writes the index rows of new versions, as a set; those of the tables in `later` are not."""
    own, gathered = Own(partial(catalog.type, connection)), Rows()
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
    far = first * MOST_INSIDE

    def at(t: int) -> int:
        return first + t if t >= 0 else t - far

    return Rows(
        live=[(type, main, at(t)) for type, main, t in rows.live],
        posting=[(ps[p], vs[v], main, at(t)) for p, v, main, t in rows.posting],
        fact=[(at(t), ps[p], vs[v], part) for t, p, v, part in rows.fact],
        date=[(at(t), ps[p], *rest) for t, p, *rest in rows.date],
        number=[(at(t), ps[p], *rest) for t, p, *rest in rows.number],
        quantity=[(at(t), ps[p], vs[unit], *rest) for t, p, unit, *rest in rows.quantity],
        position=[(at(t), ps[p], *rest) for t, p, *rest in rows.position],
        words=[
            (at(t), prose.told(type, narrative), prose.told(type, rest))
            for t, type, narrative, rest in rows.words
        ],
        contained=[(at(t), *rest) for t, *rest in rows.contained],
        targets={(ps[p], type) for p, type in rows.targets},
    )


def insert(
    connection: Connection, catalog: Catalog, rows: Rows, later: Collection[str] = ()
) -> None:
    """Adds rows to their tables, but for the tables in `later`."""
    note(connection, catalog, rows)
    with connection.together():
        for table in TABLES:
            if table not in later:
                connection.insert(table, sorted(set(getattr(rows, table))))


def note(connection: Connection, catalog: Catalog, rows: Rows) -> None:
    """Tells searches of which scales a parameter's dates are, if a resource has several values of
    one, and to which types references lead."""
    for parameter, scale in {(row[1], row[2]) for row in rows.date}:
        catalog.note_scale(connection, parameter, scale)
    for parameter, type in rows.targets:
        catalog.note_target(connection, parameter, type)
    seen = set[tuple[int, int]]()
    sorted_by = (row for row in rows.quantity if row[-1])
    for t, parameter, *_ in (*rows.date, *rows.number, *sorted_by):
        if (t, parameter) in seen:
            catalog.note_repeats(connection, parameter)
        seen.add((t, parameter))


def rows(connection: Connection, catalog: Catalog, versions: Sequence[Indexed]) -> Rows:
    """The rows of versions for all tables; their values are interned."""
    gathered = Rows()
    for version in versions:
        gather(connection, catalog, version, gathered)
    return gathered


def outside(rows: Rows) -> Rows:
    """Without the words, and the rows of contained resources."""
    found = Rows(targets=rows.targets)
    for table in TABLES:
        at = -1 if table in ("live", "posting") else 0
        if table not in ("words", "contained"):
            setattr(found, table, [row for row in getattr(rows, table) if row[at] >= 0])
    return found


def gather(connection: C, catalog: Interning[C], version: Indexed, rows: Rows) -> None:
    """Adds the rows of one version; its values are interned."""
    t, type, main = version.t, version.type, version.main
    rows.live.append((type, main, t))
    held = 0
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
            if found > 0:
                rows.targets.add((parameter, value.type))
            if value.version and not value.url:
                named = _named_version(connection, catalog, parameter, value)
                rows.posting.append((parameter, named, main, t))
                rows.fact.append((t, parameter, named, part))
        elif isinstance(value, String):
            folded, exact = value.folded[:LONGEST], value.exact[:LONGEST]
            found = catalog.text(connection, parameter, folded, exact)
        elif isinstance(value, Uri):
            found = catalog.text(connection, parameter, value.value[:LONGEST], "")
        elif isinstance(value, Prose):
            rows.words.append((t, type, value.narrative, value.rest))
            continue
        elif isinstance(value, Inside):
            held += 1
            _gather_inside(connection, catalog, inside(t, held), value, rows)
            continue
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


def _gather_inside(
    connection: C, catalog: Interning[C], number: int, value: Inside, rows: Rows
) -> None:
    """Adds the rows of a contained resource, which stands among its own kind under a number."""
    type = catalog.type(connection, INSIDE + value.type)
    rows.contained.append((number, type, value.id))
    gather(connection, catalog, Indexed(number, type, 0, value.entries, value.patients), rows)


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
