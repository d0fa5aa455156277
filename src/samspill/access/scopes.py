"""SMART scopes, version 2 with version 1 read as it: `patient/Observation.rs?category=laboratory`.

https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html
"""

import re
from functools import lru_cache
from urllib.parse import parse_qsl

from msgspec import Struct

from samspill.access.policy import (
    ALL,
    NONE,
    ForAllPatients,
    PatientIs,
    Predicate,
    ScopeMatch,
    all_of,
    any_of,
)

_SCOPE = re.compile(
    r"(?P<level>patient|user|system)/(?P<type>\*|[A-Z][A-Za-z]*)"
    r"\.(?P<actions>\*|read|write|c?r?u?d?s?)(?:\?(?P<query>[^\s?#]+))?",
    re.ASCII,
)
_VERSION_1 = {"read": "rs", "write": "cud", "*": "cruds"}


class Scope(Struct, frozen=True):
    """What an application was granted."""

    level: str
    """patient, user or system."""
    type: str
    """A resource type, or "*" for all."""
    actions: frozenset[str]
    """Of c, r, u, d and s."""
    pairs: tuple[tuple[str, str], ...] = ()
    """Search parameters that a resource must be found by."""


@lru_cache(maxsize=4096)
def parse(text: str) -> Scope | None:
    """The scope of a text; None for one that is not about resources, or malformed."""
    found = _SCOPE.fullmatch(text)
    if found is None or not found["actions"]:
        return None
    actions = _VERSION_1.get(found["actions"], found["actions"])
    if not found["query"]:
        return Scope(found["level"], found["type"], frozenset(actions))
    try:
        pairs = parse_qsl(found["query"], keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return None
    if found["type"] == "*" or any(
        name.startswith("_") and name not in _OF_ALL for name, _ in pairs
    ):
        return None
    return Scope(found["level"], found["type"], frozenset(actions), tuple(pairs))


_OF_ALL = frozenset({"_id", "_tag", "_security", "_profile", "_source", "_lastUpdated"})
"""Search parameters of every type; others that begin so change the result rather than narrow it."""


def permitted(
    scopes: tuple[str, ...] | None,
    letters: str,
    type: str,
    levels: frozenset[str],
    *,
    patient: str,
    is_public: bool,
) -> Predicate:
    """What the scopes together allow of one of the actions on a type; without scopes, everything.

    Of no type, it is what is allowed of any. A `patient/` scope is good for the patient of the
    launch alone, so for nobody without one.
    """
    if scopes is None:
        return ALL
    of_patient = ALL if is_public else ForAllPatients(PatientIs(patient)) if patient else NONE
    allowed = []
    for text in scopes:
        scope = parse(text)
        if scope is None or scope.level not in levels or (type and scope.type not in ("*", type)):
            continue
        if scope.actions.isdisjoint(letters):
            continue
        whose = of_patient if scope.level == "patient" else ALL
        found = ScopeMatch(scope.pairs) if scope.pairs else ALL
        allowed.append(all_of((whose, found)))
    return any_of(allowed)
