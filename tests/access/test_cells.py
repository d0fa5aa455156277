"""Every cell of age × relation × address × custody × area × deceased, by a table that is written
from the sources and not from the code. pbrl. §§ 3-4, 4-3, 4-4, 5-1; Helsenorge, representasjon."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from samspill.access import facts
from samspill.access.actor import Actor, Assurance, Context, Kind
from samspill.access.decide import Action, decide
from samspill.access.policy import Evidence, holds
from samspill.norway import codes
from samspill.store.facts import About, Known, Stated

OSLO = ZoneInfo("Europe/Oslo")
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"

TABLE = """
relation           | age   | address  | custody | deceased | opens
self               | 16-   | any      | any     | no       | everything
self with consent  | 13-   | any      | any     | no       | everything
parent             | 0-11  | shared   | yes     | no       | everything
parent             | 12-15 | shared   | yes     | no       | administrative
guardian           | any   | open     | any     | no       | everything
guardian: results  | any   | open     | any     | no       | results
proxy              | 16-   | open     | any     | no       | everything
proxy: results     | 16-   | open     | any     | no       | results
proxy: appointments| 16-   | open     | any     | no       | appointments
"""
"""Cells that open something; every other one opens nothing. "open": neither side's address is
protected; "shared": open, and the child lives with a parent."""

OPENS = {
    "everything": {"Observation", "Appointment", "DocumentReference", "Immunization", "Condition"},
    "administrative": {"Appointment", "Immunization"},
    "results": {"Observation"},
    "appointments": {"Appointment"},
}
AGES = (0, 11, 12, 13, 15, 16, 17, 18, 40, 90)
RELATIONS = (
    "none", "self", "self with consent", "parent", "guardian", "guardian: results", "proxy",
    "proxy: results", "proxy: appointments", "proxy: unheard-of",
)  # fmt: skip
ADDRESSES = ("shared", "apart", "patient protected", "actor protected", "unknown")
TYPES = sorted(OPENS["everything"])
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Cell:
    relation: str
    age: int
    address: str
    custody: bool
    deceased: bool
    actor_age: int


CELLS = [
    Cell(*each)
    for each in product(RELATIONS, AGES, ADDRESSES, (True, False), (True, False), (17, 45))
]


def expected(cell: Cell) -> set[str]:
    """What the table says; a guardian and a proxy are 18."""
    for line in TABLE.strip().splitlines()[1:]:
        relation, age, address, custody, deceased, opens = (p.strip() for p in line.split("|"))
        low, _, high = age.partition("-")
        fits = (
            relation == cell.relation
            and (age == "any" or int(low) <= cell.age <= int(high or 999))
            and (
                address == "any"
                or (address == "open" and cell.address in ("shared", "apart", "unknown"))
                or address == cell.address
            )
            and (custody == "any" or (custody == "yes") == cell.custody)
            and (deceased == "no") == (not cell.deceased)
        )
        if fits and ("guardian" in relation or "proxy" in relation) and cell.actor_age < 18:
            return set()
        if fits:
            return OPENS[opens]
    return set()


def resource(type: str, id: str, **more: Any) -> dict[str, Any]:
    return {"resourceType": type, "id": id, **more}


def born(age: int) -> str:
    return date(NOW.year - age, 6, 1).isoformat() if age < 200 else ""


def record(cell: Cell) -> list[dict[str, Any]]:
    """The resources of a cell: patient "p", who is seen, and "a", who looks."""
    hidden = {"security": [{"system": "urn:samspill:address-protection", "code": "fortrolig"}]}
    homes = {"shared": ("Road 1", "Road 1"), "unknown": ("", "")}.get(
        cell.address, ("Road 1", "Road 2")
    )
    made = [
        resource(
            "Patient", id, birthDate=born(age), identifier=[{"system": FNR, "value": id}],
            address=[{"use": "home", "line": [home]}] if home else [],
            **({"meta": hidden} if cell.address == f"{role} protected" else {}),
            **({"deceasedBoolean": True} if id == "p" and cell.deceased else {}),
        )
        for id, role, age, home in (
            ("p", "patient", cell.age, homes[0]),
            ("a", "actor", cell.actor_age, homes[1]),
        )
    ]  # fmt: skip
    kind, _, area = cell.relation.partition(": ")
    if kind == "parent":
        system = "http://hl7.no/fhir/CodeSystem/no-basis-"
        coding = [
            {"system": f"{system}family-relation", "code": "mor"},
            {"system": f"{system}parental-responsibility",
             "code": "felles" if cell.custody else "far"},
        ]  # fmt: skip
        made.append(
            resource("RelatedPerson", "r", patient={"reference": "Patient/p"},
                     identifier=[{"system": FNR, "value": "a"}],
                     relationship=[{"coding": coding}])
        )  # fmt: skip
    if kind in ("guardian", "proxy"):
        role = {"system": codes.REPRESENTATION, "code": "VE" if kind == "guardian" else "FU"}
        actor = {"role": {"coding": [role]}, "reference": {"reference": "Patient/a"}}
        classes = [{"system": "urn:samspill:proxy-area", "code": area}] if area else []
        made.append(_consent("DT", codes.PRIVACY_SCOPE, {"actor": [actor], "class": classes}))
    if kind == "self with consent":
        made.append(_consent("own-access", "urn:samspill:consent-category", {}))
    return made


def _consent(code: str, system: str, provision: dict[str, Any]) -> dict[str, Any]:
    return resource(
        "Consent", "c", status="active", patient={"reference": "Patient/p"},
        category=[{"coding": [{"system": system, "code": code}]}],
        provision={"type": "permit", **provision},
    )  # fmt: skip


class Record:
    """The facts of a few resources, as a store would hold them."""

    def __init__(self, resources: list[dict[str, Any]]) -> None:
        self._known: dict[str, Known] = {}
        extracted = [(each, facts.extract(each)) for each in resources]
        for n, (each, found) in enumerate(extracted):
            if found and found.person:
                self._known[each["id"]] = Known(n, (), found.person)
        for n, (_, found) in enumerate(extracted):
            for row in found.relations if found else ():
                known = self._known[row.patient]
                stated = Stated(
                    row.name, row.subject, row.basis, row.type, row.label, row.purpose,
                    row.low, row.high, row.node, 0, n,
                )  # fmt: skip
                more = (*known.relations, stated)
                self._known[row.patient] = Known(known.rid, more, known.person)

    def known(self, patient: str) -> Known | None:
        return self._known.get(patient)

    def people(self, numbers: Collection[str]) -> list[str]:
        return [
            id for id, known in self._known.items()
            if known.person and {*known.person.numbers} & {*numbers}
        ]  # fmt: skip


def opened(cell: Cell, at: datetime = NOW) -> set[str]:
    """The types that the actor of a cell reads about its patient."""
    of = Record(record(cell))
    is_self = cell.relation.startswith("self")
    actor = Actor(
        Kind.CITIZEN, f"Patient/{'p' if is_self else 'a'}", assurance=Assurance.HIGH,
        acts_as=() if is_self else (f"{FNR}|a",),
    )  # fmt: skip
    now = int(at.timestamp() * 1_000_000)
    context = Context(now, on_behalf_of="" if is_self else "p")
    found = set()
    for type in TYPES:
        about = About(9, ("p",), frozenset(), frozenset())
        evidence = Evidence(now, type, "x", about, of.known, of.people, lambda scope: False)
        if holds(decide(actor, context, Action.READ, type).predicate, evidence):
            found.add(type)
    return found


@pytest.mark.parametrize("relation", RELATIONS)
def test_every_cell_is_as_the_table_says(relation: str) -> None:
    cells = [cell for cell in CELLS if cell.relation == relation]
    wrong = [cell for cell in cells if opened(cell) != expected(cell)]
    assert len(cells) == 400
    assert not wrong, wrong[:5]


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=OSLO)


PARENT = Cell("parent", 0, "shared", custody=True, deceased=False, actor_age=45)
YOUNG = Cell("self", 0, "shared", custody=True, deceased=False, actor_age=45)


@pytest.mark.parametrize(
    ("birth", "day", "clock", "parent", "own"),
    [
        ("2014-11-24", "2026-11-23", "23:59:59.999999", "everything", ""),
        ("2014-11-24", "2026-11-24", "00:00", "administrative", ""),
        ("2010-07-01", "2026-06-30", "23:59:59.999999", "administrative", ""),
        ("2010-07-01", "2026-07-01", "00:00", "", "everything"),
        ("2012-02-29", "2024-02-28", "23:59", "everything", ""),
        ("2012-02-29", "2024-02-29", "00:00", "administrative", ""),
        ("2012-02-29", "2028-02-28", "23:59", "administrative", ""),
        ("2012-02-29", "2028-02-29", "00:00", "", "everything"),
        ("2014", "2026-06-01", "12:00", "", ""),
        ("2013", "2026-06-01", "12:00", "administrative", ""),
        ("", "2026-06-01", "12:00", "", ""),
    ],
)
def test_ages_are_reached_at_midnight_in_oslo(
    monkeypatch: pytest.MonkeyPatch, birth: str, day: str, clock: str, parent: str, own: str
) -> None:
    """A birth date of a year alone opens nothing that depends on the day within it."""
    monkeypatch.setitem(globals(), "born", lambda age: birth if age == 0 else "1970-01-01")
    assert opened(PARENT, at(day, clock)) == OPENS.get(parent, set())
    assert opened(YOUNG, at(day, clock)) == OPENS.get(own, set())


def test_a_leap_day_birth_reaches_13_on_the_first_of_march() -> None:
    from samspill.access.rules.asked import birthday

    leap = date(2012, 2, 29).toordinal()
    assert birthday(date(2025, 2, 28).toordinal(), 13) < leap
    assert birthday(date(2025, 3, 1).toordinal(), 13) >= leap


def test_a_parent_is_known_by_an_old_number_too() -> None:
    """From D-number to national identity number: both name the same person."""
    made = record(PARENT)
    made[1]["identifier"] = [{"system": FNR, "value": "new"}, {"system": FNR, "value": "a"}]
    of = Record(made)
    assert of.people([f"{FNR}|a"]) == of.people([f"{FNR}|new"]) == ["a"]
