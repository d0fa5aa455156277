"""What validation says, in English and Bokmål: what is wrong and what was expected.

Never a value that a person has written; names of elements, types and code systems only.
"""

from collections.abc import Sequence

from samspill.base.texts import Text
from samspill.fhir.definitions import Constraint
from samspill.fhir.validation.bokmaal import INVARIANTS
from samspill.fhir.validation.findings import Finding, json_type

STANDARD = "http://hl7.org/fhir/StructureDefinition/"
JSON_NAMES_NB = {
    "object": "et objekt",
    "array": "en liste",
    "string": "en tekst",
    "boolean": "en sannhetsverdi",
    "null": "null",
    "number": "et tall",
}
JSON_NAMES_EN = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "boolean": "a boolean",
    "null": "null",
    "number": "a number",
}


def _shown(name: object) -> str:
    """A name from the content, cut to what is safe to show."""
    text = str(name)
    return text[:64] if text.isprintable() else "?"


def unknown_element(name: str, type_name: str) -> Finding:
    return Finding(
        "structure",
        Text(
            f"The element '{_shown(name)}' is not defined for {type_name}",
            f"Elementet «{_shown(name)}» er ikke definert for {type_name}",
        ),
        expected=f"the elements of {type_name}",
    )


def unknown_type(name: object) -> Finding:
    return Finding(
        "structure",
        Text(
            f"'{_shown(name)}' is no FHIR R4 resource type",
            f"«{_shown(name)}» er ingen ressurstype i FHIR R4",
        ),
        expected="the name of a resource type",
    )


def no_resource_type() -> Finding:
    return Finding(
        "structure",
        Text("The resource does not name its resourceType", "Ressursen mangler resourceType"),
        expected="the name of a resource type",
    )


def wrong_json(value: object, expected: str) -> Finding:
    kind = json_type(value)
    return Finding(
        "structure",
        Text(f"This is {JSON_NAMES_EN[kind]} in JSON", f"Dette er {JSON_NAMES_NB[kind]} i JSON"),
        expected=expected,
    )


def empty(value: object) -> Finding:
    kind = json_type(value)
    return Finding(
        "structure",
        Text(
            f"{JSON_NAMES_EN[kind]} must not be empty".capitalize(),
            f"{JSON_NAMES_NB[kind]} kan ikke være tom".capitalize(),
        ),
        rule="ele-1",
        expected="a value or content; leave the element out where there is none",
    )


def only_an_id() -> Finding:
    return Finding(
        "invariant",
        Text("The element has an id and nothing else", "Elementet har en id og ikke noe mer"),
        rule="ele-1",
        expected="a value or content",
    )


def missing(name: str, rule: str, minimum: int = 1) -> Finding:
    return Finding(
        "required",
        Text(f"The element '{name}' is missing", f"Elementet «{name}» mangler"),
        rule=rule,
        expected=f"at least {minimum}",
    )


def too_few(name: str, rule: str, minimum: int, count: int) -> Finding:
    return Finding(
        "required",
        Text(f"'{name}' is given {count} times", f"«{name}» er gitt {count} ganger"),
        rule=rule,
        expected=f"at least {minimum}",
    )


def too_many(name: str, rule: str, maximum: str, count: int) -> Finding:
    return Finding(
        "structure",
        Text(f"'{name}' is given {count} times", f"«{name}» er gitt {count} ganger"),
        rule=rule,
        expected=f"at most {maximum}",
    )


def several_choices(name: str, rule: str) -> Finding:
    return Finding(
        "structure",
        Text(
            f"'{name}[x]' is given in more than one type",
            f"«{name}[x]» er gitt i mer enn én type",
        ),
        rule=rule,
        expected="one type",
    )


def wrong_form(type_name: str, expected: str) -> Finding:
    return Finding(
        "value",
        Text(f"The value is not a valid {type_name}", f"Verdien er ikke gyldig som {type_name}"),
        rule=f"http://hl7.org/fhir/StructureDefinition/{type_name}",
        expected=expected,
    )


def invariant(constraint: Constraint, owner: str) -> Finding:
    """A broken invariant; `owner` is the type or profile that it stands in."""
    source = constraint.source or owner
    own = INVARIANTS.get(constraint.key) if source.startswith(STANDARD) else None
    return Finding(
        "invariant",
        Text(
            f"Rule {constraint.key} is broken: {constraint.human}",
            f"Regel {constraint.key} er brutt: {own or constraint.human}",
        ),
        rule=f"{source}#{constraint.key}",
        expected=constraint.expression,
        severity="warning" if constraint.severity == "warning" else "error",
    )


