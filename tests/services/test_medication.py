"""One line for each medicine, however many resources tell of it."""

from typing import Any

from samspill.base.json import Resource
from samspill.services.medication import mapping


def a_request(status: str = "active", on: str = "2026-01-01", **elements: Any) -> Resource:
    return {
        "resourceType": "MedicationRequest",
        "id": f"r{on}",
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [{"system": mapping.ATC, "code": "A10BA02"}],
            "text": "Metformin 500 mg tabletter",
        },
        "authoredOn": on,
        "dosageInstruction": [{"text": "1 tablett 2 ganger daglig"}],
        "reasonCode": [{"text": "Mot diabetes"}],
        **elements,
    }


def a_statement(status: str = "active", since: str = "2020-01-01") -> Resource:
    return {
        "resourceType": "MedicationStatement",
        "id": f"s{since}",
        "status": status,
        "medicationCodeableConcept": a_request()["medicationCodeableConcept"],
        "effectivePeriod": {"start": since},
        "reasonCode": [{"text": "Diabetes type 2"}],
        "dosage": [{"text": "1 tablett daglig"}],
    }


def test_renewals_and_statement_are_one_line_used_since_the_first() -> None:
    found = mapping.medication_list([a_statement(), a_request(), a_request(on="2026-06-01")])
    [line] = found.in_use
    assert line.since.on.isoformat() == "2020-01-01"
    assert line.dosage == "1 tablett 2 ganger daglig"
    assert line.purpose == "Mot diabetes"
    assert not found.earlier


def test_a_line_says_when_it_was_last_dispensed() -> None:
    dispense = {
        "resourceType": "MedicationDispense",
        "medicationCodeableConcept": a_request()["medicationCodeableConcept"],
        "whenHandedOver": "2026-03-01",
    }
    earlier = {**dispense, "whenHandedOver": "2026-02-01"}
    [line] = mapping.medication_list([a_request()], [dispense, earlier]).in_use
    assert line.dispensed.on.isoformat() == "2026-03-01"


def test_what_is_stopped_is_earlier_with_its_reason() -> None:
    stopped = a_request("stopped", statusReason={"text": "Bivirkninger"})
    found = mapping.medication_list([stopped])
    assert not found.in_use
    [line] = found.earlier
    assert line.stopped_because == "Bivirkninger"


def test_what_was_never_in_force_is_not_on_the_list() -> None:
    found = mapping.medication_list(
        [a_request("entered-in-error"), a_request("draft"), a_request(intent="proposal")]
    )
    assert not found.in_use
    assert not found.earlier
