"""JSON in and out: what is kept, what is refused, and that the message says where."""

import json as plain_json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samspill.base import json, json_faults
from samspill.base.errors import InvalidContent, TooLarge
from samspill.base.json_faults import Fault


@pytest.mark.parametrize("number", ["1.00", "0.1", "-0", "-0.0", "100", "1.5E+2", "0.000001", "-7"])
def test_a_number_keeps_its_digits(number: str) -> None:
    text = f'{{"value":{number}}}'.encode()
    assert json.format(json.parse(text)) == json.format(json.parse_own(text)) == text


def test_a_small_exponent_keeps_its_value_and_precision() -> None:
    assert json.parse(b"1.50e2").as_tuple() == Decimal("1.50e2").as_tuple()


def test_minus_zero_in_a_string_changes_nothing() -> None:
    assert json.parse(b'{"a": ": -0 ,", "b": 1}') == {"a": ": -0 ,", "b": 1}


LONG = str(2**63)
FAULTY = [
    (Fault.SYNTAX, '{"a": }', 1, 7),
    (Fault.SYNTAX, '{"a":1}\n x', 2, 2),
    (Fault.SYNTAX, "", 1, 1),
    (Fault.SYNTAX, "[1,]", 1, 4),
    (Fault.SYNTAX, '{"a":1,}', 1, 8),
    (Fault.SYNTAX, '{"a" 1}', 1, 6),
    (Fault.SYNTAX, "[01]", 1, 3),
    (Fault.SYNTAX, "[NaN]", 1, 2),
    (Fault.SYNTAX, "[-Infinity]", 1, 2),
    (Fault.SYNTAX, '["\x01"]', 1, 2),
    (Fault.SYNTAX, '["\0"]', 1, 2),
    (Fault.SYNTAX, '["open', 1, 2),
    (Fault.DUPLICATE, '{"id": "a",\n "id": "b"}', 2, 2),
    (Fault.DUPLICATE, r'{"id":"a","\u0069d":"b"}', 1, 11),
    (Fault.DUPLICATE, r'{"a\"b":1,"a\u0022b":1}', 1, 11),
    (Fault.DUPLICATE, r'{"x":[{"a":"x\\","a":"\\\""}]}', 1, 18),
    (Fault.NUL, r'{"a":"\u0000"}', 1, 6),
    (Fault.NUL, r'{"\u0000":1}', 1, 2),
    (Fault.SURROGATE, r'["\ud800"]', 1, 2),
    (Fault.SURROGATE, r'["\ude00 and more text"]', 1, 2),
    (Fault.NUMBER, f"[{LONG}]", 1, 2),
    (Fault.NUMBER, f"[-{LONG}]", 1, 2),
    (Fault.NUMBER, "[0." + "1" * 35 + "]", 1, 2),
    (Fault.NUMBER, "[1e301]", 1, 2),
    (Fault.NUMBER, "[1e-400000000]", 1, 2),
    (Fault.NUMBER, "[1E0000000000000000000400000000]", 1, 2),
    (Fault.NUMBER, "[" + "9" * 5000 + "]", 1, 2),
    (Fault.DEPTH, "[" * 65 + "]" * 65, 1, 65),
    (Fault.DEPTH, "[" * 100_000, 1, 65),
    (Fault.DEPTH, '{"a":' * 100_000, 1, 321),
    (Fault.ENCODING, "\ufeff{}", 1, 1),
]


@pytest.mark.parametrize(("fault", "text", "line", "column"), FAULTY)
def test_a_faulty_text_is_refused_with_its_place(
    fault: Fault, text: str, line: int, column: int
) -> None:
    with pytest.raises(InvalidContent) as refused:
        json.parse(text.encode())
    (issue,) = refused.value.issues
    assert issue.text.en == f"Line {line}, column {column}: {fault.value.en}"
    assert issue.text.nb == f"Linje {line}, kolonne {column}: {fault.value.nb}"
    assert (issue.line, issue.column) == (line, column)


@pytest.mark.parametrize(
    "data",
    [b'"\xff"', b'{"\xc0\xaf":1}', b'"\xed\xa0\x80"', b'{"a":"\xf5"}', '{"å":1}'.encode("latin-1")],
)
def test_invalid_utf_8_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidContent, match=Fault.ENCODING.value.en):
        json.parse(data)


@pytest.mark.parametrize("depth", [1, 63, 64])
def test_64_levels_are_allowed(depth: int) -> None:
    assert json.parse(b"[" * depth + b"]" * depth) is not None


def test_the_content_is_not_repeated_in_the_message() -> None:
    with pytest.raises(InvalidContent) as refused:
        json.parse(b'{"01010112345": 1, "01010112345": 2}')
    assert "01010112345" not in f"{refused.value.text} {refused.value.issues}"


def test_a_faulty_text_too_long_to_be_searched_is_refused_all_the_same() -> None:
    padding = b'"x": [' + b"0," * 100_000 + b"0], "
    with pytest.raises(InvalidContent, match=Fault.DUPLICATE.value.en):
        json.parse(b"{" + padding + b'"a": 1, "a": 2}')


@pytest.mark.parametrize("piece", [b"[],", b"{},", b'{"a":1},', b'"",', b"0.5,", b"1,"])
def test_many_small_values_are_refused_before_they_fill_the_memory(piece: bytes) -> None:
    text = b"[" + piece * (json.LARGEST // len(piece) - 2) + b"1]"
    with pytest.raises(TooLarge):
        json.parse(text)


def test_a_text_over_its_limit_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        json.parse(b"not json", at_most=7)


@pytest.mark.parametrize("data", [b"[]", b'"text"', b"null", b"{}", b'{"resourceType":1}'])
def test_a_resource_is_an_object_that_names_its_type(data: bytes) -> None:
    with pytest.raises(InvalidContent):
        json.parse_resource(data)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.decimals(
        allow_nan=False, allow_infinity=False, places=3, min_value=-(10**14), max_value=10**14
    )
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text(max_size=3).filter(lambda key: "\0" not in key), inner)
    ),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 2]), st.booleans())
def test_what_is_formatted_parses_to_the_same(
    value: object, indent: int | None, is_ascii: bool
) -> None:
    text = json.format(value)
    assert json.parse(text) == json.parse_own(text) == value
    as_texts = plain_json.loads(text, parse_float=str)
    loose = plain_json.dumps(as_texts, indent=indent, ensure_ascii=is_ascii)
    assert json.parse(loose.encode()) == as_texts


FRAGMENTS = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    '"\\u0061"',
    '"b\\""',
    "1",
    "-0",
    "1e9",
    LONG,
    " ",
    "\n",
]
FRAGMENTS += [
    "null",
    '"\\ud83d\\ude00"',
    '"\\ud800"',
    '"\\u0000"',
    "1.",
    '"\\\\"',
    "0.10",
    '{"a":',
    '"b":1,',
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_the_fast_parser_refuses_what_the_strict_reader_finds_fault_with(text: str) -> None:
    data = text.encode()
    fault = json_faults.locate(data)
    if fault is None:
        assert json.parse(data) == plain_json.loads(data, parse_float=Decimal)
    else:
        with pytest.raises(InvalidContent):
            json.parse(data)


@pytest.mark.parametrize(
    "text", ["0." + "1" * 34, "1.000000000000000000E-245", "-1e300", str(2**63 - 1)]
)
def test_numbers_within_the_limits_keep_their_digits(text: str) -> None:
    assert json.parse(text.encode()) == Decimal(text)
