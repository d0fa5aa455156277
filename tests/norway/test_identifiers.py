"""Norwegian identifiers: what is accepted, what is refused and why, and that nothing leaks."""

import csv
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.shared import folder
from samspill.base.errors import InvalidIdentifier
from samspill.base.texts import Text
from samspill.norway import identifiers, person_numbers
from samspill.norway.identifiers import Kind
from samspill.norway.person_numbers import Month, Shape

BORN = st.dates(date(1870, 1, 1), date(2039, 12, 31))
SYNTHETIC = st.sampled_from([month for month in Month if month is not Month.PLAIN])


def a_number(
    born_on: date = date(1987, 3, 5),
    month: Month = Month.TENOR,
    shape: Shape = Shape.NATIONAL,
    leave: int = 0,
) -> str:
    made = (
        person_numbers.compose(born_on, individual, month=month, shape=shape, leave=leave)
        for individual in person_numbers.individual_numbers(born_on)
    )
    return next(number for number in made if number)


def refusal(system: str, text: str) -> InvalidIdentifier:
    with pytest.raises(InvalidIdentifier) as refused:
        identifiers.parse(system, text)
    return refused.value


def test_the_official_test_people_get_the_verdict_that_their_list_gives() -> None:
    with (folder("norway", "people") / "test-actors.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["id"]]
    for row in rows:
        if row["check_digits"] == "valid":
            assert identifiers.parse(row["id_kind"], row["id"]).kind == row["id_kind"], row["actor"]
        else:
            assert identifiers.recognise(row["id"]) == (), row["actor"]
        if row["hpr"]:
            assert identifiers.parse("HPR", row["hpr"]).kind is Kind.HPR
    assert len(rows) > 40


def test_one_test_nurse_shows_that_the_ninth_digit_is_no_fact_about_sex() -> None:
    with (folder("norway", "people") / "test-actors.csv").open(encoding="utf-8") as lines:
        nurse = next(row for row in csv.DictReader(lines) if row["actor"] == "nurse-1")
    number = identifiers.parse("FNR", nurse["id"]).number
    assert number is not None
    assert person_numbers.hints(number).sex == "male"
    assert nurse["traits"] == "kvinne"


@given(BORN, SYNTHETIC, st.sampled_from([Shape.NATIONAL, Shape.D]))
def test_a_composed_number_is_read_back_with_its_birth_date(
    born_on: date, month: Month, shape: Shape
) -> None:
    number = person_numbers.parse(a_number(born_on, month, shape))
    assert isinstance(number, person_numbers.PersonNumber)
    assert (number.month, number.shape) == (month, shape)
    assert person_numbers.hints(number).born_on == born_on


@given(BORN, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_always_found_by_the_old_rule(
    born_on: date, place: int, added: int
) -> None:
    text = a_number(born_on)
    wrong = text[:place] + str((int(text[place]) + added) % 10) + text[place + 1 :]
    assert not isinstance(person_numbers.parse(wrong), person_numbers.PersonNumber)


@pytest.mark.parametrize("leave", [1, 2, 3])
def test_numbers_of_the_kind_issued_from_2032_are_accepted_beside_the_old(leave: int) -> None:
    found = identifiers.parse("FNR", a_number(leave=leave)).number
    assert found is not None
    assert found.fits_only_from_2032
    assert person_numbers.hints(found) == person_numbers.Hints(None, None)


def test_a_remainder_above_three_is_refused() -> None:
    assert "check digits" in str(refusal("FNR", a_number(leave=4)))


def test_children_born_from_2032_have_no_sex_in_their_number() -> None:
    number = person_numbers.parse(a_number(date(2033, 1, 2)))
    assert isinstance(number, person_numbers.PersonNumber)
    assert person_numbers.hints(number) == person_numbers.Hints(date(2033, 1, 2), None)


def test_the_kinds_of_synthetic_numbers_are_told_apart_where_the_digits_can_tell() -> None:
    def found(month: Month) -> person_numbers.PersonNumber | None:
        return identifiers.parse("FNR", a_number(month=month)).number

    tenor, nhn, ambiguous = (found(month) for month in (Month.TENOR, Month.NHN, Month.HELP_OR_NAV))
    assert tenor is not None
    assert tenor.is_synthetic
    assert nhn is not None
    assert nhn.is_synthetic
    assert ambiguous is not None
    assert not ambiguous.is_synthetic


def test_a_d_number_can_be_synthetic_too() -> None:
    text = a_number(month=Month.TENOR, shape=Shape.D)
    number = identifiers.parse("DNR", text).number
    assert number is not None
    assert (number.shape, number.month) == (Shape.D, Month.TENOR)
    assert "D-number" in str(refusal("FNR", text))


def test_an_h_number_has_its_month_raised_by_forty() -> None:
    assert identifiers.parse("HNR", a_number(month=Month.HELP_OR_NAV)).kind is Kind.HELP
    assert "national identity number" in str(refusal("HNR", a_number(month=Month.TENOR)))


def test_a_joint_help_number_says_nothing_about_birth_or_sex() -> None:
    text = next(
        number
        for number in map(person_numbers.compose_joint_help_number, range(800_000_000, 800_001_000))
        if number
    )
    number = identifiers.parse("urn:oid:2.16.578.1.12.4.1.4.3", text).number
    assert number is not None
    assert person_numbers.hints(number) == person_numbers.Hints(None, None)
    assert "joint help number" in str(refusal("FNR", text))


def test_a_leap_day_exists_only_in_leap_years() -> None:
    assert isinstance(
        person_numbers.parse(a_number(date(1996, 2, 29))), person_numbers.PersonNumber
    )
    assert person_numbers.parse("29829500000") is person_numbers.Fault.DATE


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ENH", "915933149"),
        ("ENH", "974707152"),
        ("HPR", "9144889"),
        ("HER", "720"),
        ("RSH", "105982"),
        ("DUF", "201512345678"),
        ("KOM", "0301"),
    ],
)
def test_numbers_of_personnel_organisations_and_places(kind: str, text: str) -> None:
    assert identifiers.parse(kind, text).value == text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ENH", "915933148"),
        ("ENH", "91593314"),
        ("HPR", "0144889"),
        ("HPR", "1234567890"),
        ("HER", "12a"),
        ("DUF", "301512345678"),
        ("KOM", "301"),
        ("FNR", "1234567890"),
        ("FNR", "123456789012"),
        ("FNR", "1234 567890"),
        ("FNR", "١٢٣٤٥٦٧٨٩٠١"),
        ("FNR", "00000000000"),
        ("FNR", ""),
    ],
)
def test_wrong_forms_are_refused_without_repeating_the_value(kind: str, text: str) -> None:
    error = refusal(kind, text)
    assert isinstance(error.expected, Text)
    for said in (error.text, error.expected):
        assert not text or (text not in said.en and text not in said.nb)


