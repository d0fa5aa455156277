"""Short ways through invariants lead where FHIRPath leads."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from samspill.fhir import fhirpath
from samspill.fhir.definitions import Definitions, Element, Property
from samspill.fhir.validation import bokmaal, by_hand, invariants

Resource = dict[str, Any]


@cache
def _definitions() -> Definitions:
    return Definitions.load()


SAMPLES: dict[str, Any] = {
    "boolean": True,
    "integer": 1,
    "positiveInt": 1,
    "unsignedInt": 1,
    "decimal": Decimal("1.5"),
    "date": "2020-01-01",
    "dateTime": "2020-01-01",
    "instant": "2020-01-01T00:00:00Z",
    "time": "12:00:00",
}


def _sample(found: Property) -> Any:
    """Some value of a type, with nothing in it that a rule might ask for."""
    one = SAMPLES.get(found.type, "text") if found.is_primitive else {"id": "x"}
    if found.type == "Resource":
        one = {"resourceType": "Basic"}
    return [one] if found.is_list else one


def _objects_of(type_key: str) -> Iterator[Resource]:
    """An object with each one and each two of the elements of a type, and with all."""
    properties = list(_definitions().properties(type_key).values())
    for some in [*combinations(properties, 1), *combinations(properties[:14], 2), properties]:
        yield {each.json_name: _sample(each) for each in some}


def _ruled() -> list[tuple[str, Element]]:
    """The types of the core that carry invariants, with their root elements."""
    definitions = _definitions()
    names = [*definitions.resource_types, "Quantity", "Extension", "Period", "Attachment", "Ratio"]
    return [
        (element.path, element)
        for name in names
        for element in definitions.structure(name).elements
        if (element.path == name or definitions.is_a(element.path, "Element"))
        and element.path in _backbones(name)
        and invariants.wanted(element.constraints)
    ]


def _backbones(name: str) -> set[str]:
    """The type itself and the elements in it that have elements of their own."""
    return {name} | {
        element.path.rpartition(".")[0] for element in _definitions().structure(name).elements
    }


def test_what_names_decide_is_what_fhirpath_says() -> None:
    compiler = invariants.Compiler(_definitions())
    decided = 0
    for type_key, root in _ruled():
        rules = compiler.of_object(type_key, root)
        for constraint, rule in zip(invariants.wanted(root.constraints), rules, strict=True):
            text = invariants.MENDED.get(constraint.key, constraint.expression)
            expression = fhirpath.compile(text, _definitions(), type_key)
            for example in _objects_of(type_key):
                answer = rule.decide(frozenset(example))
                if answer is not None:
                    decided += 1
                    assert answer == expression.is_true(example), (constraint.key, list(example))

    assert decided > 5_000


FORMS = """
2020 2021 2020-02 2020-03 2020-02-01 2020-02-02 2020-02-01T10:00:00Z 2020-02-01T10:00:60Z
2020-02-01T10:00:59.5Z 2020-02-01T10:00:00+01:00 2020-02-01T10:00:00.000Z
"""
MOMENTS = st.sampled_from(FORMS.split())


@given(st.fixed_dictionaries({"start": MOMENTS, "end": MOMENTS}))
def test_the_order_of_a_period_is_that_of_fhirpath(period: Resource) -> None:
    rule = _definitions().structure("Period").elements[0].constraints[-1]
    answer = by_hand.period_is_ordered(period)

    assert rule.key == "per-1"
    expression = fhirpath.compile(rule.expression, _definitions(), "Period")
    assert answer in (None, expression.is_true(period))


IDS = st.sampled_from(["a", "b", "c"])
REFERENCES = st.sampled_from(["#a", "#b", "#", "Patient/1"])
CONTAINED = st.lists(
    st.builds(
        lambda id, text: {
            "resourceType": "Basic",
            "id": id,
            "subject": {"reference": text},
        },
        IDS,
        REFERENCES,
    ),
    min_size=1,
    max_size=3,
)


@given(CONTAINED, REFERENCES, REFERENCES)
def test_contained_resources_are_used_as_fhirpath_says(
    contained: list[Resource], subject: str, rules: str
) -> None:
    basic = {
        "resourceType": "Basic",
        "contained": contained,
        "subject": {"reference": subject},
        "implicitRules": rules,
    }
    rule = next(
        each
        for each in _definitions().structure("Basic").elements[0].constraints
        if each.key == "dom-3"
    )
    expression = fhirpath.compile(rule.expression, _definitions(), "Basic")

    assert by_hand.contained_is_used(basic) == expression.is_true(basic)


def test_texts_in_bokmaal_are_of_invariants_that_exist() -> None:
    keys = {
        constraint.key
        for name in (*_definitions().resource_types, *_datatypes())
        for element in _definitions().structure(name).elements
        for constraint in element.constraints
    }

    assert set(bokmaal.INVARIANTS) <= keys


def _datatypes() -> list[str]:
    found = _definitions().all("StructureDefinition")
    return [e["type"] for e in found if e["kind"] == "complex-type" and "snapshot" in e]
