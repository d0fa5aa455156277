"""Each primitive type accepts its own forms and refuses what looks like them."""

from decimal import Decimal
from typing import Any

import pytest

from samspill.base.texts import Text
from samspill.fhir.validation import bokmaal, primitives

CHECKS = primitives.checks()

RIGHT: list[tuple[str, Any]] = [
    ("boolean", True),
    ("integer", -2147483648),
    ("positiveInt", 1),
    ("unsignedInt", 0),
    ("decimal", Decimal("1.00")),
    ("decimal", 3),
    ("string", "linje 1\nlinje 2\tæøå"),
    ("code", "a b"),
    ("id", "A-1.b"),
    ("uri", "urn:oid:2.16.578.1.12.4.1.4.1"),
    ("uri", "urn:uuid:53FEFA32-fcbb-4ff8-8a92-55ee120877b7"),
    ("canonical", "http://example.org/a|1.0#b"),
    ("oid", "urn:oid:1.2.3"),
    ("uuid", "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"),
    ("date", "2024"),
    ("date", "2024-02"),
    ("date", "2024-02-29"),
    ("date", "2000-02-29"),
    ("dateTime", "2024-02-29T23:59:60+14:00"),
    ("dateTime", "2024-02-28T23:59:00.123456789Z"),
    ("instant", "2024-02-29T00:00:00Z"),
    ("time", "23:59:59.9"),
    ("base64Binary", "AAAA\nAA=="),
]
WRONG: list[tuple[str, Any]] = [
    ("boolean", "true"),
    ("boolean", 1),
    ("integer", 2147483648),
    ("integer", True),
    ("integer", Decimal("1.0")),
    ("positiveInt", 0),
    ("unsignedInt", -1),
    ("decimal", "1.0"),
    ("decimal", False),
    ("string", ""),
    ("string", 5),
    ("string", "a\x00b"),
    ("string", None),
    ("code", " a"),
    ("code", "a  b"),
    ("code", ""),
    ("id", "a_b"),
    ("id", "a" * 65),
    ("uri", "http://example.org/a b"),
    ("uri", "oid:1.2.3"),
    ("uri", "urn:oid:1.2.03"),
    ("uri", "urn:uuid:1234"),
    ("oid", "1.2.3"),
    ("uuid", "53fefa32-fcbb-4ff8-8a92-55ee120877b7"),
    ("date", "0000"),
    ("date", "2023-02-29"),
    ("date", "1900-02-29"),
    ("date", "2024-04-31"),
    ("date", "2024-13"),
    ("date", "24-01-01"),
    ("date", "2024-01-01T00:00:00Z"),
    ("dateTime", "2024-01-01T00:00:00"),
    ("dateTime", "2024-01-01T00:00Z"),
    ("dateTime", "2024-01-01T24:00:00Z"),
    ("dateTime", "2024-01-01T00:00:00+14:30"),
    ("dateTime", "2023-02-29T00:00:00Z"),
    ("instant", "2024-01-01"),
    ("time", "24:00:00"),
    ("time", "12:00"),
    ("base64Binary", "AAA"),
    ("base64Binary", "A*AA"),
    ("base64Binary", ""),
]


@pytest.mark.parametrize(("type", "value"), RIGHT)
def test_a_right_form_is_accepted(type: str, value: Any) -> None:
    assert CHECKS[type](value, None) is None
    assert CHECKS[type](value, None) is None, "what has been seen before is right again"


@pytest.mark.parametrize(("type", "value"), WRONG)
def test_a_wrong_form_is_refused(type: str, value: Any) -> None:
    found = CHECKS[type](value, None)

    assert found
    assert all(each.severity == "error" and each.expected for each in found)


@pytest.mark.parametrize(("type", "value"), WRONG)
def test_what_was_expected_is_told_in_bokmaal_too(type: str, value: Any) -> None:
    for each in CHECKS[type](value, None) or []:
        assert isinstance(bokmaal.expected(each.expected), Text), each.expected


@pytest.mark.parametrize("type", CHECKS)
@pytest.mark.parametrize("value", [{}, [], None, {"a": 1}, [1]])
def test_what_is_no_primitive_in_json_is_refused_as_such(type: str, value: Any) -> None:
    found = CHECKS[type](value, None)

    assert found
    assert found[0].code == "structure"


@pytest.mark.parametrize("type", CHECKS)
def test_a_message_never_holds_the_value(type: str) -> None:
    secret = " hemmelig  "
    found = CHECKS[type](secret, None) or []

    assert not any("hemmelig" in f"{each.text} {each.expected}" for each in found)
