"""Trees made of trees: value sets and hierarchies resolved, a search narrowed.

https://hl7.org/fhir/R4/search.html#modifiers
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Protocol

from msgspec.structs import replace

from samspill.base.errors import TooCostly
from samspill.base.texts import Text
from samspill.fhir.search.query import (
    And,
    Chain,
    Clause,
    Has,
    InValueSet,
    Match,
    Not,
    Nothing,
    Or,
    Query,
    Subsumed,
    Test,
    Together,
    TokenAmong,
    TokenIs,
    all_of,
)

MOST_CODES = 10_000
"""Codes of a value set or hierarchy that a search may ask for."""


class Terminology(Protocol):
    """Codes as (system, code). What is not known raises InvalidSearch, naming the address."""

    def members(self, value_set: str) -> Iterable[tuple[str, str]]: ...

    def below(self, system: str, code: str) -> Iterable[tuple[str, str]]:
        """The code and all that it subsumes."""
        ...

    def above(self, system: str, code: str) -> Iterable[tuple[str, str]]:
        """The code and all that subsume it."""
        ...


def resolve(query: Query, terminology: Terminology) -> Query:
    """The query without InValueSet and Subsumed: their codes instead."""
    if not _asks_for_codes(query):
        return query

    def change(match: Match) -> Match:
        test = match.test
        if not isinstance(test, InValueSet | Subsumed):
            return match
        if isinstance(test, InValueSet):
            return Match(match.parameter, _among(terminology.members(test.url)))
        follow = terminology.below if test.direction == "below" else terminology.above
        return Match(match.parameter, _among(follow(test.system, test.code)))

    return replace(query, where=each_match(query.where, change))


@lru_cache(maxsize=1024)
def _asks_for_codes(query: Query) -> bool:
    found: list[Test] = []

    def note(match: Match) -> Match:
        found.append(match.test)
        return match

    each_match(query.where, note)
    return any(isinstance(test, InValueSet | Subsumed) for test in found)


def _among(codes: Iterable[tuple[str, str]]) -> TokenAmong:
    tokens = tuple(dict.fromkeys(TokenIs(system, code) for system, code in codes))
    if len(tokens) > MOST_CODES:
        raise TooCostly(
            "The value set is too large to search by",
            "Kodeverksutvalget er for stort å søke med",
            expected=Text(f"at most {MOST_CODES} codes", f"høyst {MOST_CODES} koder"),
        )
    return TokenAmong(tokens)


def each_match(clause: Clause, change: Callable[[Match], Match]) -> Clause:
    """The same tree with every Match changed, also inside chains."""
    match clause:
        case Match():
            return change(clause)
        case And(parts):
            return And(tuple(each_match(part, change) for part in parts))
        case Or(parts):
            return Or(tuple(each_match(part, change) for part in parts))
        case Not(part):
            return Not(each_match(part, change))
        case Together(parameter, matches):
            return Together(parameter, tuple(change(part) for part in matches))
        case Chain(parameter, types, where):
            return Chain(parameter, types, each_match(where, change))
        case Has(type, parameter, where):
            return Has(type, parameter, each_match(where, change))
    return clause


def narrow(query: Query, clause: Clause) -> Query:
    """Only what also meets `clause`: a compartment, or what someone may see."""
    if isinstance(clause, Nothing):
        return replace(query, where=clause)
    parts = query.where.parts if isinstance(query.where, And) else (query.where,)
    return replace(query, where=all_of((clause, *parts)))
