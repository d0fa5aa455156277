"""JSON in and out: guarded parsing, decimals kept to the digit. https://hl7.org/fhir/R4/json.html

Parsing is on the way of every write, so the common case is decided by a few passes in C: a text
that comes out of `format` as it went in has no duplicate keys. Only other texts are walked.
"""

import json
import re
from decimal import Decimal
from typing import Any

import msgspec

from samspill.base import json_faults
from samspill.base.errors import InvalidContent, TooLarge
from samspill.base.json_faults import DEPTH, WHOLE, Fault
from samspill.base.texts import Text

Resource = dict[str, Any]
"""A parsed JSON object. Never changed in place."""

LARGEST = 5 * 1024 * 1024
"""Bytes in a text, where the caller does not say otherwise."""


def parse(data: bytes, *, at_most: int = LARGEST) -> Any:
    """The value of a JSON text; fractions are `Decimal`, whole numbers `int`.

    `InvalidContent`: broken JSON, a key given twice, more than 64 levels, NUL, a lone surrogate,
    invalid UTF-8, a byte order mark, a number beyond the limits of `json_faults`.
    `TooLarge`: more than `at_most` bytes, or so many values that they fill the memory.
    """
    _guard_size(data, at_most)
    try:
        value = _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise _invalid(data, _kind(data, error)) from None
    if _encode(value) == data and not _is_suspect(data):
        return value
    fault = _fault(data, value)
    if fault is not None:
        raise _invalid(data, fault)
    return _with_minus_zero(data) if _MINUS_ZERO.search(data) else value


def parse_resource(data: bytes, *, at_most: int = LARGEST) -> Resource:
    """A JSON object that names its `resourceType`."""
    value = parse(data, at_most=at_most)
    if not isinstance(value, dict):
        raise InvalidContent(
            "A resource is a JSON object",
            "En ressurs er et JSON-objekt",
            expected='{"resourceType": …}',
        )
    if not isinstance(value.get("resourceType"), str):
        raise InvalidContent(
            "The object does not say which type of resource it is",
            "Objektet sier ikke hvilken ressurstype det er",
            where="resourceType",
            expected=Text(
                "the name of a FHIR R4 resource type", "navnet på en ressurstype i FHIR R4"
            ),
        )
    return value


def parse_own(data: bytes) -> Any:
    """The value of what `format` wrote: without the guards, since it has passed them before."""
    return _with_minus_zero(data) if _MINUS_ZERO.search(data) else _decode(data)


def format(value: Any) -> bytes:
    """Compact UTF-8; a `Decimal` is written as a number with its digits as they are."""
    return _encode(value)


def _number(text: str) -> Decimal:
    """A fraction with its digits as they are; ValueError beyond the limits of `json_faults`."""
    if (len(text) > 18 or "e" in text or "E" in text) and not json_faults.is_moderate(text):
        raise ValueError
    return Decimal(text)


_decode = msgspec.json.Decoder(float_hook=_number).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode

_CLASSES = bytes.maketrans(b"123456789{", b"000000000[")
_MINUS_ZERO = re.compile(rb"-0(?=[\s,\]}]|\Z)")


def _guard_size(data: bytes, at_most: int) -> None:
    """Bytes, and what they become: an empty object is two bytes as text and 64 in memory."""
    if len(data) > at_most:
        raise TooLarge(
            f"The content is larger than {at_most} bytes",
            f"Innholdet er større enn {at_most} byte",
            expected=Text(f"at most {at_most} bytes", f"høyst {at_most} byte"),
        )
    if len(data) <= 65_536:
        return
    room = max(at_most, LARGEST)
    brackets = data.count(b"{") + data.count(b"[")
    if brackets > room // 25 or brackets + data.count(b",") > room // 10:
        raise TooLarge(
            "The content holds too many values for its size",
            "Innholdet har for mange verdier for størrelsen sin",
            expected=Text(
                f"at most {room // 10} values, {room // 25} objects and arrays",
                f"høyst {room // 10} verdier, {room // 25} objekter og lister",
            ),
        )


def _is_suspect(data: bytes) -> bool:
    """Whether the bytes may hold more than 64 levels, NUL or a whole number of 19 digits."""
    classes = data.translate(_CLASSES)
    return b"0" * 19 in classes or classes.count(b"[") > DEPTH or b"\\u0000" in data


def _fault(data: bytes, value: Any) -> Fault | None:
    """What is wrong with a text that decodes, found by walking its value level by level."""
    quotes = depth = 0
    is_suspect = b"\\u0000" in data
    level = [value]
    while level:
        depth += 1
        deeper: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is str:
                quotes += 2
                if is_suspect and "\0" in item:
                    return Fault.NUL
            elif kind is dict:
                quotes += 2 * len(item)
                deeper += item.values()
                if is_suspect and any("\0" in key for key in item):
                    return Fault.NUL
            elif kind is list:
                deeper += item
            elif kind is int and not -WHOLE < item < WHOLE:
                return Fault.NUMBER
        if depth > DEPTH and any(type(item) in (dict, list) for item in level):
            return Fault.DEPTH
        level = deeper
    # The text has a pair of quotes for each key and string; a key given twice is lost in the value.
    return None if _quotes(data) == quotes else Fault.DUPLICATE


def _quotes(data: bytes) -> int:
    """The quotation marks that are not escaped."""
    if b"\\" in data:
        data = data.replace(rb"\\", b"").replace(rb"\"", b"")
    return len(data) - len(data.translate(None, b'"'))


def _with_minus_zero(data: bytes) -> Any:
    """The value again, with `-0` as a Decimal, since an int has no minus zero."""
    return json.loads(
        data,
        parse_float=_number,
        parse_int=lambda text: Decimal(text) if text == "-0" else int(text),
    )


def _kind(data: bytes, error: Exception) -> Fault:
    if isinstance(error, RecursionError):
        return Fault.DEPTH
    if isinstance(error, UnicodeDecodeError) or data.startswith(b"\xef\xbb\xbf"):
        return Fault.ENCODING
    return Fault.NUMBER if isinstance(error.__cause__, ValueError) else Fault.SYNTAX


def _invalid(data: bytes, fault: Fault) -> InvalidContent:
    place = json_faults.locate(data)
    if place is None:
        return InvalidContent(fault.value.en, fault.value.nb)
    fault, line, column = place
    return InvalidContent(
        f"Line {line}, column {column}: {fault.value.en}",
        f"Linje {line}, kolonne {column}: {fault.value.nb}",
        line=line,
        column=column,
    )
