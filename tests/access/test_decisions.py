"""The decision and the predicate algebra. docs/adr/0020"""

from collections.abc import Collection

import pytest

from samspill.access import actor as actors
from samspill.access.actor import Actor, Assurance, Attestation, Context, Kind
from samspill.access.decide import Action, Decision, decide
from samspill.access.policy import (
    ALL,
    NONE,
    And,
    Applies,
    BornAfter,
    BornBy,
    Evidence,
    ForAllPatients,
    Hidden,
    Is,
    Labelled,
    LabelledBut,
    LivesWithParent,
    Living,
    NamesNobody,
    Not,
    Of,
    Or,
    PatientIs,
    Predicate,
    Related,
    ScopeMatch,
    holds,
)
from samspill.store.facts import EVER, About, Known, Person, Stated

NOW = Context(now=0)


@pytest.mark.parametrize("actor", [actors.SYSTEM, actors.DEMO, actors.OPEN])
@pytest.mark.parametrize("action", Action)
def test_the_modes_see_everything(actor: Actor, action: Action) -> None:
    decision = decide(actor, NOW, action, "Patient")
    assert decision.is_open
    assert decision.basis


@pytest.mark.parametrize("kind", [Kind.NOBODY, Kind.CITIZEN, Kind.PROFESSIONAL, Kind.APPLICATION])
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("type", ["Patient", "Organization"])
def test_who_is_not_surely_known_sees_nothing(kind: Kind, action: Action, type: str) -> None:
    assert decide(Actor(kind, "Patient/1"), NOW, action, type).refuses


def test_actions_that_write() -> None:
    assert {action.value for action in Action if action.writes} == {
        "create",
        "update",
        "patch",
        "delete",
    }


def professional(**more: object) -> Actor:
    known = {"assurance": Assurance.HIGH, "authorised_until": 100, **more}
    return Actor(Kind.PROFESSIONAL, "Practitioner/d", **known)  # type: ignore[arg-type]


def test_without_authorisation_a_professional_reads_what_is_public_alone() -> None:
    late = Context(now=100)
    assert decide(professional(), late, Action.READ, "Observation").refuses
    assert not decide(professional(), late, Action.READ, "Organization").refuses
    assert not decide(professional(), NOW, Action.READ, "Observation").refuses


def test_a_purpose_that_is_not_care_opens_nothing() -> None:
    research = Context(now=0, purpose="HRESCH")
    assert decide(professional(), research, Action.READ, "Observation").refuses


def attested(now: int, purpose: str = "TREAT") -> Decision:
    made = Attestation("5", "TREAT", at=0)
    context = Context(now=now, purpose=purpose, attestation=made)
    actor = professional(authorised_until=1 << 50)
    return decide(actor, context, Action.READ, "Observation")


def test_an_attestation_holds_for_an_hour_one_patient_and_its_purpose() -> None:
    hour = 3_600_000_000
    mine, other = evidence(patients=("5",)), evidence(patients=("6",))
    assert holds(attested(hour - 1).predicate, mine)
    assert not holds(attested(hour).predicate, mine)
    assert not holds(attested(-1).predicate, mine)
    assert not holds(attested(0).predicate, other)
    assert not holds(attested(0, "COC").predicate, mine)


@pytest.mark.parametrize("type", ["Consent", "AuditEvent", "Patient", "RelatedPerson"])
def test_what_decides_about_access_is_not_written_by_those_whom_it_binds(type: str) -> None:
    citizen = Actor(Kind.CITIZEN, "Patient/1", assurance=Assurance.HIGH)
    for actor in (professional(), citizen):
        assert decide(actor, NOW, Action.CREATE, type).refuses


GP = Stated("care", "Practitioner/d", "gp", "", "", "", *EVER, 0, 0, 9)
LOCK = Stated("restriction", "", "", "Observation", "", "", 0, 10, 3, 0, 8)
SPARED = Stated("spared", "Practitioner/d", "", "", "", "", *EVER, 3, 0, 8)
KNOWN = {
    "1": Known(1, (GP, LOCK, SPARED), Person(100, 100, None, False, "street 1", ("Patient/1",))),
    "2": Known(2, (LOCK,), Person(100, 130, 5, True, "street 1", ("Patient/2",))),
    "3": Known(3, (Stated("rep", "Patient/1", "parent", "", "", "", *EVER, 0, 0, 7),), None),
}


