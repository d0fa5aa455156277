"""The public cases of the terminology ecosystem, asked of a server over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from builders import known, server, terminology
from builders.terminology import Case

KNOWN = known.load(Path(__file__).with_name("known_failures.toml"))
ADDRESS = {
    "expand": "ValueSet/$expand",
    "validate-code": "ValueSet/$validate-code",
    "cs-validate-code": "CodeSystem/$validate-code",
    "lookup": "CodeSystem/$lookup",
}
SIMPLE = "http://hl7.org/fhir/test/CodeSystem/simple"


@pytest.fixture(scope="module")
def fhir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server on an empty record."""
    with (
        server.serving(tmp_path_factory.mktemp("terminology"), "--open") as running,
        httpx.Client(base_url=running.fhir, headers={"accept-language": ""}) as client,
    ):
        yield client


@pytest.mark.parametrize("case", terminology.cases(), ids=lambda case: case.name)
def test_a_terminology_case_passes_over_http(case: Case, fhir: httpx.Client) -> None:
    headers = {"accept-language": case.accept} if case.accept else {}
    response = fhir.post(f"/{ADDRESS[case.operation]}", json=case.body, headers=headers)
    assert (400 <= response.status_code < 500) == case.is_refused, response.text
    known.check(case.name, KNOWN, terminology.failure(case, response.json()))
