"""Line and column of issues in the text that was sent, JSON or XML.

Looked for when there is something to tell, so that a resource without fault pays nothing.
https://hl7.org/fhir/R4/operationoutcome.html
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from xml.parsers import expat

from samspill.base.errors import Issue
from samspill.fhir.validation import positions
from samspill.fhir.validation.findings import Step

Place = tuple[tuple[str, int], ...]
_PART = re.compile(r"\.?ofType\((\w+)\)|\[(\d+)\]|\.?([A-Za-z_][\w-]*)")


def told(issues: Iterable[Issue], data: bytes, inside: str = "") -> list[Issue]:
    """The issues with line and column, where they have none and their place can be found.

    `inside` is the FHIRPath, in the text, of the resource that the issues are of, if that is not
    the whole text: `Parameters.parameter[0].resource`.
    """
    places = _Lines(data) if data.lstrip()[:1] == b"<" else positions.Places(data)
    placed = []
    for each in issues:
        if each.line or not each.expression:
            placed.append(each)
            continue
        line, column = places.find([*steps(inside), *steps(each.expression)])
        placed.append(replace(each, line=line, column=column))
    return placed


def steps(expression: str) -> list[Step]:
    """The JSON names and indexes of a path as `locations.expression` writes it.

    >>> steps("Observation.component[1].value.ofType(Quantity).unit")
    ['component', 1, 'valueQuantity', 'unit']
    """
    found: list[Step] = []
    for type, index, name in _PART.findall(expression.partition(".")[2]):
        if type and found and isinstance(found[-1], str):
            found[-1] += type[0].upper() + type[1:]
        elif index:
            found.append(int(index))
        elif name:
            found.append(name)
    return found


class _Lines:
    """The places of all elements of an XML text, found when the first is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data if len(data) <= positions.MOST_BYTES else b""
        self._places: dict[Place, tuple[int, int]] = {}

    def find(self, steps: Sequence[Step]) -> tuple[int, int]:
        """Line and column of the start tag, or of the nearest around it; (0, 0) if unknown."""
        if not self._places:
            self._places = _scan(self._data)
        place = _place(steps)
        while place and place not in self._places:
            place = place[:-1]
        return self._places.get(place, (0, 0))


def _place(steps: Sequence[Step]) -> Place:
    """Each element with its number among those of the same name beside it."""
    found: list[tuple[str, int]] = []
    for step in steps:
        if isinstance(step, str):
            found.append((step.removeprefix("_"), 0))
        elif found:
            found[-1] = (found[-1][0], step)
    return tuple(found)


def _scan(data: bytes) -> dict[Place, tuple[int, int]]:
    places: dict[Place, tuple[int, int]] = {}
    path: list[tuple[str, int]] = []
    counts: list[dict[str, int]] = [{}]
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")

    def start(full_name: str, attributes: dict[str, str]) -> None:
        name = full_name.rpartition(" ")[2]
        at = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        # The element that names the type of a resource is no step of a path.
        is_step = not name[:1].isupper()
        if is_step:
            number = counts[-1].get(name, 0)
            counts[-1][name] = number + 1
            path.append((name, number))
        else:
            path.append(("", 0))
        counts.append({})
        places.setdefault(tuple(each for each in path if each[0]), at)

    def end(full_name: str) -> None:
        path.pop()
        counts.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        # What cannot be parsed has been told by who reads it.
        return places
    return places
