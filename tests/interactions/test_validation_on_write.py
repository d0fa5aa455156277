"""How much is checked of what is written, by setting; and that nothing at all is still safe."""

import gzip
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest

from builders import faults, shared, validation
from builders.record import opened
from builders.resources import a_patient
from samspill.access.decide import Action
from samspill.base import settings
from samspill.base.errors import InvalidResource, Misconfigured, SamspillError
from samspill.base.json import Resource
from samspill.interactions import checks, create, read, save, search
from samspill.interactions.session import Session
from samspill.rest import metadata

WEIGHT = "http://hl7.org/fhir/StructureDefinition/bodyweight"


def an_observation(**given: object) -> Resource:
    text = {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">x</div>'}
    code = {"text": "weight"}
    return {"resourceType": "Observation", "status": "final", "text": text, "code": code, **given}


def is_written(session: Session, resource: Resource) -> bool:
    try:
        version = create.create(session, resource)
    except InvalidResource:
        return False
    return read.resource(session, version.type, version.id) is not None


WRONG = a_patient(gender="unknwon")
CLAIMING = an_observation(meta={"profile": [WEIGHT]})
PLAIN = an_observation()


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ({"validation": "off"}, [True, True, True]),
        ({}, [False, True, True]),
        ({"validation": "structure"}, [False, True, True]),
        ({"validation": "profiles"}, [False, False, True]),
        ({"demanded_profiles": f"Observation={WEIGHT}"}, [False, False, False]),
        (
            {"validation": "profiles", "demanded_profiles": f"Patient={WEIGHT}"},
            [False, False, True],
        ),
    ],
)
def test_what_is_checked_on_write_is_a_setting(
    tmp_path: Path, given: dict[str, str], written: list[bool]
) -> None:
    with opened(tmp_path, **given) as session:
        assert [is_written(session, each) for each in (WRONG, CLAIMING, PLAIN)] == written


@pytest.mark.parametrize(
    "given",
    [
        {"validation": "much"},
        {"demanded_profiles": "Patient"},
        {"demanded_profiles": f"Patient={WEIGHT},x"},
        {"validation": "off", "demanded_profiles": f"Patient={WEIGHT}"},
    ],
)
def test_a_setting_without_meaning_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(Misconfigured):
        settings.load({}, **given)


def test_the_statement_says_what_is_checked(tmp_path: Path) -> None:
    with opened(tmp_path, demanded_profiles=f"Observation={WEIGHT}") as session:
        said = metadata.statement(session.platform, "http://x/fhir", "2026-11-23")
    [rest] = said["rest"]
    [observation] = [each for each in rest["resource"] if each["type"] == "Observation"]

    assert "must fit the standard." in rest["documentation"]
    assert observation["supportedProfile"] == [WEIGHT]


ODD: list[object] = [None, True, 1, "x", "", [], {}, [[]], [None], [{}], {"x": None}, ["x", 1]]


def test_without_validation_odd_content_is_written_or_refused_and_never_fails(
    tmp_path: Path,
) -> None:
    with opened(tmp_path, validation="off") as session:
        for value in ODD:
            for name in ("meta", "name", "identifier", "contained", "birthDate", "extension"):
                _try(session, {"resourceType": "Patient", name: value})
            for name in ("subject", "valueQuantity", "code", "effectivePeriod", "component"):
                _try(session, {"resourceType": "Observation", name: value})
            for name in ("url", "base", "expression", "code"):
                _try(session, {"resourceType": "SearchParameter", "status": "active", name: value})
            for name in ("coding", "reference", "start", "value", "identifier"):
                _try(session, {"resourceType": "Observation", "subject": {name: value}})
                _try(session, {"resourceType": "Observation", "code": {name: value}})
        search.search(session, "Patient", "name=x&_sort=birthdate")


def test_without_validation_faulty_examples_are_written(tmp_path: Path) -> None:
    definitions = validation.core().definitions
    with gzip.open(shared.folder("examples", "r4-examples.ndjson.gz")) as lines:
        examples = [msgspec.json.decode(line) for line in lines][::9]
    with opened(tmp_path, validation="off") as session:
        for number, example in enumerate(examples):
            for kind in faults.KINDS:
                faulty = faults.seeded(example, kind, definitions, seed=number)
                if faulty is not None:
                    _try(session, faulty)


def _try(session: Session, resource: Resource) -> None:
    """Drafts it, which is all that looks at content."""
    with suppress(SamspillError):
        save.draft(session, resource, resource["resourceType"], "x", Action.CREATE)


def test_common_types_can_be_compiled_before_the_first_request(tmp_path: Path) -> None:
    with opened(tmp_path) as session:
        checks.warm(session.platform)
        assert all(map(session.platform.definitions.is_resource, checks.COMMON))