def test_every_address_of_a_kind_is_the_same_kind() -> None:
    addresses = ("urn:oid:2.16.578.1.12.4.1.4.1", "http://hl7.no/fhir/NamingSystem/FNR", "FNR")
    assert {identifiers.find_kind(address) for address in addresses} == {Kind.NATIONAL}
    assert {identifiers.canonical_system(address) for address in addresses} == {addresses[0]}
    assert identifiers.canonical_system("https://example.org") == "https://example.org"
    assert identifiers.KINDS[Kind.HER].system == "urn:oid:2.16.578.1.12.4.1.2"


def test_no_address_belongs_to_two_kinds() -> None:
    every = [
        address
        for known in identifiers.KINDS.values()
        for address in (known.system, *known.aliases)
    ]
    assert len(every) == len(set(every))


def test_what_a_person_types_is_recognised_with_its_spaces() -> None:
    text = a_number()
    typed = f" {text[:6]} {text[6:]} "
    assert [found.kind for found in identifiers.recognise(typed)] == [Kind.NATIONAL]
    assert identifiers.recognise("Nordmann") == ()


def test_printing_an_identifier_does_not_show_the_number() -> None:
    text = a_number()
    found = identifiers.parse("FNR", text)
    assert text not in repr(found)


def test_validation_warns_of_a_wrong_number_and_keeps_quiet_about_the_rest() -> None:
    system = "urn:oid:2.16.578.1.12.4.1.4.1"
    assert identifiers.validate({"system": system, "value": a_number()}) == []
    assert identifiers.validate({"system": "https://example.org", "value": "x"}) == []
    assert identifiers.validate({"system": system, "_value": {"extension": []}}) == []
    (issue,) = identifiers.validate({"system": system, "value": "25836000305"})
    assert (issue.severity, issue.code, issue.expression) == ("warning", "value", "value")
    assert "25836000305" not in repr(issue)


@pytest.mark.parametrize(("year", "century"), [(1954, None), (1955, 1800)])
def test_the_individual_numbers_of_the_nineteenth_century_begin_with_1855(
    year: int, century: int | None
) -> None:
    composed = (person_numbers.compose(date(year, 5, 17), each) for each in range(600, 650))
    number = person_numbers.parse(next(filter(None, composed)))
    assert isinstance(number, person_numbers.PersonNumber)
    born_on = person_numbers.hints(number).born_on
    assert (born_on.year // 100 * 100 if born_on else None) == century
