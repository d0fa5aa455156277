"""Reading FHIR elements as people speak of them: names, days, codes, and where a fact comes from.

https://hl7.org/fhir/R4/datatypes.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from samspill.base.json import Resource

Precision = Literal["year", "month", "day", "time"]
NORWAY = ZoneInfo("Europe/Oslo")


@dataclass(frozen=True, slots=True, order=True)
class When:
    """A FHIR date or dateTime as exactly as it was given; sorts by time."""

    at: datetime
    precision: Precision

    @property
    def on(self) -> date:
        return self.at.astimezone(NORWAY).date()


UNKNOWN = When(datetime(1, 1, 2, tzinfo=UTC), "year")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact comes from: which resource, said by whom, and when it was written here."""

    reference: str
    version: str
    who: str
    """Names of people and organisations, as the resource displays them."""
    recorded: When
    last_updated: When


def when(text: object) -> When:
    """A partial date: the first instant that it may mean, with how much was said.

    >>> when("2026-11").precision
    'month'
    """
    if not isinstance(text, str) or len(text) < 4:
        return UNKNOWN
    match len(text):
        case 4:
            return When(datetime(int(text), 1, 1, tzinfo=NORWAY), "year")
        case 7:
            return When(datetime(int(text[:4]), int(text[5:]), 1, tzinfo=NORWAY), "month")
        case 10:
            return When(
                datetime.combine(date.fromisoformat(text), datetime.min.time(), NORWAY), "day"
            )
        case _:
            at = datetime.fromisoformat(text)
            return When(at if at.tzinfo else at.replace(tzinfo=NORWAY), "time")


def first_when(resource: Resource, *names: str) -> When:
    """The first of the elements that is there; periods count from their start."""
    for name in names:
        value = resource.get(name)
        if isinstance(value, dict):
            value = value.get("start") or value.get("end")
        if value:
            return when(value)
    return UNKNOWN


def concept(value: object) -> str:
    """The words of a CodeableConcept: its text, else the display or code of a coding."""
    if not isinstance(value, dict):
        return ""
    if value.get("text"):
        return str(value["text"])
    codings = value.get("coding") or []
    said = [coding.get("display") or coding.get("code") or "" for coding in codings]
    return next(filter(None, said), "")


def codings(value: object) -> Iterator[tuple[str, str]]:
    """(system, code) of each coding in a CodeableConcept."""
    if isinstance(value, dict):
        for coding in value.get("coding") or []:
            yield coding.get("system", ""), coding.get("code", "")


def codes(value: object) -> tuple[str, ...]:
    return tuple(code for _, code in codings(value) if code)


def displays(value: object) -> str:
    """The displays of one reference or many, with commas between."""
    references = value if isinstance(value, list) else [value]
    said = [_display(reference) for reference in references if isinstance(reference, dict)]
    return ", ".join(dict.fromkeys(filter(None, said)))


def human_name(names: Sequence[dict[str, Any]]) -> tuple[str, str]:
    """(given, family) of the name in use: the official one if it is marked."""
    in_use = [name for name in names if name.get("use") != "old"] or list(names)
    official = [name for name in in_use if name.get("use") == "official"] or in_use
    if not official:
        return "", ""
    name = official[0]
    if not name.get("given") and not name.get("family"):
        return str(name.get("text", "")), ""
    return " ".join(name.get("given") or []), str(name.get("family", ""))


def quantity(value: object) -> tuple[Decimal | None, str]:
    """(number, unit) of a Quantity."""
    if not isinstance(value, dict) or value.get("value") is None:
        return None, ""
    number = value["value"]
    unit = value.get("unit") or value.get("code") or ""
    return (number if isinstance(number, Decimal) else Decimal(str(number))), str(unit)


def lies_outside(observation: Resource) -> bool:
    """Whether a value, or a part of it, is marked as not normal or lies outside its range."""
    marks = [codes(mark) for mark in observation.get("interpretation") or []]
    if marks:
        return not any("N" in mark for mark in marks)
    value, _ = quantity(observation.get("valueQuantity"))
    for reach in observation.get("referenceRange") or []:
        low, high = quantity(reach.get("low"))[0], quantity(reach.get("high"))[0]
        if value is not None and (low is not None or high is not None):
            return (low is not None and value < low) or (high is not None and value > high)
    return any(lies_outside(part) for part in observation.get("component") or [])


def is_by_patient(observation: Resource) -> bool:
    """Whether the person has measured it, at home."""
    performers = [one.get("reference", "") for one in observation.get("performer") or []]
    return any(reference.startswith("Patient/") for reference in performers)


def origin(resource: Resource, *people: str) -> Origin:
    """Where a resource comes from; `people` names the elements with those who said it."""
    said = [displays(resource.get(name)) for name in people]
    meta = resource.get("meta") or {}
    return Origin(
        reference=f"{resource['resourceType']}/{resource.get('id', '')}",
        version=str(meta.get("versionId", "")),
        who=", ".join(dict.fromkeys(filter(None, said))),
        recorded=first_when(resource, "recordedDate", "issued", "date", "authoredOn", "recorded"),
        last_updated=when(meta.get("lastUpdated")),
    )


def _display(reference: dict[str, Any]) -> str:
    inner = reference.get("actor") or reference.get("individual")
    return str(reference.get("display") or (inner or {}).get("display") or "")
