"""The findings on codes, with the type and the key that terminology servers share.

https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/
"""

from collections.abc import Iterable, Sequence
from typing import Any

from samspill.base.errors import InvalidTerminology, Issue, Severity
from samspill.base.texts import Text

Resource = dict[str, Any]


def join(issues: Iterable[Issue], language: str) -> str:
    """What the issues say, in one line: what speaks of the answer, not of one coding of many."""
    said = {each.text.said_in(language) for each in issues if each.topic not in _UNSAID}
    return "; ".join(sorted(said))


_UNSAID = frozenset({"this-code-not-in-vs", "status-check"})


def ordered(issues: Iterable[Issue]) -> list[Issue]:
    ranks = ("fatal", "error", "warning", "information")
    return sorted(
        dict.fromkeys(issues),
        key=lambda each: (ranks.index(each.severity), each.code, each.key, each.expression),
    )


def canonical(resource: Resource) -> str:
    """`url|version`, or only the address where there is no version."""
    version = resource.get("version", "")
    url = str(resource.get("url", ""))
    return f"{url}|{version}" if version else url


def unknown_value_set(url: str) -> InvalidTerminology:
    return InvalidTerminology([value_set_not_found(url)])


def value_set_not_found(url: str) -> Issue:
    return Issue(
        "error",
        "not-found",
        Text(
            f"A definition for the value Set '{url}' could not be found",
            f"Definisjonen av kodeverksutvalget '{url}' finnes ikke her",
        ),
        topic="not-found",
        key="Unable_to_resolve_value_Set_",
    )


def unknown_map(url: str) -> InvalidTerminology:
    text = Text(
        f"A definition for the concept map '{url}' could not be found",
        f"Kodemappingen '{url}' finnes ikke her",
    )
    return InvalidTerminology([Issue("error", "not-found", text, "url", topic="not-found")])


def unknown_supplement(url: str) -> InvalidTerminology:
    return InvalidTerminology(
        [
            Issue(
                "error",
                "not-found",
                Text(
                    f"Required supplement not found: {url}", f"Tillegget {url} trengs, men mangler"
                ),
                topic="not-found",
                key="VALUESET_SUPPLEMENT_MISSING",
            )
        ]
    )


def system_not_found(
    url: str, where: str = "", *, version: str = "", versions: Sequence[str] = ()
) -> Issue:
    """The code system, or its version, is not known; `versions` are those there are."""
    if version and versions:
        known = " or ".join(versions)
        text = Text(
            f"A definition for CodeSystem '{url}' version '{version}' could not be found, so the "
            f"code cannot be validated. Valid versions: {known}",
            f"Kodeverket '{url}' finnes ikke her i versjon '{version}', så koden kan ikke "
            f"kontrolleres. Kjente versjoner: {known}",
        )
        key = "UNKNOWN_CODESYSTEM_VERSION"
    else:
        text = Text(
            f"A definition for CodeSystem '{url}' could not be found, so the code cannot be "
            "validated",
            f"Kodeverket '{url}' finnes ikke her, så koden kan ikke kontrolleres",
        )
        key = "UNKNOWN_CODESYSTEM"
    return Issue("error", "not-found", text, where, topic="not-found", key=key)


def filter_without_value(system: str, filter: Resource, where: str) -> InvalidTerminology:
    name, operator = filter.get("property", ""), filter.get("op", "")
    text = Text(
        f"The system {system} filter with property = {name}, op = {operator} has no value",
        f"Filteret på kodeverket {system} med property = {name}, op = {operator} har ingen verdi",
    )
    return InvalidTerminology(
        [
            Issue(
                "error",
                "invalid",
                text,
                where,
                topic="vs-invalid",
                key="UNABLE_TO_HANDLE_SYSTEM_FILTER_WITH_NO_VALUE",
            )
        ]
    )


