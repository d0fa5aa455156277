"""Items know the type of what they hold."""

from samspill.fhir import items
from samspill.fhir.definitions import Definitions

DEFINITIONS = Definitions.load()
PATIENT = {
    "resourceType": "Patient",
    "deceasedDateTime": "2020-01-01",
    "name": [{"given": [None, "Anne"], "_given": [{"id": "a"}]}],
    "_birthDate": {"extension": [{"url": "urn:x", "valueCode": "unknown"}]},
    "contact": [{"gender": "female"}],
    "contained": [{"resourceType": "Organization", "id": "1"}],
}
ITEM = items.of(PATIENT, DEFINITIONS)


def test_a_choice_is_found_by_the_name_of_the_element() -> None:
    (deceased,) = ITEM.children("deceased")
    assert (deceased.value, deceased.type) == ("2020-01-01", "dateTime")
    assert ITEM.children("deceasedDateTime") == []


def test_values_and_what_stands_beside_them_run_in_step() -> None:
    given = ITEM.children("name")[0].children("given")
    assert [(each.value, each.text("id")) for each in given] == [(None, "a"), ("Anne", None)]


def test_a_primitive_without_a_value_is_there() -> None:
    (born,) = ITEM.children("birthDate")
    assert born.value is None
    assert [each.type for each in born.children("extension")[0].children("value")] == ["code"]


def test_types_go_on_into_backbones_and_contained_resources() -> None:
    assert [each.type for each in ITEM.children("contact")] == ["Patient.contact"]
    assert [each.type for each in ITEM.children("contained")] == ["Organization"]


def test_parts_are_all_elements_one_level_down() -> None:
    types = [each.type for each in ITEM.parts()]
    assert types == ["dateTime", "HumanName", "date", "Patient.contact", "Organization"]
    assert list(items.Item("x", "string", DEFINITIONS).parts()) == []
