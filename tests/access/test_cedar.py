"""A judge of other making: the law as Cedar policies (law.cedar) says the same as the decision.

https://docs.cedarpolicy.com
"""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import cedarpy
import pytest
from msgspec.structs import replace

from samspill.access.actor import Actor, Assurance, Context, Kind
from samspill.access.decide import Action, decide
from samspill.access.policy import Evidence, holds
from samspill.access.rules.types import areas
from samspill.norway import withholding
from samspill.store.facts import EVER, About, Known, Person, Stated

LAW = Path(__file__).with_name("law.cedar").read_text("utf-8")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MOMENT = int(NOW.timestamp()) * 1_000_000
LABELS = ("",) * 8 + (
    "N", "NORU", "NORN_KUT", "NORN_FFL", "NORN_ALL", "NORN_FORANS", "NORN_UNGDOM", "NORS",
    "UNHEARD-OF",
)  # fmt: skip
ADMINISTRATIVE = {"Appointment": True, "Immunization": True}
NAMES = ("self", "lives", "ownAccess", "parent", "sharesHome", "guardian", "proxy", "hidden",
         "actorHidden", "authorised", "care", "emergency", "restricted", "blocked")  # fmt: skip
OFTEN = frozenset({"lives", "sharesHome", "authorised", "care"})

Case = dict[str, Any]


def case(random: Random) -> Case:
    """What is so of an actor, a patient and what is to be read, by the names that the law uses."""
    made: Case = {name: random.random() < (0.85 if name in OFTEN else 0.3) for name in NAMES}
    kind = random.choice(("Observation", "Appointment", "Immunization", "DocumentReference"))
    return made | {
        "kind": random.choice(("Citizen", "Professional")),
        "type": kind,
        "administrative": kind in ADMINISTRATIVE,
        "sure": random.random() < 0.9,
        "age": random.choice((0, 11, 12, 13, 15, 16, 17, 18, 40, 90)),
        "actorAge": random.choice((17, 18, 45)),
        "label": random.choice(LABELS),
        "purpose": random.choice(("TREAT", "ETREAT", "COC", "BTG", "HRESCH", "HMARKT")),
    }


def ours(case: Case) -> bool:
    """What `decide` and `holds` say."""
    actor, context, known = _actor(case), Context(MOMENT), _known(case)
    if case["kind"] == "Professional":
        context = replace(context, purpose=case["purpose"])
    elif not case["self"]:
        context = replace(context, on_behalf_of="p")
    labels = {f"{withholding.SYSTEM}|{case['label']}"} if case["label"] else set[str]()
    about = About(9, ("p",), frozenset(labels), frozenset())

    def people(numbers: Collection[str]) -> list[str]:
        return ["a"] if "number|a" in numbers else []

    of = Evidence(MOMENT, case["type"], "x", about, known.get, people, lambda scope: False)
    return holds(decide(actor, context, Action.READ, case["type"]).predicate, of)


def _actor(case: Case) -> Actor:
    sure = Assurance.HIGH if case["sure"] else Assurance.SUBSTANTIAL
    if case["kind"] == "Professional":
        until = MOMENT + 1 if case["authorised"] else MOMENT
        return Actor(Kind.PROFESSIONAL, "Practitioner/d", assurance=sure, authorised_until=until)
    if case["self"]:
        return Actor(Kind.CITIZEN, "Patient/p", assurance=sure)
    return Actor(Kind.CITIZEN, "Patient/a", assurance=sure, acts_as=("number|a",))


def _known(case: Case) -> dict[str, Known]:
    """The rows of a store in which the case is so."""
    who = "Practitioner/d"
    rows = [
        _row("care", who, stands=case["care"]),
        _row("emergency", who, stands=case["emergency"]),
        _row("restriction", who, stands=case["restricted"]),
        _row("blocking", who, stands=case["blocked"]),
        _row("rep", "Patient/p", "own-access", stands=case["ownAccess"]),
        _row("rep", "number|a", "parent", stands=case["parent"]),
    ]
    for basis in ("guardian", "proxy"):
        some = {*areas(case["type"])} if case[basis] else {"dialogue"}
        rows += [_row("rep", "Patient/a", basis, area, stands=True) for area in sorted(some)]
    homes = "Road 1", "Road 1" if case["sharesHome"] else "Road 2"
    return {
        "p": Known(1, tuple(rows), _person(case, "", homes[0])),
        "a": Known(2, (), _person(case, "actor", homes[1])),
    }


def _row(name: str, subject: str, basis: str = "", type: str = "", *, stands: bool) -> Stated:
    low, high = EVER if stands else (EVER[0], MOMENT)
    return Stated(name, subject, basis, type, "", "", low, high, 0, 0, 7)


def _person(case: Case, role: str, home: str) -> Person:
    age, hidden = (case["actorAge"], case["actorHidden"]) if role else (case["age"], case["hidden"])
    born = date(NOW.year - age, 6, 1).toordinal()
    dead = None if role or case["lives"] else 0
    return Person(born, born, dead, hidden, home, ("number|a",) if role else ())


def laws(cases: list[Case]) -> list[bool]:
    """What Cedar says."""
    requests = [
        {
            "principal": f'{each["kind"]}::"who"', "action": 'Action::"read"',
            "resource": 'Record::"x"', "context": each,
        }
        for each in cases
    ]  # fmt: skip
    return [each.allowed for each in cedarpy.is_authorized_batch(requests, LAW, [])]


def compare(seed: int, number: int) -> Counter[tuple[str, bool]]:
    """Decisions by who asked and what was said; both judges agree on each."""
    random, said = Random(seed), Counter[tuple[str, bool]]()
    cases = [case(random) for _ in range(number)]
    for each, law in zip(cases, laws(cases), strict=True):
        assert ours(each) == law, each
        said[each["kind"], law] += 1
    return said


def test_the_law_says_the_same() -> None:
    said = compare(1, 4_000)
    assert (
        min(said[kind, law] for kind in ("Citizen", "Professional") for law in (True, False)) > 50
    )


@pytest.mark.proof
def test_the_law_says_the_same_200000_times(proof: Callable[..., None]) -> None:
    said = sum((compare(seed, 10_000) for seed in range(20)), Counter[tuple[str, bool]]())
    proof(
        "the decision says what the law says, written down as Cedar policies",
        runs=said.total(),
        found="0 differences",
    )


@pytest.mark.parametrize(
    "gone", ["context.emergency };", "|| context.emergency", "&& context.lives"]
)
def test_a_law_that_says_something_else_is_told_apart(
    gone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = LAW.replace(gone, "true };" if gone.endswith("};") else "")
    assert other != LAW
    monkeypatch.setitem(globals(), "LAW", other)
    with pytest.raises(AssertionError):
        compare(1, 2_000)
