"""Measure reports: groups, populations and stratifiers are those of the measure.

https://hl7.org/fhir/R4/measurereport.html
"""

from collections.abc import Sequence
from typing import Any

from samspill.base.texts import Text
from samspill.fhir.validation.conformance import Conformance
from samspill.fhir.validation.findings import Finding, Findings, Step
from samspill.fhir.validation.places import Place

Resource = dict[str, Any]
RULE = "http://hl7.org/fhir/R4/measurereport.html"
NAMES = {
    "group": ("group", "gruppe"),
    "population": ("population", "populasjon"),
    "stratifier": ("stratifier", "inndeling"),
}


def check(place: Place, look: Conformance) -> Findings:
    """A MeasureReport against its Measure, if that is known."""
    measure = look.definitions.find(place.value.get("measure", ""), "Measure")
    if measure is None:
        return []
    found = _check_parts(place, place.value, measure, "group", ())
    for index, group in enumerate(place.value.get("group", ())):
        defined = _defined(group, measure.get("group", ()))
        for name in ("population", "stratifier") if defined else ():
            found += _check_parts(place, group, defined or {}, name, ("group", index))
    return found


def _check_parts(
    place: Place, report: Resource, measure: Resource, name: str, steps: tuple[Step, ...]
) -> Findings:
    """The parts of one kind: each is defined, and each that is defined is there."""
    defined, given = measure.get(name, ()), report.get(name, ())
    found: Findings = []
    used: list[Resource] = []
    for index, each in enumerate(given):
        match = _defined(each, defined)
        if match is None:
            found += place.found(_undefined(name), *steps, name, index)
        else:
            used.append(match)
    for each in defined:
        if not any(each is one for one in used):
            found += place.found(_absent(name), *steps)
    return found


def _defined(part: Resource, defined: Sequence[Resource]) -> Resource | None:
    """The definition with the code of a part; where there is one only, it may go without code."""
    codes = _codes(part)
    if not codes and len(defined) == 1 and not _codes(defined[0]):
        return defined[0]
    return next((each for each in defined if codes & _codes(each)), None)


def _codes(part: Resource) -> set[tuple[str, str]]:
    code = part.get("code", {})
    concepts = code if isinstance(code, list) else [code]
    codings = [coding for concept in concepts for coding in concept.get("coding", ())]
    texts = {("", concept["text"]) for concept in concepts if "text" in concept}
    return texts | {(each.get("system", ""), each.get("code", "")) for each in codings}


def _undefined(name: str) -> Finding:
    english, norwegian = NAMES[name]
    return Finding(
        "invalid",
        Text(
            f"The measure has no {english} with the code of this one",
            f"Målet har ingen {norwegian} med koden til denne",
        ),
        RULE,
        f"the code of a {english} of the measure",
    )


def _absent(name: str) -> Finding:
    english, norwegian = NAMES[name]
    return Finding(
        "required",
        Text(
            f"A {english} of the measure is missing",
            f"En {norwegian} i målet mangler",
        ),
        RULE,
        f"every {english} of the measure",
    )
