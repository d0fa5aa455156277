"""Where a fault lies: FHIRPath, line and column; equal faults become one with a count."""

import json

from builders import validation
from samspill.fhir import outcome

TEXT = """{
  "resourceType": "Patient",
  "name": [
    {"family": "a"},
    {"family": "b", "given": ["c", 5]}
  ],
  "deceasedDateTime": "yesterday",
  "gender" : "x"
}"""


def test_line_and_column_are_those_of_the_element_in_the_text() -> None:
    issues = validation.core().validate(json.loads(TEXT), data=TEXT.encode())
    places = {each.expression: (each.line, each.column) for each in issues}

    assert places == {
        "Patient.name[1].given[1]": (5, 36),
        "Patient.deceased.ofType(dateTime)": (7, 3),
        "Patient.gender": (8, 3),
    }


def test_without_the_bytes_there_is_no_line() -> None:
    issues = validation.core().validate(json.loads(TEXT))

    assert {(each.line, each.column) for each in issues} == {(0, 0)}


def test_equal_faults_are_folded() -> None:
    names = [{"family": 5} for _ in range(7)]
    issues = validation.core().validate({"resourceType": "Patient", "name": names})

    assert [(each.expression, each.count) for each in issues] == [("Patient.name[0].family", 7)]


def test_the_worst_comes_first() -> None:
    text = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"/>'}
    issues = validation.core().validate({"resourceType": "Patient", "text": text, "gender": "x"})

    assert [each.severity for each in issues] == ["error", "warning"]


def test_an_outcome_says_it_in_the_language_of_the_reader() -> None:
    issues = validation.core().validate({"resourceType": "Patient", "shoe": 1})
    bokmaal = outcome.to_fhir(issues, "nb")["issue"][0]

    assert bokmaal["expression"] == ["Patient.shoe"]
    assert bokmaal["details"]["text"] == (
        "Elementet «shoe» er ikke definert for Patient. Forventet: elementene i Patient"
    )
    assert "not defined" in outcome.to_fhir(issues, "en")["issue"][0]["details"]["text"]


def test_an_outcome_without_issues_says_that_all_is_well() -> None:
    assert outcome.to_fhir([], "en")["issue"][0]["severity"] == "information"