def unfit_rule(constraint: Constraint, owner: str) -> Finding:
    key = constraint.key
    return Finding(
        "not-supported",
        Text(f"Rule {key} could not be evaluated", f"Regel {key} kunne ikke beregnes"),
        rule=f"{constraint.source or owner}#{key}",
        severity="warning",
    )


def relative_profile() -> Finding:
    return Finding(
        "invalid",
        Text(
            "The address of the profile is not absolute",
            "Adressen til profilen er ikke absolutt",
        ),
        f"{STANDARD}Meta#Meta.profile",
        Text("an address with a scheme", "en adresse med skjema"),
    )


def repeated_id() -> Finding:
    return Finding(
        "duplicate",
        Text(
            "Another element of the resource has the same id",
            "Et annet element i ressursen har samme id",
        ),
        rule="http://hl7.org/fhir/StructureDefinition/Element#Element.id",
        expected="an id that is unique in the resource",
    )


def unknown_profile(profile: str, *, is_claim: bool) -> Finding:
    return Finding(
        "not-found",
        Text(
            "A profile is not known here, so it could not be looked at",
            "En profil er ikke kjent her, så den kunne ikke vurderes",
        ),
        rule=_shown(profile),
        expected="an installed profile",
        severity="warning" if is_claim else "error",
    )


def wrong_type(actual: str, expected: str, rule: str) -> Finding:
    return Finding(
        "structure",
        Text(
            f"The type {actual} is not allowed here by the profile",
            f"Typen {actual} er ikke tillatt her av profilen",
        ),
        rule=rule,
        expected=expected,
    )


def wrong_target(actual: str, expected: str, rule: str) -> Finding:
    return Finding(
        "structure",
        Text(
            f"The reference points to {actual}, which is not allowed here",
            f"Referansen peker på {actual}, som ikke er tillatt her",
        ),
        rule=rule,
        expected=expected,
    )


def no_profile_met(rule: str, profiles: Sequence[str]) -> Finding:
    return Finding(
        "structure",
        Text(
            "None of the allowed profiles is met",
            "Ingen av de tillatte profilene er oppfylt",
        ),
        rule=rule,
        expected=", ".join(profiles),
    )


def outside_slices(rule: str, slices: str) -> Finding:
    return Finding(
        "structure",
        Text(
            "The element fits none of the slices, and others are not allowed",
            "Elementet passer i ingen av delene, og andre er ikke tillatt",
        ),
        rule=rule,
        expected=slices,
    )


def after_open_end(rule: str) -> Finding:
    return Finding(
        "structure",
        Text(
            "The element stands after others that fit no slice",
            "Elementet står etter andre som ikke passer i noen del",
        ),
        rule=rule,
        expected="elements that fit no slice at the end",
    )


def out_of_order(rule: str, slices: str) -> Finding:
    return Finding(
        "structure",
        Text(
            "The element does not stand in the order of the slices",
            "Elementet står ikke i delenes rekkefølge",
        ),
        rule=rule,
        expected=slices,
    )


def not_fixed(rule: str) -> Finding:
    return Finding(
        "value",
        Text(
            "The value is not the one that the profile fixes",
            "Verdien er ikke den som profilen fastsetter",
        ),
        rule=rule,
        expected="the fixed value of the profile",
    )


def not_pattern(rule: str) -> Finding:
    return Finding(
        "value",
        Text(
            "The value does not have what the profile's pattern has",
            "Verdien har ikke det som profilens mønster har",
        ),
        rule=rule,
        expected="all parts of the pattern",
    )


def out_of_range(rule: str) -> Finding:
    return Finding(
        "value",
        Text(
            "The value is outside of the range that the profile gives",
            "Verdien er utenfor området som profilen gir",
        ),
        rule=rule,
        expected="a value between the least and the greatest of the profile",
    )


def too_long(rule: str, most: int) -> Finding:
    return Finding(
        "too-long",
        Text("The text is too long", "Teksten er for lang"),
        rule=rule,
        expected=f"at most {most} characters",
    )


def wrong_pattern(rule: str, pattern: str) -> Finding:
    return Finding(
        "value",
        Text(
            "The value does not have the form that the profile gives",
            "Verdien har ikke formen som profilen gir",
        ),
        rule=rule,
        expected=pattern,
    )


def too_short(rule: str, least: int) -> Finding:
    return Finding(
        "value",
        Text("The text is too short", "Teksten er for kort"),
        rule=rule,
        expected=f"at least {least} characters",
    )


def no_value(rule: str, alternatives: Sequence[str] = ()) -> Finding:
    return Finding(
        "required",
        Text("The element has no value", "Elementet har ingen verdi"),
        rule=rule,
        expected=" or ".join(["a value", *alternatives]),
    )


def unfit_differential(reason: Text) -> Finding:
    return Finding(
        "invalid", reason, rule="sdf-snapshot", expected="elements that the base or its types have"
    )
