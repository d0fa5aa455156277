"""The Norwegian base profiles: snapshots can be made, and their examples are what authors meant."""

import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from builders import shared, validation
from samspill.fhir.validation import Validator

Resource = dict[str, Any]
FOLDER = shared.folder("norway", "no-basis")
DEFINITIONS = sorted((FOLDER / "StructureDefinition").glob("*.xml"))
EXAMPLES = sorted((FOLDER / "Examples").glob("*.xml"))

FAULTY = {
    # An id may not hold a space.
    "no-basis-HealthcareService-example": ["HealthcareService.id"],
}


@cache
def _validator() -> Validator:
    folders = ("StructureDefinition", "ValueSet", "CodeSystem", "NamingSystem")
    paths = [path for name in folders for path in sorted((FOLDER / name).glob("*.xml"))]
    return validation.with_supporting(paths)


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_a_profile_gets_its_snapshot(path: Path) -> None:
    profile = validation.read(path, is_strict=False)
    structure = _validator().definitions.structure(profile["url"])

    own = {each["path"] for each in profile["differential"]["element"]}
    assert own <= {each.path for each in structure.elements}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_validates_as_its_author_meant(path: Path) -> None:
    issues = _validator().validate(validation.read(path, is_strict=False), is_thorough=True)
    wrong = [each.expression for each in issues if each.severity == "error"]

    assert wrong == FAULTY.get(path.stem, []), issues


def test_a_patient_without_a_required_part_of_an_identifier_is_told() -> None:
    patient = validation.read(FOLDER / "Examples" / "no-basis-Patient-Jannice-Søreng.xml")
    identifier = {**patient["identifier"][0]}
    del identifier["value"]

    issues = _validator().validate({**patient, "identifier": [identifier]}, is_thorough=True)

    assert any("identifier" in each.rule for each in issues if each.severity == "error")


def test_a_patient_is_validated_in_less_than_3_ms() -> None:
    patient = validation.read(FOLDER / "Examples" / "no-basis-Patient-Jannice-Søreng.xml")
    profiles = patient["meta"]["profile"]
    times = []
    for _ in range(20):
        start = time.perf_counter()
        _validator().validate(patient, profiles=profiles)
        times.append(time.perf_counter() - start)

    assert sorted(times)[10] < 0.003
