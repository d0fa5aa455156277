"""Small worlds for tests of access: people, those who care for them, what is written about them.

Made from a seed. Every resource is written at a time of its own, so that a world that lacks some of
them has the others to the byte.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from builders import postgres
from samspill import app
from samspill.access import actor as actors
from samspill.access.actor import Actor, Assurance, Kind
from samspill.access.decide import Action
from samspill.access.log import Log
from samspill.base import settings
from samspill.interactions import save
from samspill.interactions.platform import Platform, assemble
from samspill.interactions.session import Session
from samspill.norway import codes, withholding
from samspill.store import Access, Store
from samspill.store.concepts import Concepts

Resource = dict[str, Any]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FNR = "urn:oid:2.16.578.1.12.4.1.4.1"
LAB = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}
PROTECTION = {"system": "urn:samspill:address-protection", "code": "strengtFortrolig"}
MANY = 1 << 60

DOCTOR = Actor(
    Kind.PROFESSIONAL, "Practitioner/d0", assurance=Assurance.HIGH, authorised_until=MANY,
    roles=("LE",), organization="Organization/o0", acts_as=("PractitionerRole/r0",),
)  # fmt: skip


def citizen(id: str) -> Actor:
    return Actor(Kind.CITIZEN, f"Patient/{id}", assurance=Assurance.HIGH)


PERSONAS: dict[str, tuple[Actor, dict[str, Any]]] = {
    "doctor": (DOCTOR, {}),
    "doctor in an emergency": (replace(DOCTOR, reference="Practitioner/d1"), {"purpose": "ETREAT"}),
    "citizen": (citizen("p0"), {}),
    "parent": (citizen("p1"), {"on_behalf_of": "p2"}),
    "proxy": (citizen("p3"), {"on_behalf_of": "p0"}),
    "laboratory app": (
        DOCTOR,
        {
            "scopes": (
                "user/Observation.cruds?category=laboratory",
                "user/Patient.rs",
                "user/Organization.rs",
            )
        },
    ),
    "patient app": (DOCTOR, {"scopes": ("patient/*.rs",), "patient": "p1"}),
    "service": (Actor(Kind.APPLICATION, client="s"), {"scopes": ("system/*.cruds",)}),
}


def moment(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // MICROSECOND


def day(random: Random, back: int = 900) -> str:
    return (NOW.date() - timedelta(days=random.randrange(back))).isoformat()


def ref(*place: str) -> Resource:
    return {"reference": "/".join(place)}


def world(seed: int) -> list[Resource]:
    """The resources of a world, those that others refer to first."""
    random = Random(seed)
    made = [*_institutions(), *_people(random, apart=seed % 5 == 0)]
    for patient in PATIENTS:
        made += _care(random, patient)
    for patient in PATIENTS:
        made += _written(random, patient)
    made += _of_many(random)
    for patient in PATIENTS:
        made += _will(random, patient)
    return made


PATIENTS = ("p0", "p1", "p2", "p3", "p4", "p5")


def _institutions() -> Iterator[Resource]:
    for n in "01":
        yield {"resourceType": "Organization", "id": f"o{n}", "name": f"Org {n}"}
        yield {"resourceType": "Practitioner", "id": f"d{n}", "name": [{"family": f"Doc{n}"}]}
    yield {
        "resourceType": "PractitionerRole",
        "id": "r0",
        "practitioner": ref("Practitioner", "d0"),
    }
    yield {"resourceType": "Location", "id": "l0", "name": "Ward"}


AGES = {"p0": 40, "p1": 35, "p2": 8, "p3": 60, "p4": 14, "p5": 70}


def _people(random: Random, *, apart: bool) -> Iterator[Resource]:
    """`apart`: the child lives with none of its parents."""
    for n, id in enumerate(PATIENTS):
        home = "Road 1" if id in ("p1", "p2") else f"Road {random.randrange(5)}"
        if apart and id == "p2":
            home = "Road 9"
        person: Resource = {
            "resourceType": "Patient",
            "id": id,
            "identifier": [{"system": FNR, "value": f"n{n}"}],
            "name": [{"family": random.choice(("Berg", "Dahl", "Lie")), "given": [f"G{n}"]}],
            "birthDate": date(NOW.year - AGES[id], 3, 1 + n).isoformat(),
            "address": [{"use": "home", "line": [home], "city": random.choice(("Bergen", "Oslo"))}],
            "telecom": [{"system": "phone", "value": f"55{n}"}],
        }
        if random.random() < 0.5:
            person["generalPractitioner"] = [random.choice(CARERS)]
        if random.random() < 0.15:
            person["deceasedDateTime"] = day(random)
        if random.random() < 0.2:
            person["meta"] = {"security": [PROTECTION]}
        yield person
    relation = "http://hl7.no/fhir/CodeSystem/no-basis-"
    yield {
        "resourceType": "RelatedPerson",
        "id": "rp0",
        "patient": ref("Patient", "p2"),
        "identifier": [{"system": FNR, "value": "n1"}],
        "relationship": [
            {"coding": [{"system": f"{relation}family-relation", "code": "mor"}]},
            {"coding": [{"system": f"{relation}parental-responsibility", "code": "felles"}]},
        ],
    }


CARERS = (
    ref("Practitioner", "d0"),
    ref("Practitioner", "d1"),
    ref("PractitionerRole", "r0"),
    ref("Organization", "o0"),
    ref("Organization", "o1"),
)


def _care(random: Random, patient: str) -> Iterator[Resource]:
    who = ref("Patient", patient)
    for n in range(random.randrange(3)):
        start = day(random, 400)
        yield {
            "resourceType": "Encounter",
            "id": f"e-{patient}-{n}",
            "status": random.choice(("finished", "in-progress")),
            "class": {"code": "AMB"},
            "subject": who,
            "participant": [{"individual": random.choice(CARERS[:3])}],
            "period": {"start": start, **({"end": start} if random.random() < 0.5 else {})},
            "location": [{"location": ref("Location", "l0")}],
            "serviceProvider": random.choice(CARERS[3:]),
        }
    if random.random() < 0.4:
        yield {
            "resourceType": "CareTeam",
            "id": f"t-{patient}",
            "status": "active",
            "subject": who,
            "participant": [{"member": random.choice(CARERS)}],
        }
    if random.random() < 0.3:
        begun = NOW - timedelta(minutes=random.randrange(120))
        yield {
            "resourceType": "Task",
            "id": f"k-{patient}",
            "status": "in-progress",
            "intent": "order",
            "code": {
                "coding": [{"system": "urn:samspill:access-task",
                            "code": random.choice(("emergency", "stated"))}]
            },
            "for": who,
            "requester": random.choice(CARERS[:2]),
            "executionPeriod": {"start": begun.isoformat()},
        }  # fmt: skip


LABELS = ("NORN_FORANS", "NORN_KUT", "NORU", "NORS", "NORN_UNGDOM", "N", "UNHEARD-OF")


def _written(random: Random, patient: str) -> Iterator[Resource]:
    who = ref("Patient", patient)
    for n in range(random.randrange(1, 4)):
        made: Resource = {
            "resourceType": "Observation",
            "id": f"b-{patient}-{n}",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": random.choice("xyz")}]},
            "subject": who,
            "effectiveDateTime": day(random),
            "valueQuantity": {"value": random.randrange(9)},
        }
        if random.random() < 0.5:
            made["category"] = [{"coding": [LAB]}]
        if n and random.random() < 0.4:
            made["derivedFrom"] = [ref("Observation", f"b-{patient}-0")]
        yield _labelled(random, made)
    yield _labelled(
        random,
        {
            "resourceType": "DocumentReference",
            "id": f"c-{patient}",
            "status": "current",
            "subject": who,
            "content": [{"attachment": {"url": f"Binary/i-{patient}"}}],
            "author": [ref("Practitioner", random.choice(("d0", "d1")))],
        },
    )
    yield {
        "resourceType": "Composition",
        "id": f"m-{patient}",
        "status": "final",
        "type": {"text": "Summary"},
        "subject": who,
        "date": day(random),
        "author": [ref("Practitioner", "d1")],
        "title": "Summary",
        "section": [{"entry": [ref("DocumentReference", f"c-{patient}")]}],
    }


def _labelled(random: Random, resource: Resource) -> Resource:
    if random.random() < 0.7:
        return resource
    label = {"system": withholding.SYSTEM, "code": random.choice(LABELS)}
    return {**resource, "meta": {"security": [label]}}


def _of_many(random: Random) -> Iterator[Resource]:
    for n in range(3):
        some = random.sample(PATIENTS, random.randrange(1, 3))
        yield {
            "resourceType": "List",
            "id": f"s{n}",
            "status": "current",
            "mode": "working",
            "entry": [{"item": ref("Observation", f"b-{each}-0")} for each in some]
            + [{"item": ref("Patient", each)} for each in some],
        }
    yield {
        "resourceType": "Group",
        "id": "g0",
        "type": "person",
        "actual": True,
        "member": [{"entity": ref("Patient", each)} for each in random.sample(PATIENTS, 2)],
    }
    yield {"resourceType": "Basic", "id": "about-nobody", "code": {"text": "x"}}


def _will(random: Random, patient: str) -> Iterator[Resource]:
    for n in range(random.randrange(2)):
        category, provision = _provision(random, patient)
        yield {
            "resourceType": "Consent",
            "id": f"w-{patient}-{n}",
            "status": random.choice(("active", "active", "active", "inactive")),
            "scope": {"coding": [{"code": "patient-privacy"}]},
            "category": [{"coding": [{"system": codes.PRIVACY_SCOPE, "code": category}]}],
            "patient": ref("Patient", patient),
            "provision": provision,
        }


def _provision(random: Random, patient: str) -> tuple[str, Resource]:
    actor = {"role": {"text": "x"}, "reference": random.choice(CARERS)}
    types = "http://hl7.org/fhir/resource-types"
    kind = random.choice(("all", "type", "document", "blocking", "spared", "proxy", "permit"))
    match kind:
        case "all":
            return "SP", {"type": "deny", "actor": [actor]}
        case "type":
            return "SP", {"type": "deny", "class": [{"system": types, "code": "Observation"}]}
        case "document":
            what = random.choice((f"DocumentReference/c-{patient}", f"Observation/b-{patient}-0"))
            return "SP", {"type": "deny", "data": [{"meaning": "instance", "reference": ref(what)}]}
        case "blocking":
            return "BL", {"type": "deny", "actor": [actor]}
        case "spared":
            return "SP", {"type": "deny", "provision": [{"type": "permit", "actor": [actor]}]}
        case "proxy":
            role = {"coding": [{"system": codes.REPRESENTATION, "code": "FU"}]}
            area = {"system": "urn:samspill:proxy-area", "code": random.choice(("all", "results"))}
            who = {"role": role, "reference": ref("Patient", "p3")}
            return "DT", {"type": "permit", "actor": [who], "class": [area]}
        case _:
            return "", {"type": "permit", "actor": [actor]}


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = moment(NOW)

    def __call__(self) -> int:
        return self.at


@dataclass(frozen=True, slots=True)
class Place:
    """A record with a world in it."""

    platform: Platform
    clock: Clock

    def session(self, persona: str) -> Session:
        actor, given = PERSONAS[persona]
        base = app.fhir_base(self.platform.settings)
        return Session(self.platform, actor, base=base, receipts=[], **given)

    @property
    def system(self) -> Session:
        return Session(self.platform, actors.SYSTEM)

    def put(self, resources: Sequence[tuple[int, Resource]]) -> None:
        """Writes resources, each at the minute of its number."""
        for n, resource in resources:
            self.clock.at = moment(NOW - timedelta(days=2)) + n * 60_000_000
            type, id = resource["resourceType"], resource["id"]
            draft = save.draft(self.system, resource, type, id, Action.UPDATE)
            save.submit(self.system, lambda inner, draft=draft: save.write(inner, draft)).result()
        self.clock.at = moment(NOW)


@contextmanager
def place(kind: str = "sqlite") -> Iterator[Place]:
    """An empty record on one of the stores, with a clock and ids that repeat."""
    with TemporaryDirectory() as folder:
        clock, numbers = Clock(), count()
        given = settings.load(
            {}, data=Path(folder), language="en", validation="off",
            **({"database": postgres.fresh()} if kind == "postgres" else {}),
        )  # fmt: skip
        store = Store.open(app.database(given), clock)
        platform = assemble(
            given, [], store=store, concepts=Concepts.open(app.database(given)), log=Silent(),
            operations=app.OPERATIONS,
        )  # fmt: skip
        platform.indexing.current()
        try:
            yield Place(replace(platform, clock=clock, ids=lambda: f"new-{next(numbers)}"), clock)
        finally:
            store.close()
            if kind == "postgres":
                postgres.drop(given.database)


class Silent(Log):
    """A log that keeps nothing: what is tested here is what leaves, not what is kept of it."""

    def __init__(self) -> None:
        self._done: Future[None] = Future()
        self._done.set_result(None)

    def add(self, line: Access) -> "Future[None]":  # type: ignore[override]
        return self._done

    def flush(self) -> None:
        return
