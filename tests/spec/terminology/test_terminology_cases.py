"""The public cases of the terminology ecosystem, on the engine alone: with systems in memory, and
with the same systems in the store."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders import known, terminology
from builders.beside import AllBeside, Beside
from builders.terminology import Case
from samspill.base import json as written
from samspill.base.errors import SamspillError
from samspill.fhir import outcome
from samspill.fhir.definitions import Definitions
from samspill.fhir.terminology import calls
from samspill.fhir.terminology.expand import Stamp
from samspill.fhir.terminology.held import Known
from samspill.fhir.terminology.library import Defined, Library
from samspill.store.concepts import Concepts

KNOWN = known.load(Path(__file__).with_name("known_failures.toml"))
STAMP = Stamp("00000000-0000-4000-8000-000000000000", "2026-01-01T00:00:00Z")


@pytest.fixture(scope="module", params=["memory", "store"])
def library(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    """The definitions; and all code systems, those of the case too, in memory or in the store."""
    definitions = Definitions.load()
    defined = Defined(definitions, Known(definitions))
    if request.param == "memory":
        yield Library((defined,))
        return
    concepts = Concepts.open(tmp_path_factory.mktemp("concepts") / "record.db")
    yield AllBeside((Beside(defined, concepts),), concepts=concepts)
    concepts.close()


@pytest.mark.parametrize("case", terminology.cases(), ids=lambda case: case.name)
def test_a_terminology_case_is_answered_as_expected(case: Case, library: Library) -> None:
    # As it would be sent, so that 1.2 is 1.2 however it is held.
    sent = json.loads(written.format(answer(case, library)))
    known.check(case.name, KNOWN, terminology.failure(case, sent))


def answer(case: Case, library: Library) -> dict[str, Any]:
    pairs = case.parameters
    try:
        match case.operation:
            case "expand":
                return calls.expand_value_set(pairs, library, case.accept, STAMP)
            case "validate-code":
                return calls.validate_in_value_set(pairs, library, case.accept, "en")
            case "cs-validate-code":
                return calls.validate_in_system(pairs, library, case.accept, "en")
            case "lookup":
                return calls.look_up(pairs, library, case.accept)
    except SamspillError as fault:
        return outcome.to_fhir(fault.issues)
    raise AssertionError(case.operation)
