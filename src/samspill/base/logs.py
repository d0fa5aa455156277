"""Structured logs for the operator, one line an event: `logs.info("store.opened", version=3)`.

An event is named by words of our own and carries counts, durations, types and ids of requests.
Personal data never belongs here: names, numbers, search values and resources stay out.
"""

import json
import logging
import sys
from typing import Any, TextIO

from samspill.base import clock

Plain = str | int | float | bool | None

_LOGGER = logging.getLogger("samspill")


def debug(event: str, **facts: Plain) -> None:
    _LOGGER.debug(event, extra={"facts": facts})


def info(event: str, **facts: Plain) -> None:
    _LOGGER.info(event, extra={"facts": facts})


def warning(event: str, **facts: Plain) -> None:
    _LOGGER.warning(event, extra={"facts": facts})


def error(event: str, **facts: Plain) -> None:
    """Something failed that should not; inside an `except` block the stack goes along."""
    _LOGGER.error(event, extra={"facts": facts}, exc_info=sys.exc_info()[0] is not None)


def start(form: str, level: str, stream: TextIO = sys.stderr) -> None:
    """Sends the log to a stream as "text" or "json". Called once, when the program starts."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Json() if form == "json" else _Text())
    _LOGGER.handlers[:] = [handler]
    _LOGGER.setLevel(level.upper())
    _LOGGER.propagate = False


class _Json(logging.Formatter):
    """One JSON object in ASCII."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_fields(record))


class _Text(logging.Formatter):
    """`2026-11-23T08:19:00.123Z info store.opened version=3`."""

    def format(self, record: logging.LogRecord) -> str:
        fields = _fields(record)
        head = f"{fields.pop('at')} {fields.pop('level')} {_escaped(fields.pop('event'))}"
        return head + "".join(f" {name}={_escaped(value)}" for name, value in fields.items())


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields = {
        "at": clock.instant(int(record.created * 1_000_000)),
        "level": record.levelname.lower(),
        "event": record.getMessage(),
        **getattr(record, "facts", {}),
    }
    if record.exc_info and record.exc_info[1]:
        fields |= _stack(record.exc_info[1])
    return fields


def _stack(failure: BaseException) -> dict[str, str]:
    """The type and the places of a failure, but not its message, which may repeat a value."""
    places = []
    trace = failure.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        places.append(
            f"{trace.tb_frame.f_globals.get('__name__')}.{code.co_name}:{trace.tb_lineno}"
        )
        trace = trace.tb_next
    return {"failure": type(failure).__name__, "stack": " < ".join(reversed(places[-12:]))}


def _escaped(value: Plain) -> str:
    """A value that cannot break its line: as it is if one plain word, else as a JSON string."""
    text = str(value)
    is_word = text.isprintable() and text and not any(sign in text for sign in ' "=')
    return text if is_word else json.dumps(text)
