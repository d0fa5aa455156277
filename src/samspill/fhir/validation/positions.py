"""Where in a JSON text an element stands: line and column, counted from 1.

Used only when there is something to tell, so it is written to be short.
"""

import re
from collections.abc import Sequence

from samspill.fhir.validation.findings import Step

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+', re.DOTALL)
MOST_BYTES = 256 * 1024
"""In longer texts no places are told, since finding them takes longer than an answer may."""


class Places:
    """The places of all elements of one text, found when the first is asked for."""

    def __init__(self, data: bytes) -> None:
        self._text = data.decode("utf-8", "replace") if len(data) <= MOST_BYTES else ""
        self._places: dict[tuple[Step, ...], int] | None = None

    def find(self, steps: Sequence[Step]) -> tuple[int, int]:
        """Line and column of an element, or of the nearest around it; (0, 0) for an empty text."""
        if not self._text:
            return 0, 0
        if self._places is None:
            self._places = _scan(self._text)
        path = tuple(steps)
        while path and path not in self._places:
            path = path[:-1]
        start = self._places.get(path, 0)
        line = self._text.count("\n", 0, start) + 1
        return line, start - self._text.rfind("\n", 0, start)


def _scan(text: str) -> dict[tuple[Step, ...], int]:
    """The offset of every element: of its name if it has one, else of its value."""
    places: dict[tuple[Step, ...], int] = {}
    path: list[Step] = []
    name_at: int | None = None
    for token in _TOKEN.finditer(text):
        first = token[0][0]
        at = token.start()
        if first in "{[":
            places.setdefault(tuple(path), at)
            path.append("" if first == "{" else 0)
            name_at = None
        elif first in "}]":
            path = path[:-1]
        elif first == ",":
            if path and isinstance(path[-1], int):
                path[-1] += 1
            else:
                name_at = None
        elif first == ":":
            continue
        elif path and isinstance(path[-1], str) and name_at is None:
            path[-1] = _unquote(token[0])
            places.setdefault(tuple(path), at)
            name_at = at
        else:
            places.setdefault(tuple(path), at)
    return places


def _unquote(token: str) -> str:
    return token.strip('"') if "\\" not in token else token
