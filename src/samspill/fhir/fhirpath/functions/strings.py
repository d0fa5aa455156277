"""Texts. https://hl7.org/fhirpath/N1/#string-manipulation

Patterns run on RE2, whose time grows with the text only, whatever the pattern.
"""

import base64
import binascii
import html
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache

import re2

from samspill.base.errors import InvalidExpression
from samspill.fhir.fhirpath import code as codes
from samspill.fhir.fhirpath.code import BOOLEAN, INTEGER, STRING, Code
from samspill.fhir.fhirpath.context import Frame
from samspill.fhir.fhirpath.functions import signature
from samspill.fhir.fhirpath.functions.signature import TEXT, of_value
from samspill.fhir.fhirpath.operators import bounded, refuse_length
from samspill.fhir.fhirpath.scope import Function, Scope
from samspill.fhir.fhirpath.syntax import Node
from samspill.fhir.fhirpath.values import Json

MAX_PATTERN = 4_000
PATTERN_MEMORY = 1 << 18

# A pattern that is made for each value must be compiled for each.
PATTERN_COST = 300
SUBSTITUTE = re.compile(r"\$(?:(\d{1,2})|\{(\w+)\})")


def substring(text: str, start: int, length: int | None = None) -> str | None:
    if not 0 <= start < len(text):
        return None
    return text[start:] if length is None else text[start : start + max(0, length)]


def replace(text: str, pattern: str, substitution: str) -> str:
    refuse_length(len(text) + text.count(pattern) * len(substitution))
    return text.replace(pattern, substitution)


@lru_cache(maxsize=64)
def pattern(text: str) -> "re2._Regexp[str]":
    """A compiled pattern, in which a dot is any character."""
    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True
    options.max_mem = PATTERN_MEMORY
    if len(text) > MAX_PATTERN:
        raise _bad_pattern("shorter")
    try:
        return re2.compile(text, options=options)
    except re2.error as error:
        raise _bad_pattern("a regular expression without look-around") from error


def matches(text: str, regex: str) -> bool:
    """Anywhere in the text."""
    return pattern(regex).search(text) is not None


def matches_full(text: str, regex: str) -> bool:
    return pattern(regex).fullmatch(text) is not None


def replace_matches(text: str, regex: str, substitution: str) -> str:
    """`$1` and `${name}` in the substitution stand for groups."""
    if not regex:
        return text
    grown = 0

    def group(found: "re2._Match[str]", named: re.Match[str]) -> str:
        text: str | None = found.group(int(named[1]) if named[1] else named[2])
        return text or ""

    def substitute(found: "re2._Match[str]") -> str:
        nonlocal grown
        new = SUBSTITUTE.sub(lambda s: group(found, s), substitution)
        grown += len(new)
        refuse_length(grown)
        return new

    try:
        replaced: str = pattern(regex).sub(substitute, text)
        return replaced
    except (IndexError, KeyError) as error:
        raise _bad_pattern("a group of this name or number") from error


def encode(text: str, format: str) -> str:
    data = text.encode()
    match format:
        case "hex":
            return bounded(data.hex())
        case "base64":
            return bounded(base64.b64encode(data).decode())
        case "urlbase64":
            return bounded(base64.urlsafe_b64encode(data).decode())
    raise _bad_format(format, "hex, base64 or urlbase64")


