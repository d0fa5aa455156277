"""Boolean and comparing operators as closures. https://hl7.org/fhirpath/N1/#operations"""

import operator
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from decimal import Decimal

from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath import operators
from samspill.fhir.fhirpath.code import BOOLEAN, Code, Run
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.values import CONVERT, Json, converter, key
from samspill.fhir.items import Item

Compare = Callable[[Json, Json], bool]

NUMBER_TYPES = frozenset(
    ["decimal", "integer", "positiveInt", "unsignedInt", "System.Integer", "System.Decimal"]
)

ORDERING: Mapping[str, Compare] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def boolean(name: str, left: Run, right: Run) -> Code:
    """`and`, `or`, `xor` and `implies` with three values."""
    run = {"and": _and, "or": _or, "xor": _xor, "implies": _implies}[name](left, right)
    return codes.single(run, BOOLEAN)


def equality(name: str, left: Code, right: Code) -> Code:
    """`=` and `!=`"""
    run = _equal(left, right)
    if name == "=":
        has_key = left.key and left.type not in CONVERT
        test = (left.key, right.constant) if has_key and _is_text(right) else None
        return Code(run, BOOLEAN, is_single=True, test=test)

    def unequal(f: Frame, t: Json) -> bool | None:
        answer = run(f, t)
        return None if answer is None else not answer

    return codes.single(unequal, BOOLEAN)


def equivalence(name: str, left: Code, right: Code) -> Code:
    """`~` and `!~`, which are never empty."""
    one, other, wanted = codes.plain_list(left), codes.plain_list(right), name == "~"

    def run(f: Frame, t: Json) -> bool:
        lefts, rights = one(f, t), other(f, t)
        f.charge(len(lefts) * len(rights) + sum(map(size, lefts)) * 2)
        return operators.all_equivalent(list(lefts), list(rights)) is wanted

    return codes.single(run, BOOLEAN)


def order(name: str, left: Code, right: Code) -> Code:
    """`<`, `<=`, `>` and `>=`"""
    limit = right.constant
    if left.is_single and left.type in NUMBER_TYPES and operators.is_number(limit):
        return codes.single(_number_against(left.run, ORDERING[name], limit), BOOLEAN)
    one, other, wanted = codes.scalar(left), codes.scalar(right), operators.ORDERS[name]

    def run(f: Frame, t: Json) -> bool | None:
        value, against = one(f, t), other(f, t)
        if value is None or against is None:
            return None
        found = operators.compare(value, against)
        return None if found is None else found in wanted

    return codes.single(run, BOOLEAN)


def membership(value: Code, collection: Code) -> Code:
    """`value in collection`; `contains` is the same turned round."""
    one, among = codes.scalar(value), codes.plain_list(collection)

    def run(f: Frame, t: Json) -> bool | None:
        sought = one(f, t)
        found = among(f, t)
        f.charge(len(found))
        return None if sought is None else any(operators.equal(sought, each) for each in found)

    return codes.single(run, BOOLEAN)


def union(left: Code, right: Code) -> Code:
    """`|` of two codes of one type: both, each value once."""
    one, other, distinct = codes.listed(left), codes.listed(right), unique(left.type)

    def run(f: Frame, t: Json) -> list[Json]:
        return distinct(f, [*one(f, t), *other(f, t)])

    return codes.many(run, left.type)


def unique(type: str) -> Callable[[Frame, list[Json]], list[Json]]:
    """Each value once, in the order of first appearance."""
    convert = converter(type)

    def distinct(f: Frame, found: list[Json]) -> list[Json]:
        if len(found) < 2:
            return found
        f.charge(len(found))
        seen: dict[object, Json] = {}
        for mark, value in zip(keys(f, map(convert, found)), found, strict=True):
            seen.setdefault(mark, value)
        return list(seen.values())

    return distinct


def keys(f: Frame, values: Iterable[Json]) -> Iterator[Hashable]:
    """The keys by which plain values are equal; that of an element is as long as the element."""
    for value in values:
        mark = key(value)
        if isinstance(mark, str):
            f.charge_text(mark)
        yield mark


def size(value: Json) -> int:
    """How many values a JSON value is made of."""
    if isinstance(value, dict):
        return 1 + sum(map(size, value.values()))
    return 1 + sum(map(size, value)) if isinstance(value, list) else 1


def _and(left: Run, right: Run) -> Run:
    def run(f: Frame, t: Json) -> bool | None:
        one = left(f, t)
        if one is False:
            return False
        other = right(f, t)
        if other is False:
            return False
        return True if one and other else None

    return run


def _or(left: Run, right: Run) -> Run:
    def run(f: Frame, t: Json) -> bool | None:
        one = left(f, t)
        if one:
            return True
        other = right(f, t)
        if other:
            return True
        return None if one is None or other is None else False

    return run


def _xor(left: Run, right: Run) -> Run:
    def run(f: Frame, t: Json) -> bool | None:
        one, other = left(f, t), right(f, t)
        return None if one is None or other is None else one is not other

    return run


def _implies(left: Run, right: Run) -> Run:
    def run(f: Frame, t: Json) -> bool | None:
        one = left(f, t)
        if one is False:
            return True
        other = right(f, t)
        if other:
            return True
        return None if one is None or other is None else False

    return run


def _equal(left: Code, right: Code) -> Run:
    if left.constant is not None:
        left, right = right, left
    if _is_text(right) and left.is_single and left.type and left.type not in CONVERT:
        return _equal_to_text(left.run, right.constant)
    if not (left.is_single and right.is_single):
        return _equal_lists(left, right)
    one, other = codes.plain(left), codes.plain(right)

    def run(f: Frame, t: Json) -> bool | None:
        value, against = one(f, t), other(f, t)
        if value is None or against is None:
            return None
        if value.__class__ is dict and against.__class__ is dict:
            f.charge(size(value))
        return operators.equal(value, against)

    return run


def _is_text(code: Code) -> bool:
    return code.constant.__class__ is str


def _equal_to_text(source: Run, sought: str) -> Run:
    def run(f: Frame, t: Json) -> bool | None:
        value = source(f, t)
        if value == sought:
            return True
        if value.__class__ is Item:
            value = value.value
            if value == sought:
                return True
        return None if value is None else False

    return run


def _equal_lists(left: Code, right: Code) -> Run:
    one, other = codes.plain_list(left), codes.plain_list(right)

    def run(f: Frame, t: Json) -> bool | None:
        lefts, rights = one(f, t), other(f, t)
        if len(lefts) == len(rights):
            f.charge(sum(map(size, lefts)))
        return operators.all_equal(lefts, rights)

    return run


def _number_against(source: Run, compare: Compare, limit: int | Decimal) -> Run:
    def run(f: Frame, t: Json) -> bool | None:
        value = source(f, t)
        if value.__class__ is Item:
            value = value.value
        return None if value is None else compare(value, limit)

    return run
