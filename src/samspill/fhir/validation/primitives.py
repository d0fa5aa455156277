"""The primitive types in JSON: form, range and calendar. https://hl7.org/fhir/R4/datatypes.html

The patterns are those of the standard, written so that none can run longer than its text is long:
what a "++" has taken is never given back.
"""

import re
from calendar import isleap
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from samspill.fhir.validation import messages, narrative
from samspill.fhir.validation.findings import Finding, Findings

Check = Callable[[Any, Any], Findings | None]
"""A check of a value in a run; None means that all is well."""

LONGEST_STRING = 1024 * 1024
SMALLEST, LARGEST = -(2**31), 2**31 - 1

# Days that every year has; 29 February is looked at apart.
_DAY = (
    "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_YEAR = "(?!0000)[0-9]{4}"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

_is_date = re.compile(f"{_YEAR}(?:-(?:{_DAY}|0[1-9]|1[0-2]))?").fullmatch
_is_date_time = re.compile(f"{_YEAR}(?:-(?:{_DAY}(?:T{_TIME}{_ZONE})?|0[1-9]|1[0-2]))?").fullmatch
_is_instant = re.compile(f"{_YEAR}-{_DAY}T{_TIME}{_ZONE}").fullmatch
_is_time = re.compile(_TIME).fullmatch
_is_id = re.compile(r"[A-Za-z0-9\-.]{1,64}").fullmatch
_is_code = re.compile(r"[^\s]++(?:\s[^\s]++)*+").fullmatch
_is_oid = re.compile(r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*+))++").fullmatch
_is_uuid = re.compile(
    "urn:uuid:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
).fullmatch
_is_base64 = re.compile(r"[0-9A-Za-z+/\s]*+={0,2}\s*+").fullmatch
_has_control = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]").search
_has_space = re.compile(r"[\s\x00-\x20]").search

_NUMBERS = frozenset({int, Decimal, float})
_TEXTS: frozenset[type] = frozenset({str})
_KINDS: dict[str, frozenset[type]] = {
    "boolean": frozenset({bool}),
    "decimal": _NUMBERS,
    "integer": _NUMBERS,
    "positiveInt": _NUMBERS,
    "unsignedInt": _NUMBERS,
}
"""What JSON has for a type; a text for all others."""


def boolean(value: Any, run: Any) -> Findings | None:
    if value is True or value is False:
        return None
    return _wrong(value, "boolean", "true or false")


def string(value: Any, run: Any) -> Findings | None:
    if type(value) is str and value and value.isprintable() and len(value) <= LONGEST_STRING:
        return None
    return _text("string", value)


def markdown(value: Any, run: Any) -> Findings | None:
    if type(value) is str and value and value.isprintable() and len(value) <= LONGEST_STRING:
        return None
    return _text("markdown", value)


def id(value: Any, run: Any) -> Findings | None:
    if type(value) is str and _is_id(value):
        return None
    return _wrong(value, "id", "1–64 of the letters A–Z and a–z, digits, '-' and '.'")


def element_id(value: Any, run: Any) -> Findings | None:
    """The id of an element within a resource: any text without spaces."""
    if type(value) is str and value and not _has_space(value):
        return None
    return _wrong(value, "string", "a text without spaces")


def oid(value: Any, run: Any) -> Findings | None:
    if type(value) is str and _is_oid(value):
        return None
    return _wrong(value, "oid", "urn:oid: and numbers with points between them")


def uuid(value: Any, run: Any) -> Findings | None:
    if type(value) is str and _is_uuid(value):
        return None
    return _wrong(value, "uuid", "urn:uuid: and a UUID")


def decimal(value: Any, run: Any) -> Findings | None:
    if type(value) in _NUMBERS:
        return None
    return _wrong(value, "decimal", "a number without quotation marks")


def integer(value: Any, run: Any) -> Findings | None:
    if type(value) is int and SMALLEST <= value <= LARGEST:
        return None
    return _wrong(value, "integer", "a whole number of 32 bits, without quotation marks")


def positive_int(value: Any, run: Any) -> Findings | None:
    if type(value) is int and 1 <= value <= LARGEST:
        return None
    return _wrong(value, "positiveInt", "a whole number from 1")


def unsigned_int(value: Any, run: Any) -> Findings | None:
    if type(value) is int and 0 <= value <= LARGEST:
        return None
    return _wrong(value, "unsignedInt", "a whole number from 0")


def date(value: Any, run: Any) -> Findings | None:
    if type(value) is str and (_is_date(value) or _is_leap_day(value, _is_date)):
        return None
    return _wrong(value, "date", "YYYY, YYYY-MM or YYYY-MM-DD, a day that the calendar has")


