"""What an application may be granted: never more than it asked for, nor than it is registered for.

The scopes of SMART 2.2, `patient/Observation.rs?category=laboratory`, and of version 1,
`patient/Observation.read`. What is not known is left out.
https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html
"""

import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

from samspill.access import scopes as access

PLAIN = (
    "openid",
    "profile",
    "fhirUser",
    "launch",
    "launch/patient",
    "launch/encounter",
    "offline_access",
    "online_access",
)
"""Scopes about the sign-in and the launch."""
MOST = 100
"""Scopes in one request."""

_RESOURCE = re.compile(
    r"(?P<level>patient|user|system)/(?P<type>\*|[A-Z][A-Za-z]{1,63})"
    r"\.(?P<may>read|write|\*|(?=[cruds])c?r?u?d?s?)"
    r"(?:\?(?P<query>[A-Za-z0-9_:.-]+=[\x21\x23-\x5B\x5D-\x7E]+))?"
)
_LETTERS = {"read": "rs", "write": "cud", "*": "cruds"}


class Scope(Struct, frozen=True):
    """A scope over resources, taken apart."""

    level: str
    """patient, user or system."""
    type: str
    letters: str
    """Of "cruds", in this order."""
    query: str = ""


def parse(text: str) -> Scope | None:
    """A scope over resources; None for any other text, and for what no decision would heed."""
    found = _RESOURCE.fullmatch(text)
    if found is None or access.parse(text) is None:
        return None
    may = found["may"]
    return Scope(found["level"], found["type"], _LETTERS.get(may, may), found["query"] or "")


def format(scope: Scope) -> str:
    """As version 2 writes it."""
    query = f"?{scope.query}" if scope.query else ""
    return f"{scope.level}/{scope.type}.{scope.letters}{query}"


def split(text: str) -> tuple[str, ...]:
    """The scopes of a request, each once, in their order. Only a space parts them."""
    parts = [part for part in text.split(" ") if part]
    return tuple(dict.fromkeys(parts))[:MOST]


def narrow(asked: Iterable[str], allowed: Sequence[str]) -> tuple[str, ...]:
    """What is both asked for and allowed.

    >>> narrow(["patient/*.cruds", "openid", "x"], ["openid", "patient/Observation.read"])
    ('patient/Observation.rs', 'openid')
    """
    granted: list[str] = []
    for text in asked:
        scope = parse(text)
        if scope is None:
            granted += [text] if text in PLAIN and text in allowed else []
        elif any(_covers(parse(each), scope) for each in allowed):
            granted.append(text)
        else:
            met = (_meet(scope, parse(each)) for each in allowed)
            granted += [format(each) for each in met if each is not None]
    return tuple(dict.fromkeys(granted))


def of_levels(scopes: Iterable[str], *levels: str) -> tuple[str, ...]:
    """Without the scopes over resources of any other level."""
    taken = ((text, parse(text)) for text in scopes)
    return tuple(text for text, scope in taken if scope is None or scope.level in levels)


def _covers(allowed: Scope | None, asked: Scope) -> bool:
    return (
        allowed is not None
        and allowed.level == asked.level
        and allowed.type in ("*", asked.type)
        and set(asked.letters) <= set(allowed.letters)
        and allowed.query in ("", asked.query)
    )


def _meet(asked: Scope, allowed: Scope | None) -> Scope | None:
    """What two scopes have in common, as far as one scope can say it."""
    if allowed is None or allowed.level != asked.level:
        return None
    types = {asked.type, allowed.type} - {"*"}
    letters = "".join(each for each in "cruds" if each in asked.letters and each in allowed.letters)
    queries = {asked.query, allowed.query} - {""}
    if len(types) > 1 or len(queries) > 1 or not letters:
        return None
    return Scope(asked.level, next(iter(types), "*"), letters, next(iter(queries), ""))
