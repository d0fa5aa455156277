"""The expressions of R4 itself: its invariants and search parameters can all be compiled."""

import pytest

from samspill.base.errors import InvalidExpression
from samspill.fhir import fhirpath
from samspill.fhir.definitions import Definitions

DEFINITIONS = Definitions.load()

# Uses hasExtension(), which no version of the language has.
FAULTY = "http://hl7.org/fhir/SearchParameter/questionnaireresponse-extensions-"


@pytest.mark.parametrize("type", DEFINITIONS.resource_types)
def test_the_invariants_of_a_type_can_be_compiled(type: str) -> None:
    root = DEFINITIONS.structure(type).elements[0]
    for constraint in root.constraints:
        fhirpath.compile(constraint.expression, DEFINITIONS, type)


def test_the_search_parameters_can_be_compiled() -> None:
    refused = []
    for parameter in DEFINITIONS.all("SearchParameter"):
        for type in parameter.get("base", ()):
            try:
                fhirpath.compile(parameter.get("expression", "{}"), DEFINITIONS, type)
            except InvalidExpression:
                refused.append(parameter["url"])
    assert [url for url in refused if not url.startswith(FAULTY)] == []
    assert len(refused) == 1
