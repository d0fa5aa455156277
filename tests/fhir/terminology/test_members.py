"""What is in a value set: by list, by system, by filter, by form, and by other value sets."""

from typing import Any

import pytest

from samspill.base.errors import InvalidRequest, NotSupported
from samspill.fhir.terminology import held as in_memory
from samspill.fhir.terminology import members, systems

Resource = dict[str, Any]

ANIMALS: Resource = {
    "resourceType": "CodeSystem",
    "url": "http://example.org/animals",
    "content": "complete",
    "caseSensitive": True,
    "concept": [
        {
            "code": "mammal",
            "concept": [
                {"code": "cat", "property": [{"code": "legs", "valueInteger": 4}]},
                {"code": "whale", "property": [{"code": "legs", "valueInteger": 0}]},
            ],
        },
        {"code": "bird", "concept": [{"code": "owl"}, {"code": "eagle-owl"}]},
        {"code": "bat", "property": [{"code": "parent", "valueCode": "mammal"}]},
    ],
}
PETS = {
    "resourceType": "ValueSet",
    "url": "http://example.org/pets",
    "compose": {"include": [{"system": ANIMALS["url"], "concept": [{"code": "cat"}]}]},
}


class Source:
    """The two above and nothing else."""

    def system(self, canonical: str) -> systems.System | None:
        return in_memory.read(ANIMALS) if canonical == ANIMALS["url"] else None

    def value_set(self, canonical: str) -> Resource | None:
        return PETS if canonical == PETS["url"] else None


def _of(*include: Resource, exclude: tuple[Resource, ...] = ()) -> members.Members:
    compose = {"include": list(include), "exclude": list(exclude)}
    return members.of({"compose": compose}, Source())


def _codes(*include: Resource, exclude: tuple[Resource, ...] = ()) -> set[str]:
    return set(_of(*include, exclude=exclude).codes.get(ANIMALS["url"], ()))


ALL = {"mammal", "cat", "whale", "bird", "owl", "eagle-owl", "bat"}
FILTERS = [
    (("concept", "is-a", "mammal"), {"mammal", "cat", "whale", "bat"}),
    (("concept", "descendent-of", "mammal"), {"cat", "whale", "bat"}),
    (("concept", "is-not-a", "mammal"), {"bird", "owl", "eagle-owl"}),
    (("concept", "generalizes", "owl"), {"owl", "bird"}),
    (("concept", "child-of", "bird"), {"owl", "eagle-owl"}),
    (("concept", "descendent-leaf", "bird"), {"owl", "eagle-owl"}),
    (("legs", "=", "4"), {"cat"}),
    (("legs", "exists", "true"), {"cat", "whale"}),
    (("legs", "exists", "false"), ALL - {"cat", "whale"}),
    (("code", "in", "cat,owl"), {"cat", "owl"}),
    (("code", "not-in", "cat,owl"), ALL - {"cat", "owl"}),
    (("code", "regex", ".*owl"), {"owl", "eagle-owl"}),
    (("parent", "=", "mammal"), {"cat", "whale", "bat"}),
]


@pytest.mark.parametrize(("filter", "codes"), FILTERS)
def test_a_filter_selects(filter: tuple[str, str, str], codes: set[str]) -> None:
    asked = dict(zip(("property", "op", "value"), filter, strict=True))

    assert _codes({"system": ANIMALS["url"], "filter": [asked]}) == codes


def test_several_filters_must_all_be_passed() -> None:
    asked = [
        {"property": "concept", "op": "is-a", "value": "mammal"},
        {"property": "code", "op": "regex", "value": ".*a.*"},
    ]
    assert _codes({"system": ANIMALS["url"], "filter": asked}) == {"mammal", "cat", "whale", "bat"}


def test_includes_are_joined_and_excludes_taken_out() -> None:
    whole = {"system": ANIMALS["url"]}
    cat = {"system": ANIMALS["url"], "concept": [{"code": "cat"}]}

    assert _codes(whole) == ALL
    assert _codes(whole, exclude=(cat,)) == ALL - {"cat"}


def test_a_system_and_a_value_set_in_one_include_are_both_asked_for() -> None:
    birds = {"property": "concept", "op": "is-a", "value": "bird"}
    pets = {"system": ANIMALS["url"], "valueSet": [PETS["url"]]}

    assert _codes(pets) == {"cat"}
    assert _codes({**pets, "filter": [birds]}) == set()


def test_what_is_not_known_is_neither_in_nor_out() -> None:
    held = _of({"system": "http://example.org/unknown"}, {"valueSet": [PETS["url"]]})

    assert held.contains(ANIMALS["url"], "cat") is True
    assert held.contains(ANIMALS["url"], "owl") is False
    assert held.contains("http://example.org/unknown", "x") is None
    assert _of({"valueSet": ["http://example.org/nowhere"]}).contains("http://a", "x") is None


@pytest.mark.parametrize(
    ("system", "right", "wrong"),
    [
        ("http://unitsofmeasure.org", "mmol/L", "mmol pr L"),
        ("urn:ietf:bcp:47", "nb-NO", "norsk språk"),
        ("urn:ietf:bcp:13", "image/png", "image"),
        ("urn:iso:std:iso:4217", "NOK", "Nok"),
    ],
)
def test_systems_without_a_list_know_their_codes_by_form(
    system: str, right: str, wrong: str
) -> None:
    held = _of({"system": system})

    assert held.contains(system, right) is True
    assert held.contains_code(right) is True
    assert held.contains(system, wrong) is False


def test_an_expansion_serves_where_there_is_no_definition() -> None:
    inner = {"system": "http://a", "code": "2"}
    held = members.of(
        {"expansion": {"contains": [{"system": "http://a", "code": "1", "contains": [inner]}]}},
        Source(),
    )

    assert held.codes == {"http://a": frozenset({"1", "2"})}


def test_value_sets_in_a_circle_end() -> None:
    class Circle(Source):
        def value_set(self, canonical: str) -> Resource | None:
            return {"compose": {"include": [{"valueSet": ["http://example.org/circle"]}]}}

    held = members.of({"compose": {"include": [{"valueSet": ["http://a"]}]}}, Circle())

    assert held.contains("http://a", "x") is None


def test_value_sets_that_include_each_other_again_and_again_are_worked_out_once() -> None:
    class Tower(Source):
        def value_set(self, canonical: str) -> Resource | None:
            floor = int(canonical.rpartition("/")[2])
            below = [{"valueSet": [f"http://example.org/{floor - 1}"]}] * 2
            return {"compose": {"include": below}} if floor else PETS

    held = members.of({"compose": {"include": [{"valueSet": ["http://a/60"]}]}}, Tower())

    assert held.contains(ANIMALS["url"], "cat") is True


def test_a_filter_that_is_not_known_or_cannot_be_read_is_refused() -> None:
    for operator, fault in (("resembles", NotSupported), ("regex", InvalidRequest)):
        asked = {"property": "code", "op": operator, "value": "(?=a"}
        with pytest.raises(fault):
            _codes({"system": ANIMALS["url"], "filter": [asked]})
