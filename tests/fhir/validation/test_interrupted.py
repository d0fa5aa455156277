"""A check that could not be made whole is made anew, and never used in part."""

import pytest

from samspill.base.errors import Unavailable
from samspill.fhir.definitions import Definitions
from samspill.fhir.terminology.held import Known
from samspill.fhir.validation import Validator

Resource = dict[str, object]


class Interrupted(Known):
    """A source that cannot answer the first time."""

    is_there = False

    def value_set(self, canonical: str) -> Resource | None:
        if not self.is_there:
            self.is_there = True
            raise Unavailable("Not now", "Ikke nå")
        return super().value_set(canonical)


def test_what_failed_once_is_checked_as_if_nothing_had_been() -> None:
    definitions = Definitions.load()
    validator = Validator(definitions, Interrupted(definitions))
    patient = {"resourceType": "Patient", "gender": "female"}
    with pytest.raises(Unavailable):
        validator.validate(patient)

    assert validator.validate(patient) == []
