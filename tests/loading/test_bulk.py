"""Batches prepared elsewhere: the store finds them as if they had been written one by one."""

from collections.abc import Iterator

import pytest

from builders import stores
from builders.search_engines import extractor
from builders.stores import Stopped
from samspill.base import json
from samspill.base.json import Resource
from samspill.fhir.search import compartments
from samspill.store import Change, Stamp, Store, bulk


@pytest.fixture
def store() -> Iterator[Store]:
    with stores.opened() as (store, clock):
        assert isinstance(clock, Stopped)
        yield store


def a_change(resource: Resource) -> Change:
    type, id = resource["resourceType"], resource["id"]
    rest = {name: value for name, value in resource.items() if name not in ("resourceType", "id")}
    before = f'{{"resourceType":"{type}","id":"{id}","meta":{{"versionId":"'.encode()
    after = b"}" + (b"," + json.format(rest)[1:-1] if rest else b"") + b"}"
    return Change(
        type=type,
        id=id,
        body=Stamp(before, after),
        entries=extractor().extract(resource),
        patients=tuple(compartments.patients(resource).ids),
    )


def a_patient(id: str, family: str = "Aas") -> Resource:
    return {
        "resourceType": "Patient",
        "id": id,
        "identifier": [{"system": "urn:a", "value": id}],
        "name": [{"family": family, "given": ["Ola"]}],
        "birthDate": "1980-02",
        "link": [
            {"other": {"reference": "https://elsewhere.example/Patient/1"}, "type": "seealso"}
        ],
    }


def an_observation(id: str, patient: str) -> Resource:
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "derivedFrom": [{"reference": f"Observation/{id}-earlier/_history/2"}],
        "effectivePeriod": {"start": "2024-01-01", "end": "2024-03-01"},
        "valueQuantity": {
            "value": 1.5, "unit": "g", "system": "http://unitsofmeasure.org", "code": "g",
        },
    }  # fmt: skip


RESOURCES = [
    a_patient("a"),
    an_observation("o1", "a"),
    an_observation("o2", "b"),
    a_patient("b", "Berg"),
    {"resourceType": "RiskAssessment", "id": "r", "status": "final",
     "subject": {"reference": "Patient/a"}, "prediction": [{"probabilityDecimal": 0.25}]},
    {"resourceType": "Location", "id": "l", "position": {"longitude": 10.4, "latitude": 63.4}},
]  # fmt: skip


def write(store: Store, *resources: Resource) -> None:
    batch = bulk.unpack(bulk.pack([a_change(each) for each in resources]))
    store.write(lambda transaction: transaction.write_batch(batch))


def check(store: Store) -> None:
    assert store.verify(extractor().extract).is_sound


def test_a_batch_is_found_like_ordinary_writes(store: Store) -> None:
    write(store, *RESOURCES)
    check(store)
    version = store.read("Observation", "o1")
    assert version is not None
    assert (version.number, version.deleted) == (1, False)
    assert json.parse(version.body)["subject"] == {"reference": "Patient/a"}


def test_a_batch_into_an_empty_record_is_indexed_at_the_end(store: Store) -> None:
    with store.loading():
        write(store, *RESOURCES[:3])
        write(store, *RESOURCES[3:])
    check(store)


def test_a_batch_meets_what_is_there_already(store: Store) -> None:
    stores.fill(store, Stopped(), [a_patient("a", "Before"), RESOURCES[1]])
    store.write(lambda transaction: transaction.delete("Observation", "o1"))
    write(store, *RESOURCES)
    check(store)
    patient, observation = store.read("Patient", "a"), store.read("Observation", "o1")
    assert patient is not None
    assert observation is not None
    assert (patient.number, observation.number) == (2, 3)
    assert not observation.deleted
    first = store.read_version("Patient", "a", 1)
    assert first is not None
    assert b"Before" in first.body


def test_a_batch_that_fails_leaves_nothing_behind(store: Store) -> None:
    batch = bulk.unpack(bulk.pack([a_change(each) for each in RESOURCES]))

    def fail(transaction: object) -> None:
        transaction.write_batch(batch)  # type: ignore[attr-defined]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.write(fail)
    assert store.read("Patient", "a") is None
    write(store, *RESOURCES)
    check(store)


def test_a_batch_holds_one_change_of_a_resource() -> None:
    with pytest.raises(ValueError, match="one change"):
        bulk.pack([a_change(a_patient("a")), a_change(a_patient("a"))])
