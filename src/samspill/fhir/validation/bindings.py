"""Codes that an element may hold. https://hl7.org/fhir/R4/terminologies.html#bindings"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from samspill.base.errors import InvalidRequest, NotSupported
from samspill.base.texts import Text
from samspill.fhir.definitions import Binding
from samspill.fhir.items import Item
from samspill.fhir.terminology import members
from samspill.fhir.terminology.members import Members
from samspill.fhir.terminology.systems import Source
from samspill.fhir.validation.findings import Finding, Findings
from samspill.fhir.validation.primitives import Check

Resource = dict[str, Any]
MembersOf = Callable[[str], Members]
REFUSING = frozenset({"required", "maximum"})
MOST_TOLD = 15
"""Codes that a message lists; of larger value sets it tells the address only."""
CODED = frozenset({"code", "Coding", "CodeableConcept", "Quantity", "string", "uri"})


def required(binding: Binding, type: str, members_of: MembersOf) -> Check | None:
    """The check of the codes that a value of this type must keep to; None where there are none.

    Where other codes than those of the binding are allowed, they may be limited all the same.
    """
    is_required = binding.strength == "required"
    value_set = binding.value_set if is_required else binding.max_value_set
    if type not in CODED or not value_set or not (is_required or type == "code"):
        return None
    held = members_of(value_set)
    if held.is_unknown and not held.systems():
        return None
    fault = _not_in(value_set, held)
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


def _not_in(value_set: str, held: Members) -> Callable[[], Findings]:
    """The finding of a code that is not in a value set; where that is small, it says what is."""
    size = sum(len(group) for group in held.codes.values())
    is_small = 0 < size <= MOST_TOLD and not held.grammars and not held.unknown
    codes = sorted(code for group in held.codes.values() for code in group) if is_small else ()
    expected = ", ".join(codes) if is_small else f"a code of {value_set}"
    return lambda: [
        Finding(
            "code-invalid",
            Text(
                "The code is not in the value set that is required here",
                "Koden er ikke i verdisettet som kreves her",
            ),
            rule=value_set,
            expected=expected,
        )
    ]


def judge(
    binding: Binding, base: Binding | None, value: Any, members_of: MembersOf
) -> Finding | None:
    """What a profile's binding says of a value, where it says more than the standard's own."""
    most = binding.max_value_set
    if most and not _is_bare(value) and is_in(members_of(most), value) is False:
        return _not_in(most, members_of(most))()[0]
    if binding.strength not in REFUSING and binding.strength != "extensible":
        return None
    is_same = base is not None and (base.value_set, base.strength) == (
        binding.value_set,
        binding.strength,
    )
    if (is_same and binding.strength == "required") or _has_text_only(value, binding):
        return None
    if is_in(members_of(binding.value_set), value) is not False:
        return None
    finding = _not_in(binding.value_set, members_of(binding.value_set))()[0]
    if binding.strength == "extensible":
        finding.severity = "warning"
    return finding


def _is_bare(value: Any) -> bool:
    """Text without a code."""
    return isinstance(value, dict) and not value.get("coding") and "code" not in value


def _has_text_only(value: Any, binding: Binding) -> bool:
    """Text in place of a code is allowed where codes from elsewhere are."""
    return _is_bare(value) and (binding.strength == "extensible" or "extension" in value)


def is_in(held: Members, value: Any) -> bool | None:
    """Whether a code, a Coding, a Quantity or one coding of a CodeableConcept is a member."""
    if isinstance(value, str):
        return held.contains_code(value)
    if not isinstance(value, dict):
        return None
    codings = value.get("coding", ()) if "coding" in value or "text" in value else (value,)
    answers = [
        held.contains(each.get("system", ""), each["code"]) if "code" in each else False
        for each in codings
    ]
    if True in answers:
        return True
    return None if None in answers else False


@dataclass(frozen=True, slots=True)
class Asked:
    """Answers for FHIRPath's memberOf and subsumes."""

    members_of: MembersOf

    def member_of(self, value: Item, value_set: str) -> bool | None:
        return is_in(self.members_of(value_set), value.value)

    def subsumes(self, general: Item, special: Item) -> bool | None:
        return None


def lookup(source: Source) -> MembersOf:
    """The members of value sets by canonical address, worked out once for each object that the
    source gives for it."""
    kept: dict[str, tuple[Any, Members]] = {}

    def members_of(canonical: str) -> Members:
        value_set = source.value_set(canonical)
        if value_set is None:
            return members.UNKNOWN
        held = kept.get(canonical)
        if held is None or held[0] is not value_set:
            held = kept[canonical] = (value_set, _members(value_set, source))
        return held[1]

    return members_of


@dataclass(frozen=True, slots=True)
class Codes:
    """Code systems and value sets to judge by, and what value sets hold as far as it was asked."""

    source: Source
    members_of: MembersOf

    @classmethod
    def of(cls, source: Source) -> "Codes":
        return cls(source, lookup(source))


def _members(value_set: dict[str, Any], source: Source) -> Members:
    try:
        return members.of(value_set, source)
    except (NotSupported, InvalidRequest):
        # A filter that cannot be applied is no fault of the resource that is looked at.
        return members.UNKNOWN
