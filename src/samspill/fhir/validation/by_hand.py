"""Two invariants written in Python, since they stand on the hot path of every write.

A test shows each to agree with its FHIRPath. None as an answer leaves the question to FHIRPath.
"""

from collections.abc import Callable
from typing import Any

Resource = dict[str, Any]
Answer = Callable[[Resource], bool | None]


def period_is_ordered(period: Resource) -> bool | None:
    """per-1: texts of one form and one zone are ordered as the times they stand for."""
    start, end = period.get("start"), period.get("end")
    if start is None or end is None:
        return None
    length = len(start)
    if length != len(end) or (length > 10 and start[19:] != end[19:]):
        return None
    # A leap second would come out of order.
    return None if length > 10 and "60" in (start[17:19], end[17:19]) else bool(start <= end)


def contained_is_used(resource: Resource) -> bool | None:
    """dom-3: each contained resource is referred to, or refers to its container."""
    contained = resource.get("contained", [])
    if not isinstance(contained, list):
        return None
    used = _local_references(resource)
    return all(
        f"#{each.get('id', '')}" in used or "#" in _local_references(each) for each in contained
    )


def _local_references(value: Any) -> set[str]:
    """All texts that begin with "#", wherever the element may hold a reference or an address."""
    found, waiting = set[str](), [value]
    while waiting:
        each = waiting.pop()
        if type(each) is dict:
            each = [part for name, part in each.items() if name != "div"]
        for part in each:
            kind = type(part)
            if kind is dict or kind is list:
                waiting.append(part)
            elif kind is str and part[:1] == "#":
                found.add(part)
    return found


BY_HAND: dict[str, Answer] = {"per-1": period_is_ordered, "dom-3": contained_is_used}
