"""What validation says, in English and Bokmål: what is wrong and what was expected.

Never a value that a person has written; names of elements, types and code systems only.
"""

from samspill.base.texts import Text
from samspill.fhir.validation.findings import Finding, json_type

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


def invariant(key: str, human: str, source: str, severity: str) -> Finding:
    return Finding(
        "invariant",
        Text(f"Rule {key} is broken: {human}", f"Regel {key} er brutt: {human}"),
        rule=f"{source}#{key}" if source else key,
        severity="warning" if severity == "warning" else "error",
    )


def unfit_rule(key: str, source: str) -> Finding:
    return Finding(
        "not-supported",
        Text(f"Rule {key} could not be evaluated", f"Regel {key} kunne ikke beregnes"),
        rule=f"{source}#{key}" if source else key,
        severity="warning",
    )
