"""The registry of definitions answers for types, elements and canonical addresses."""

import time
from functools import cache
from pathlib import Path

import pytest

from samspill.base.errors import NotFound
from samspill.fhir.definitions import Definitions


@cache
def _definitions() -> Definitions:
    return Definitions.load()


def test_the_core_opens_in_less_than_300_ms() -> None:
    start = time.perf_counter()
    definitions = Definitions.load()
    for _ in definitions.all("SearchParameter"):
        pass

    assert time.perf_counter() - start < 0.3


def test_all_resource_types_of_r4_are_there() -> None:
    types = _definitions().resource_types

    assert len(types) == 146
    assert {"Patient", "Observation", "Parameters"} <= set(types)
    assert not {"Resource", "DomainResource", "Element"} & set(types)


@pytest.mark.parametrize(
    ("holder", "json_name", "name", "type", "is_list"),
    [
        ("Patient", "id", "id", "id", False),
        ("Patient", "name", "name", "HumanName", True),
        ("Patient", "contact", "contact", "Patient.contact", True),
        ("Patient.contact", "id", "id", "string", False),
        ("Observation", "valueQuantity", "value", "Quantity", False),
        ("Questionnaire.item", "item", "item", "Questionnaire.item", True),
        (
            "Observation.component",
            "referenceRange",
            "referenceRange",
            "Observation.referenceRange",
            True,
        ),
        ("Bundle.entry", "resource", "resource", "Resource", False),
        ("Narrative", "div", "div", "xhtml", False),
        ("Timing", "repeat", "repeat", "Timing.repeat", False),
    ],
)
def test_a_property_has_the_type_of_its_element(
    holder: str, json_name: str, name: str, type: str, is_list: bool
) -> None:
    found = _definitions().properties(holder)[json_name]

    assert (found.name, found.type, found.is_list) == (name, type, is_list)


def test_the_types_of_a_choice_stand_together() -> None:
    found = _definitions().elements("Patient")["deceased"]

    assert [each.json_name for each in found] == ["deceasedBoolean", "deceasedDateTime"]


@pytest.mark.parametrize(
    ("type", "ancestor"),
    [
        ("code", "string"),
        ("Age", "Quantity"),
        ("Patient", "DomainResource"),
        ("Patient.contact", "BackboneElement"),
        ("Timing.repeat", "Element"),
    ],
)
def test_types_descend(type: str, ancestor: str) -> None:
    assert _definitions().is_a(type, ancestor)
    assert not _definitions().is_a(ancestor, type)


def test_a_canonical_is_found_with_its_version_only() -> None:
    url = "http://hl7.org/fhir/StructureDefinition/Patient"

    assert _definitions().find(url) == _definitions().find(f"{url}|4.0.1")
    assert _definitions().find(f"{url}|4.0.2") is None


def test_an_unknown_structure_is_refused_by_name() -> None:
    with pytest.raises(NotFound, match="NoSuchType"):
        _definitions().structure("NoSuchType")


def test_a_foreign_package_wins_over_what_was_there(tmp_path: Path) -> None:
    url = "http://hl7.org/fhir/ValueSet/administrative-gender"
    text = f'{{"resourceType": "ValueSet", "url": "{url}", "version": "9", "status": "draft"}}'
    (tmp_path / "gender.json").write_text(text)

    found = _definitions().with_packages(tmp_path).find(url)

    assert found is not None
    assert found["version"] == "9"


def test_addresses_with_aliases_are_one() -> None:
    old, new = "http://old.example/CodeSystem/a", "http://new.example/CodeSystem/a"
    system = {"resourceType": "CodeSystem", "url": old, "status": "draft", "content": "complete"}
    plain = _definitions().with_resources([system])
    aliased = plain.with_aliases(lambda url: url.replace("old.example", "new.example"))

    assert plain.find(new) is None
    assert aliased.find(new) == aliased.find(old) == system
    assert aliased.with_resources([{**system, "url": new, "version": "2"}]).find(old) is not None
