"""Observation and Goal → results. https://hl7.org/fhir/R4/observation.html"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from samspill.base.json import Resource
from samspill.fhir import ucum
from samspill.norway import codes
from samspill.services import elements
from samspill.services.results.model import Goal, Kind, Range, Result, Series

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
WITHDRAWN = {"entered-in-error", "cancelled"}
"""Statuses of results that are not shown."""


def series(observations: Iterable[Resource], goals: Iterable[Resource] = ()) -> list[Series]:
    """Results gathered by examination, each series the newest first."""
    gathered: dict[str, list[Resource]] = defaultdict(list)
    for observation in observations:
        code = next(iter(elements.codes(observation.get("code"))), "")
        if code and observation.get("status") not in WITHDRAWN:
            gathered[code].append(observation)
    agreed = _goals(goals)
    return [_one_series(code, found, agreed.get(code)) for code, found in gathered.items()]


def _one_series(code: str, observations: list[Resource], goal: Goal | None) -> Series:
    found = sorted((result(one) for one in observations), key=lambda one: one.when, reverse=True)
    wanted = next((one for one in found if one.value is not None), found[0])
    results = [converted(one, wanted) for one in found]
    name = elements.concept(observations[0]["code"])
    return Series(code, name, _kind(observations[0]), tuple(results), goal)


def converted(given: Result, wanted: Result) -> Result:
    """The result in the unit of another one, so that laboratories can be compared; unchanged where
    UCUM does not know how. What the laboratory wrote stays beside it."""
    if given.value is None or given.code == wanted.code or not (given.code and wanted.code):
        return given

    def moved(number: Decimal | None) -> Decimal | None:
        return None if number is None else ucum.convert(number, given.code, wanted.code)

    value = moved(given.value)
    if value is None:
        return given
    reach, second = given.range, given.second_range
    return replace(
        given,
        value=value,
        second=moved(given.second),
        unit=wanted.unit,
        code=wanted.code,
        range=Range(moved(reach.low), moved(reach.high)) if reach else None,
        second_range=Range(moved(second.low), moved(second.high)) if second else None,
        written=f"{given.comparator}{given.value} {given.unit}",
    )


def result(observation: Resource) -> Result:
    """One Observation; a blood pressure becomes one result with two numbers."""
    first, second = _parts(observation)
    quantity = first.get("valueQuantity") or {}
    value, unit = elements.quantity(quantity)
    reach, reach_text = _range(first, unit)
    return Result(
        id=str(observation.get("id", "")),
        when=elements.first_when(observation, "effectiveDateTime", "effectivePeriod", "issued"),
        value=value,
        comparator=str(quantity.get("comparator", "")),
        second=elements.quantity(second.get("valueQuantity"))[0],
        text=_text(observation),
        unit=unit,
        range=reach,
        second_range=_range(second, unit)[0],
        range_text=reach_text,
        note=" ".join(note.get("text", "") for note in observation.get("note") or []),
        is_from_home=elements.is_by_patient(observation),
        status=str(observation.get("status", "")),
        origin=elements.origin(observation, "performer"),
        code=_ucum(quantity),
    )


def _ucum(quantity: dict[str, Any]) -> str:
    """The UCUM code: the coded one, else the unit itself where it is one."""
    unit = str(quantity.get("unit", ""))
    if quantity.get("system") == codes.UCUM:
        return str(quantity.get("code", ""))
    return unit if unit and ucum.is_valid(unit) else ""


def _parts(observation: Resource) -> tuple[dict[str, Any], dict[str, Any]]:
    """What carries the first and the second number: the two pressures, else the whole."""
    parts = {
        code: component
        for component in observation.get("component") or []
        for code in elements.codes(component.get("code"))
    }
    if SYSTOLIC in parts and DIASTOLIC in parts:
        return parts[SYSTOLIC], parts[DIASTOLIC]
    return observation, {}


def _text(observation: Resource) -> str:
    if concept := elements.concept(observation.get("valueCodeableConcept")):
        return concept
    if "valueString" in observation:
        return str(observation["valueString"])
    return elements.concept(observation.get("dataAbsentReason"))


def _range(measured: dict[str, Any], unit: str) -> tuple[Range | None, str]:
    """The range for normal values in the unit of the result, and its text if it has only that."""
    for given in measured.get("referenceRange") or []:
        low, low_unit = elements.quantity(given.get("low"))
        high, high_unit = elements.quantity(given.get("high"))
        fits = all(not other or other == unit for other in (low_unit, high_unit))
        if fits and (low is not None or high is not None):
            return Range(low, high), ""
        if given.get("text"):
            return None, str(given["text"])
    return None, ""


def _goals(goals: Iterable[Resource]) -> dict[str, Goal]:
    """Active goals by the code of what is measured."""
    found = {}
    for goal in goals:
        if goal.get("lifecycleStatus") not in {"active", "accepted", "planned"}:
            continue
        for target in goal.get("target") or []:
            value, is_ceiling = _target(target)
            if value is not None:
                for code in elements.codes(target.get("measure")):
                    found[code] = Goal(value, is_ceiling)
    return found


def _target(target: dict[str, Any]) -> tuple[Decimal | None, bool]:
    """A goal as a limit: from a range its upper end, else its lower, or from a quantity."""
    reach = target.get("detailRange") or {}
    if high := elements.quantity(reach.get("high"))[0]:
        return high, True
    if low := elements.quantity(reach.get("low"))[0]:
        return low, False
    detail = target.get("detailQuantity") or {}
    return elements.quantity(detail)[0], not str(detail.get("comparator", "<")).startswith(">")


def _kind(observation: Resource) -> Kind:
    categories = {
        code for category in observation.get("category") or [] for code in elements.codes(category)
    }
    return "laboratory" if "laboratory" in categories else "measurement"