def people(numbers: Collection[str]) -> Collection[str]:
    return [
        id for id, known in KNOWN.items() if known.person and {*known.person.numbers} & {*numbers}
    ]


def evidence(now: int = 0, patients: tuple[str, ...] = ("1", "2")) -> Evidence:
    about = About(40, patients, frozenset({"s|a"}), frozenset({40, 41}))
    return Evidence(now, "Observation", "o", about, KNOWN.get, people, lambda s: "b" in s.pairs[0])


DOCTOR = frozenset({"Practitioner/d"})
CARE = Related("care", DOCTOR)
LOCKED = Applies("restriction", frozenset({"x"}), "", "spared")


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (ALL, True),
        (NONE, False),
        (Not(ALL), False),
        (And((ALL, NONE)), False),
        (And(()), True),
        (Or((NONE, ALL)), True),
        (Or(()), False),
        (ForAllPatients(CARE), False),
        (ForAllPatients(Or((CARE, PatientIs("2")))), True),
        (NamesNobody(), False),
        (Of("1", CARE), True),
        (Of("2", CARE), False),
        (Of("1", Related("care", DOCTOR, frozenset({"team"}))), False),
        (Of("1", Related("care", DOCTOR, types=frozenset({"all"}))), False),
        (Of("2", LOCKED), True),
        (Of("1", LOCKED), True),
        (Of("1", Applies("restriction", DOCTOR, "", "spared")), False),
        (Of("1", BornBy(100)), True),
        (Of("1", BornBy(99)), False),
        (Of("2", BornBy(100)), False),
        (Of("2", BornAfter(99)), True),
        (Of("2", BornAfter(100)), False),
        (Of("3", BornBy(999)), False),
        (Of("9", BornAfter(0)), False),
        (Of("1", Living()), True),
        (Of("2", Living()), True),
        (Of("9", Living()), False),
        (Of("1", Hidden()), False),
        (Of("2", Hidden()), True),
        (Of("9", Hidden()), True),
        (Of("1", LivesWithParent()), False),
        (Labelled(frozenset({"s|a"})), True),
        (Labelled(frozenset({"s|b"})), False),
        (LabelledBut("s", frozenset({"s|a"})), False),
        (LabelledBut("s", frozenset({"s|b"})), True),
        (LabelledBut("z", frozenset()), False),
        (Is("Observation", "o"), True),
        (Is("Observation", "p"), False),
        (ScopeMatch((("a", "b"),)), True),
        (ScopeMatch((("a", "c"),)), False),
    ],
)
def test_predicates(predicate: Predicate, expected: bool) -> None:
    assert holds(predicate, evidence()) is expected


def test_time_bounds_hold_from_their_first_moment_until_before_their_last() -> None:
    assert [holds(Of("2", LOCKED), evidence(now)) for now in (-1, 0, 9, 10)] == [
        False,
        True,
        True,
        False,
    ]
    assert [holds(Of("2", Living()), evidence(now)) for now in (4, 5)] == [True, False]


def test_a_resource_about_nobody_meets_no_rule_about_patients() -> None:
    assert not holds(ForAllPatients(ALL), evidence(patients=()))
    assert holds(NamesNobody(), evidence(patients=()))


def a_citizen() -> Actor:
    return Actor(Kind.CITIZEN, "Patient/1", assurance=Assurance.HIGH)


@pytest.mark.parametrize("type", ["Observation", "QuestionnaireResponse"])
def test_a_citizen_adds_to_the_record_and_deletes_nothing_of_it(type: str) -> None:
    assert not decide(a_citizen(), NOW, Action.CREATE, type).refuses
    assert decide(a_citizen(), NOW, Action.DELETE, type).refuses


def test_a_patient_scope_opens_what_is_public_and_the_patient_of_the_launch_alone() -> None:
    launched = Context(now=0, patient="1", scopes=("patient/*.rs",))
    anyones = Context(now=0, scopes=("patient/*.rs",))
    assert not decide(a_citizen(), launched, Action.READ, "Observation").refuses
    assert decide(a_citizen(), anyones, Action.READ, "Observation").refuses
    assert not decide(a_citizen(), anyones, Action.READ, "Organization").refuses
