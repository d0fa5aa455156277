"""JSON documents that are copied, measured and compared by value."""

from typing import Any

from samspill.base.errors import InvalidRequest, InvalidResource, Issue, TooCostly
from samspill.base.texts import Text

Json = Any
"""Any JSON value."""

MAX_SIZE = 500_000


def copied(value: Json) -> Json:
    """The same value, of which nothing is shared."""
    if isinstance(value, dict):
        return {key: copied(one) for key, one in value.items()}
    return [copied(one) for one in value] if isinstance(value, list) else value


def size(value: Json) -> int:
    """How many values it is made of."""
    if isinstance(value, dict):
        return 1 + sum(map(size, value.values()))
    return 1 + sum(map(size, value)) if isinstance(value, list) else 1


def is_same(left: Json, right: Json) -> bool:
    """Equality of JSON: 1 is 1.0, but neither is true."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(is_same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(is_same, left, right))
    return bool(left == right)


def pruned(value: Json) -> Json:
    """Without empty objects and lists, which FHIR does not have."""
    if isinstance(value, dict):
        kept = {key: pruned(one) for key, one in value.items()}
        return {key: one for key, one in kept.items() if one not in ({}, [])}
    if isinstance(value, list):
        several = [pruned(one) for one in value]
        kept_ones = [one for one in several if one not in ({}, [])]
        return kept_ones if any(one is not None for one in kept_ones) else []
    return value


def refuse_length(operations: list[Json], at_most: int) -> None:
    if len(operations) > at_most:
        raise TooCostly(
            f"More than {at_most} operations in a patch",
            f"Mer enn {at_most} operasjoner i en endring",
        )


def refuse_size(values: int) -> None:
    """Copies of copies would double a document in each step."""
    if values > MAX_SIZE:
        raise TooCostly(
            "The patch makes too large a document", "Endringen gir et for stort dokument"
        )


def malformed(at: int, en: str, nb: str, expected: str = "") -> InvalidRequest:
    """An operation that is none."""
    return InvalidRequest(en, nb, where=_place(at), expected=expected)


def inapplicable(at: int, en: str, nb: str) -> InvalidResource:
    """An operation that does not go with the document."""
    return InvalidResource([Issue("error", "processing", Text(en, nb), expression=_place(at))])


def _place(at: int) -> str:
    return f"operation {at + 1}"
