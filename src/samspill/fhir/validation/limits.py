"""Limits that a form sets to its answers, by elements and by the standard's extensions.

https://hl7.org/fhir/R4/questionnaire-profiles.html#extensions
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from samspill.base.texts import Text
from samspill.fhir.definitions import Value
from samspill.fhir.definitions.structures import extension_value
from samspill.fhir.validation import values
from samspill.fhir.validation.findings import Finding

Resource = dict[str, Any]
RULE = "http://hl7.org/fhir/R4/questionnaire-profiles.html#extensions"
MEGABYTE = 1_000_000
EXTENSION = "http://hl7.org/fhir/StructureDefinition/"


def check(question: Resource, value: Any) -> Iterator[Finding]:
    """What is wrong with the value of one answer."""
    yield from _length(question, value)
    yield from _range(question, value)
    pattern = _told(question, "regex")
    if isinstance(value, str) and isinstance(pattern, str) and not values.matches(value, pattern):
        yield _wrong_form(pattern)
    places = _told(question, "maxDecimalPlaces")
    if isinstance(value, Decimal) and isinstance(places, int) and _decimals(value) > places:
        yield _too_many_decimals(places)
    if isinstance(value, dict):
        yield from _attachment(question, value)


def _attachment(question: Resource, value: Resource) -> Iterator[Finding]:
    most, size = _told(question, "maxSize"), value.get("size")
    if isinstance(most, int | Decimal) and isinstance(size, int) and size > most * MEGABYTE:
        yield _too_large(str(most))
    address = EXTENSION + "mimeType"
    extensions = question.get("extension", ())
    kinds = [str(each.get("valueCode")) for each in extensions if each.get("url") == address]
    if kinds and value.get("contentType", kinds[0]) not in kinds:
        yield _wrong_kind(", ".join(kinds))


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def least_and_most(question: Resource) -> tuple[int, int | None]:
    """How often the question is to be answered."""
    least, most = (_told(question, f"questionnaire-{name}") for name in ("minOccurs", "maxOccurs"))
    return least if isinstance(least, int) else 0, most if isinstance(most, int) else None


def _told(question: Resource, name: str) -> Any:
    return extension_value(question.get("extension", ()), EXTENSION + name)


def _length(question: Resource, value: Any) -> Iterator[Finding]:
    most, least = question.get("maxLength"), _told(question, "minLength")
    if isinstance(value, str):
        if isinstance(most, int) and len(value) > most:
            yield _too_long(most)
        if isinstance(least, int) and len(value) < least:
            yield _too_short(least)


def _range(question: Resource, value: Any) -> Iterator[Finding]:
    number = value.get("value") if isinstance(value, dict) else value
    for name, wrong in (("minValue", -1), ("maxValue", 1)):
        limit = _told(question, name)
        if limit is None or number is None or isinstance(number, bool | dict | list):
            continue
        if values.order(number, Value("", limit)) == wrong:
            yield _out_of_range(name, limit)


def _finding(english: str, norwegian: str, expected: Text, code: str) -> Finding:
    return Finding(code, Text(english, norwegian), RULE, expected)


def _too_long(most: int) -> Finding:
    expected = Text(f"at most {most} characters", f"høyst {most} tegn")
    return _finding("The answer is too long", "Svaret er for langt", expected, "too-long")


def _too_short(least: int) -> Finding:
    expected = Text(f"at least {least} characters", f"minst {least} tegn")
    return _finding("The answer is too short", "Svaret er for kort", expected, "invalid")


def _out_of_range(name: str, limit: Any) -> Finding:
    if name == "minValue":
        expected = Text(f"{limit} or more", f"{limit} eller mer")
        return _finding("The answer is too low", "Svaret er for lavt", expected, "invalid")
    expected = Text(f"{limit} or less", f"{limit} eller mindre")
    return _finding("The answer is too high", "Svaret er for høyt", expected, "invalid")


def _too_many_decimals(most: int) -> Finding:
    expected = Text(f"at most {most} decimals", f"høyst {most} desimaler")
    return _finding(
        "The answer has too many decimals", "Svaret har for mange desimaler", expected, "invalid"
    )


def _wrong_form(pattern: str) -> Finding:
    return _finding(
        "The answer does not have the form that is asked for",
        "Svaret har ikke formen det bes om",
        Text(pattern, pattern),
        "invalid",
    )


def _too_large(most: str) -> Finding:
    expected = Text(f"at most {most} MB", f"høyst {most} MB")
    return _finding("The attachment is too large", "Vedlegget er for stort", expected, "too-long")


def _wrong_kind(kinds: str) -> Finding:
    return _finding(
        "The attachment is of another kind than is asked for",
        "Vedlegget er av en annen type enn det bes om",
        Text(kinds, kinds),
        "invalid",
    )
