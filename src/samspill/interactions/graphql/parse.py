"""GraphQL text → tree. https://spec.graphql.org/October2021/#sec-Document-Syntax"""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

from samspill.base.errors import InvalidRequest, TooCostly
from samspill.base.texts import Text
from samspill.interactions.graphql.syntax import (
    Arguments,
    Declaration,
    Directive,
    Document,
    Field,
    Fragment,
    Inline,
    Query,
    Selection,
    Spread,
    Value,
    Variable,
)

MOST_TOKENS = 10_000
MOST_LEVELS = 40

T = TypeVar("T")

_TOKEN = re.compile(
    r"[\s,\ufeff]*(?:#[^\n\r]*[\s,]*)*(?:(?P<punctuator>\.\.\.|[!$&()\[\]{}:=@|])"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r'|(?P<block>"""(?:\\"""|[^\\]|\\(?!"""))*?""")'
    r'|(?P<string>"(?:\\.|[^"\\\n\r])*")'
    r"|(?P<end>\Z))",
    re.ASCII | re.DOTALL,
)


def parse(text: str) -> Document:
    """The document of a text. Raises `InvalidRequest`, and `TooCostly` past a limit."""
    return _Parser(_tokens(text)).document()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while True:
        match = _TOKEN.match(text, at)
        if match is None:
            raise _malformed(f"character {at + 1}")
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        if kind == "end":
            return found
        if len(found) > MOST_TOKENS:
            raise TooCostly(
                "The query is too long",
                "Spørringen er for lang",
                expected=Text(f"{MOST_TOKENS} tokens", f"{MOST_TOKENS} ord og tegn"),
            )
        at = match.end()


class _Parser:
    """Reads the tokens once, from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._level = 0

    def document(self) -> Document:
        queries, fragments = [], {}
        while self._kind != "end":
            if self._text == "fragment":
                fragment = self._fragment()
                fragments[fragment.name] = fragment
            else:
                queries.append(self._query())
        if not queries:
            raise _malformed("query")
        return Document(tuple(queries), fragments)

    def _query(self) -> Query:
        if self._text == "{":
            return Query("", (), self._selections())
        is_mutation = self._after("mutation")
        if not is_mutation:
            self._take("query")
        name = self._name() if self._kind == "name" else ""
        declarations = self._group("(", ")", self._declaration) if self._text == "(" else ()
        self._directives()
        return Query(name, tuple(declarations), self._selections(), is_mutation)

    def _declaration(self) -> Declaration:
        self._take("$")
        name = self._name()
        self._take(":")
        is_required = self._type()
        default = self._value() if self._after("=") else None
        return Declaration(name, is_required, default)

    def _type(self) -> bool:
        """Reads over a type; whether it ends with an exclamation mark."""
        if self._after("["):
            self._type()
            self._take("]")
        else:
            self._name()
        return self._after("!")

    def _fragment(self) -> Fragment:
        self._take("fragment")
        name = self._name()
        self._take("on")
        type = self._name()
        self._directives()
        return Fragment(name, type, self._selections())

    def _selections(self) -> tuple[Selection, ...]:
        self._level += 1
        if self._level > MOST_LEVELS:
            raise TooCostly("The query is too deep", "Spørringen er for dyp")
        found = self._group("{", "}", self._selection)
        self._level -= 1
        return tuple(found)

    def _selection(self) -> Selection:
        if not self._after("..."):
            return self._field()
        if self._kind == "name" and self._text != "on":
            return Spread(self._name(), self._directives())
        type = self._name() if self._after("on") else ""
        directives = self._directives()
        return Inline(type, self._selections(), directives)

    def _field(self) -> Field:
        name = alias = self._name()
        if self._after(":"):
            name = self._name()
        arguments = self._arguments()
        directives = self._directives()
        selections = self._selections() if self._text == "{" else ()
        return Field(name, alias, arguments, directives, selections)

    def _directives(self) -> tuple[Directive, ...]:
        found = []
        while self._after("@"):
            found.append(Directive(self._name(), self._arguments()))
        return tuple(found)

    def _arguments(self) -> Arguments:
        return dict(self._group("(", ")", self._member)) if self._text == "(" else {}

    def _member(self) -> tuple[str, Value]:
        name = self._name()
        self._take(":")
        return name, self._value()

    def _value(self) -> Value:
        kind, text = self._next()
        match kind, text:
            case "punctuator", "$":
                return Variable(self._name())
            case "punctuator", "[":
                return self._until("]", self._value)
            case "punctuator", "{":
                return dict(self._until("}", self._member))
            case "number", _:
                # Decimals keep their digits: they may go into the record.
                return json.loads(text, parse_float=Decimal)
            case "block", _:
                return text[3:-3].replace('\\"""', '"""').strip()
            case "string", _:
                return _string(text)
            case "name", _:
                return {"true": True, "false": False, "null": None}.get(text, text)
            case _:
                raise _malformed(text)

    def _group(self, opening: str, closing: str, read: Callable[[], T]) -> list[T]:
        """At least one, between brackets."""
        self._take(opening)
        found = self._until(closing, read)
        if not found:
            raise _malformed(closing)
        return found

    def _until(self, closing: str, read: Callable[[], T]) -> list[T]:
        self._level += 1
        if self._level > MOST_LEVELS:
            raise TooCostly("The query is too deep", "Spørringen er for dyp")
        found = []
        while not self._after(closing):
            found.append(read())
        self._level -= 1
        return found

    @property
    def _kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def _text(self) -> str:
        kind, text = self._tokens[self._at]
        return text if kind in ("punctuator", "name") else ""

    def _next(self) -> tuple[str, str]:
        found = self._tokens[self._at]
        if found[0] == "end":
            raise _malformed("the end")
        self._at += 1
        return found

    def _after(self, text: str) -> bool:
        """Steps over the token if it is this one."""
        if self._text != text:
            return False
        self._at += 1
        return True

    def _take(self, text: str) -> None:
        if not self._after(text):
            raise _malformed(text)

    def _name(self) -> str:
        kind, text = self._next()
        if kind != "name":
            raise _malformed("a name")
        return text


def _string(text: str) -> str:
    try:
        found: str = json.loads(text)
    except ValueError:
        raise _malformed("a text") from None
    return found


def _malformed(where: str) -> InvalidRequest:
    return InvalidRequest(
        "This is not a GraphQL query",
        "Dette er ikke en GraphQL-spørring",
        where="query",
        expected=where,
    )