def decode(text: str, format: str) -> str | None:
    """Empty if the text is not of the format."""
    try:
        match format:
            case "hex":
                return bytes.fromhex(text).decode()
            case "base64":
                return base64.b64decode(text, validate=True).decode()
            case "urlbase64":
                return base64.b64decode(text, b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        return None
    raise _bad_format(format, "hex, base64 or urlbase64")


def escape(text: str, format: str) -> str:
    match format:
        case "html":
            return bounded(html.escape(text).replace("&#x27;", "&#39;"))
        case "json":
            return bounded(json.dumps(text, ensure_ascii=False)[1:-1])
    raise _bad_format(format, "html or json")


def unescape(text: str, format: str) -> str | None:
    match format:
        case "html":
            return html.unescape(text)
        case "json":
            try:
                return str(json.loads(f'"{text}"'))
            except ValueError:
                return None
    raise _bad_format(format, "html or json")


def _to_list(run: Callable[..., list[str]], *arguments: signature.Kind) -> Function:
    """toChars() and split(): a collection from one text."""
    one = of_value(run, TEXT, *arguments, gives=STRING)

    def build(scope: Scope, target: Code, nodes: tuple[Node, ...]) -> Code:
        source = one.build(scope, target, nodes).run

        def several(f: Frame, t: Json) -> list[str]:
            found: list[str] = source(f, t) or []
            f.charge(len(found))
            return found

        return codes.many(several, STRING)

    return Function(build, len(arguments), len(arguments))


def join(scope: Scope, target: Code, arguments: tuple[Node, ...]) -> Code:
    """join([separator]): the texts as one; nothing of nothing."""
    run = codes.plain_list(target)
    between = codes.scalar(scope.compile(arguments[0])) if arguments else lambda f, t: ""
    between = signature.expected(between, TEXT)

    def joined(f: Frame, t: Json) -> str | None:
        found, separator = run(f, t), between(f, t) or ""
        if not all(isinstance(text, str) for text in found):
            raise InvalidExpression("join() takes texts only", "join() tar bare tekster")
        refuse_length(sum(map(len, found)) + len(separator) * len(found))
        text = separator.join(found)
        f.charge_text(text)
        return text if found else None

    return codes.single(joined, STRING)


def _bad_pattern(expected: str) -> InvalidExpression:
    return InvalidExpression(
        "The pattern cannot be used", "Mønsteret kan ikke brukes", expected=expected
    )


def _bad_format(format: str, expected: str) -> InvalidExpression:
    return InvalidExpression(
        f"There is no encoding {format[:40]}",
        f"Det finnes ingen koding {format[:40]}",
        expected=expected,
    )


FUNCTIONS: Mapping[str, Function] = {
    "indexOf": of_value(str.find, TEXT, TEXT, gives=INTEGER),
    "lastIndexOf": of_value(str.rfind, TEXT, TEXT, gives=INTEGER),
    "substring": of_value(
        substring, TEXT, signature.INTEGER, signature.INTEGER, gives=STRING, optional=1
    ),
    "startsWith": of_value(str.startswith, TEXT, TEXT, gives=BOOLEAN),
    "endsWith": of_value(str.endswith, TEXT, TEXT, gives=BOOLEAN),
    "contains": of_value(lambda text, part: part in text, TEXT, TEXT, gives=BOOLEAN),
    "upper": of_value(str.upper, TEXT, gives=STRING),
    "lower": of_value(str.lower, TEXT, gives=STRING),
    "replace": of_value(replace, TEXT, TEXT, TEXT, gives=STRING),
    "matches": of_value(matches, TEXT, TEXT, gives=BOOLEAN, unless_literal=PATTERN_COST),
    "matchesFull": of_value(matches_full, TEXT, TEXT, gives=BOOLEAN, unless_literal=PATTERN_COST),
    "replaceMatches": of_value(
        replace_matches, TEXT, TEXT, TEXT, gives=STRING, unless_literal=PATTERN_COST
    ),
    "length": of_value(len, TEXT, gives=INTEGER),
    "toChars": _to_list(list),
    "split": _to_list(lambda text, by: text.split(by) if by else list(text), TEXT),
    "join": Function(join, 0, 1),
    "trim": of_value(str.strip, TEXT, gives=STRING),
    "encode": of_value(encode, TEXT, TEXT, gives=STRING),
    "decode": of_value(decode, TEXT, TEXT, gives=STRING),
    "escape": of_value(escape, TEXT, TEXT, gives=STRING),
    "unescape": of_value(unescape, TEXT, TEXT, gives=STRING),
}
