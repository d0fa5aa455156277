"""A log line stays one line, whatever it is told, and keeps the words of a failure to itself."""

import io
import json
from collections.abc import Iterator

import pytest

from samspill.base import logs

HOSTILE = "a\r\nERROR forged\x1b[31m\u2028\x9b\0"


@pytest.fixture(params=["text", "json"])
def stream(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.start(request.param, "info", stream)
    yield stream
    logs.start("text", "error", io.StringIO())


def test_a_line_cannot_be_forged(stream: io.StringIO) -> None:
    logs.info("request", path=HOSTILE)
    line = stream.getvalue()
    assert line.endswith("\n")
    assert line[:-1].isprintable()
    assert len(line.splitlines()) == 1


def test_a_line_under_the_level_is_left_out(stream: io.StringIO) -> None:
    logs.debug("detail")
    assert stream.getvalue() == ""


def test_a_failure_is_logged_by_its_place_and_not_by_its_words(stream: io.StringIO) -> None:
    try:
        raise ValueError("01010112345")
    except ValueError:
        logs.error("request.failed")
    assert "01010112345" not in stream.getvalue()
    assert "ValueError" in stream.getvalue()
    assert "test_a_failure_is_logged" in stream.getvalue()


def test_the_two_forms_tell_the_same() -> None:
    text, structured = io.StringIO(), io.StringIO()
    for form, stream in (("text", text), ("json", structured)):
        logs.start(form, "info", stream)
        logs.warning("store.full", free_bytes=0, folder="my record")
    logs.start("text", "error", io.StringIO())
    fields = json.loads(structured.getvalue())
    assert {**fields, "at": ""} == {
        "at": "",
        "level": "warning",
        "event": "store.full",
        "free_bytes": 0,
        "folder": "my record",
    }
    assert text.getvalue().endswith('Z warning store.full free_bytes=0 folder="my record"\n')
