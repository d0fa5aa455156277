"""Errors: each has a FHIR issue type, both languages, and its place."""

import pytest

from samspill.base import errors
from samspill.base.errors import Issue
from samspill.base.texts import Text
from samspill.fhir.definitions import Definitions

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.SamspillError)
]


@pytest.fixture(scope="module")
def issue_types() -> set[str]:
    system = Definitions.load().find("http://hl7.org/fhir/issue-type")
    assert system is not None

    def codes(concepts: list[dict[str, object]]) -> set[str]:
        own = {str(concept["code"]) for concept in concepts}
        return own.union(*(codes(concept.get("concept", [])) for concept in concepts))  # type: ignore[arg-type]

    return codes(system["concept"])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_the_code_is_an_issue_type_of_fhir(
    kind: type[errors.SamspillError], issue_types: set[str]
) -> None:
    assert kind.code in issue_types


def test_an_error_tells_what_where_and_what_was_expected() -> None:
    error = errors.InvalidSearch("Not a date", "Ikke en dato", where="birthdate", expected="date")
    assert list(error.issues) == [
        Issue(
            "error",
            "invalid",
            Text("Not a date", "Ikke en dato"),
            expression="birthdate",
            expected="date",
        )
    ]


def test_invalid_content_tells_line_and_column() -> None:
    (issue,) = errors.InvalidContent("Broken", "Ødelagt", line=3, column=14).issues
    assert (issue.line, issue.column) == (3, 14)


@pytest.mark.parametrize(
    ("language", "said"),
    [("nb", "nei"), ("nn-NO", "nei"), ("se", "nei"), ("da", "nei"), ("en", "no"), ("", "no")],
)
def test_a_text_is_said_in_the_language_of_the_reader(language: str, said: str) -> None:
    assert Text("no", "nei").said_in(language) == said
