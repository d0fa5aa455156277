"""Expression constraints of SNOMED CT, as far as they are asked for here.

`*`, codes, `<` `<<` `>` `>>` `<!` `>!` `^`, AND, OR, MINUS, brackets and refinements such as
`: a = b, c != d` without groups and cardinalities. https://confluence.ihtsdotools.org/display/DOCECL
"""

import re
from collections.abc import Callable
from functools import reduce
from operator import and_, or_

from pyroaring import BitMap

from samspill.base.errors import InvalidRequest, TooCostly
from samspill.base.texts import Text
from samspill.fhir.terminology.systems import Places, System

Refset = Callable[[str], Places]
"""The members of a reference set by its code."""

MOST_LETTERS = 10_000
MOST_STEPS = 500
"""Sets that one expression may ask for."""
MOST_DEPTH = 30
FEW = 300
"""Values of an attribute that are asked for one by one; of more, all values are looked at."""

_token = re.compile(r"\s*(\|[^|]*\||<<|>>|<!|>!|!=|[<>^*():,=]|\d+|[A-Za-z]+|$)").match
_WORDS = frozenset({"AND", "OR"})
_OPERATORS = frozenset({"<", "<<", ">", ">>", "<!", ">!", "^"})


def no_refsets(code: str) -> Places:
    """Where none are at hand."""
    return BitMap()


def select(system: System, expression: str, refset: Refset) -> Places:
    """The concepts that an expression finds. Raises `InvalidRequest`, `TooCostly`."""
    reader = _Reader(system, refset, _tokens(expression))
    found = reader.expression(0)
    if reader.token:
        raise _wrong()
    return found


def _tokens(expression: str) -> list[str]:
    if len(expression) > MOST_LETTERS:
        raise _wrong()
    found, at = [], 0
    while at < len(expression):
        token = _token(expression, at)
        if token is None:
            raise _wrong()
        at = token.end()
        # A term between bars is for people.
        if token[1] and not token[1].startswith("|"):
            found.append(token[1].upper() if token[1].isalpha() else token[1])
    return found


class _Reader:
    """Works out an expression while it is read, from left to right."""

    def __init__(self, system: System, refset: Refset, tokens: list[str]) -> None:
        self._system = system
        self._refset = refset
        self._tokens = tokens
        self._at = 0
        self._steps = 0

    @property
    def token(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def expression(self, depth: int) -> Places:
        """One or more parts with the same word between them."""
        found = self._refined(depth)
        word = self.token
        if word == "MINUS":
            self._next()
            return found - self._refined(depth)
        while word in _WORDS and self.token == word:
            self._next()
            other = self._refined(depth)
            found = found & other if word == "AND" else found | other
        return found

    def _refined(self, depth: int) -> Places:
        found = self._part(depth)
        if self.token == ":":
            self._next()
            found = found & self._refinement(depth)
        return found

    def _refinement(self, depth: int) -> Places:
        found = [self._attribute(depth)]
        word = self.token
        while word in (",", "AND", "OR") and self.token == word:
            self._next()
            found.append(self._attribute(depth))
        return reduce(or_ if word == "OR" else and_, found)

    def _attribute(self, depth: int) -> Places:
        names = self._system.codes(self._part(depth))
        operator = self._next()
        if operator not in ("=", "!=") or len(names) > FEW:
            raise _wrong()
        wanted = self._part(depth)
        return BitMap().union(*(self._having(name, wanted, operator) for name in names))

    def _having(self, name: str, wanted: Places, operator: str) -> Places:
        self._count()
        if operator == "=" and len(wanted) <= FEW:
            codes = self._system.codes(wanted)
            return BitMap().union(*(self._system.having(name, code) for code in codes))
        found = BitMap()
        for value, places in self._system.values_of(name):
            place = self._system.place(value)
            if (place is not None and place in wanted) == (operator == "="):
                found |= places
        return found

    def _part(self, depth: int) -> Places:
        if depth > MOST_DEPTH:
            raise _wrong()
        self._count()
        operator = self._next() if self.token in _OPERATORS else ""
        token = self._next()
        if token.isdigit():
            return self._of(operator, token)
        if token == "*":
            found = self._system.all()
        elif token == "(":
            found = self.expression(depth + 1)
            if self._next() != ")":
                raise _wrong()
        else:
            raise _wrong()
        return self._each(operator, found) if operator else found

    def _each(self, operator: str, places: Places) -> Places:
        """The operator on each concept of a set, of which there may be some only."""
        if len(places) == len(self._system) and operator in ("<<", ">>"):
            return places
        self._count(len(places))
        sets = (self._of(operator, code) for code in self._system.codes(places))
        return BitMap().union(*sets)

    def _of(self, operator: str, code: str) -> Places:
        system = self._system
        place = system.place(code)
        own = BitMap() if place is None else BitMap((place,))
        match operator:
            case "":
                return own
            case "<" | "<<":
                below = system.below(code)
                return below | own if operator == "<<" else below
            case ">" | ">>":
                above = system.above(code)
                return above | own if operator == ">>" else above
            case "<!":
                return system.children(code)
            case "^":
                return self._refset(code)
        concept = system.get(code)
        parents = (system.place(each) for each in concept.parents) if concept else ()
        return BitMap([each for each in parents if each is not None])

    def _next(self) -> str:
        token = self.token
        self._at += 1
        return token

    def _count(self, steps: int = 1) -> None:
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise TooCostly(
                "The expression constraint asks for too many sets of concepts",
                "Uttrykket spør etter for mange mengder av begreper",
                expected=Text("a simpler expression", "et enklere uttrykk"),
            )


def _wrong() -> InvalidRequest:
    return InvalidRequest(
        "The expression constraint cannot be read",
        "Uttrykket (ECL) kan ikke leses",
        expected=Text(
            "codes with < << > >> <! >! ^, AND, OR, MINUS, brackets and refinements without groups",
            "koder med < << > >> <! >! ^, AND, OR, MINUS, parenteser og utdypinger uten grupper",
        ),
    )
