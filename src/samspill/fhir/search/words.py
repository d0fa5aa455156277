"""Full text, of `_text` and `_content`: words folded as in string search, in their order.

The words are cut here and not in the database, so that every store finds the same.
https://hl7.org/fhir/R4/search.html#content
"""

import re
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import Any

from samspill.base.errors import InvalidSearch, TooCostly
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir.search.query import And, Clause, Match, Or, Words, all_of, any_of
from samspill.fhir.search.types import string
from samspill.fhir.search.values import Prose

EXPECTED = Text(
    'words, "several words", beginn*, joined by blanks (and) or OR, in brackets as needed',
    'ord, "flere ord", begynn*, skilt med mellomrom (og) eller OR, i parentes der det trengs',
)

MOST_PARTS = 100
DEEPEST = 10

_WORD = re.compile(r"[^\W_]+")
_TAG = re.compile(r"<[^>]*>")
_PART = re.compile(r'"[^"]*"|[()]|[^\s()"]+')


def words(text: str) -> list[str]:
    """
    >>> words("Hjertesvikt, 2. grad (NYHA-III)")
    ['hjertesvikt', '2', 'grad', 'nyha', 'iii']
    """
    return _WORD.findall(string.fold(text))


def extract(resource: Resource) -> Prose:
    """What `_text` looks at, the words of the narrative, and what `_content` looks at besides."""
    text = resource.get("text")
    div = text.get("div", "") if isinstance(text, dict) else ""
    narrative = words(unescape(_TAG.sub(" ", div))) if div else ()
    rest = [word for each in _texts(resource) for word in _known_words(each)]
    return Prose(" ".join(narrative), " ".join(rest))


@lru_cache(maxsize=8192)
def _known_words(text: str) -> tuple[str, ...]:
    """Most texts are displays of codes, which come again and again."""
    return tuple(words(text))


def _texts(value: Any) -> Iterator[str]:
    """Every text except the narrative and what is not written for people: addresses, ids, data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in _UNREAD:
                yield from _texts(each)


_UNREAD = frozenset({"resourceType", "div", "id", "system", "url", "reference", "data", "meta"})


def parse(parameter: str, text: str) -> Clause:
    """`diabetes OR (hjerte* "kronisk svikt")`: blanks and AND join, OR parts, quotes keep order."""
    parts = deque(_PART.findall(text))
    if len(parts) > MOST_PARTS:
        raise TooCostly(
            "Too many words",
            "For mange ord",
            expected=Text(
                f"at most {MOST_PARTS} words and brackets", f"høyst {MOST_PARTS} ord og parenteser"
            ),
        )
    clause = _either(parameter, parts, 0)
    if parts:
        raise _invalid()
    return clause


def _either(parameter: str, parts: deque[str], depth: int) -> Clause:
    if depth > DEEPEST:
        raise _invalid()
    found = [_all(parameter, parts, depth)]
    while parts and parts[0].upper() == "OR":
        parts.popleft()
        found.append(_all(parameter, parts, depth))
    return any_of(found)


def _all(parameter: str, parts: deque[str], depth: int) -> Clause:
    found: list[Clause] = []
    while parts and parts[0] != ")" and parts[0].upper() != "OR":
        first = parts.popleft()
        if first == "(":
            found.append(_either(parameter, parts, depth + 1))
            if not parts or parts.popleft() != ")":
                raise _invalid()
        elif first.upper() != "AND":
            found.append(Match(parameter, _words(first)))
    if not found:
        raise _invalid()
    return all_of(found)


def _words(part: str) -> Words:
    found = tuple(words(part))
    if not found:
        raise _invalid()
    return Words(found, prefix=part.rstrip('"').endswith("*"))


def _invalid() -> InvalidSearch:
    return InvalidSearch(
        "The words sought cannot be read", "Ordene kan ikke leses", expected=EXPECTED
    )


def format(clause: Clause) -> tuple[str, str] | None:
    """The parameter and text of a clause that is made of words only, otherwise None."""
    match clause:
        case Match(parameter, Words(found, prefix)):
            text = " ".join(found) + ("*" if prefix else "")
            return parameter, f'"{text}"' if len(found) > 1 else text
        case And(parts) | Or(parts):
            inner = [format(part) for part in parts]
            known = [pair for pair in inner if pair is not None]
            if len(known) < len(inner) or len({name for name, _ in known}) > 1:
                return None
            sign = " " if isinstance(clause, And) else " OR "
            return known[0][0], "(" + sign.join(text for _, text in known) + ")"
    return None


def matches(parameter: str, test: Words, prose: Prose) -> bool:
    """Whether the words stand side by side in the narrative, or in the other texts."""
    return _says(test, prose.narrative) or (parameter == "_content" and _says(test, prose.rest))


def _says(test: Words, row: str) -> bool:
    sought = " " + " ".join(test.words)
    return sought in " " + row if test.prefix else f"{sought} " in f" {row} "
