"""Two changes of one list become one, and nobody's line is lost: against a plain oracle."""

from hypothesis import given
from hypothesis import strategies as st

from samspill.base.json import Resource
from samspill.services.medication.model import versions
from samspill.services.medication.model.versions import Lines

IDS = st.sampled_from("abcd")
LINE = st.fixed_dictionaries(
    {"status": st.sampled_from(["active", "stopped"]), "dosage": st.sampled_from("123")},
    optional={"note": st.sampled_from("xyz"), "reasonCode": st.sampled_from("pq")},
)
LISTS = st.dictionaries(IDS, LINE, max_size=4)


@given(LISTS, LISTS, LISTS)
def test_every_change_is_in_the_merge_or_asked_about(base: Lines, a: Lines, b: Lines) -> None:
    mine, theirs = {**base, **a}, {**base, **b}
    merged = versions.merge(base, mine, theirs)
    asked = {one.id for one in merged.conflicts}
    assert {*merged.lines} == {*mine, *theirs}
    for id, line in merged.lines.items():
        for name in ("status", "dosage", "note", "reasonCode"):
            expected = _oracle(*(side.get(id, {}).get(name) for side in (base, mine, theirs)))
            assert id in asked or line.get(name) in expected
    for one in merged.conflicts:
        assert one.mine == mine[one.id]
        assert one.theirs == theirs[one.id] == merged.lines[one.id]
        assert one.mine != one.theirs


def _oracle(was: str | None, mine: str | None, theirs: str | None) -> set[str | None]:
    """What an element may be when its line needs no choice."""
    return {each for each in (mine, theirs) if each != was} or {was}


@given(LISTS, LISTS, LISTS)
def test_what_needs_a_choice_is_the_same_from_both_sides(base: Lines, a: Lines, b: Lines) -> None:
    mine, theirs = {**base, **a}, {**base, **b}
    one, other = versions.merge(base, mine, theirs), versions.merge(base, theirs, mine)
    assert {each.id for each in one.conflicts} == {each.id for each in other.conflicts}
    chosen = {each.id for each in one.conflicts}
    assert all(one.lines[id] == other.lines[id] for id in one.lines if id not in chosen)


@given(LISTS, LISTS)
def test_the_differences_lead_from_one_version_to_the_other(before: Lines, after: Lines) -> None:
    made: dict[str, Resource] = dict(before)
    for change in versions.compare(before, after):
        assert change.before != change.after
        assert change.before == before.get(change.id)
        if change.after is None:
            del made[change.id]
        else:
            made[change.id] = change.after
    assert made == after


def test_a_stop_and_a_new_dose_are_never_mixed() -> None:
    base = {"a": {"status": "active", "dosage": "1"}}
    mine, theirs = {"a": {**base["a"], "status": "stopped"}}, {"a": {**base["a"], "dosage": "2"}}
    merged = versions.merge(base, mine, theirs)
    assert [one.id for one in merged.conflicts] == ["a"]


def test_a_remark_and_a_new_dose_are_joined() -> None:
    base = {"a": {"status": "active", "dosage": "1"}}
    mine, theirs = {"a": {**base["a"], "note": "n"}}, {"a": {**base["a"], "dosage": "2"}}
    merged = versions.merge(base, mine, theirs)
    assert not merged.conflicts
    assert merged.lines["a"] == {"status": "active", "dosage": "2", "note": "n"}
