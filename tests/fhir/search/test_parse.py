"""Limits, leniency and messages. What searches mean is in tests/spec/search."""

import pytest

from builders.search_engines import NOW, ZONE, registry
from samspill.base.errors import InvalidSearch, TooCostly
from samspill.fhir.search import format, parse
from samspill.fhir.search.parse import Parsed
from samspill.fhir.search.query import All, Include, Match, Sort, TokenIs


def parsed(type: str, *pairs: tuple[str, str], lenient: bool = False) -> Parsed:
    types = (type,) if type else ()
    return parse.parse(types, pairs, registry(), zone=ZONE, now=NOW, lenient=lenient)


def test_a_lenient_search_goes_on_without_what_it_does_not_know_and_says_so() -> None:
    pairs = ("color", "red"), ("name:below", "x"), ("subject.name", "x"), ("active", "true")
    found = parsed("Patient", *pairs, lenient=True)
    assert found.query.where == Match("active", TokenIs(None, "true"))
    assert [each.expression for each in found.ignored] == ["color", "name:below", "subject.name"]
    assert {each.severity for each in found.ignored} == {"warning"}


def test_a_lenient_search_refuses_a_wrong_value_all_the_same() -> None:
    with pytest.raises(InvalidSearch):
        parsed("Patient", ("birthdate", "yesterday"), lenient=True)


def test_names_that_are_near_are_offered() -> None:
    with pytest.raises(InvalidSearch) as refusal:
        parsed("Patient", ("birthdat", "1990"))
    assert "birthdate" in refusal.value.expected


@pytest.mark.parametrize(
    ("type", "name", "value"),
    [
        ("Patient", "birthdate", "SECRET"),
        ("Patient", "SECRET SECRET", "x"),
        ("Patient", "identifier:of-type", "SECRET"),
        ("Observation", "value-quantity", "SECRET"),
        ("Observation", "subject", "SECRET/"),
        ("Patient", "_filter", "name eq SECRET)"),
        ("Patient", "_count", "SECRET"),
        ("", "_type", "SECRET SECRET"),
        ("Patient", "_sort", "SECRET SECRET"),
        ("Location", "near", "SECRET"),
    ],
)
def test_a_refusal_says_where_and_what_was_expected_and_repeats_no_value(
    type: str, name: str, value: str
) -> None:
    with pytest.raises(InvalidSearch) as refusal:
        parsed(type, (name, value))
    error = refusal.value
    assert error.where
    assert error.expected
    assert error.text.en != error.text.nb
    assert "SECRET" not in f"{error.text}{error.expected}{error.where}"


@pytest.mark.parametrize(
    ("type", "pairs"),
    [
        ("Patient", [("_id", ",".join(map(str, range(10_000))))]),
        ("Patient", [("_id", "1")] * 1000),
        ("Organization", [(".".join(["partof"] * 8) + ".name", "x")]),
        (
            "Patient",
            [("_has:Observation:subject:" + "_has:Observation:has-member:" * 8 + "_id", "1")],
        ),
        ("Task", [("focus.focus.focus.focus.focus._id", "x")]),
        ("Patient", [("_include", "Patient:organization")] * 99),
        ("Patient", [("_filter", " and ".join(["active eq true"] * 1000))]),
        ("Patient", [("_filter", "(" * 500 + "active eq true" + ")" * 500)]),
        ("Patient", [("_filter", "not " * 500 + "(active eq true)")]),
        ("Patient", [("_count", "1000000000")]),
        ("Observation", [("value-quantity", "9" * 100_000)]),
        ("Observation", [("value-quantity", "1e99999999")]),
    ],
)
def test_a_search_that_would_cost_too_much_is_refused(
    type: str, pairs: list[tuple[str, str]]
) -> None:
    with pytest.raises((TooCostly, InvalidSearch)):
        parsed(type, *pairs)


@pytest.mark.parametrize("text", ["(" * 5000, "((a OR b) " * 3000, "a OR " * 5000, "(" * 20 + "a"])
def test_a_text_search_has_its_limits_too(text: str) -> None:
    with pytest.raises((TooCostly, InvalidSearch)) as refusal:
        parsed("Patient", ("_text", text))
    assert refusal.value.where == "_text"


def test_what_surrounds_the_search_is_read_too() -> None:
    query = parsed(
        "Patient",
        *(("_sort", "-birthdate,_id"), ("_count", "7"), ("_total", "accurate")),
        *(("_summary", "true"), ("_elements", "name,active"), ("_format", "json")),
        *(("_include:iterate", "Patient:organization:Organization"), ("_revinclude", "*")),
    ).query
    assert query.where == All()
    assert query.sort == (Sort("birthdate", "date", True), Sort("_id", "token"))
    assert (query.count, query.total, query.summary) == (7, "accurate", "true")
    assert query.elements == ("name", "active")
    assert query.include == (Include("Patient", "organization", "Organization", True),)
    assert query.revinclude == (Include("*", "*"),)


@pytest.mark.parametrize(
    ("types", "pairs"),
    [
        (("Basic", "Task", "DocumentReference"), [("patient", "p"), ("_tag:missing", "true")]),
        (("Observation",), [("_filter", 'subject:Patient.family ne "x"')]),
        (("Observation",), [("_filter", "subject[_id eq a and _id eq b].active eq true")]),
        (("Observation",), [("_filter", "not (subject[_id eq a].active eq true and code eq b)")]),
        (("Patient",), [("_has:Condition:patient:_list", "$current-problems")]),
        ((), [("_list", "$current-problems")]),
    ],
)
def test_the_self_link_says_the_same(types: tuple[str, ...], pairs: list[tuple[str, str]]) -> None:
    """What is of several types, of one target, or of a list by function, is written as one."""
    asked = parse.parse(types, pairs, registry(), zone=ZONE, now=NOW).asked
    again = parse.parse(types, format.format(asked), registry(), zone=ZONE, now=NOW)
    assert again.asked == asked
