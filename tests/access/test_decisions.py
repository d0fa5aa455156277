"""The decision and the predicate algebra. docs: access.md 5.2 of the design"""

from collections.abc import Mapping

import pytest

from samspill.access import actor as actors
from samspill.access.actor import Actor, Context, Kind
from samspill.access.decide import Action, decide
from samspill.access.policy import (
    ALL,
    NONE,
    And,
    Eq,
    Exists,
    Facts,
    ForAllPatients,
    In,
    Not,
    Or,
    Predicate,
    ScopeMatch,
    holds,
)

NOW = Context(now=0)


@pytest.mark.parametrize("actor", [actors.SYSTEM, actors.DEMO, actors.OPEN])
@pytest.mark.parametrize("action", Action)
def test_the_modes_see_everything(actor: Actor, action: Action) -> None:
    decision = decide(actor, NOW, action, "Patient")
    assert decision.predicate == ALL
    assert not decision.refuses
    assert decision.basis


@pytest.mark.parametrize("kind", [Kind.NOBODY, Kind.CITIZEN, Kind.PROFESSIONAL, Kind.APPLICATION])
@pytest.mark.parametrize("action", Action)
def test_what_has_no_rule_yet_is_refused(kind: Kind, action: Action) -> None:
    decision = decide(Actor(kind, "Patient/1"), NOW, action, "Patient")
    assert decision.predicate == NONE
    assert decision.refuses


def test_actions_that_write() -> None:
    assert {action.value for action in Action if action.writes} == {
        "create",
        "update",
        "patch",
        "delete",
    }


def related(relation: str, patient: str, values: Mapping[str, object]) -> bool:
    return (relation, patient, values.get("role")) == ("care", "1", "gp")


FACTS = Facts(
    attributes={"type": "Observation", "tenant": "a"},
    patients=("1", "2"),
    related=related,
    found_by=lambda parameter, value: (parameter, value) == ("category", "laboratory"),
)
CARE = Exists("care", (("role", "gp"),))


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [
        (ALL, True),
        (NONE, False),
        (Eq("type", "Observation"), True),
        (Eq("missing", "x"), False),
        (In("tenant", frozenset({"a", "b"})), True),
        (In("missing", frozenset({"a"})), False),
        (Not(Eq("type", "Patient")), True),
        (And((ALL, Eq("tenant", "b"))), False),
        (And(()), True),
        (Or((NONE, Eq("tenant", "a"))), True),
        (Or(()), False),
        (CARE, False),
        (ForAllPatients(CARE), False),
        (ForAllPatients(Or((CARE, ALL))), True),
        (ScopeMatch("category", "laboratory"), True),
        (ScopeMatch("category", "imaging"), False),
    ],
)
def test_predicates(predicate: Predicate, expected: bool) -> None:
    assert holds(predicate, FACTS) is expected


def test_a_resource_about_one_patient_with_a_care_relation_is_seen() -> None:
    facts = Facts(FACTS.attributes, ("1",), related, FACTS.found_by)
    assert holds(ForAllPatients(CARE), facts)


def test_a_resource_about_nobody_meets_no_rule_about_patients() -> None:
    facts = Facts(FACTS.attributes, (), related, FACTS.found_by)
    assert not holds(ForAllPatients(ALL), facts)
