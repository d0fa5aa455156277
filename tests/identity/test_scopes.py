"""What is granted is what is both asked for and allowed: never more, and nothing unknown."""

import itertools
import random
from collections.abc import Callable, Iterable

import pytest

from samspill.access import scopes as access
from samspill.identity import scopes

TYPES = ("*", "Patient", "Observation", "Condition")
QUERIES = ("", "category=laboratory", "category=vital-signs")
WORLD = list(itertools.product(("patient", "user", "system"), TYPES[1:], "cruds", QUERIES))
"""Every act: level, type, letter, and the query that finds the resource."""


def acts(granted: Iterable[str]) -> set[tuple[str, str, str, str]]:
    """All that scopes allow, found by trying each act: the slow way round."""
    found = set()
    for level, type, letter, query in WORLD:
        for text in granted:
            scope = access.parse(text)
            if scope is None or scope.level != level or scope.type not in ("*", type):
                continue
            pairs = "&".join(f"{name}={value}" for name, value in scope.pairs)
            if letter in scope.actions and pairs in ("", query):
                found.add((level, type, letter, query))
    return found


def a_scope(draw: random.Random) -> str:
    letters = "".join(each for each in "cruds" if draw.random() < 0.5) or "r"
    letters = draw.choice((letters, letters, "read", "write", "*"))
    query = draw.choice(QUERIES)
    level = draw.choice(("patient", "user", "system"))
    written = f"{level}/{draw.choice(TYPES)}.{letters}" + (f"?{query}" if query else "")
    wrong = (
        written.upper(),
        written + "x",
        written.replace("/", ""),
        written + "?",
        "patient/*.sr",
    )
    return draw.choice(wrong) if draw.random() < 0.1 else written


def differences(count: int) -> int:
    """Of so many random requests, those in which something else was granted than what is common."""
    draw, wrong = random.Random(3), 0
    for _ in range(count):
        asked = [a_scope(draw) for _ in range(draw.randrange(4))]
        allowed = [each for each in (a_scope(draw) for _ in range(3)) if scopes.parse(each)]
        granted = acts(scopes.narrow(asked, allowed))
        wrong += granted != acts(asked) & acts(allowed)
    return wrong


def test_what_is_granted_is_what_is_common() -> None:
    assert differences(500) == 0


@pytest.mark.proof
def test_what_is_granted_is_what_is_common_long(proof: Callable[..., None]) -> None:
    found = differences(20_000)
    proof(
        "Scopes granted are those both asked for and registered, act by act",
        runs=20_000,
        found=f"{found} differences",
    )
    assert found == 0


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "patient/*",
        "patient/*.",
        "patient/*.sr",
        "patient/*.rr",
        "patient/*.reads",
        "Patient/*.rs",
        "patient/patient.rs",
        "patient/Patient.rs ",
        " patient/Patient.rs",
        "patient/Patient.rs?",
        "patient/Patient.rs?x",
        "patient/Patient.rs?a=b#c",
        "patient\u2044Patient.rs",
        "patient/P\u00e5tient.rs",
        "patient/Patient.rs\u200b",
        "launch/x",
        "OPENID",
        "",
    ],
)
def test_what_is_not_known_is_left_out(text: str) -> None:
    allowed = [*scopes.PLAIN, "patient/*.cruds", "user/*.cruds"]
    assert scopes.narrow([text], allowed) == ()
    assert scopes.narrow(scopes.split(f"openid {text}"), allowed)[0] == "openid"
    assert scopes.parse(text) is None


def test_only_a_space_parts_scopes() -> None:
    assert scopes.split("a\tb\u00a0c  d a") == ("a\tb\u00a0c", "d", "a")
