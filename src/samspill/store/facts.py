"""Facts about access: rows that follow from resources, written in the same transaction as they.

What a fact means, and how it is read out of a resource, is known to `access`; here it is stored,
kept current, and found again. Labels are handed on from a resource to all that is made of it.
"""

from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from samspill.store.catalog import Catalog
from samspill.store.connect import Connection, Row, question_marks

EVER = (-(1 << 62), 1 << 62)
"""The bounds of what has no beginning and no end."""


class Relation(Struct, frozen=True):
    """Someone's standing towards a patient, from `low` until `high`."""

    name: str
    patient: str
    """Id of the Patient."""
    subject: str = ""
    """Practitioner/2, Organization/3, role:LE, a patient's number as system|value; "" for all."""
    basis: str = ""
    type: str = ""
    label: str = ""
    target: str = ""
    """Type/id of the one resource meant, with all that refers to it; "" for all."""
    purpose: str = ""
    low: int = EVER[0]
    high: int = EVER[1]
    node: int = 0


class Person(Struct, frozen=True):
    """What access asks of a patient. Days are ordinals, 0 when not known."""

    born_from: int = 0
    born_to: int = 0
    died_at: int | None = None
    hidden: bool = False
    home: str = ""
    numbers: tuple[str, ...] = ()


class Facts(Struct, frozen=True):
    """All that follows from one resource."""

    relations: tuple[Relation, ...] = ()
    person: Person | None = None
    labels: tuple[str, ...] = ()
    made_of: tuple[str, ...] = ()
    """References to the resources whose labels this one inherits."""


NOTHING = Facts()


class Stated(Struct, frozen=True):
    """A relation as it is stored: see Relation."""

    name: str
    subject: str
    basis: str
    type: str
    label: str
    purpose: str
    low: int
    high: int
    node: int
    target: int
    """The rid of the one resource meant; 0 for all."""
    source: int
    """The rid of the resource that says it."""


class Known(Struct, frozen=True):
    """All that is stated of a patient."""

    rid: int
    relations: tuple[Stated, ...] = ()
    person: Person | None = None


class About(Struct, frozen=True):
    """What decides who may see a version."""

    rid: int
    patients: tuple[str, ...]
    labels: frozenset[str]
    targets: frozenset[int] = frozenset()
    """What it is, or refers to."""


class Following(Struct, frozen=True):
    """What follows from a resource that has been written or deleted."""

    rid: int
    facts: Facts | None
    is_new: bool
    """Nothing can have followed from it before."""
    is_deleted: bool = False


def write(connection: Connection, catalog: Catalog, written: Iterable[Following]) -> None:
    """Puts what follows from resources in the place of what followed from them before. Of a
    resource that is deleted the labels stay, for the sake of its history."""
    last = {each.rid: each for each in written}
    known = [each for each in last.values() if each.facts or not each.is_new]
    if not known:
        return
    rows, people, numbers = list[Row](), list[Row](), list[Row]()
    for each in known:
        stated = each.facts or NOTHING
        rows += [_row(connection, catalog, each.rid, one) for one in stated.relations]
        if (person := stated.person) is not None:
            days = (person.born_from, person.born_to)
            people.append((each.rid, *days, person.died_at, int(person.hidden), person.home))
            numbers += [(value, each.rid) for value in person.numbers]
    with connection.together():
        old = [(each.rid,) for each in known if not each.is_new]
        for statement in _FORGET:
            connection.each(statement, old)
        connection.insert("relation", rows)
        connection.insert("person", people)
        connection.insert("person_number", numbers)
    for each in known:
        stated = each.facts or NOTHING
        if not each.is_deleted and (not each.is_new or stated.labels or stated.made_of):
            _write_labels(connection, catalog, each.rid, stated)


def _row(connection: Connection, catalog: Catalog, source: int, of: Relation) -> Row:
    patient = catalog.resource(connection, "Patient", of.patient)
    target = _rid(connection, catalog, of.target) if of.target else 0
    return (
        of.name, patient, of.subject, source, of.node, of.basis, of.type, of.label, target,
        of.purpose, of.low, of.high,
    )  # fmt: skip


def _rid(connection: Connection, catalog: Catalog, reference: str) -> int:
    type, _, id = reference.partition("/")
    return catalog.resource(connection, type, id)


def _write_labels(connection: Connection, catalog: Catalog, rid: int, facts: Facts) -> None:
    """A resource's own labels, those of what it is made of, and both for what is made of it."""
    made_of = [_rid(connection, catalog, each) for each in facts.made_of]
    connection.run("DELETE FROM made_of WHERE rid = ?", (rid,))
    connection.insert("made_of", [(rid, part) for part in made_of if part != rid])
    _label(connection, rid, {(code, rid) for code in facts.labels})


def _label(connection: Connection, rid: int, own: set[Row]) -> None:
    """Gives a resource its labels; what is made of it follows when they have changed."""
    before = set(connection.rows("SELECT code, source FROM label WHERE rid = ?", (rid,)))
    after = own | set(connection.rows(_INHERITED, (rid, rid)))
    connection.each(_UNLABEL, [(rid, code, source) for code, source in before - after])
    connection.insert("label", [(rid, code, source) for code, source in after - before])
    if before != after:
        for (whole,) in connection.rows("SELECT rid FROM made_of WHERE part = ?", (rid,)):
            _label(connection, whole, set(connection.rows(_OWN, (whole, whole))))


