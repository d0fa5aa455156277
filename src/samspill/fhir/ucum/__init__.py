"""Units of measure: UCUM codes parsed, compared and converted without loss.

https://ucum.org/ucum. `canonical` brings all that measures the same thing to one unit.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from samspill.fhir.ucum.units import (
    ARBITRARY,
    BASE_UNITS,
    METRIC,
    PREFIXES,
    SCALES,
    TEMPERATURES,
    UNITS,
)

Dimensions = tuple[tuple[str, int], ...]
"""The base units and their exponents, in alphabetical order."""

TOKEN = re.compile(
    r"(?P<annotation>\{[^{}]*\})"
    r"|(?P<ten>10[*^])(?P<ten_exponent>[+-]?\d+)?"
    r"|(?P<number>\d+)"
    r"|(?P<symbol>(?:[A-Za-z%'_]|\[[^\[\]]+\])+)(?P<exponent>[+-]?\d+)?"
    r"|(?P<sign>[./()])"
)
MAX_LENGTH = 200
MAX_EXPONENT = 99
MAX_DEPTH = 20

# What a ratio of whole numbers is rounded to when it has no end, such as a third.
ROUNDING = Context(prec=28, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Unit:
    """So many of a product of base units, counted from a zero point of its own."""

    factor: Fraction
    dimensions: Dimensions = ()
    offset: Fraction = Fraction(0)

    @property
    def base(self) -> str:
        """The code of the base units: "g.m-3"; "1" for a number."""
        parts = (name if power == 1 else f"{name}{power}" for name, power in self.dimensions)
        return ".".join(parts) or "1"


def canonical(value: Decimal, code: str) -> tuple[Decimal, str] | None:
    """The value in base units and their code; None if the unit is unknown or a mere scale.

    >>> canonical(Decimal("4.0"), "mg/dL")
    (Decimal('40'), 'g.m-3')
    """
    unit = parse(code)
    if unit is None or abs(value.adjusted()) > MAX_EXPONENT:
        return None
    return _decimal((Fraction(value) + unit.offset) * unit.factor), unit.base


def convert(value: Decimal, source: str, target: str) -> Decimal | None:
    """The value in another unit; None if they measure different things."""
    if abs(value.adjusted()) > MAX_EXPONENT:
        return None
    ratio = convert_exactly(Fraction(value), source, target)
    return None if ratio is None else _decimal(ratio)


def convert_exactly(value: Fraction, source: str, target: str) -> Fraction | None:
    """The same with no rounding at all."""
    if source == target:
        return value
    one, other = parse(source), parse(target)
    if one is None or other is None or one.dimensions != other.dimensions:
        return None
    return (value + one.offset) * one.factor / other.factor - other.offset


def is_valid(code: str) -> bool:
    """Whether it is a UCUM expression of known units, those on scales included."""
    return parse(code) is not None or _is_scale(code)


@lru_cache(maxsize=2048)
def parse(code: str) -> Unit | None:
    """The unit of a code; None if it is unknown or on a scale that cannot be converted."""
    if not code or len(code) > MAX_LENGTH:
        return None
    if code in TEMPERATURES:
        offset, size = TEMPERATURES[code]
        return Unit(Fraction(size), (("K", 1),), Fraction(offset))
    tokens = _tokens(code)
    return _Reader(tokens).whole() if tokens else None


def _tokens(code: str) -> list[re.Match[str]]:
    """Empty if there is anything that is no token."""
    found: list[re.Match[str]] = []
    at = 0
    while at < len(code):
        token = TOKEN.match(code, at)
        if token is None:
            return []
        found.append(token)
        at = token.end()
    return found


class _Reader:
    """Reads a product from left to right; `a/b.c` is (a/b).c, as UCUM says."""

    def __init__(self, tokens: list[re.Match[str]]) -> None:
        self.tokens = tokens
        self.at = 0

    def whole(self) -> Unit | None:
        unit = self.product(0)
        return unit if self.at == len(self.tokens) else None

    def product(self, depth: int) -> Unit | None:
        unit: Unit | None = Unit(Fraction(1))
        is_divisor = self.skip("/")
        while unit is not None:
            part = self.component(depth)
            unit = _multiply(unit, part, -1 if is_divisor else 1) if part else None
            if self.skip("."):
                is_divisor = False
            elif self.skip("/"):
                is_divisor = True
            else:
                break
        return unit

    def component(self, depth: int) -> Unit | None:
        if self.skip("("):
            inner = self.product(depth + 1) if depth < MAX_DEPTH else None
            return inner if self.skip(")") else None
        if self.at == len(self.tokens):
            return None
        token = self.tokens[self.at]
        unit = _read(token)
        if unit is not None:
            self.at += 1
            self.skip_annotation()
        return unit

    def skip_annotation(self) -> None:
        if self.at < len(self.tokens) and self.tokens[self.at]["annotation"]:
            self.at += 1

    def skip(self, sign: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at]["sign"] == sign:
            self.at += 1
            return True
        return False


def _read(token: re.Match[str]) -> Unit | None:
    if token["annotation"]:
        return Unit(Fraction(1))
    if token["number"]:
        number = int(token["number"][:MAX_EXPONENT])
        return Unit(Fraction(number)) if number else None
    if token["ten"]:
        return _power(Unit(Fraction(10)), token["ten_exponent"])
    if token["symbol"]:
        unit = _symbol(token["symbol"])
        return _power(unit, token["exponent"]) if unit else None
    return None


def _power(unit: Unit, exponent: str | None) -> Unit | None:
    power = int((exponent or "1")[:4])
    if abs(power) > MAX_EXPONENT:
        return None
    return _multiply(Unit(Fraction(1)), unit, power)


def _multiply(left: Unit, right: Unit, power: int) -> Unit:
    dimensions = dict(left.dimensions)
    for name, exponent in right.dimensions:
        dimensions[name] = dimensions.get(name, 0) + exponent * power
    kept = tuple(sorted((name, exponent) for name, exponent in dimensions.items() if exponent))
    return Unit(left.factor * right.factor**power, kept)


@lru_cache(maxsize=1024)
def _symbol(symbol: str) -> Unit | None:
    """A unit, or a prefix and a unit that takes one. "cd" is the candela, not the centiday."""
    unit = _unit(symbol)
    if unit is not None:
        return unit
    for length in (2, 1):
        prefix, rest = symbol[:length], symbol[length:]
        if prefix in PREFIXES and rest in METRIC and (unit := _unit(rest)):
            return Unit(unit.factor * Fraction(PREFIXES[prefix]), unit.dimensions)
    return None


def _unit(symbol: str) -> Unit | None:
    if symbol in BASE_UNITS or symbol in ARBITRARY:
        return Unit(Fraction(1), ((symbol, 1),))
    definition = UNITS.get(symbol)
    if definition is None:
        return None
    number, _, expression = definition.partition(" ")
    unit = parse(expression)
    return Unit(Fraction(number) * unit.factor, unit.dimensions) if unit else None


def _is_scale(code: str) -> bool:
    name = code.partition("{")[0]
    if name in SCALES or name in TEMPERATURES:
        return True
    return any(
        name.startswith(prefix) and name[len(prefix) :] in METRIC & (SCALES | TEMPERATURES.keys())
        for prefix in PREFIXES
    )


def _decimal(ratio: Fraction) -> Decimal:
    """Exact where the fraction ends within 28 digits."""
    value = ROUNDING.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))
    return (
        value.quantize(Decimal(1))
        if value == value.to_integral_value() and value < 10**20
        else value
    )
