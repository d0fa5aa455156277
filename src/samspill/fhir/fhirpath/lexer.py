"""The text of an expression cut into tokens. https://hl7.org/fhirpath/N1/#lexical-elements"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from samspill.base.errors import InvalidExpression
from samspill.base.texts import Text

PATTERN = re.compile(
    r"""
    (?P<space>    [ \t\r\n]+ | //[^\r\n]* | /\*(?:[^*]|\*(?!/))*\*/ )
  | (?P<moment>   @ (?: T\d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)?
                      | \d{4}(?:-\d\d(?:-\d\d)?)?
                        (?: T (?: \d\d(?::\d\d(?::\d\d(?:\.\d+)?)?)? (?:Z|[+-]\d\d:\d\d)? )? )? ) )
  | (?P<number>   \d+(?:\.\d+)? )
  | (?P<string>   '(?:[^'\\]|\\.)*' )
  | (?P<quoted>   `(?:[^`\\]|\\.)*` )
  | (?P<word>     [A-Za-z_][A-Za-z0-9_]* )
  | (?P<variable> \$(?:this|index|total)\b )
  | (?P<symbol>   <=|>=|!=|!~|[-+*/&|=~<>.,()\[\]{}%] )
    """,
    re.VERBOSE | re.DOTALL,
)
ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
CONTROLS = {"f": "\f", "n": "\n", "r": "\r", "t": "\t"}

MAX_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    """moment | number | string | quoted | word | variable | symbol | end"""
    text: str
    """Without quotes and escapes."""
    at: int


def tokens(text: str) -> Iterator[Token]:
    """All tokens, the last of kind "end". Raises InvalidExpression."""
    if len(text) > MAX_LENGTH:
        raise InvalidExpression(
            f"The expression is longer than {MAX_LENGTH} characters",
            f"Uttrykket er lengre enn {MAX_LENGTH} tegn",
        )
    at = 0
    while at < len(text):
        found = PATTERN.match(text, at)
        if found is None or found.lastgroup is None:
            raise wrong(text, at, "a token", "et symbol")
        if found.lastgroup != "space":
            yield Token(found.lastgroup, _content(found.lastgroup, found.group()), at)
        at = found.end()
    yield Token("end", "", at)


def wrong(text: str, at: int, expected: str, forventet: str) -> InvalidExpression:
    """The error for text that does not fit at a position."""
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return InvalidExpression(
        f"FHIRPath does not read on at line {line}, column {column}",
        f"FHIRPath går ikke opp ved linje {line}, kolonne {column}",
        expected=Text(expected, forventet),
    )


def _content(kind: str, text: str) -> str:
    if kind not in ("string", "quoted"):
        return text
    return ESCAPE.sub(_unescape, text[1:-1])


def _unescape(found: re.Match[str]) -> str:
    """A backslash before any other character is left out, as the standard says."""
    code = found.group(1)
    return chr(int(code[1:], 16)) if len(code) == 5 else CONTROLS.get(code, code)
