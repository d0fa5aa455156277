"""The terminology engine on small made-up systems, beyond the public cases."""

from typing import Any

import pytest

from samspill.base.errors import InvalidTerminology
from samspill.fhir.terminology import calls, languages, library
from samspill.fhir.terminology.expand import Stamp
from samspill.fhir.terminology.library import Given, Library

STAMP = Stamp("00000000-0000-4000-8000-000000000000", "2026-01-01T00:00:00Z")
BIRDS = "http://example.org/birds"
SET = "http://example.org/set"


def a_system(*concepts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "CodeSystem",
        "url": BIRDS,
        "status": "active",
        "content": "complete",
        "concept": list(concepts),
        **more,
    }


def a_value_set(*includes: dict[str, Any], url: str = SET, **compose: Any) -> dict[str, Any]:
    return {
        "resourceType": "ValueSet",
        "url": url,
        "status": "active",
        "compose": {"include": list(includes), **compose},
    }


TREE = a_system(
    {
        "code": "bird",
        "display": "Bird",
        "property": [{"code": "notSelectable", "valueBoolean": True}],
        "concept": [
            {"code": "owl", "display": "Owl", "property": [{"code": "eats", "valueCode": "mice"}]},
            {
                "code": "gull",
                "display": "Gull",
                "property": [{"code": "eats", "valueCode": "fish"}],
                "concept": [{"code": "tern", "display": "Tern"}],
            },
        ],
    },
    language="en",
)


def shelf(*resources: dict[str, Any]) -> Library:
    return Library((Given(resources),))


def codes(value_set: dict[str, Any], *others: dict[str, Any], **asked: Any) -> list[str]:
    pairs = [("valueSet", value_set), ("excludeNested", True), *asked.items()]
    expanded = calls.expand_value_set(pairs, shelf(TREE, *others), "", STAMP)
    return [each["code"] for each in expanded["expansion"].get("contains", ())]


def told(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        row["name"]: next(value for key, value in row.items() if key != "name")
        for row in answer["parameter"]
    }


@pytest.mark.parametrize(
    ("property", "op", "value", "found"),
    [
        ("concept", "is-a", "gull", ["gull", "tern"]),
        ("concept", "descendent-of", "bird", ["owl", "gull", "tern"]),
        ("concept", "is-not-a", "gull", ["bird", "owl"]),
        ("concept", "child-of", "bird", ["owl", "gull"]),
        ("concept", "generalizes", "tern", ["bird", "gull", "tern"]),
        ("concept", "in", "owl,tern", ["owl", "tern"]),
        ("concept", "not-in", "owl,tern", ["bird", "gull"]),
        ("code", "regex", ".u.*", ["gull"]),
        ("eats", "=", "fish", ["gull"]),
        ("eats", "exists", "true", ["owl", "gull"]),
        ("eats", "exists", "false", ["bird", "tern"]),
    ],
)
def test_a_filter_selects_and_tests_alike(
    property: str, op: str, value: str, found: list[str]
) -> None:
    filtered = {"system": BIRDS, "filter": [{"property": property, "op": op, "value": value}]}
    value_set = a_value_set(filtered)
    assert codes(value_set) == found
    for code in ("bird", "owl", "gull", "tern"):
        pairs = [("valueSet", value_set), ("system", BIRDS), ("code", code)]
        answer = calls.validate_in_value_set(pairs, shelf(TREE), "", "en")
        assert told(answer)["result"] == (code in found)


def test_what_is_excluded_is_out() -> None:
    value_set = a_value_set({"system": BIRDS}, exclude=[{"valueSet": [SET + "/gulls"]}])
    gulls = a_value_set(
        {"system": BIRDS, "filter": [{"property": "concept", "op": "is-a", "value": "gull"}]},
        url=SET + "/gulls",
    )
    assert codes(value_set, gulls) == ["bird", "owl"]


def test_several_value_sets_of_an_include_are_taken_in_common() -> None:
    ours = a_value_set({"valueSet": [SET + "/a", SET + "/b"]})
    one = a_value_set(
        {"system": BIRDS, "concept": [{"code": "owl"}, {"code": "tern"}]}, url=SET + "/a"
    )
    other = a_value_set({"system": BIRDS, "concept": [{"code": "tern"}]}, url=SET + "/b")
    assert codes(ours, one, other) == ["tern"]


