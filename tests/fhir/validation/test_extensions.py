"""Extensions: their definitions, where they may stand, and under which name."""

from typing import Any

from builders import profiles

Resource = dict[str, Any]
URL = "http://example.org/StructureDefinition/shoe"
SHOE = profiles.extension(
    URL, {"path": "value[x]", "min": 1, "type": [{"code": "integer"}]}, context="Patient.contact"
)


def _patient(**elements: Any) -> Resource:
    return {"resourceType": "Patient", **elements}


def _contact(*extensions: Resource) -> Resource:
    return _patient(contact=[{"name": {"text": "a"}, "extension": list(extensions)}])


def test_an_extension_stands_where_its_definition_says() -> None:
    right = {"url": URL, "valueInteger": 42}

    assert profiles.errors(_contact(right), SHOE, profile="") == []
    assert profiles.errors(_patient(extension=[right]), SHOE, profile="") == [
        "Patient.extension[0]"
    ]


def test_an_extension_has_the_value_of_its_definition() -> None:
    wrong = _contact({"url": URL, "valueString": "42"})

    assert profiles.errors(wrong, SHOE, profile="") == [
        "Patient.contact[0].extension[0].value.ofType(string)"
    ]


def test_an_extension_that_nobody_knows_is_no_error() -> None:
    unknown = _patient(extension=[{"url": "http://example.org/unknown", "valueCode": "a"}])

    assert profiles.errors(unknown, profile="") == []


def test_a_part_that_a_complex_extension_does_not_name_is_an_error() -> None:
    definition = profiles.extension(
        URL,
        {"path": "extension", "sliceName": "size", "min": 1},
        {"path": "extension.url", "fixedUri": "size"},
        {"path": "value[x]", "max": "0"},
    )
    size, colour = {"url": "size", "valueInteger": 42}, {"url": "colour", "valueCode": "red"}

    assert (
        profiles.errors(_contact({"url": URL, "extension": [size]}), definition, profile="") == []
    )
    assert profiles.errors(
        _contact({"url": URL, "extension": [size, colour]}), definition, profile=""
    ) == ["Patient.contact[0].extension[0].extension[1]"]


def test_what_modifies_stands_under_the_name_that_says_so() -> None:
    definition = profiles.extension(URL, {"path": "", "isModifier": True})
    placed = {"url": URL, "valueInteger": 42}

    assert profiles.errors(_patient(extension=[placed]), definition, profile="") == [
        "Patient.extension[0]"
    ]
    assert profiles.errors(_patient(modifierExtension=[placed]), definition, profile="") == []


def test_the_invariant_of_a_context_is_looked_at() -> None:
    definition = profiles.extension(URL, context="Patient", contextInvariant=["active"])
    placed = {"url": URL, "valueInteger": 42}

    assert profiles.errors(_patient(active=True, extension=[placed]), definition, profile="") == []
    assert profiles.errors(_patient(active=False, extension=[placed]), definition, profile="") == [
        "Patient.extension[0]"
    ]
