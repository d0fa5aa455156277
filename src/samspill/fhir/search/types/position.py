"""`near`: places within a distance. https://hl7.org/fhir/R4/location.html#positional"""

from collections.abc import Iterator
from math import cos, pi, radians, sin
from typing import Any

from samspill.base.errors import InvalidSearch
from samspill.base.texts import Text
from samspill.fhir.search import escapes
from samspill.fhir.search.query import Near
from samspill.fhir.search.types import number
from samspill.fhir.search.values import Position

EXPECTED = Text(
    "latitude|longitude|distance|unit, where the unit is km, m, [mi_i] or [mi_us]",
    "bredde|lengde|avstand|enhet, der enheten er km, m, [mi_i] eller [mi_us]",
)
USUAL_KM = 50
"""The distance when none is given."""

_EARTH_KM = 6371.0088
_UNITS = {"km": 1.0, "m": 0.001, "[mi_i]": 1.609344, "[mi_us]": 1.609347218694}


def parse(text: str) -> Near:
    parts = [escapes.unescape(part) for part in escapes.split(text, "|")]
    if not 2 <= len(parts) <= 4:
        raise _invalid()
    latitude, longitude = (float(number.bounds("gt", part)[1]) for part in parts[:2])
    distance = float(number.bounds("gt", parts[2])[1]) if parts[2:] and parts[2] else USUAL_KM
    unit = _UNITS.get(parts[3] if len(parts) == 4 and parts[3] else "km")
    if unit is None or abs(latitude) > 90 or abs(longitude) > 180 or distance < 0:
        raise _invalid()
    angle = min(distance * unit / _EARTH_KM, pi)
    at = position(latitude, longitude)
    return Near(at.x, at.y, at.z, 2 * sin(angle / 2), text)


def _invalid() -> InvalidSearch:
    return InvalidSearch("This is not a place", "Dette er ikke et sted", expected=EXPECTED)


def position(latitude: float, longitude: float) -> Position:
    north, east = radians(latitude), radians(longitude)
    return Position(cos(north) * cos(east), cos(north) * sin(east), sin(north))


def extract(type: str, value: Any) -> Iterator[Position]:
    if "latitude" in value and "longitude" in value:
        yield position(float(value["latitude"]), float(value["longitude"]))


TYPES = frozenset({"Location.position"})


def matches(test: Near, row: Position) -> bool:
    x, y, z = test.x - row.x, test.y - row.y, test.z - row.z
    return x * x + y * y + z * z <= test.chord * test.chord
