"""Facts about access are written, replaced and taken back with the resource that they say."""

from collections.abc import Iterator

import pytest

from builders.stores import opened
from samspill.store import Change, Store
from samspill.store.facts import About, Facts, Person, Relation

GP = Relation("care", "p", "Practitioner/1", basis="gp")


@pytest.fixture
def store() -> Iterator[Store]:
    with opened() as (store, _):
        yield store


def change(
    type: str, id: str, facts: Facts | None = None, patients: tuple[str, ...] = ()
) -> Change:
    body = f'{{"resourceType":"{type}","id":"{id}"}}'.encode()
    return Change(type, id, lambda number, at: body, patients=patients, facts=facts)


def put(store: Store, *changes: Change) -> int:
    return store.write(lambda tx: [tx.write(each) for each in changes])[-1].commit


def names(store: Store) -> list[str]:
    known = store.known("p")
    return [each.name for each in known.relations] if known else []


def test_what_follows_from_a_resource_is_replaced_with_it(store: Store) -> None:
    person = Person(1, 2, None, True, "home", ("n|1", "Patient/p"))
    put(store, change("Patient", "p", Facts((GP,), person)))
    known = store.known("p")
    assert known is not None
    assert known.person == Person(1, 2, None, True, "home", ("Patient/p", "n|1"))
    assert names(store) == ["care"]
    assert store.people(["n|1"]) == ["p"]
    put(store, change("Patient", "p", Facts((), Person())))
    assert names(store) == []
    assert store.people(["n|1"]) == []


def test_facts_end_with_their_resource(store: Store) -> None:
    put(store, change("Encounter", "e", Facts((GP,))))
    assert names(store) == ["care"]
    store.write(lambda tx: tx.delete("Encounter", "e"))
    assert names(store) == []


def test_nothing_is_known_of_one_whom_nothing_names(store: Store) -> None:
    assert store.known("p") is None


def labels(store: Store, t: int) -> set[str]:
    return {each.partition("|")[2] for each in store.about([t])[t].labels}


def test_labels_are_handed_on_to_all_that_is_made_of_a_resource(store: Store) -> None:
    made = put(store, change("Composition", "c", Facts(made_of=("DocumentReference/d",))))
    whole = put(store, change("List", "l", Facts(made_of=("Composition/c", "List/l"))))
    assert labels(store, whole) == set()
    put(store, change("DocumentReference", "d", Facts(labels=("s|NORS",))))
    assert labels(store, made) == labels(store, whole) == {"NORS"}
    put(store, change("DocumentReference", "d", Facts(labels=("s|N",))))
    assert labels(store, made) == labels(store, whole) == {"N"}
    put(store, change("DocumentReference", "d"))
    assert labels(store, whole) == set()


def test_labels_in_a_circle_come_to_rest(store: Store) -> None:
    put(store, change("List", "a", Facts(labels=("s|x",), made_of=("List/b",))))
    t = put(store, change("List", "b", Facts(made_of=("List/a",))))
    assert labels(store, t) == {"x"}


def test_old_versions_and_deletions_are_about_whom_they_were_about(store: Store) -> None:
    first = put(store, change("Observation", "o", patients=("p",)))
    put(store, change("Observation", "o", patients=("q",)))
    gone = store.write(lambda tx: tx.delete("Observation", "o"))
    assert gone is not None
    found = store.about([first, gone.commit])
    assert [each.patients for each in found.values()] == [("p",), ("q",)]
    assert isinstance(found[first], About)
    store._upkeep.sweep(gone.commit)
    assert store.about([first])[first].patients == ("p",)
