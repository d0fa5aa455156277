"""The care record: what is read of people, documents and events, and what is never read."""

import base64
from datetime import date
from typing import Any

import pytest

from samspill.base.json import Resource
from samspill.norway import confidentiality
from samspill.norway.confidentiality import Protection
from samspill.services import elements
from samspill.services.care_record.mapping import choice, content, record, timeline


def a_patient(**elements: Any) -> Resource:
    return {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"use": "official", "given": ["Kari", "Marie"], "family": "Nordmann"}],
        "birthDate": "1980-02-29",
        "gender": "female",
        "address": [{"city": "Bodø", "district": "Bodø"}],
        **elements,
    }


def test_a_person_is_read() -> None:
    person = record.person(a_patient())
    assert person.name == "Kari Marie Nordmann"
    assert person.municipality == "Bodø"


@pytest.mark.parametrize(
    ("today", "age"),
    [(date(2026, 2, 28), 45), (date(2026, 3, 1), 46), (date(2024, 2, 29), 44)],
)
def test_age_is_in_whole_years(today: date, age: int) -> None:
    assert record.person(a_patient()).age(today) == age


def test_the_age_of_the_dead_stands_still() -> None:
    person = record.person(a_patient(deceasedDateTime="2020-05-01T10:00:00+02:00"))
    assert person.age(date(2026, 1, 1)) == 40


@pytest.mark.parametrize("grade", [Protection.CONFIDENTIAL, Protection.STRICTLY_CONFIDENTIAL])
def test_a_graded_address_is_never_read(grade: Protection) -> None:
    person = record.person(a_patient(meta={"security": confidentiality.labels(grade)}))
    assert person.is_protected
    assert "Bodø" not in repr(person)


def test_the_name_in_use_goes_before_an_old_one() -> None:
    names = [{"use": "old", "given": ["Gammel"]}, {"given": ["Ny"], "family": "Navn"}]
    assert elements.human_name(names) == ("Ny", "Navn")


@pytest.mark.parametrize(
    ("text", "precision", "on"),
    [
        ("2026", "year", date(2026, 1, 1)),
        ("2026-11", "month", date(2026, 11, 1)),
        ("2026-11-16", "day", date(2026, 11, 16)),
        ("2026-11-16T23:30:00Z", "time", date(2026, 11, 17)),
        (None, "year", elements.UNKNOWN.on),
    ],
)
def test_dates_are_as_exact_as_they_were_given(text: object, precision: str, on: date) -> None:
    when = elements.when(text)
    assert when.precision == precision
    assert when.on == on


def test_a_refuted_allergy_is_told_apart() -> None:
    allergy = record.allergy(
        {
            "resourceType": "AllergyIntolerance",
            "code": {"text": "Penicillin"},
            "verificationStatus": {"coding": [{"code": "refuted"}]},
        }
    )
    assert allergy.is_refuted


def a_flag(system: str, text: str = "Pacemaker") -> Resource:
    coding = {"system": system, "code": "9", "display": "Pacemaker"}
    return {"resourceType": "Flag", "status": "active", "code": {"coding": [coding], "text": text}}


@pytest.mark.parametrize(
    ("system", "group"),
    [
        ("urn:oid:2.16.578.1.12.4.1.1.7518", "implant"),
        ("http://helsedir.no/fhir/CodeSystem/no-kodeverk-7519", "infection"),
        ("urn:oid:2.16.578.1.12.4.1.1.7522", "procedure"),
        ("http://example.org", "other"),
    ],
)
def test_critical_information_is_in_its_fixed_group(system: str, group: str) -> None:
    assert record.flag(a_flag(system)).group == group


@pytest.mark.parametrize(
    ("code", "certainty"),
    [("confirmed", "confirmed"), ("2", "likely"), ("unconfirmed", "suspected"), ("refuted", "")],
)
def test_an_allergy_says_how_certain_it_is(code: str, certainty: str) -> None:
    status = {"coding": [{"code": code}]}
    found = record.allergy({"resourceType": "AllergyIntolerance", "verificationStatus": status})
    assert found.certainty == certainty


