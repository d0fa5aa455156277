"""The validator cases of HL7: an error is found where one is, and none where none is."""

from pathlib import Path
from typing import Any

import pytest

from builders import known, shared, validation
from samspill.base.errors import Issue

Resource = dict[str, Any]
FOLDER = shared.folder("validator")
CASES = validation.manifest(FOLDER)
KNOWN = known.load(Path(__file__).with_name("known_failures.toml"))
GOALS = {"core": 0.92, "profiles": 0.88}


def _validate(case: Resource) -> list[Issue]:
    profile = case.get("profile", "")
    is_file = profile and not profile.startswith("http")
    supporting = [*case["profiles"], *case["supporting"], *([profile] if is_file else [])]
    validator = validation.with_supporting([FOLDER / each for each in supporting])
    if is_file:
        profile = validation.read(FOLDER / profile)["url"]
    return validator.validate(
        validation.read(FOLDER / case["file"]),
        profiles=[profile] if profile else [],
        is_thorough=True,
        fetch=_fetch,
    )


def _fetch(reference: str) -> Resource | None:
    """Resources outside of the one under validation lie beside it, by their id."""
    id = reference.partition("/_history/")[0].rpartition("/")[2]
    for suffix in ("xml", "json"):
        path = FOLDER / "files" / f"{id}.{suffix}"
        if path.exists():
            return validation.read(path)
    return None


def _expects_errors(case: Resource) -> bool:
    return bool(case["expected"].get("errors") or case["expected"].get("errorCount"))


def _failure(case: Resource) -> str:
    """What is wrong with our answer; "" if nothing is."""
    found = validation.judge(lambda: _validate(case))
    if bool(found) == _expects_errors(case):
        return ""
    return f"expected no error, found {found[:3]}" if found else "expected an error"


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_error_is_found_where_one_is(case: Resource) -> None:
    known.check(case["name"], KNOWN, _failure(case))


@pytest.mark.parametrize("part", GOALS)
def test_agreement_reaches_its_goal(part: str) -> None:
    names = [case["name"] for case in CASES if _part(case) == part]
    agreeing = sum(name not in KNOWN for name in names)

    assert agreeing / len(names) >= GOALS[part]


def _part(case: Resource) -> str:
    is_profiled = case["module"] == "profile" or case["profiles"] or case.get("profile")
    return "profiles" if is_profiled else "core"
