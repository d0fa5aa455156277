"""batch and transaction. https://hl7.org/fhir/R4/http.html#transaction"""

from typing import Any

import httpx
import pytest

from builders.resources import a_bundle, a_patient, an_entry, an_identifier, an_observation

Resource = dict[str, Any]


def statuses(response: httpx.Response) -> list[str]:
    return [entry["response"]["status"][:3] for entry in response.json()["entry"]]


def place(entry: Resource) -> str:
    """Type/id of an entry of a response."""
    parts: list[str] = entry["response"]["location"].split("/")
    return "/".join(parts[-4:-2])


def test_references_between_new_resources_are_made_real(fhir: httpx.Client) -> None:
    done = fhir.post(
        "/",
        json=a_bundle(
            "transaction",
            an_entry("POST", "Observation", an_observation("urn:uuid:p"), full_url="urn:uuid:o"),
            an_entry("POST", "Patient", a_patient(), full_url="urn:uuid:p"),
        ),
    )
    assert done.status_code == 200
    observation, patient = (place(entry) for entry in done.json()["entry"])
    assert fhir.get(f"/{observation}").json()["subject"] == {"reference": patient}


def test_entries_may_refer_to_each_other_in_a_circle(fhir: httpx.Client) -> None:
    def member(of: str) -> Resource:
        return an_observation(hasMember=[{"reference": of}])

    done = fhir.post(
        "/",
        json=a_bundle(
            "transaction",
            an_entry("POST", "Observation", member("urn:uuid:b"), full_url="urn:uuid:a"),
            an_entry("POST", "Observation", member("urn:uuid:a"), full_url="urn:uuid:b"),
        ),
    )
    a, b = (place(entry) for entry in done.json()["entry"])
    assert fhir.get(f"/{a}").json()["hasMember"] == [{"reference": b}]
    assert fhir.get(f"/{b}").json()["hasMember"] == [{"reference": a}]


def test_uris_and_narrative_are_rewritten_but_identifiers_are_not(fhir: httpx.Client) -> None:
    markup = '<div xmlns="http://www.w3.org/1999/xhtml"><a href="urn:uuid:p">x</a></div>'
    document = {
        "resourceType": "DocumentReference",
        "status": "current",
        "text": {"status": "additional", "div": markup},
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:p"},
        "content": [{"attachment": {"url": "urn:uuid:p"}}],
    }
    done = fhir.post(
        "/",
        json=a_bundle(
            "transaction",
            an_entry("POST", "Patient", a_patient(), full_url="urn:uuid:p"),
            an_entry("POST", "DocumentReference", document),
        ),
    )
    patient, written = (place(entry) for entry in done.json()["entry"])
    stored = fhir.get(f"/{written}").json()
    assert stored["content"][0]["attachment"]["url"] == patient
    assert f'href="{patient}"' in stored["text"]["div"]
    assert stored["masterIdentifier"]["value"] == "urn:uuid:p"


def test_a_conditional_reference_finds_its_resource(fhir: httpx.Client) -> None:
    id = fhir.post("/Patient", json=a_patient(identifier=[an_identifier("t-1")])).json()["id"]
    about = an_entry("POST", "Observation", an_observation("Patient?identifier=t-1"))
    done = fhir.post("/", json=a_bundle("transaction", about))
    observation = fhir.get(f"/{place(done.json()['entry'][0])}").json()
    assert observation["subject"] == {"reference": f"Patient/{id}"}
    about = an_entry("POST", "Observation", an_observation("Patient?identifier=t-none"))
    assert fhir.post("/", json=a_bundle("transaction", about)).status_code == 412


def test_a_conditional_create_in_a_transaction_is_what_others_refer_to(fhir: httpx.Client) -> None:
    id = fhir.post("/Patient", json=a_patient(identifier=[an_identifier("t-2")])).json()["id"]
    done = fhir.post(
        "/",
        json=a_bundle(
            "transaction",
            an_entry(
                "POST", "Patient", a_patient(), full_url="urn:uuid:p", ifNoneExist="identifier=t-2"
            ),
            an_entry("POST", "Observation", an_observation("urn:uuid:p")),
        ),
    )
    assert statuses(done) == ["200", "201"]
    observation = fhir.get(f"/{place(done.json()['entry'][1])}").json()
    assert observation["subject"] == {"reference": f"Patient/{id}"}


def test_all_or_nothing(fhir: httpx.Client) -> None:
    refused = fhir.post(
        "/",
        json=a_bundle(
            "transaction",
            an_entry("PUT", "Patient/half", a_patient(id="half")),
            an_entry("POST", "Patient", a_patient(shoeSize=42)),
        ),
    )
    assert refused.status_code == 400
    assert refused.json()["issue"][0]["expression"] == ["Bundle.entry[1].resource.shoeSize"]
    assert fhir.get("/Patient/half").status_code == 404


def test_a_failed_precondition_takes_all_back(fhir: httpx.Client) -> None:
    fhir.put("/Patient/guarded", json=a_patient(id="guarded"))
    refused = fhir.post(
        "/",
        json=a_bundle(
            "transaction",
            an_entry("PUT", "Patient/free", a_patient(id="free")),
            an_entry("PUT", "Patient/guarded", a_patient(id="guarded"), ifMatch='W/"9"'),
        ),
    )
    assert refused.status_code == 412
    assert refused.json()["issue"][0]["expression"] == ["Bundle.entry[1]"]
    assert fhir.get("/Patient/free").status_code == 404


