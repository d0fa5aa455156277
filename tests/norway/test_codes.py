"""Code systems under their many addresses, graded addresses, and rules that change by date."""

from datetime import date, timedelta

import pytest

from samspill.norway import codes, confidentiality, rules
from samspill.norway.confidentiality import Protection


@pytest.mark.parametrize(
    "alias",
    [
        "http://helsedir.no/fhir/CodeSystem/no-kodeverk-7497",
        "http://ehelse.no/fhir/CodeSystem/no-kodeverk-7497",
        "urn:uid:2.16.578.1.12.4.1.1.7497",
        "2.16.578.1.12.4.1.1.7497",
        "urn:oid:2.16.578.1.12.4.1.1.7497",
    ],
)
def test_a_volven_system_is_the_same_under_each_of_its_addresses(alias: str) -> None:
    assert codes.canonical(alias) == codes.CRITICAL_REACTION


def test_international_systems_have_norwegian_oids_too() -> None:
    assert codes.canonical("http://hl7.org/fhir/sid/icpc-2") == codes.ICPC_2
    assert codes.canonical("urn:oid:2.16.578.1.12.4.1.1.7180") == codes.ATC
    assert codes.canonical("http://example.org/codes") == "http://example.org/codes"


def test_a_code_of_a_small_table_comes_with_its_name() -> None:
    assert codes.coding(codes.PERSONNEL, "SP") == {
        "system": "urn:oid:2.16.578.1.12.4.1.1.9060",
        "code": "SP",
        "display": "Sykepleier",
    }
    assert codes.coding(codes.PERSONNEL, "SP", language="en")["display"] == "Nurse"


@pytest.mark.parametrize("grade", list(Protection))
def test_a_graded_address_is_read_back_from_its_labels(grade: Protection) -> None:
    person = {"resourceType": "Patient", "meta": {"security": confidentiality.labels(grade)}}
    assert confidentiality.of(person) is grade


def test_an_unknown_grade_counts_as_the_strictest() -> None:
    label = {"system": confidentiality.SYSTEM, "code": "new-grade"}
    person = {"resourceType": "Patient", "meta": {"security": [label]}}
    assert confidentiality.of(person) is Protection.STRICTLY_CONFIDENTIAL


def test_a_hidden_person_is_shown_without_whereabouts() -> None:
    person = {"resourceType": "Patient", "name": [{"text": "A"}], "address": [{"city": "B"}]}
    assert "address" not in confidentiality.without_whereabouts(person)
    assert "address" in person
    assert confidentiality.is_hidden(Protection.CONFIDENTIAL)
    assert not confidentiality.is_hidden(Protection.CLIENT_ADDRESS)


def test_a_cap_holds_from_its_first_day_until_the_next_one() -> None:
    new_year = date(2023, 1, 1)
    assert rules.on("user-fee-cap", new_year).value == 3040
    assert rules.on("user-fee-cap", new_year - timedelta(days=1)).value == 2921
    with pytest.raises(LookupError, match="user-fee-cap"):
        rules.on("user-fee-cap", date(2019, 12, 31))


def test_every_rule_has_a_source_and_its_lines_follow_each_other() -> None:
    for name, lines in rules.BY_NAME.items():
        starts = [line.from_on or date.min for line in lines]
        assert starts == sorted(starts), name
        assert all(line.source for line in lines)
    assert sum(map(len, rules.BY_NAME.values())) == len(rules.RULES)