def too_many(url: str, most: int) -> InvalidTerminology:
    text = Text(
        f"The value set '{url}' expansion has too many codes to display (>{most}). Ask for pages "
        "with count and offset",
        f"Kodeverksutvalget '{url}' har for mange koder til å vises (>{most}). Be om sider med "
        "count og offset",
    )
    return InvalidTerminology(
        [Issue("error", "too-costly", text, topic="too-costly", key="VALUESET_TOO_COSTLY")]
    )


def circular(urls: Iterable[str]) -> InvalidTerminology:
    path = ", ".join(urls)
    text = Text(
        f"Cyclic reference detected when including {path}",
        f"Kodeverksutvalgene viser til hverandre i ring: {path}",
    )
    return InvalidTerminology(
        [Issue("error", "processing", text, topic="vs-invalid", key="VALUESET_CIRCULAR_REFERENCE")]
    )


def not_in_value_set(system: str, code: str, display: str, value_set: str, where: str) -> Issue:
    shown = f"{system}#{code}" + (f" ('{display}')" if display else "")
    return Issue(
        "error",
        "code-invalid",
        Text(
            f"The provided code '{shown}' was not found in the value set '{value_set}'",
            f"Koden '{shown}' er ikke i kodeverksutvalget '{value_set}'",
        ),
        where,
        topic="not-in-vs",
        key="None_of_the_provided_codes_are_in_the_value_set_one",
    )


def none_in_value_set(value_set: str) -> Issue:
    return Issue(
        "error",
        "code-invalid",
        Text(
            f"No valid coding was found for the value set '{value_set}'",
            f"Ingen av kodene er i kodeverksutvalget '{value_set}'",
        ),
        topic="not-in-vs",
        key="TX_GENERAL_CC_ERROR_MESSAGE",
    )


def unknown_code(code: str, system: str, version: str, where: str) -> Issue:
    of, av = (f" version '{version}'", f" versjon '{version}'") if version else ("", "")
    return Issue(
        "error",
        "code-invalid",
        Text(
            f"Unknown code '{code}' in the CodeSystem '{system}'{of}",
            f"Koden '{code}' finnes ikke i kodeverket '{system}'{av}",
        ),
        where,
        topic="invalid-code",
        key="Unknown_Code_in_Version" if version else "Unknown_Code_in",
    )


def unknown_in_fragment(code: str, system: str, version: str, where: str) -> Issue:
    of, av = (f" version '{version}'", f" versjon '{version}'") if version else ("", "")
    return Issue(
        "warning",
        "code-invalid",
        Text(
            f"Unknown Code '{code}' in the CodeSystem '{system}'{of} - note that the code system is"
            " labeled as a fragment, so the code may be valid in some other fragment",
            f"Koden '{code}' er ikke i den delen av kodeverket '{system}'{av} som er kjent her, men"
            " kan være gyldig i en annen del",
        ),
        where,
        topic="invalid-code",
        key="UNKNOWN_CODE_IN_FRAGMENT",
    )


def no_system(where: str) -> Issue:
    text = Text(
        "Coding has no system. A code with no system has no defined meaning, and it cannot be "
        "validated. A system should be provided",
        "Koden har ikke noe kodeverk. Uten kodeverk har den ingen bestemt mening og kan ikke "
        "kontrolleres. Oppgi kodeverket",
    )
    return Issue(
        "warning",
        "invalid",
        text,
        where,
        topic="invalid-data",
        key="Coding_has_no_system__cannot_validate",
    )


def is_value_set(system: str, where: str) -> Issue:
    text = Text(
        f"The Coding references a value set, not a code system ('{system}')",
        f"Koden viser til et kodeverksutvalg, ikke et kodeverk ('{system}')",
    )
    return Issue(
        "error",
        "invalid",
        text,
        where,
        topic="invalid-data",
        key="Terminology_TX_System_ValueSet2",
    )


def is_relative(where: str) -> Issue:
    text = Text(
        "Coding.system must be an absolute reference, not a local reference",
        "Coding.system må være en fullstendig adresse, ikke en lokal",
    )
    return Issue(
        "error", "invalid", text, where, topic="invalid-data", key="Terminology_TX_System_Relative"
    )