_FORGET = (
    "DELETE FROM relation WHERE source = ?",
    "DELETE FROM person WHERE patient = ?",
    "DELETE FROM person_number WHERE patient = ?",
)
_INHERITED = """SELECT DISTINCT l.code, l.source FROM made_of m JOIN label l ON l.rid = m.part
    WHERE m.rid = ? AND l.source != ?"""
_OWN = "SELECT code, source FROM label WHERE rid = ? AND source = ?"
_UNLABEL = "DELETE FROM label WHERE rid = ? AND code = ? AND source = ?"


def known(connection: Connection, catalog: Catalog, patient: str) -> Known | None:
    """Everything that is stated of a patient; None for one that nothing refers to."""
    type = catalog.find_type(connection, "Patient")
    head = connection.row("SELECT rid FROM resource WHERE type = ? AND id = ?", (type, patient))
    if head is None:
        return None
    rid = int(head[0])
    rows = connection.rows(_RELATIONS, (rid,))
    row = connection.row(_PERSON, (rid,))
    person = None
    if row is not None:
        numbers = connection.rows("SELECT value FROM person_number WHERE patient = ?", (rid,))
        born_from, born_to, died_at, hidden, home = row
        held = tuple(sorted(each[0] for each in numbers))
        person = Person(born_from, born_to, died_at, hidden == 1, home, held)
    return Known(rid, tuple(Stated(*row) for row in rows), person)


def people(connection: Connection, numbers: Collection[str]) -> list[str]:
    """Ids of the patients that have one of the numbers."""
    sql = f"""SELECT DISTINCT r.id FROM person_number n JOIN resource r ON r.rid = n.patient
        WHERE n.value IN ({question_marks(numbers)})"""
    return [row[0] for row in connection.rows(sql, tuple(numbers))]


def patients_of(connection: Connection, subjects: Collection[str], relation: str) -> list[str]:
    """Ids of the patients to whom one of the subjects has a relation of the name."""
    sql = f"""SELECT DISTINCT r.id FROM relation l JOIN resource r ON r.rid = l.patient
        WHERE l.subject IN ({question_marks(subjects)}) AND l.name = ?"""
    return [row[0] for row in connection.rows(sql, (*subjects, relation))]


def about(connection: Connection, commits: Sequence[int]) -> dict[int, About]:
    """Whom and what versions are about. A deletion is about what the version before it was."""
    places = connection.rows(f"{_PLACES} ({question_marks(commits)})", tuple(commits))
    earlier = tuple({row[2] for row in places})
    patients: dict[int, set[str]] = {}
    targets: dict[int, set[int]] = {}
    marks = question_marks(earlier)
    for t, kind, value, id in connection.rows(_REFERRED.format(marks), earlier * 2):
        if kind == "compartment":
            patients.setdefault(t, set()).add(id)
        else:
            targets.setdefault(t, set()).add(value)
    rids = tuple({row[1] for row in places})
    labels: dict[int, set[str]] = {}
    sql = f"SELECT rid, code FROM label WHERE rid IN ({question_marks(rids)})"
    for rid, code in connection.rows(sql, rids):
        labels.setdefault(rid, set()).add(code)
    return {
        t: About(
            rid,
            tuple(sorted(patients.get(before, ()))),
            frozenset(labels.get(rid, ())),
            frozenset({rid, *targets.get(before, ())}),
        )
        for t, rid, before in places
    }


_RELATIONS = """SELECT name, subject, basis, type, label, purpose, low, high, node, target, source
    FROM relation WHERE patient = ? ORDER BY name, subject, source, node"""
_PERSON = "SELECT born_from, born_to, died_at, hidden, home FROM person WHERE patient = ?"
_PLACES = """SELECT v.t, v.rid, CASE WHEN v.deleted = 0 THEN v.t ELSE (SELECT p.t FROM past p
    WHERE p.rid = v.rid AND p.number = v.number - 1) END FROM version v WHERE v.t IN"""
_REFERRED = """SELECT f.t, p.kind, f.value, r.id FROM fact f JOIN parameter p ON p.id = f.parameter
    JOIN resource r ON r.rid = f.value
    WHERE f.t IN ({0}) AND p.kind IN ('compartment', 'reference') AND f.value > 0
    UNION SELECT a.t, CASE a.is_patient WHEN 1 THEN 'compartment' ELSE 'reference' END,
    a.target, r.id FROM about a JOIN resource r ON r.rid = a.target WHERE a.t IN ({0})"""
KEEP = """INSERT INTO about
    SELECT DISTINCT f.t, f.value, CASE p.kind WHEN 'compartment' THEN 1 ELSE 0 END
    FROM fact f JOIN parameter p ON p.id = f.parameter
    WHERE f.t = ? AND f.value > 0 AND p.kind IN ('compartment', 'reference')"""
"""Before the index rows of a version are swept: its history must still be guarded."""
