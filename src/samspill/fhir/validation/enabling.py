"""Whether a question is to be answered, by the answers to others.

https://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from samspill.fhir.validation import values

Resource = dict[str, Any]


def is_enabled(question: Resource, around: Sequence[Resource]) -> bool:
    """By the answers in what is around the question: the response first, the nearest item last."""
    conditions = question.get("enableWhen", ())
    if not conditions:
        return True
    met = [_is_met(each, around) for each in conditions]
    return all(met) if question.get("enableBehavior") == "all" else any(met)


def _is_met(condition: Resource, around: Sequence[Resource]) -> bool:
    given = _answers(condition.get("question", ""), around)
    operator = condition.get("operator", "=")
    name = next((each for each in condition if each.startswith("answer")), "")
    wanted = condition.get(name)
    if operator == "exists":
        return bool(given) == (wanted is not False)
    if operator == "!=":
        return not any(_equals(each, wanted) for each in given)
    return any(_compares(each, operator, wanted) for each in given)


def _answers(link: str, around: Sequence[Resource]) -> list[Any]:
    """The answers to a question: those nearest to the one who asks, then further out."""
    for holder in reversed(around):
        found = [
            next((v for k, v in answer.items() if k.startswith("value")), None)
            for item in _items(holder)
            if item.get("linkId") == link
            for answer in item.get("answer", ())
        ]
        if found:
            return [each for each in found if each is not None]
    return []


def _items(holder: Resource) -> Iterator[Resource]:
    """The items in a response, item or answer, at every depth."""
    for item in (*holder.get("item", ()), *holder.get("answer", ())):
        if "linkId" in item:
            yield item
        yield from _items(item)


def _compares(value: Any, operator: str, wanted: Any) -> bool:
    if operator == "=":
        return _equals(value, wanted)
    order = _order(value, wanted)
    match operator:
        case ">":
            return order is not None and order > 0
        case ">=":
            return order is not None and order >= 0
        case "<":
            return order is not None and order < 0
        case "<=":
            return order is not None and order <= 0
    return False


def _equals(value: Any, wanted: Any) -> bool:
    """Codings by system and code, quantities by value and unit, others as they are."""
    if isinstance(value, dict) and isinstance(wanted, dict) and "code" in wanted:
        same_code = all(
            key not in wanted or value.get(key) == wanted[key] for key in ("system", "code")
        )
        return same_code and ("value" not in wanted or value.get("value") == wanted["value"])
    return values.equals(value, wanted)


def _order(value: Any, wanted: Any) -> int | None:
    if isinstance(value, dict) and isinstance(wanted, dict):
        if value.get("code") != wanted.get("code"):
            return None
        value, wanted = value.get("value"), wanted.get("value")
    if isinstance(value, str) and isinstance(wanted, str):
        return (value > wanted) - (value < wanted)
    if isinstance(value, int | Decimal) and isinstance(wanted, int | Decimal):
        return (value > wanted) - (value < wanted)
    return None
