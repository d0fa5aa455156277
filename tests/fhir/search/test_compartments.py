"""Compartments, and all patients that a resource refers to."""

import pytest

from builders.search_engines import registry
from samspill.base.errors import NotFound
from samspill.fhir.search import compartments
from samspill.fhir.search.compartments import Compartments, Patients
from samspill.fhir.search.query import Match, Nothing, ReferenceIs, TokenIs, any_of
from samspill.fhir.search.values import Token


def test_the_standard_has_five_compartments() -> None:
    expected = ("Device", "Encounter", "Patient", "Practitioner", "RelatedPerson")
    assert Compartments(registry()).names == expected


def test_a_resource_is_in_a_compartment_by_any_of_its_parameters() -> None:
    me = ReferenceIs(("Patient",), "1")
    clause = Compartments(registry()).clause("Patient", "1", "Observation")
    assert clause == any_of([Match("subject", me), Match("performer", me)])


def test_a_patient_is_in_his_own_compartment() -> None:
    clause = Compartments(registry()).clause("Patient", "1", "Patient")
    assert clause == any_of(
        [Match("_id", TokenIs(None, "1")), Match("link", ReferenceIs(("Patient",), "1"))]
    )


def test_some_types_are_in_no_compartment() -> None:
    assert Compartments(registry()).clause("Patient", "1", "Medication") == Nothing()


def test_an_unknown_compartment_is_not_found() -> None:
    with pytest.raises(NotFound):
        Compartments(registry()).parameters("Medication")


def test_patients_are_found_wherever_they_are_mentioned() -> None:
    resource = {
        "resourceType": "Composition",
        "subject": {"reference": "Patient/one"},
        "author": [{"reference": "http://samspill.example/fhir/Patient/own/_history/3"}],
        "extension": [{"url": "x", "valueReference": {"reference": "Patient/deep"}}],
        "contained": [
            {"resourceType": "Observation", "subject": {"reference": "Patient/inside"}},
            {"resourceType": "Patient", "identifier": [{"system": "s", "value": "7"}]},
        ],
        "attester": [
            {"party": {"identifier": {"system": "s", "value": "8"}, "type": "Patient"}},
            {"party": {"identifier": {"system": "s", "value": "9"}}},
            {"party": {"identifier": {"system": "s", "value": "10"}, "type": "Practitioner"}},
            {"party": {"reference": "http://elsewhere.example/fhir/Patient/far"}},
        ],
    }
    found = compartments.patients(resource, ["http://samspill.example/fhir"])
    assert found == Patients(
        frozenset({"one", "own", "deep", "inside"}),
        frozenset({Token("s", "7"), Token("s", "8"), Token("s", "9")}),
    )


def test_a_patient_is_about_himself() -> None:
    assert compartments.patients({"resourceType": "Patient", "id": "p"}).ids == {"p"}
