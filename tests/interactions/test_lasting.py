"""Codes of the record in validation: new ones count after a second."""

from samspill.fhir.definitions import Definitions
from samspill.fhir.terminology.library import Given, Library
from samspill.fhir.terminology.systems import Known
from samspill.fhir.validation import bindings
from samspill.interactions.lasting import LASTS, Lasting

SET = "http://example.org/set"
BIRDS = "http://example.org/birds"


class Record:
    """A shelf whose resources can be exchanged."""

    def __init__(self) -> None:
        self.shelf = Given([])

    def __getattr__(self, name: str) -> object:
        return getattr(self.shelf, name)


def holding(*codes: str) -> Given:
    concepts = [{"code": code} for code in codes]
    system = {"resourceType": "CodeSystem", "url": BIRDS, "concept": concepts}
    compose = {"include": [{"system": BIRDS}]}
    return Given([system, {"resourceType": "ValueSet", "url": SET, "compose": compose}])


def test_a_binding_knows_what_is_stored_after_a_second_at_most() -> None:
    now, record = [0], Record()
    known = Known(Definitions.load())
    source = Lasting(known, Library((record,)), lambda: now[0])  # type: ignore[arg-type]
    members_of = bindings.lookup(source)
    assert members_of(SET).contains(BIRDS, "owl") is None
    record.shelf = holding("owl")
    now[0] += LASTS
    assert members_of(SET).contains(BIRDS, "owl") is True
    assert members_of(SET).contains(BIRDS, "gull") is False
    record.shelf = holding("owl", "gull")
    assert members_of(SET).contains(BIRDS, "gull") is False
    now[0] += LASTS
    assert members_of(SET).contains(BIRDS, "gull") is True


def test_value_sets_of_the_definitions_stay_the_same_object() -> None:
    source = Lasting(Known(Definitions.load()), Library(()), lambda: 0)
    gender = "http://hl7.org/fhir/ValueSet/administrative-gender"
    assert source.value_set(gender) is source.value_set(gender)