def test_what_is_in_error_is_deleted_and_what_is_refuted_is_not() -> None:
    def said(code: str) -> Resource:
        return {"verificationStatus": {"coding": [{"code": code}]}}

    assert choice.is_in_error(said("entered-in-error"))
    assert not choice.is_in_error(said("refuted"))


def test_a_cold_is_no_standing_diagnosis() -> None:
    def of(*categories: str) -> Resource:
        return {"category": [{"coding": [{"code": each}]} for each in categories]}

    assert not choice.is_standing(of("encounter-diagnosis"))
    assert choice.is_standing(of("encounter-diagnosis", "problem-list-item"))
    assert choice.is_standing(of())


def in_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_plain_text_is_cut_at_empty_lines() -> None:
    assert content.paragraphs(in_base64("Ett\nto\n\n\nTre"), "text/plain; charset=utf-8") == (
        "Ett\nto",
        "Tre",
    )


def test_of_markup_only_the_text_is_taken() -> None:
    markup = "<head><title>t</title></head><p>Hei &amp; <b>hå</b></p><script>alert(1)</script><p>Så"
    assert content.paragraphs(in_base64(markup), "text/html") == ("Hei & hå", "Så")


@pytest.mark.parametrize(("data", "type"), [("", "text/plain"), ("JVBERi0=", "application/pdf")])
def test_what_cannot_be_shown_has_no_paragraphs(data: str, type: str) -> None:
    assert content.paragraphs(data, type) == ()


def an_observation(code: str, value: int, **elements: Any) -> Resource:
    return {
        "resourceType": "Observation",
        "id": code,
        "status": "final",
        "category": [{"coding": [{"code": "laboratory"}]}],
        "code": {"coding": [{"code": code}], "text": code.lower()},
        "effectiveDateTime": "2026-11-16T08:40:00+01:00",
        "valueQuantity": {"value": value},
        "referenceRange": [{"low": {"value": 10}, "high": {"value": 20}}],
        "performer": [{"display": "Lab"}],
        **elements,
    }


def test_results_of_a_day_are_one_row_with_those_outside_first() -> None:
    [row] = timeline.events(
        [an_observation("A", 15), an_observation("B", 25), an_observation("C", 5)]
    )
    assert row.codes == ("B", "C", "A")
    assert row.names == ("b", "c", "a")
    assert row.outside == 2


def test_results_from_another_laboratory_are_a_row_of_their_own() -> None:
    other = an_observation("B", 15, performer=[{"display": "Annen lab"}])
    assert len(timeline.events([an_observation("A", 15), other])) == 2


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_what_did_not_happen_is_no_event(status: str) -> None:
    assert timeline.events([an_observation("A", 15, status=status)]) == []


def test_what_one_measures_oneself_is_one_row_a_month() -> None:
    own = [{"reference": "Patient/1", "display": "Kari"}]
    days = [f"2026-{month}-{day:02}T08:00:00+01:00" for month in (10, 11) for day in (1, 2, 20)]
    measured = [an_observation("A", 15, performer=own, effectiveDateTime=day) for day in days]
    newest, before = sorted(timeline.events(measured), key=lambda row: row.when, reverse=True)
    assert newest.is_own
    assert newest.values == before.values == 3
    assert newest.when.on == date(2026, 11, 20)


def test_a_note_is_found_by_what_it_says() -> None:
    note = {
        "resourceType": "DocumentReference",
        "status": "current",
        "description": "Notat",
        "date": "2026-11-16",
        "content": [
            {"attachment": {"contentType": "text/plain", "data": in_base64("Har diabetes.")}}
        ],
    }
    [row] = timeline.events([note])
    assert row.words == "Har diabetes."
