"""Whether the display that came with a code is one of its names.

https://hl7.org/fhir/R4/datatypes.html#Coding
"""

from collections.abc import Iterator, Sequence

from samspill.base.errors import Issue, Severity
from samspill.fhir.terminology import concepts, issues
from samspill.fhir.terminology.concepts import Designation
from samspill.fhir.terminology.languages import Languages


def check(
    given: str,
    name: str,
    names: Sequence[Designation],
    languages: Languages,
    where: str,
    severity: Severity,
) -> Iterator[Issue]:
    """The issue of a display, if there is one; `name` is "system#code"."""
    wanted = ", ".join(languages.tags)
    fitting = [each for each in names if not languages or languages.accept(each.language)]
    if fitting and _is_among(given, fitting):
        return
    if fitting:
        yield _wrong(given, name, fitting, wanted or "--", where, severity)
    elif names:
        yield _none_in_language(given, name, names, wanted, where, severity)


def _is_among(given: str, names: Sequence[Designation]) -> bool:
    return any(each.value.casefold() == given.casefold() for each in names)


def _wrong(
    given: str,
    name: str,
    names: Sequence[Designation],
    wanted: str,
    where: str,
    severity: Severity,
) -> Issue:
    spaced = any(_squeezed(each.value) == _squeezed(given) for each in names)
    key = f"Display_Name{'_WS' if spaced else ''}_for__should_be_one_of__instead_of"
    told = [f"'{n.value}'" + (f" ({n.language})" if n.language else "") for n in names]
    told = list(dict.fromkeys(told))
    many = len(told) > 1
    choices_en = f"one of {len(told)} choices: {' or '.join(told)}" if many else told[0]
    choices_nb = f"en av {len(told)}: {' eller '.join(told)}" if many else told[0]
    white_en, white_nb = (" (whitespace differences)", " (bare mellomrom)") if spaced else ("", "")
    return issues.display(
        f"Wrong{white_en} Display Name '{given}' for {name}. Valid display is {choices_en} "
        f"(for the language(s) '{wanted}')",
        f"Feil navn{white_nb} '{given}' på {name}. Rett navn er {choices_nb} "
        f"(for språk '{wanted}')",
        key,
        where,
        severity,
    )


def _none_in_language(
    given: str,
    name: str,
    names: Sequence[Designation],
    wanted: str,
    where: str,
    severity: Severity,
) -> Issue:
    shown = next((each for each in names if each.is_display), names[0])
    ours = [each for each in names if each.language == shown.language]
    if _is_among(given, ours):
        return issues.display(
            f"There are no valid display names found for the code {name} for language(s) "
            f"'{wanted}'. The display is '{given}' which is a valid display for the default "
            "language",
            f"Koden {name} har ingen navn på '{wanted}'. Navnet '{given}' er rett på kodeverkets "
            "eget språk",
            "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_OK",
            where,
            "information",
        )
    return issues.display(
        f"Wrong Display Name '{given}' for {name}. There are no valid display names found for "
        f"language(s) '{wanted}'. Default display is '{shown.value}'",
        f"Feil navn '{given}' på {name}. Koden har ingen navn på '{wanted}'. Navnet på kodeverkets "
        f"eget språk er '{shown.value}'",
        "NO_VALID_DISPLAY_FOUND_NONE_FOR_LANG_ERR",
        where,
        severity,
    )


def best(names: Sequence[Designation], languages: Languages) -> str:
    """The name to answer with: in the language asked for, or else the display."""
    shown = concepts.best(names, languages) or next((n for n in names if n.is_display), None)
    return shown.value if shown else ""


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()