def test_value_sets_that_include_each_other_are_refused() -> None:
    one = a_value_set({"valueSet": [SET + "/b"]}, url=SET + "/a")
    other = a_value_set({"valueSet": [SET + "/a"]}, url=SET + "/b")
    with pytest.raises(InvalidTerminology) as fault:
        codes(one, one, other)
    assert fault.value.issues[0].key == "VALUESET_CIRCULAR_REFERENCE"


def test_a_text_filter_finds_names_and_pages_follow_each_other() -> None:
    everything = a_value_set({"system": BIRDS})
    assert codes(everything, filter="gul") == ["gull"]
    assert codes(everything, count=2) == ["bird", "owl"]
    assert codes(everything, count=2, offset=2) == ["gull", "tern"]


def test_a_very_large_value_set_is_refused_unless_pages_are_asked_for() -> None:
    many = a_system(*({"code": f"c{number}"} for number in range(10_001)))
    pairs = [("valueSet", a_value_set({"system": BIRDS}))]
    with pytest.raises(InvalidTerminology) as fault:
        calls.expand_value_set(pairs, shelf(many), "", STAMP)
    assert fault.value.issues[0].code == "too-costly"
    page = calls.expand_value_set([*pairs, ("count", 3)], shelf(many), "", STAMP)
    assert page["expansion"]["total"] == 10_001


def test_the_latest_version_is_used_unless_another_is_named() -> None:
    old = a_system({"code": "dodo"}, version="1.9.0")
    new = a_system({"code": "owl"}, version="1.10.0")
    held = shelf(old, new)
    everything = [("valueSet", a_value_set({"system": BIRDS}))]
    expanded = calls.expand_value_set(everything, held, "", STAMP)
    assert expanded["expansion"]["contains"][0]["code"] == "owl"
    forced = [*everything, ("force-system-version", f"{BIRDS}|1.9.0")]
    expanded = calls.expand_value_set(forced, held, "", STAMP)
    assert expanded["expansion"]["contains"][0]["code"] == "dodo"


def test_an_unknown_version_is_told_with_those_that_are_known() -> None:
    held = shelf(a_system({"code": "owl"}, version="1.0.0"))
    coding = {"system": BIRDS, "version": "2.0.0", "code": "owl"}
    pairs = [("valueSet", a_value_set({"system": BIRDS})), ("coding", coding)]
    answer = told(calls.validate_in_value_set(pairs, held, "", "en"))
    assert not answer["result"]
    assert answer["x-unknown-system"] == f"{BIRDS}|2.0.0"
    assert "Valid versions: 1.0.0" in answer["message"]


def test_a_code_in_another_case_is_right_in_a_system_without_case() -> None:
    held = shelf(a_system({"code": "owl"}, caseSensitive=False))
    pairs = [("url", BIRDS), ("code", "OWL")]
    answer = told(calls.validate_in_system(pairs, held, "", "en"))
    assert answer["result"]
    assert answer["normalized-code"] == "owl"


def test_an_abstract_code_is_refused_where_asked() -> None:
    pairs = [("valueSet", a_value_set({"system": BIRDS})), ("system", BIRDS), ("code", "bird")]
    assert told(calls.validate_in_value_set(pairs, shelf(TREE), "", "en"))["result"]
    refused = calls.validate_in_value_set([*pairs, ("abstract", False)], shelf(TREE), "", "en")
    assert not told(refused)["result"]


def test_an_unknown_code_of_a_fragment_is_a_warning() -> None:
    held = shelf(a_system({"code": "owl"}, content="fragment"))
    pairs = [("valueSet", a_value_set({"system": BIRDS})), ("system", BIRDS), ("code", "emu")]
    answer = told(calls.validate_in_value_set(pairs, held, "", "en"))
    assert answer["result"]
    assert answer["issues"]["issue"][0]["severity"] == "warning"


def test_messages_are_told_in_bokmaal() -> None:
    pairs = [("url", BIRDS), ("code", "emu")]
    answer = told(calls.validate_in_system(pairs, shelf(TREE), "", "nb"))
    assert answer["message"] == f"Koden 'emu' finnes ikke i kodeverket '{BIRDS}'"


