"""Answers against their form: which questions, of which type, how many, and when."""

from decimal import Decimal
from typing import Any

import pytest

from builders import profiles

Resource = dict[str, Any]
URL = "http://example.org/Questionnaire/form"
FORM: Resource = {
    "resourceType": "Questionnaire",
    "url": URL,
    "status": "draft",
    "item": [
        {"linkId": "1", "type": "boolean", "text": "Smoker?", "required": True},
        {
            "linkId": "2",
            "type": "integer",
            "text": "How many?",
            "required": True,
            "enableWhen": [{"question": "1", "operator": "=", "answerBoolean": True}],
        },
        {
            "linkId": "3",
            "type": "choice",
            "text": "Colour",
            "answerOption": [{"valueCoding": {"code": "red"}}, {"valueCoding": {"code": "blue"}}],
        },
        {
            "linkId": "4",
            "type": "group",
            "text": "Relatives",
            "repeats": True,
            "item": [{"linkId": "4.1", "type": "string", "text": "Name", "maxLength": 4}],
        },
        {"linkId": "5", "type": "string", "text": "Words", "repeats": True},
    ],
}


def _answer(link: str, *answers: Resource) -> Resource:
    return {"linkId": link, "answer": list(answers)}


NO, YES = _answer("1", {"valueBoolean": False}), _answer("1", {"valueBoolean": True})
TWO = _answer("2", {"valueInteger": 2})


def _group(*items: Resource) -> Resource:
    return {"linkId": "4", "item": list(items)}


def _errors(*items: Resource, status: str = "completed") -> list[str]:
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": URL,
        "status": status,
        "item": list(items),
    }
    return profiles.errors(response, FORM, profile="")


@pytest.mark.parametrize(
    "items",
    [
        [NO],
        [YES, TWO],
        [NO, _answer("3", {"valueCoding": {"code": "red"}})],
        [NO, _group(_answer("4.1", {"valueString": "Kari"})), _group()],
        [NO, _answer("5", {"valueString": "a"}, {"valueString": "b"})],
    ],
)
def test_right_answers_are_accepted(items: list[Resource]) -> None:
    items = [each for each in items if each != _group()]
    assert _errors(*items) == []


@pytest.mark.parametrize(
    ("items", "place"),
    [
        ([TWO], ""),
        ([YES], ""),
        ([NO, TWO], ".item[1]"),
        ([NO, _answer("9", {"valueString": "a"})], ".item[1]"),
        ([_answer("1", {"valueString": "yes"})], ".item[0].answer[0]"),
        ([_answer("1", {"valueBoolean": False}, {"valueBoolean": False})], ".item[0]"),
        ([NO, _answer("3", {"valueCoding": {"code": "green"}})], ".item[1].answer[0]"),
        (
            [NO, _group(_answer("4.1", {"valueString": "Christian"}))],
            ".item[1].item[0].answer[0]",
        ),
        ([_answer("5", {"valueString": "a"}), NO], ".item[1]"),
    ],
)
def test_wrong_answers_are_told_in_their_place(items: list[Resource], place: str) -> None:
    assert f"QuestionnaireResponse{place}" in _errors(*items)


def test_a_response_in_progress_may_leave_questions_open() -> None:
    assert _errors(_answer("5", {"valueString": "a"}), status="in-progress") == []


def test_a_form_that_nobody_knows_is_no_error() -> None:
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "http://example.org/unknown",
        "status": "completed",
    }
    assert profiles.errors(response, profile="") == []


def _limit(name: str, **value: object) -> Resource:
    return {"url": f"http://hl7.org/fhir/StructureDefinition/{name}", **value}


LIMITED: Resource = {
    "resourceType": "Questionnaire",
    "url": URL,
    "status": "draft",
    "item": [
        {
            "linkId": "weight",
            "type": "decimal",
            "extension": [
                _limit("minValue", valueDecimal=1),
                _limit("maxValue", valueDecimal=300),
                _limit("maxDecimalPlaces", valueInteger=1),
            ],
        },
        {
            "linkId": "day",
            "type": "date",
            "extension": [_limit("minValue", valueDate="2026-01-01")],
        },
        {
            "linkId": "code",
            "type": "string",
            "repeats": True,
            "maxLength": 4,
            "extension": [
                _limit("minLength", valueInteger=2),
                _limit("regex", valueString="[A-Z]+"),
                _limit("questionnaire-maxOccurs", valueInteger=2),
            ],
        },
        {
            "linkId": "picture",
            "type": "attachment",
            "extension": [
                _limit("maxSize", valueDecimal=1),
                _limit("mimeType", valueCode="image/png"),
            ],
        },
    ],
}


@pytest.mark.parametrize(
    ("item", "is_right"),
    [
        (_answer("weight", {"valueDecimal": Decimal("70.5")}), True),
        (_answer("weight", {"valueDecimal": Decimal("70.55")}), False),
        (_answer("weight", {"valueInteger": 70}), True),
        (_answer("weight", {"valueDecimal": Decimal("0.5")}), False),
        (_answer("weight", {"valueDecimal": Decimal("300.1")}), False),
        (_answer("day", {"valueDate": "2026-01-01"}), True),
        (_answer("day", {"valueDate": "2025-12-31"}), False),
        (_answer("code", {"valueString": "AB"}, {"valueString": "CD"}), True),
        (_answer("code", {"valueString": "A"}), False),
        (_answer("code", {"valueString": "ABCDE"}), False),
        (_answer("code", {"valueString": "ab"}), False),
        (_answer("code", *[{"valueString": "AB"}] * 3), False),
        (_answer("picture", {"valueAttachment": {"contentType": "image/png", "size": 9}}), True),
        (_answer("picture", {"valueAttachment": {"contentType": "image/gif"}}), False),
        (_answer("picture", {"valueAttachment": {"size": 1_000_001, "title": "x"}}), False),
    ],
)
def test_the_limits_of_a_form_hold(item: Resource, is_right: bool) -> None:
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": URL,
        "status": "completed",
        "item": [item],
    }
    assert (profiles.errors(response, LIMITED, profile="") == []) is is_right