def date_time(value: Any, run: Any) -> Findings | None:
    if type(value) is str and (_is_date_time(value) or _is_leap_day(value, _is_date_time)):
        return None
    return _wrong(
        value,
        "dateTime",
        "YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz; a time needs its zone",
    )


def instant(value: Any, run: Any) -> Findings | None:
    if type(value) is str and (_is_instant(value) or _is_leap_day(value, _is_instant)):
        return None
    return _wrong(value, "instant", "YYYY-MM-DDThh:mm:ss.sss+zz:zz")


def time(value: Any, run: Any) -> Findings | None:
    if type(value) is str and _is_time(value):
        return None
    return _wrong(value, "time", "hh:mm:ss without a zone")


def base64_binary(value: Any, run: Any) -> Findings | None:
    if type(value) is str and value and _is_base64(value):
        spaces = sum(map(value.count, " \t\r\n")) if not value.isalnum() else 0
        if (len(value) - spaces) % 4 == 0:
            return None
    return _wrong(value, "base64Binary", "base64 with its filling of '='")


def xhtml(value: Any, run: Any) -> Findings | None:
    if type(value) is not str:
        return [messages.wrong_json(value, "a string with one <div>")]
    return narrative.check(value)


def _is_leap_day(value: str, matches: Callable[[str], Any]) -> bool:
    """A 29 February is right where the 28th would be, in a leap year."""
    return (
        value[4:10] == "-02-29"
        and bool(matches(value[:8] + "28" + value[10:]))
        and isleap(int(value[:4]))
    )


def _text(type_name: str, value: Any) -> Findings | None:
    if type(value) is not str:
        return [messages.wrong_json(value, "a string")]
    if not value:
        return [messages.empty(value)]
    if _has_control(value):
        return _wrong(value, type_name, "no control characters but tab, CR and LF")
    if len(value) > LONGEST_STRING:
        return _wrong(value, type_name, "at most 1 MiB")
    return None


def _urn(type_name: str, value: str) -> Findings | None:
    if value.startswith("urn:uuid:"):
        # Upper case is against the pattern of the type uuid, and met everywhere.
        if not _is_uuid(value.partition("|")[0].partition("#")[0]):
            return _wrong(value, type_name, "urn:uuid: and a UUID")
    elif value.startswith("urn:oid:") and not _is_oid(value.partition("|")[0].partition("#")[0]):
        return _wrong(value, type_name, "urn:oid: and numbers with points between them")
    return None


def _wrong(value: Any, type_name: str, expected: str) -> list[Finding]:
    if type(value) not in _KINDS.get(type_name, _TEXTS):
        return [messages.wrong_json(value, expected)]
    return [messages.wrong_form(type_name, expected)]


# The same codes and addresses come again and again; those found right are known by a look-up.
MOST_SEEN = 20_000
LONGEST_SEEN = 200


def _remembering(check: Check) -> Check:
    """The same check, which answers at once for texts that it has found right before."""
    seen: set[str] = set()

    def look_up(value: Any, run: Any) -> Findings | None:
        if type(value) is str and value in seen:
            return None
        found = check(value, run)
        if found is None and len(seen) < MOST_SEEN and len(value) <= LONGEST_SEEN:
            seen.add(value)
        return found

    return look_up


def _code(value: Any, run: Any) -> Findings | None:
    if type(value) is str and _is_code(value):
        return None
    return _wrong(
        value, "code", "a text without spaces at its ends and without two spaces in a row"
    )


def _uri(type_name: str) -> Check:
    def check(value: Any, run: Any) -> Findings | None:
        if type(value) is not str:
            return [messages.wrong_json(value, "a string")]
        if not value:
            return [messages.empty(value)]
        if _has_space(value):
            return _wrong(value, type_name, "no spaces")
        if value.startswith("urn:"):
            return _urn(type_name, value)
        if value.startswith(("oid:", "uuid:")):
            return _wrong(value, type_name, f"urn:{value.partition(':')[0]}: in front")
        return None

    return check


def checks() -> dict[str, Check]:
    """The check of each primitive type."""
    return {
        **_CHECKS,
        "canonical": _remembering(_uri("canonical")),
        "code": _remembering(_code),
        "uri": _remembering(_uri("uri")),
        "url": _remembering(_uri("url")),
    }


_CHECKS: dict[str, Check] = {
    "base64Binary": base64_binary,
    "boolean": boolean,
    "date": date,
    "dateTime": date_time,
    "decimal": decimal,
    "id": id,
    "instant": instant,
    "integer": integer,
    "markdown": markdown,
    "oid": oid,
    "positiveInt": positive_int,
    "string": string,
    "time": time,
    "unsignedInt": unsigned_int,
    "uuid": uuid,
    "xhtml": xhtml,
}
