"""Answers against their form. https://hl7.org/fhir/R4/questionnaireresponse.html#notes"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from samspill.base.errors import SamspillError
from samspill.base.texts import Text
from samspill.fhir import fhirpath
from samspill.fhir.definitions.structures import extension_value
from samspill.fhir.validation import bindings, enabling, limits, values
from samspill.fhir.validation.conformance import Conformance
from samspill.fhir.validation.findings import Finding, Findings
from samspill.fhir.validation.places import Place

Resource = dict[str, Any]
RULE = "http://hl7.org/fhir/R4/questionnaireresponse.html"
ENABLE_WHEN = (
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression"
)
FINISHED = frozenset({"completed", "amended"})

OPTIONS = (
    "valueCoding",
    "valueString",
    "valueInteger",
    "valueDate",
    "valueTime",
    "valueReference",
)
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "boolean": ("valueBoolean",),
    "decimal": ("valueDecimal", "valueInteger"),
    "integer": ("valueInteger",),
    "date": ("valueDate",),
    "dateTime": ("valueDateTime",),
    "time": ("valueTime",),
    "string": ("valueString",),
    "text": ("valueString",),
    "url": ("valueUri",),
    "choice": OPTIONS,
    "open-choice": OPTIONS,
    "attachment": ("valueAttachment",),
    "reference": ("valueReference",),
    "quantity": ("valueQuantity",),
}
"""The JSON names that the answer to a question of each type may have."""


@dataclass(frozen=True, slots=True)
class Form:
    """A response under examination, with its form."""

    place: Place
    look: Conformance
    questionnaire: Resource
    is_finished: bool


def check(place: Place, look: Conformance) -> Findings:
    """A QuestionnaireResponse against its Questionnaire, if that can be had."""
    url = place.value.get("questionnaire")
    if not isinstance(url, str):
        return []
    questionnaire = _find(url, place, look)
    if questionnaire is None:
        return place.found(_unknown_form(), "questionnaire")
    form = Form(place, look, questionnaire, place.value.get("status") in FINISHED)
    asked = questionnaire.get("item", ())
    return _check_items(form, asked, place.value, (), (place.value,))


def _find(url: str, place: Place, look: Conformance) -> Resource | None:
    if not url.startswith("#"):
        found = look.definitions.find(url, "Questionnaire")
        if found is not None:
            return found
    resolved = look.resolve(url, place)
    return resolved.value if resolved and resolved.type == "Questionnaire" else None


def _check_items(
    form: Form,
    asked: Sequence[Resource],
    holder: Resource,
    steps: tuple[str | int, ...],
    around: tuple[Resource, ...],
) -> Findings:
    """The items under a response, an item or an answer, against the questions asked there."""
    given = holder.get("item", ())
    questions = {each.get("linkId"): each for each in asked}
    order = list(questions)
    found: Findings = []
    last = -1
    for index, item in enumerate(given):
        link, here = item.get("linkId"), (*steps, "item", index)
        if link not in questions:
            found += form.place.found(_unknown_question(), *here)
            continue
        if order.index(link) < last:
            found += form.place.found(_out_of_order(), *here)
        last = order.index(link)
        found += _check_item(form, questions[link], item, here, around)
    for link, question in questions.items():
        answered = [item for item in given if item.get("linkId") == link]
        found += _check_count(form, question, answered, steps, around)
    return found


def _check_count(
    form: Form,
    question: Resource,
    given: Sequence[Resource],
    steps: tuple[str | int, ...],
    around: tuple[Resource, ...],
) -> Findings:
    is_group = question.get("type") == "group"
    if len(given) > 1 and not (is_group and question.get("repeats")):
        return form.place.found(_repeated(), *steps)
    if not question.get("required") or not form.is_finished:
        return []
    is_answered = any(each.get("answer") or (is_group and each.get("item")) for each in given)
    if is_answered or not _is_enabled(form, question, around):
        return []
    return form.place.found(_unanswered(), *steps)


def _check_item(
    form: Form,
    question: Resource,
    item: Resource,
    steps: tuple[str | int, ...],
    around: tuple[Resource, ...],
) -> Findings:
    answers = item.get("answer", ())
    inner = (*around, item)
    if (answers or item.get("item")) and not _is_enabled(form, question, around):
        return form.place.found(_not_enabled(), *steps)
    if question.get("type") in ("group", "display"):
        if answers:
            return form.place.found(_no_question(), *steps, "answer")
        return _check_items(form, question.get("item", ()), item, steps, inner)
    found: Findings = []
    if item.get("item"):
        found += form.place.found(_beside_answers(), *steps, "item")
    if len(answers) > 1 and not question.get("repeats"):
        found += form.place.found(_repeated(), *steps)
    least, most = limits.least_and_most(question)
    if answers and (len(answers) < least or (most is not None and len(answers) > most)):
        found += form.place.found(_count(least, most), *steps)
    for index, answer in enumerate(answers):
        here = (*steps, "answer", index)
        found += _check_answer(form, question, answer, here)
        found += _check_items(form, question.get("item", ()), answer, here, inner)
    return found


def _is_enabled(form: Form, question: Resource, around: tuple[Resource, ...]) -> bool:
    """By its conditions, and by the expression that an extension may hold."""
    if not enabling.is_enabled(question, around):
        return False
    condition = extension_value(question.get("extension", ()), ENABLE_WHEN)
    if not isinstance(condition, dict) or condition.get("language") != "text/fhirpath":
        return True
    try:
        compiled = fhirpath.compile(
            condition.get("expression", ""), form.look.definitions, form.place.type
        )
        return compiled.is_true(form.place.item, form.look.context(form.place))
    except SamspillError:
        return True


def _check_answer(
    form: Form, question: Resource, answer: Resource, steps: tuple[str | int, ...]
) -> Findings:
    name = next((each for each in answer if each.startswith("value")), None)
    if name is None:
        return []
    allowed = ANSWERS.get(question.get("type", ""), ())
    if allowed and name not in allowed:
        return form.place.found(_wrong_answer(", ".join(allowed)), *steps)
    value = answer[name]
    beyond = list(limits.check(question, value))
    if beyond:
        return [each for one in beyond for each in form.place.found(one, *steps)]
    if _is_offered(form, question, name, value) is False:
        return form.place.found(_not_offered(), *steps)
    return []


def _is_offered(form: Form, question: Resource, name: str, value: Any) -> bool | None:
    """Whether an answer is among the options; None where there are none, or nobody knows."""
    is_open = question.get("type") == "open-choice"
    if is_open and name == "valueString":
        return None
    options = question.get("answerOption")
    if options:
        return any(_is_same(each.get(name), value) for each in options)
    value_set = question.get("answerValueSet")
    if not value_set or not isinstance(value, dict):
        return None
    return bindings.is_in(_members(form, value_set), value)


def _members(form: Form, value_set: str) -> Any:
    if not value_set.startswith("#"):
        return form.look.members_of(value_set)
    contained = form.questionnaire.get("contained", ())
    held = next((e for e in contained if e.get("id") == value_set[1:]), None)
    return form.look.members_of_resource(held)


def _is_same(option: Any, value: Any) -> bool:
    """Codings are the same by system and code."""
    if isinstance(option, dict) and isinstance(value, dict) and "code" in option:
        return (option.get("system"), option["code"]) == (value.get("system"), value.get("code"))
    return option is not None and values.equals(value, option)


def _finding(english: str, norwegian: str, expected: str, code: str = "invalid") -> Finding:
    return Finding(code, Text(english, norwegian), RULE, expected)


def _unknown_form() -> Finding:
    finding = _finding(
        "The form is not known here, so the answers could not be looked at",
        "Skjemaet er ikke kjent her, så svarene kunne ikke vurderes",
        "an installed Questionnaire",
        "not-found",
    )
    finding.severity = "warning"
    return finding


def _unknown_question() -> Finding:
    return _finding(
        "The form has no such question here",
        "Skjemaet har ikke noe slikt spørsmål her",
        "a linkId of the form, at the same depth",
    )


def _out_of_order() -> Finding:
    return _finding(
        "The item stands out of the order of the form",
        "Punktet står i en annen rekkefølge enn i skjemaet",
        "the order of the form",
    )


def _unanswered() -> Finding:
    return _finding(
        "A required question has no answer",
        "Et obligatorisk spørsmål er ikke besvart",
        "an answer, or a status other than completed",
        "required",
    )


def _repeated() -> Finding:
    return _finding(
        "A question that is asked once is answered several times",
        "Et spørsmål som stilles én gang er besvart flere ganger",
        "one answer",
    )


def _not_enabled() -> Finding:
    return _finding(
        "The item is answered although other answers switch it off",
        "Punktet er besvart selv om andre svar slår det av",
        "no answer",
    )


def _no_question() -> Finding:
    return _finding(
        "A group or a text on display has an answer",
        "En gruppe eller en visningstekst har et svar",
        "no answer",
    )


def _beside_answers() -> Finding:
    return _finding(
        "Items of a question stand beside its answers",
        "Punktene under et spørsmål står ved siden av svarene",
        "answer.item",
        "structure",
    )


def _wrong_answer(allowed: str) -> Finding:
    return _finding(
        "The answer is of another type than the question asks for",
        "Svaret er av en annen type enn spørsmålet ber om",
        allowed,
        "structure",
    )


def _count(least: int, most: int | None) -> Finding:
    return _finding(
        "The question is not answered as often as is asked for",
        "Spørsmålet er ikke besvart så mange ganger som det bes om",
        f"{least}..{'*' if most is None else most}",
    )


def _not_offered() -> Finding:
    return _finding(
        "The answer is not among the options",
        "Svaret er ikke blant alternativene",
        "an option of the form",
        "code-invalid",
    )
