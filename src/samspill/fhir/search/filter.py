"""`_filter`: one expression with and, or, not and brackets. https://hl7.org/fhir/R4/search_filter.html"""

import re
from collections.abc import Callable
from typing import NoReturn

from msgspec import Struct

from samspill.base.errors import InvalidSearch, TooCostly
from samspill.base.texts import Text
from samspill.fhir.search import criteria, escapes
from samspill.fhir.search.criteria import Setting
from samspill.fhir.search.parameters import Parameter, UnknownParameter
from samspill.fhir.search.query import (
    Clause,
    DateIs,
    InValueSet,
    Match,
    Missing,
    Not,
    StringContains,
    StringEnds,
    StringEquals,
    StringStarts,
    all_of,
    any_of,
)
from samspill.fhir.search.types import date, quantity, reference, string, token, uri

EXPECTED = Text(
    'such as: name co "ola" and (birthdate ge 1990 or not (active eq false))',
    'slik som: name co "ola" and (birthdate ge 1990 or not (active eq false))',
)
MOST_TERMS = 100
DEEPEST = 20

_TOKEN = re.compile(
    r'\s*(?:(?P<sign>[()\[\]])|(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>[^\s()\[\]"]+))'
)


def parse(types: tuple[str, ...], text: str, setting: Setting) -> Clause:
    """The clause of an expression over the parameters that all the types have."""
    return _whole(types, _tokens(text), setting)


def _whole(types: tuple[str, ...], tokens: list[str], setting: Setting) -> Clause:
    parser = _Parser(types, tokens, setting)
    found = parser.either(0)
    if parser.tokens:
        _refuse()
    return found


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            _refuse()
        tokens.append(found[0].strip())
        at = found.end()
    if len(tokens) > MOST_TERMS * 4:
        raise TooCostly(
            "The filter is too long",
            "Filteret er for langt",
            expected=Text(f"at most {MOST_TERMS} terms", f"høyst {MOST_TERMS} ledd"),
        )
    return tokens


def _refuse() -> NoReturn:
    raise InvalidSearch("The filter cannot be read", "Filteret kan ikke leses", expected=EXPECTED)


class Step(Struct, frozen=True, gc=False):
    """One name of a path, and the filter in brackets behind it, which its targets must meet."""

    name: str
    where: tuple[str, ...] | None = None


class _Parser:
    def __init__(self, types: tuple[str, ...], tokens: list[str], setting: Setting) -> None:
        self.types = types
        self.tokens = tokens
        self.setting = setting

    def take(self) -> str:
        if not self.tokens:
            _refuse()
        return self.tokens.pop(0)

    def next_is(self, word: str) -> bool:
        return bool(self.tokens) and self.tokens[0].lower() == word

    def either(self, depth: int) -> Clause:
        if depth > DEEPEST:
            raise TooCostly(
                "The filter is too deep",
                "Filteret er for dypt",
                expected=Text(f"{DEEPEST} levels", f"{DEEPEST} nivåer"),
            )
        found = [self.both(depth)]
        while self.next_is("or"):
            self.take()
            found.append(self.both(depth))
        return any_of(found)

    def both(self, depth: int) -> Clause:
        found = [self.term(depth)]
        while self.next_is("and"):
            self.take()
            found.append(self.term(depth))
        return all_of(found)

    def term(self, depth: int) -> Clause:
        if self.next_is("not") and self.tokens[1:2] == ["("]:
            self.take()
            return Not(self.term(depth))
        if self.next_is("("):
            self.take()
            inner = self.either(depth + 1)
            if self.take() != ")":
                _refuse()
            return inner
        path, operator, value = self.path(), self.take().lower(), self.take()
        return _term(self.types, path, operator, value, self.setting)

    def path(self) -> list[Step]:
        """`a.b[filter].c`"""
        steps = [Step(name) for name in self.take().split(".")]
        while self.next_is("["):
            steps[-1] = Step(steps[-1].name, self.bracketed())
            further = self.take()
            if not further.startswith("."):
                _refuse()
            steps.extend(Step(name) for name in further[1:].split("."))
        return steps

    def bracketed(self) -> tuple[str, ...]:
        """What stands between this bracket and the one that closes it."""
        depth, found = 0, list[str]()
        while True:
            found.append(self.take())
            depth += {"[": 1, "]": -1}.get(found[-1], 0)
            if depth == 0:
                return tuple(found[1:-1])


