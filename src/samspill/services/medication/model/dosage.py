"""A structured dosage as one sentence in Bokmål, Nynorsk or English.

https://hl7.org/fhir/R4/dosage.html
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from samspill.base.json import Resource

_NB = {
    "then": "deretter", "times": "{n} ganger", "once": "1 gang", "daily": "daglig",
    "every": "hver {n}. {unit}", "each": "hver {unit}", "for": "i {n} {unit}",
    "h": "time", "d": "dag", "wk": "uke", "mo": "måned", "a": "år", "min": "minutt", "s": "sekund",
    "hs": "timer", "ds": "dager", "wks": "uker", "mos": "måneder", "as": "år", "mins": "minutter",
    "ss": "sekunder", "needed": "ved behov", "against": "ved behov: {what}",
    "most": "høyst {n} {unit} per {period}", "until": "til {on}", "from": "fra {on}",
    "MORN": "morgen", "NOON": "midt på dagen", "AFT": "ettermiddag", "EVE": "kveld",
    "NIGHT": "natt", "HS": "ved sengetid", "WAKE": "når du våkner", "AC": "før måltid",
    "PC": "etter måltid", "C": "til måltid", "CM": "til frokost", "CD": "til lunsj",
    "CV": "til middag", "ACM": "før frokost", "ACV": "før middag", "PCM": "etter frokost",
    "mon": "mandag", "tue": "tirsdag", "wed": "onsdag", "thu": "torsdag", "fri": "fredag",
    "sat": "lørdag", "sun": "søndag", "and": "og", "at": "klokken {n}",
}  # fmt: skip
_NN = {
    **_NB, "then": "deretter", "times": "{n} gonger", "once": "1 gong", "daily": "dagleg",
    "every": "kvar {n}. {unit}", "each": "kvar {unit}", "wk": "veke", "mo": "månad",
    "hs": "timar", "ds": "dagar", "wks": "veker", "mos": "månader", "mins": "minutt",
    "ss": "sekund", "most": "høgst {n} {unit} per {period}", "EVE": "kveld",
    "WAKE": "når du vaknar", "HS": "ved sengetid", "mon": "måndag", "tue": "tysdag",
    "sat": "laurdag", "sun": "søndag", "against": "ved behov: {what}",
}  # fmt: skip
_EN = {
    "then": "then", "times": "{n} times", "once": "once", "daily": "a day",
    "every": "every {n} {unit}", "each": "every {unit}", "for": "for {n} {unit}",
    "h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year", "min": "minute",
    "s": "second", "hs": "hours", "ds": "days", "wks": "weeks", "mos": "months", "as": "years",
    "mins": "minutes", "ss": "seconds", "needed": "as needed", "against": "as needed for {what}",
    "most": "at most {n} {unit} per {period}", "until": "until {on}", "from": "from {on}",
    "MORN": "in the morning", "NOON": "at noon", "AFT": "in the afternoon",
    "EVE": "in the evening", "NIGHT": "at night", "HS": "at bedtime", "WAKE": "on waking",
    "AC": "before meals", "PC": "after meals", "C": "with meals", "CM": "with breakfast",
    "CD": "with lunch", "CV": "with dinner", "ACM": "before breakfast", "ACV": "before dinner",
    "PCM": "after breakfast", "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday",
    "thu": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday", "and": "and",
    "at": "at {n}",
}  # fmt: skip
WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType({"nb": _NB, "nn": _NN, "en": _EN})


def text(dosages: Iterable[Resource], language: str = "nb") -> str:
    """All steps in their order; steps of a tapering with "then" between, others with commas."""
    words = WORDS[language if language in WORDS else "nb"]
    ordered = sorted(dosages, key=lambda one: int(one.get("sequence", 1)))
    said = ""
    before: Resource = {}
    for one in ordered:
        sentence = _step(one, words, language)
        follows = one.get("sequence", 1) != before.get("sequence", 1)
        said += (f", {words['then']} " if follows else ", ") + sentence if said else sentence
        before = one
    return said


def _step(dosage: Resource, words: Mapping[str, str], language: str) -> str:
    """The words of the structure; where there is none, the text as its author wrote it."""
    repeat = (dosage.get("timing") or {}).get("repeat") or {}
    amount = _amount(dosage)
    if not amount and (dosage.get("text") or not repeat):
        known = dosage.get("text") or ("" if not _is_needed(dosage) else _needed(dosage, words))
        return str(known)
    written = (amount, _often(repeat, words), _when(repeat, words), _route(dosage))
    more = (_needed(dosage, words), _most(dosage, words, language), *_bounds(repeat, words))
    said = " ".join(filter(None, written))
    return ", ".join(filter(None, (said, *more, dosage.get("patientInstruction", ""))))


def _amount(dosage: Resource) -> str:
    for each in dosage.get("doseAndRate") or []:
        if "doseQuantity" in each:
            return _quantity(each["doseQuantity"])
        if "doseRange" in each:
            low, high = each["doseRange"].get("low", {}), each["doseRange"].get("high", {})
            return f"{_number(low.get('value', ''))}–{_quantity(high)}"
    return ""


def _often(repeat: Resource, words: Mapping[str, str]) -> str:
    period, unit = repeat.get("period", 1), repeat.get("periodUnit", "")
    if not unit:
        return ""
    times, most = repeat.get("frequency", 1), repeat.get("frequencyMax")
    count = f"{times}–{most}" if most else str(times)
    said = words["once"] if count == "1" else words["times"].format(n=count)
    if unit == "d" and period == 1:
        return "" if repeat.get("when") and count == "1" else f"{said} {words['daily']}"
    plain = words[unit] if words is not _EN or period == 1 else words[f"{unit}s"]
    every = words["each"] if period == 1 else words["every"]
    spaced = every.format(n=_number(period), unit=plain)
    return spaced if count == "1" else f"{said} {spaced}"


def _when(repeat: Resource, words: Mapping[str, str]) -> str:
    parts = [words.get(code, code) for code in repeat.get("when") or []]
    parts += [words.get(day, day) for day in repeat.get("dayOfWeek") or []]
    parts += [words["at"].format(n=time[:5]) for time in repeat.get("timeOfDay") or []]
    return _listed(parts, words["and"])


def _listed(parts: Sequence[str], last: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def _route(dosage: Resource) -> str:
    route = dosage.get("route") or {}
    return str(
        route.get("text") or next((c.get("display", "") for c in route.get("coding", ())), "")
    )


def _is_needed(dosage: Resource) -> bool:
    return bool(dosage.get("asNeededBoolean") or dosage.get("asNeededCodeableConcept"))


def _needed(dosage: Resource, words: Mapping[str, str]) -> str:
    concept = dosage.get("asNeededCodeableConcept")
    if concept:
        what = concept.get("text") or concept["coding"][0].get("display", "")
        return words["against"].format(what=what)
    return words["needed"] if dosage.get("asNeededBoolean") else ""


def _most(dosage: Resource, words: Mapping[str, str], language: str) -> str:
    most = dosage.get("maxDosePerPeriod")
    if not most:
        return ""
    top, period = most.get("numerator", {}), most.get("denominator", {})
    unit = words.get(period.get("code", ""), period.get("unit", ""))
    count = period.get("value", 1)
    if count != 1:
        unit = f"{_number(count)} {words.get(period.get('code', '') + 's', unit)}"
    return words["most"].format(n=_number(top.get("value", "")), unit=_unit(top), period=unit)


def _bounds(repeat: Resource, words: Mapping[str, str]) -> tuple[str, ...]:
    length, period = repeat.get("boundsDuration"), repeat.get("boundsPeriod") or {}
    said = []
    if length:
        count, code = length.get("value"), length.get("code", "")
        unit = words.get(code if count == 1 else f"{code}s", length.get("unit", ""))
        said.append(words["for"].format(n=_number(count), unit=unit))
    said += [words["from"].format(on=period["start"])] if "start" in period else []
    said += [words["until"].format(on=period["end"])] if "end" in period else []
    return tuple(said)


def _quantity(quantity: Resource) -> str:
    return " ".join(filter(None, (_number(quantity.get("value", "")), _unit(quantity))))


def _unit(quantity: Resource) -> str:
    return str(quantity.get("unit") or quantity.get("code") or "")


def _number(value: object) -> str:
    """As it was written, with a comma, and no zeros that say nothing."""
    plain = format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
    return plain.replace(".", ",")