@pytest.mark.parametrize(
    ("a", "b", "outcome"),
    [
        ("gull", "gull", "equivalent"),
        ("bird", "tern", "subsumes"),
        ("tern", "bird", "subsumed-by"),
        ("owl", "tern", "not-subsumed"),
    ],
)
def test_codes_stand_to_each_other(a: str, b: str, outcome: str) -> None:
    pairs = [("system", BIRDS), ("codeA", a), ("codeB", b)]
    assert told(calls.compare(pairs, shelf(TREE))) == {"outcome": outcome}


def a_map(**group: Any) -> dict[str, Any]:
    element = {"code": "owl", "target": [{"code": "ugle", "equivalence": "wider"}]}
    held = {"source": BIRDS, "target": "http://example.org/fugler", "element": [element], **group}
    return {"resourceType": "ConceptMap", "url": "http://example.org/map", "group": [held]}


def translated(map: dict[str, Any], code: str, **asked: Any) -> list[tuple[str, str]]:
    pairs = [("conceptMap", map), ("code", code), *asked.items()]
    matches = [
        row["part"]
        for row in calls.translate_code(pairs, shelf())["parameter"][1:]
        if "part" in row
    ]
    return [(part[0]["valueCode"], part[1]["valueCoding"]["code"]) for part in matches]


def test_a_code_is_translated_forwards_and_backwards() -> None:
    assert translated(a_map(), "owl") == [("wider", "ugle")]
    assert translated(a_map(), "ugle", reverse=True) == [("narrower", "owl")]
    assert translated(a_map(), "emu") == []


def test_what_is_not_mapped_goes_the_way_that_the_map_says() -> None:
    fixed = a_map(unmapped={"mode": "fixed", "code": "fugl"})
    assert translated(fixed, "emu") == [("inexact", "fugl")]
    provided = a_map(unmapped={"mode": "provided"})
    assert translated(provided, "emu") == [("equal", "emu")]


def test_another_map_is_asked_once_and_a_ring_of_maps_ends() -> None:
    ring = a_map(unmapped={"mode": "other-map", "url": "http://example.org/map"})
    ring["group"] *= 3
    other = {**a_map(), "url": "http://example.org/other"}
    other["group"][0]["element"][0]["code"] = "emu"
    asks = a_map(unmapped={"mode": "other-map", "url": other["url"]})
    assert translated(ring, "emu") == []
    assert translated(asks, "emu", **{"tx-resource": other}) == [("wider", "ugle")]


def test_a_mapping_that_depends_on_more_is_met_by_the_context_and_tells_its_products() -> None:
    given = a_map()
    place = {"property": "http://example.org/place", "system": BIRDS, "value": "sea"}
    target = given["group"][0]["element"][0]["target"][0]
    target |= {"dependsOn": [place], "product": [{**place, "value": "land", "display": "Land"}]}
    concept = {"coding": [{"system": BIRDS, "code": "sea"}]}
    known = [("element", place["property"]), ("concept", concept)]
    assert translated(given, "owl") == []
    assert translated(given, "owl", dependency=known) == [("wider", "ugle")]
    pairs = [("conceptMap", given), ("code", "owl"), ("dependency", known)]
    match = calls.translate_code(pairs, shelf())["parameter"][1]["part"]
    product = next(part["part"] for part in match if part["name"] == "product")
    assert product[0] == {"name": "element", "valueUri": place["property"]}
    assert product[1]["valueCoding"] == {"system": BIRDS, "code": "land", "display": "Land"}


def test_languages_are_read_as_in_http() -> None:
    asked = languages.parse("en;q=0.5, nb, *;q=0")
    assert asked.tags == ("nb", "en")
    assert asked.is_hard
    assert languages.parse("de").accept("de-CH")
    assert not languages.parse("de").accept("da")


@pytest.mark.parametrize(
    ("wanted", "version", "is_it"),
    [("1.x", "1.2.0", True), ("1.2", "1.2.0", False), ("", "7", True), ("2.*", "1.2", False)],
)
def test_a_version_can_be_asked_for_by_its_beginning(
    wanted: str, version: str, is_it: bool
) -> None:
    assert library.fits(wanted, version) is is_it
