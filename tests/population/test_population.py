"""The synthetic population: the same each time, valid, coherent in time, and nobody real."""

import base64
import tracemalloc
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from itertools import islice
from typing import Any

import pytest

from samspill.base import json
from samspill.base.json import Resource
from samspill.fhir.definitions import Definitions
from samspill.fhir.validation import Validator
from samspill.norway import codes, identifiers
from samspill.norway.person_numbers import Month
from samspill.population import generate, stories
from samspill.population.chart import OSLO

TODAY = date(2026, 11, 23)
PEOPLE = 60


@cache
def population() -> tuple[Resource, ...]:
    return tuple(generate.resources(PEOPLE, 7, TODAY))


def of(type: str, patient: str = "") -> list[Resource]:
    found = [each for each in population() if each["resourceType"] == type]
    return [each for each in found if not patient or about(each) == f"Patient/{patient}"]


def about(resource: Resource) -> str:
    subject = resource.get("subject") or resource.get("patient") or {}
    return str(subject.get("reference", ""))


def inside(value: Any) -> Iterator[tuple[str, Any]]:
    """Every member of every object, with its name."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield name, member
            yield from inside(member)
    elif isinstance(value, list):
        for member in value:
            yield from inside(member)


def day_of(text: str) -> date:
    if "T" not in text:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(OSLO).date()


def test_the_same_seed_and_day_give_the_same_bytes() -> None:
    again = generate.resources(PEOPLE, 7, TODAY)
    assert [json.format(each) for each in again] == [json.format(each) for each in population()]


def test_another_seed_gives_other_people_around_the_same_stories() -> None:
    other = [each for each in generate.resources(PEOPLE, 8, TODAY) if is_patient(each)]
    own = of("Patient")
    told = sum(1 for each in own if not each["id"].startswith("p0"))
    assert [each["name"] for each in other[:told]] == [each["name"] for each in own[:told]]
    assert [each["name"] for each in other[told:]] != [each["name"] for each in own[told:]]


def is_patient(resource: Resource) -> bool:
    return bool(resource["resourceType"] == "Patient")


def test_there_are_as_many_people_as_asked_for() -> None:
    assert len(of("Patient")) == PEOPLE


def test_every_resource_is_valid() -> None:
    validator = Validator(Definitions.load())
    for resource in population():
        issues = validator.validate(json.parse(json.format(resource)))
        assert not [issue for issue in issues if issue.severity == "error"], resource["id"]


def test_every_reference_leads_to_a_resource_that_came_before_or_belongs_to_the_household() -> None:
    known = Counter(f"{each['resourceType']}/{each['id']}" for each in population())
    assert set(known.values()) == {1}
    for resource in population():
        for name, value in inside(resource):
            if name == "reference" and isinstance(value, str):
                assert value in known, (resource["id"], value)


def test_every_person_number_is_synthetic_right_and_given_once() -> None:
    values: list[str] = []
    for person in of("Patient"):
        for each in person["identifier"]:
            number = identifiers.parse(each["system"], each["value"]).number
            assert number is None or number.month in {Month.TENOR, Month.PLAIN}
            assert number is None or number.is_synthetic or each["value"][0] in "89"
            values.append(each["value"])
    assert len(values) == len(set(values))


def test_the_numbers_of_institutions_and_personnel_are_right_and_given_once() -> None:
    values = [
        (each["system"], each["value"])
        for resource in (*of("Organization"), *of("Practitioner"))
        for each in resource["identifier"]
    ]
    for system, value in values:
        assert identifiers.parse(system, value)
    assert len(values) == len(set(values))


def test_nothing_happens_before_birth_after_death_or_in_the_future() -> None:
    lives = {
        f"Patient/{each['id']}": (
            date.fromisoformat(each["birthDate"]),
            day_of(each.get("deceasedDateTime", TODAY.isoformat())),
        )
        for each in of("Patient")
    }
    for resource in population():
        if about(resource) not in lives or resource["resourceType"] in {"Appointment", "Goal"}:
            continue
        born_on, end = lives[about(resource)]
        for name in HAPPENED:
            if name in resource:
                happened = day_of(resource[name])
                assert born_on <= happened <= end, (resource["id"], name, happened)


HAPPENED = (
    "effectiveDateTime", "authoredOn", "recordedDate", "onsetDateTime", "occurrenceDateTime",
    "whenHandedOver", "abatementDateTime", "date",
)  # fmt: skip


def test_a_medicine_is_dispensed_after_it_was_prescribed() -> None:
    prescribed = {
        f"MedicationRequest/{each['id']}": day_of(each["authoredOn"])
        for each in of("MedicationRequest")
    }
    dispensed = of("MedicationDispense")
    assert dispensed
    for each in dispensed:
        (request,) = each["authorizingPrescription"]
        assert prescribed[request["reference"]] <= day_of(each["whenHandedOver"])


def atc(prescribed: Resource) -> str:
    return str(prescribed["medicationCodeableConcept"]["coding"][0]["code"])


def test_nobody_is_prescribed_what_is_known_to_do_harm() -> None:
    known = [
        (about(each), coding["code"], each["recordedDate"])
        for each in of("AllergyIntolerance")
        if each["clinicalStatus"]["coding"][0]["code"] == "active"
        for coding in each["code"].get("coding", ())
    ]
    assert ("Patient/heart-failure", "J01C") in {(patient, group) for patient, group, _ in known}
    for each in of("MedicationRequest"):
        for patient, group, day in known:
            if about(each) == patient and atc(each).startswith(group):
                assert day_of(each["authoredOn"]) < date.fromisoformat(day)


def test_nobody_uses_a_medicine_twice() -> None:
    in_use = [each for each in of("MedicationStatement") if each["status"] == "active"]
    assert max(Counter((about(each), atc(each)) for each in in_use).values()) == 1


def test_appointments_are_on_working_days() -> None:
    assert {day_of(each["start"]).weekday() for each in of("Appointment")} <= set(range(5))


def series(patient: str, code: str) -> list[float]:
    """The values of an analysis, oldest first."""
    found = [
        (each["effectiveDateTime"], float(each["valueQuantity"]["value"]))
        for each in of("Observation", patient)
        if each["code"]["coding"][0]["code"] == code
    ]
    return [value for _, value in sorted(found)]


def test_metformin_brings_the_long_term_blood_sugar_down() -> None:
    hba1c = series("diabetes", "NPU27300")
    assert hba1c[0] > 65
    assert max(hba1c[-3:]) <= 53
    medicines = {
        each["medicationCodeableConcept"]["coding"][0]["code"]
        for each in of("MedicationStatement", "diabetes")
    }
    assert "A10BA02" in medicines


def test_a_value_outside_its_limits_is_marked() -> None:
    for each in of("Observation"):
        limits = each.get("referenceRange")
        if (
            not limits
            or "valueQuantity" not in each
            or each["category"][0]["coding"][0]["code"] != "laboratory"
        ):
            continue
        value, limit = each["valueQuantity"]["value"], limits[0]
        low, high = limit.get("low", {}).get("value"), limit.get("high", {}).get("value")
        outside = (low is not None and value < low) or (high is not None and value > high)
        assert not outside or "interpretation" in each, each["id"]


def test_there_are_people_of_every_age_and_families_with_custody() -> None:
    ages = [TODAY.year - int(each["birthDate"][:4]) for each in of("Patient")]
    assert min(ages) < 5
    assert max(ages) > 75
    custody = [
        coding["code"]
        for each in of("RelatedPerson")
        for relation in each["relationship"]
        for coding in relation["coding"]
        if coding["system"].endswith("parental-responsibility")
    ]
    assert "felles" in custody


def test_each_story_has_its_person_and_a_title_in_both_languages() -> None:
    ids = {f"Patient/{each['id']}": each for each in of("Patient")}
    assert len(stories.STORIES) >= 15
    assert len({story.id for story in stories.STORIES}) == len(stories.STORIES)
    for story in stories.STORIES:
        assert story.sign_in in ids
        assert story.name in {each["name"][0]["text"] for each in ids.values()}
        assert story.shows.en
        assert story.shows.nb


def test_each_clinician_of_the_demo_is_in_the_population() -> None:
    practitioners = {each["id"]: each for each in of("Practitioner")}
    for clinician in stories.clinicians():
        assert practitioners[clinician.practitioner]["name"][0]["text"] == clinician.name


def test_a_protected_address_is_nowhere_in_the_record() -> None:
    for person in (each for each in of("Patient") if each["id"].startswith("protected-address")):
        (where,) = person["address"]
        assert not {"line", "city", "district", "postalCode"} & where.keys()
        assert "telecom" not in person
        assert person["meta"]["security"]


def test_the_refugee_is_still_found_by_the_old_number() -> None:
    (person,) = (each for each in of("Patient") if each["id"] == "refugee")
    uses = {each["system"]: each.get("use") for each in person["identifier"]}
    d_number, national = (identifiers.KINDS[identifiers.Kind(k)].system for k in ("DNR", "FNR"))
    assert (uses[d_number], uses[national]) == ("old", "official")
    (old,) = (each for each in person["identifier"] if each["system"] == d_number)
    assert old["period"]["end"] < TODAY.isoformat()


def test_the_youth_has_a_note_that_parents_do_not_see() -> None:
    labels = [
        label["coding"][0]["code"]
        for each in of("DocumentReference", "youth")
        for label in each.get("securityLabel", ())
    ]
    assert labels == ["NORN_FORANS"]


def test_a_doctor_is_blocked_and_a_document_locked() -> None:
    scopes = {
        each["category"][0]["coding"][0]["code"]: each["provision"]
        for each in of("Consent", "blocked-doctor")
    }
    assert scopes["BL"]["actor"][0]["reference"]["reference"].startswith("Practitioner/")
    assert scopes["SP"]["data"][0]["reference"]["reference"].startswith("DocumentReference/")


def test_critical_information_has_its_groups() -> None:
    systems = {each["code"]["coding"][0]["system"] for each in of("Flag", "emergency")}
    groups = {codes.IMPLANT, codes.INFECTION, codes.CHANGED_PROCEDURE, codes.ONGOING_TREATMENT}
    assert systems == groups
    statuses = {
        each["verificationStatus"]["coding"][0]["code"]
        for each in of("AllergyIntolerance", "emergency")
    }
    assert statuses == {"confirmed", "refuted"}


def test_a_letter_says_the_same_as_its_headings() -> None:
    binaries = {f"Binary/{each['id']}": each for each in of("Binary")}
    letters = [
        each for each in of("DocumentReference") if "url" in each["content"][0]["attachment"]
    ]
    assert letters
    for letter in letters:
        binary = binaries[letter["content"][0]["attachment"]["url"]]
        assert letter["description"] in base64.b64decode(binary["data"]).decode()
        assert binary["securityContext"]["reference"] == about(letter)


@pytest.mark.parametrize("people", [0, 1, 35])
def test_a_small_population_holds_the_stories_at_least(people: int) -> None:
    made = [each for each in generate.resources(people, 7, TODAY) if is_patient(each)]
    assert len(made) >= len(stories.STORIES)


def test_a_large_population_begins_at_once() -> None:
    assert len(list(islice(generate.resources(100_000, 7, TODAY), 2_000))) == 2_000


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2031, 1, 1)])
def test_the_stories_can_be_told_on_any_day(today: date) -> None:
    youth = next(each for each in generate.resources(0, 7, today) if each.get("id") == "youth")
    born_on = date.fromisoformat(youth["birthDate"])
    had_birthday = (today.month, today.day) >= (born_on.month, born_on.day)
    assert today.year - born_on.year - (not had_birthday) == 14


@pytest.mark.proof
def test_a_hundred_thousand_people_have_numbers_of_their_own(proof: Callable[..., None]) -> None:
    numbers = {
        person.numbers[-1].value
        for household in generate.all_households(100_000, 7, TODAY)
        for person in household.people
    }
    assert len(numbers) == 100_000
    proof("no two people share a number", runs=100_000, found="0 shared")


@pytest.mark.proof
def test_the_memory_does_not_grow_with_the_population(proof: Callable[..., None]) -> None:
    tracemalloc.start()
    made = generate.resources(100_000, 7, TODAY)
    peaks = []
    for _ in range(2):
        tracemalloc.reset_peak()
        deque(islice(made, 20_000), maxlen=0)
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2
    found = f"peak {peaks[0] >> 20} MiB, then {peaks[1] >> 20} MiB"
    proof("memory does not grow with the people made", runs=40_000, found=found)