def cannot_infer(code: str, value_set: str, found: Sequence[str], of: Sequence[str]) -> Issue:
    """The code is in several systems (`found`), or in none of those of the value set (`of`)."""
    if found:
        en = f"value set expansion has multiple matches: [{', '.join(found)}]"
        nb = f"den står i flere kodeverk: [{', '.join(found)}]"
        key = "Unable_to_resolve_system__value_set_has_multiple_matches"
    else:
        en = f"the code is in none of its code systems: [{', '.join(of)}]"
        nb = f"den står i ingen av kodeverkene: [{', '.join(of)}]"
        key = "UNABLE_TO_INFER_CODESYSTEM"
    text = Text(
        f"The System URI could not be determined for the code '{code}' in the ValueSet "
        f"'{value_set}': {en}",
        f"Kodeverket til koden '{code}' i kodeverksutvalget '{value_set}' kan ikke bestemmes: {nb}",
    )
    return Issue("error", "not-found", text, "code", topic="cannot-infer", key=key)


def not_active(code: str, where: str) -> Issue:
    text = Text(
        f"The concept '{code}' is valid but is not active",
        f"Begrepet '{code}' er gyldig, men ikke i bruk",
    )
    return Issue(
        "error", "business-rule", text, where, topic="code-rule", key="STATUS_CODE_WARNING_CODE"
    )


def inactive(code: str, status: str, where: str) -> Issue:
    text = Text(
        f"The concept '{code}' has a status of {status} and its use should be reviewed",
        f"Begrepet '{code}' har status {status}, så bruken av det bør vurderes",
    )
    return Issue(
        "warning", "business-rule", text, where, topic="code-comment", key="INACTIVE_CONCEPT_FOUND"
    )


def other_case(code: str, right: str, system: str, where: str) -> Issue:
    text = Text(
        f"The code '{code}' differs from the correct code '{right}' by case. Although the code "
        f"system '{system}' is case insensitive, implementers are strongly encouraged to use the "
        "correct case anyway",
        f"Koden '{code}' skrives '{right}'. Kodeverket '{system}' skiller ikke mellom store og "
        "små bokstaver, men bruk helst den rette skrivemåten",
    )
    return Issue(
        "information", "business-rule", text, where, topic="code-rule", key="CODE_CASE_DIFFERENCE"
    )


def abstract(system: str, code: str, where: str) -> Issue:
    text = Text(
        f"Code '{system}#{code}' is abstract, and not allowed in this context",
        f"Koden '{system}#{code}' er abstrakt og kan ikke brukes her",
    )
    return Issue(
        "error", "business-rule", text, where, topic="code-rule", key="ABSTRACT_CODE_NOT_ALLOWED"
    )


def other_version(system: str, included: str, given: str, where: str, *, is_named: bool) -> Issue:
    """`is_named`: the value set itself names the version."""
    of, key = (
        ("in the ValueSet include", "VALUESET_VALUE_MISMATCH")
        if is_named
        else ("for the versionless include in the ValueSet include", _DEFAULT_MISMATCH)
    )
    text = Text(
        f"The code system '{system}' version '{included}' {of} is different to the one in the "
        f"value ('{given}')",
        f"Kodeverksutvalget bruker kodeverket '{system}' i versjon '{included}', ikke den oppgitte "
        f"('{given}')",
    )
    return Issue("error", "invalid", text, where, topic="vs-invalid", key=key)


_DEFAULT_MISMATCH = "VALUESET_VALUE_MISMATCH_DEFAULT"


def display(en: str, nb: str, key: str, where: str, severity: Severity) -> Issue:
    return Issue(severity, "invalid", Text(en, nb), where, topic="invalid-display", key=key)


def reference_to(status: str, kind: str, name: str) -> Issue:
    """A code system or value set that is not meant for use, or not any more."""
    key = f"MSG_{status.upper()}"
    said = Text(f"Reference to {status} {kind} {name}", f"Viser til {kind} {name} ({status})")
    return Issue("information", "business-rule", said, topic="status-check", key=key)