def test_a_reference_to_an_entry_that_is_not_there_is_refused(fhir: httpx.Client) -> None:
    entry = an_entry("POST", "Observation", an_observation("urn:uuid:nobody"))
    refused = fhir.post("/", json=a_bundle("transaction", entry))
    assert refused.status_code == 400
    assert refused.json()["issue"][0]["expression"] == ["Bundle.entry[0].resource"]


def test_a_fault_of_an_entry_names_the_entry(fhir: httpx.Client) -> None:
    entries = [an_entry("POST", "Patient", a_patient()), an_entry("POST", "Group", a_patient())]
    refused = fhir.post("/", json=a_bundle("transaction", *entries))
    assert refused.status_code == 400
    assert refused.json()["issue"][0]["expression"] == ["Bundle.entry[1].resourceType"]


def test_the_same_resource_twice_is_refused(fhir: httpx.Client) -> None:
    entry = an_entry("PUT", "Patient/twin", a_patient(id="twin"))
    assert fhir.post("/", json=a_bundle("transaction", entry, entry)).status_code == 400


def test_entries_run_in_the_order_of_fhir_and_answer_in_their_own(fhir: httpx.Client) -> None:
    fhir.put("/Patient/order", json=a_patient("Before", id="order"))
    done = fhir.post(
        "/",
        json=a_bundle(
            "transaction",
            an_entry("GET", "Patient/order"),
            an_entry("GET", "Patient?_id=order"),
            an_entry("PUT", "Patient/order", a_patient("After", id="order")),
            an_entry("DELETE", "Patient/nobody"),
        ),
    )
    read, found, updated, deleted = done.json()["entry"]
    assert read["resource"]["name"] == [{"family": "After"}]
    assert found["resource"]["entry"][0]["resource"]["name"] == [{"family": "After"}]
    assert updated["response"]["etag"] == 'W/"2"'
    assert deleted["response"]["status"] == "204 No Content"


def test_each_entry_of_a_batch_stands_for_itself(fhir: httpx.Client) -> None:
    done = fhir.post(
        "/",
        json=a_bundle(
            "batch",
            an_entry("POST", "Patient", a_patient(shoeSize=42)),
            an_entry("PUT", "Patient/batched", a_patient(id="batched")),
            an_entry("GET", "Patient/batched"),
            an_entry("GET", "Nothing/1"),
            an_entry("DELETE", "Patient/nobody"),
        ),
    )
    assert statuses(done) == ["400", "201", "200", "404", "204"]
    entries = done.json()["entry"]
    assert entries[0]["response"]["outcome"]["resourceType"] == "OperationOutcome"
    assert entries[2]["resource"]["id"] == "batched"


def test_a_batch_within_a_batch_is_refused(fhir: httpx.Client) -> None:
    inner = an_entry("POST", "", a_bundle("batch"))
    assert statuses(fhir.post("/", json=a_bundle("batch", inner))) == ["400"]


def test_other_bundles_are_refused_at_the_base(fhir: httpx.Client) -> None:
    for body in (a_bundle("collection"), a_patient(), {"resourceType": "Bundle"}):
        assert fhir.post("/", json=body).status_code == 400
    broken = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": a_patient()}]}
    assert fhir.post("/", json=broken).status_code == 400


def test_bodies_come_back_when_they_are_preferred(fhir: httpx.Client) -> None:
    bundle = a_bundle("transaction", an_entry("POST", "Patient", a_patient()))
    plain = fhir.post("/", json=bundle)
    full = fhir.post("/", json=bundle, headers={"prefer": "return=representation"})
    assert "resource" not in plain.json()["entry"][0]
    assert full.json()["entry"][0]["resource"]["resourceType"] == "Patient"


def test_ten_thousand_entries_are_one_transaction(fhir: httpx.Client) -> None:
    entries = [an_entry("POST", "Basic", {"resourceType": "Basic", "code": {"text": "x"}})] * 10_000
    done = fhir.post("/", json=a_bundle("transaction", *entries), timeout=60)
    assert done.status_code == 200
    assert set(statuses(done)) == {"201"}
    assert fhir.get("/Basic?_summary=count").json()["total"] == 10_000
    assert fhir.post("/", json=a_bundle("transaction", *entries, entries[0])).status_code == 413


@pytest.mark.parametrize("kind", ["batch", "transaction"])
def test_an_entry_tells_what_was_found_and_let_pass(fhir: httpx.Client, kind: str) -> None:
    """The second check digit of a synthetic number is one too high."""
    number = {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": "19929949998"}
    done = fhir.post(
        "/",
        json=a_bundle(
            kind,
            an_entry("POST", "Patient", a_patient(identifier=[number])),
            an_entry("POST", "Patient", a_patient()),
        ),
    )
    warned, plain = (entry["response"] for entry in done.json()["entry"])
    assert warned["status"] == plain["status"] == "201 Created"
    (issue,) = warned["outcome"]["issue"]
    assert (issue["severity"], issue["expression"]) == ("warning", ["Patient.identifier[0].value"])
    assert "outcome" not in plain