def _term(
    types: tuple[str, ...], path: list[Step], operator: str, value: str, setting: Setting
) -> Clause:
    """`path operator value`, for each of the types."""
    return criteria.by_type(types, lambda type: _of_type(type, path, operator, value, setting))


def _of_type(type: str, path: list[Step], operator: str, value: str, setting: Setting) -> Clause:
    head, *rest = path
    if not rest:
        return _compare(setting.registry.get(type, head.name), operator, value, setting)

    def target(inner: str, further: Setting) -> Clause:
        found = _term((inner,), rest, operator, value, further)
        if head.where is None:
            return found
        return all_of((_whole((inner,), list(head.where), further), found))

    return criteria.chain(type, head.name, rest[0].name, setting, target)


def _compare(parameter: Parameter, operator: str, value: str, setting: Setting) -> Clause:
    quoted = value.startswith('"')
    plain = re.sub(r"\\(.)", r"\1", value[1:-1]) if quoted else value
    if operator == "pr":
        if plain not in ("true", "false"):
            raise InvalidSearch(
                "pr is true or false", "pr er true eller false", expected="true | false"
            )
        missing = Missing(parameter.code, parameter.kind)
        return Not(missing) if plain == "true" else missing
    readers: dict[str, Callable[[Parameter, str, str, Setting], Clause | None]] = {
        "string": _string,
        "token": _token,
        "uri": _uri,
        "reference": _reference,
        "date": _ordered,
        "number": _ordered,
        "quantity": _ordered,
    }
    reader = readers.get(parameter.type)
    # In a token or quantity bars part it, quoted or not; in other quoted values nothing does.
    text = escapes.escape(plain) if quoted and parameter.type not in _BARRED else plain
    found = reader(parameter, operator, text, setting) if reader else None
    if found is None:
        raise UnknownParameter(
            f"A {parameter.type} parameter cannot be compared so in a filter",
            f"En parameter av typen {parameter.type} kan ikke sammenlignes slik i et filter",
            expected="eq ne co sw ew (string), eq ne in ni ss sb (token), eq ne gt lt ge le ap sa "
            "eb po (date, number, quantity), eq ne re (reference), eq ne sw ss sb (uri), pr (all)",
        )
    return found


_BARRED = ("token", "quantity")


def _string(parameter: Parameter, operator: str, text: str, setting: Setting) -> Clause | None:
    given = string.given(text)
    folded = string.fold(given)
    match operator:
        case "eq":
            return Match(parameter.code, StringEquals(folded, given))
        case "ne":
            return Not(Match(parameter.code, StringEquals(folded, given)))
        case "co":
            return Match(parameter.code, StringContains(folded, given))
        case "sw":
            return Match(parameter.code, StringStarts(folded, given))
        case "ew":
            return Match(parameter.code, StringEnds(folded, given))
    return None


def _token(parameter: Parameter, operator: str, text: str, setting: Setting) -> Clause | None:
    code = parameter.code
    match operator:
        case "eq":
            return Match(code, token.parse(text))
        case "ne":
            return Not(Match(code, token.parse(text)))
        case "in":
            return Match(code, InValueSet(criteria.canonical(text)))
        case "ni":
            return Not(Match(code, InValueSet(criteria.canonical(text))))
        case "ss":
            return Match(code, token.parse_subsumed(text, "above"))
        case "sb":
            return Match(code, token.parse_subsumed(text, "below"))
    return None


def _uri(parameter: Parameter, operator: str, text: str, setting: Setting) -> Clause | None:
    modifiers = {"eq": "", "ne": "", "sb": "below", "ss": "above"}
    if operator not in modifiers:
        return None
    found = Match(parameter.code, uri.parse(text, modifiers[operator]))
    return Not(found) if operator == "ne" else found


def _reference(parameter: Parameter, operator: str, text: str, setting: Setting) -> Clause | None:
    if operator not in ("eq", "ne", "re"):
        return None
    found = Match(parameter.code, reference.parse(text, parameter.targets, setting.bases))
    return Not(found) if operator == "ne" else found


def _ordered(parameter: Parameter, operator: str, text: str, setting: Setting) -> Clause | None:
    if operator == "po" and parameter.type == "date":
        sought = date.parse(escapes.unescape(text), setting.zone, setting.now)
        return Match(parameter.code, DateIs("overlaps", sought.low, sought.high, sought.given))
    if operator not in date.PREFIXES:
        return None
    if parameter.type == "quantity":
        return Match(parameter.code, quantity.parse(operator + text))
    return Match(
        parameter.code, criteria.read(parameter.type, operator + text, parameter, "", setting)
    )
