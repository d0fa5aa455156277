"""What the arguments of a field mean: a search, or which items of a list are kept.

https://hl7.org/fhir/R4/graphql.html#searching
"""

from collections.abc import Mapping, Sequence
from typing import Any

from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.fhir import fhirpath
from samspill.fhir.definitions import Definitions


def pairs(arguments: Mapping[str, Any], within: Resource | None) -> list[tuple[str, str]]:
    """Search parameters: `_reference` names the one that leads to the resource that the field
    stands in; an underscore stands for a hyphen in names, and null for what is not given."""
    found = []
    for name, value in arguments.items():
        if value is None:
            continue
        if name == "_reference" and within is not None:
            found.append((str(value), f"{within['resourceType']}/{within['id']}"))
            continue
        values = value if isinstance(value, list) else [value]
        name = name[:1] + name[1:].replace("_", "-")
        found += [(name, _text(item)) for item in values]
    return found


def kept(
    items: Sequence[Any], arguments: Mapping[str, Any], type: str, definitions: Definitions
) -> list[Any]:
    """The items with these values of their elements, for which `fhirpath` is true, from `_offset`
    on and no more than `_count`."""
    offset, count = arguments.get("_offset", 0), arguments.get("_count")
    wanted = {name: value for name, value in arguments.items() if name not in _OF_LISTS}
    found = [item for item in items if all(_has(item, *pair) for pair in wanted.items())]
    if (text := arguments.get("fhirpath")) is not None:
        expression = fhirpath.compile(str(text), definitions, type)
        found = [item for item in found if expression.is_true(item)]
    if not isinstance(offset, int) or not isinstance(count, int | None):
        raise InvalidRequest("Not a number", "Ikke et tall", where="_count")
    return found[offset : None if count is None else offset + count]


_OF_LISTS = ("_offset", "_count", "fhirpath")


def _has(item: Any, name: str, value: Any) -> bool:
    found = item.get(name) if isinstance(item, dict) else None
    return value in found if isinstance(found, list) else found == value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
