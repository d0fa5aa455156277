"""The form of a reference and the types it may point to. https://hl7.org/fhir/R4/references.html"""

import re
from typing import Any

from samspill.base.texts import Text
from samspill.fhir.definitions import Definitions, Element
from samspill.fhir.validation.findings import Finding, Findings
from samspill.fhir.validation.primitives import Check
from samspill.fhir.validation.structure import Rule

Resource = dict[str, Any]
TYPES = "http://hl7.org/fhir/StructureDefinition/"
FORM_RULE = "http://hl7.org/fhir/StructureDefinition/Reference#Reference.reference"

TOLERATED = frozenset(
    {
        ("DeviceMetric.parent", "DeviceDefinition"),
        ("DeviceUseStatement.reasonReference", "Procedure"),
        ("MedicationRequest.dispenseRequest.performer", "Practitioner"),
        ("Observation.performer", "Encounter"),
    }
)
"""Targets that the standard's own examples use against its definitions: a warning, no error."""

_is_relative = re.compile(
    r"([A-Z][A-Za-z]+)(?:/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?|\?.*)"
).fullmatch
_type_in_address = re.compile(
    r"https?://.*/([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?"
).fullmatch


def targets(element: Element, definitions: Definitions) -> frozenset[str]:
    """The types that a Reference at this element may point to; empty if it may be any."""
    allowed: set[str] = set()
    for each in element.types:
        if each.code == "Reference":
            if not each.targets:
                return frozenset()
            allowed.update(target_type(target, definitions) for target in each.targets)
    return frozenset() if "Resource" in allowed or "" in allowed else frozenset(allowed)


def target_type(profile: str, definitions: Definitions) -> str:
    """The resource type that a target profile is on; "" if the profile is not known."""
    name = profile.partition("|")[0].removeprefix(TYPES)
    if definitions.is_resource(name):
        return name
    found = definitions.find(profile, "StructureDefinition")
    return str(found.get("type", "")) if found else ""


def check_targets(allowed: frozenset[str], path: str) -> Check:
    """The check of a Reference that may point to some types only."""
    rule = f"{TYPES}{path.partition('.')[0]}#{path}"
    expected = ", ".join(sorted(allowed))

    def check(value: Any, run: Any) -> Findings | None:
        text = value.get("reference")
        # The common case in one look-up: Type/id.
        if text is not None and text.partition("/")[0] in allowed:
            return None
        found = type_of(text or "", value, run)
        if not found or found in allowed:
            return None
        return [
            Finding(
                "structure",
                Text(
                    f"The reference points to {found}, which is not allowed here",
                    f"Referansen peker på {found}, som ikke er tillatt her",
                ),
                rule=rule,
                expected=expected,
                severity="warning" if (path, found) in TOLERATED else "error",
            )
        ]

    return check


def type_of(text: str, reference: Resource, run: Any) -> str:
    """The type that a reference points to, as far as its text and `type` tell; else ""."""
    if text.startswith("#"):
        return str((run.contained(text[1:]) or {}).get("resourceType", ""))
    found = _is_relative(text) or _type_in_address(text)
    name = found[1] if found else reference.get("type", "")
    return str(name) if run.is_resource(name) else ""


def check_form(value: Any, run: Any) -> Findings | None:
    """The check of every Reference: its text, and that `#id` is contained here (ref-1)."""
    text = value.get("reference", "")
    if text[:1] == "#":
        return _check_local(text, run)
    if is_usual(text):
        stated = value.get("type")
        return _check_stated(stated, text, value, run) if stated else None
    return _odd_form()


def is_usual(text: str) -> bool:
    """Whether a reference has one of the forms by which something can be found."""
    return _is_relative(text) is not None or ":" in text or text.startswith("#")


FORM = Rule(check_form, lambda names: None if "reference" in names else True)


def _check_local(text: str, run: Any) -> Findings | None:
    if text == "#" or run.contained(text[1:]) is not None:
        return None
    return [
        Finding(
            "not-found",
            Text(
                "The reference points to a contained resource that is not here",
                "Referansen peker på en innebygd ressurs som ikke er her",
            ),
            rule=f"{TYPES}Reference#ref-1",
            expected="# and the id of a resource in `contained`",
        )
    ]


def _check_stated(stated: str, text: str, value: Resource, run: Any) -> Findings | None:
    actual = type_of(text, {}, run)
    if not actual or stated.rpartition("/")[2] == actual:
        return None
    return [
        Finding(
            "invalid",
            Text(
                "The type of the reference is not the one in its address",
                "Typen til referansen er ikke den i adressen",
            ),
            rule=f"{TYPES}Reference#Reference.type",
            expected=actual,
        )
    ]


def _odd_form() -> Findings:
    return [
        Finding(
            "value",
            Text("The reference has an unusual form", "Referansen har uvanlig form"),
            rule=FORM_RULE,
            expected="Type/id, an absolute address, urn:uuid:… or #id",
            severity="warning",
        )
    ]
