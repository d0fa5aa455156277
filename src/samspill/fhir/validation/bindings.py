"""Codes that an element may hold. https://hl7.org/fhir/R4/terminologies.html#bindings"""

from collections.abc import Callable
from functools import cache
from typing import Any

from samspill.base.texts import Text
from samspill.fhir.definitions import Binding
from samspill.fhir.terminology import members
from samspill.fhir.terminology.members import Members
from samspill.fhir.terminology.systems import Source
from samspill.fhir.validation.findings import Finding, Findings
from samspill.fhir.validation.primitives import Check

Resource = dict[str, Any]
CODED = frozenset({"code", "Coding", "CodeableConcept", "Quantity", "string", "uri"})


def required(binding: Binding, type: str, members_of: Callable[[str], Members]) -> Check | None:
    """The check of a required binding on a value of this type; None where none is possible."""
    if binding.strength != "required" or type not in CODED or not binding.value_set:
        return None
    held = members_of(binding.value_set)
    if held.is_unknown and not held.systems():
        return None
    fault = _not_in(binding.value_set)
    match type:
        case "code" | "string" | "uri":
            return _code(held, fault)
        case "CodeableConcept":
            return _concept(held, fault)
    return _coding(held, fault)


def _code(held: Members, fault: Callable[[], Findings]) -> Check:
    if not held.grammars and not held.unknown:
        codes = frozenset().union(*held.codes.values())
        return lambda value, run: None if value in codes else fault()
    return lambda value, run: fault() if held.contains_code(value) is False else None


def _coding(held: Members, fault: Callable[[], Findings]) -> Check:
    def check(value: Any, run: Any) -> Findings | None:
        return fault() if _is_out(held, value) else None

    return check


def _concept(held: Members, fault: Callable[[], Findings]) -> Check:
    """One of the codings must be in; text alone is not enough where a code is required."""

    def check(value: Any, run: Any) -> Findings | None:
        codings = value.get("coding", ())
        if all(_is_out(held, each) for each in codings):
            return fault() if codings or "extension" not in value else None
        return None

    return check


def _is_out(held: Members, coding: Resource) -> bool:
    """Whether a coding is surely not in the value set; one without a code is not in any."""
    code = coding.get("code")
    if code is None:
        # A data-absent-reason or another extension may stand in its place.
        return "_code" not in coding
    return held.contains(coding.get("system", ""), code) is False


def _not_in(value_set: str) -> Callable[[], Findings]:
    return lambda: [
        Finding(
            "code-invalid",
            Text(
                "The code is not in the value set that is required here",
                "Koden er ikke i verdisettet som kreves her",
            ),
            rule=value_set,
            expected=f"a code of {value_set}",
        )
    ]


def lookup(source: Source) -> Callable[[str], Members]:
    """The members of value sets by canonical address, each worked out once."""

    @cache
    def members_of(canonical: str) -> Members:
        value_set = source.value_set(canonical)
        return members.of(value_set, source) if value_set else members.UNKNOWN

    return members_of
