"""What a check finds: a fault, where it lies, and which rule says so.

A check returns None where all is well, else a list of findings. Each finding gathers its place on
the way up, one step at a time, so that a resource without fault pays nothing for paths.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from samspill.base.errors import Severity
from samspill.base.texts import Text

Step = str | int


@dataclass(slots=True)
class Finding:
    """A fault under way to its reader; `steps` lead from the fault out to the resource."""

    code: str
    text: Text
    rule: str = ""
    expected: Text | str = ""
    severity: Severity = "error"
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        if isinstance(self.expected, str) and len(self.expected) > 300:
            self.expected = self.expected[:297] + "..."


Findings = list[Finding]
MOST = 500
"""Findings that are kept, and as many errors besides, so that bad content stays cheap."""


def at(found: Iterable[Finding], *steps: Step) -> Findings:
    """The findings, one or more steps further out."""
    found = list(found)
    for each in found:
        each.steps.extend(steps)
    return found


def join(found: Findings | None, more: Findings | None) -> Findings | None:
    """Both, where None stands for nothing found; the first list is the one that grows.

    A long list takes no more warnings, so that they never crowd out an error.
    """
    if found is None:
        return more
    if more and len(found) < MOST:
        found += more
    elif more and len(found) < 2 * MOST:
        found += [each for each in more if each.severity == "error"]
    return found


def is_enough(found: Findings | None) -> bool:
    """Whether so much has been found that looking further tells nobody more."""
    return found is not None and len(found) >= 2 * MOST


def has_error(found: Findings) -> bool:
    return any(each.severity == "error" for each in found)


def json_type(value: Any) -> str:
    """What JSON calls this value."""
    match value:
        case dict():
            return "object"
        case list():
            return "array"
        case str():
            return "string"
        case bool():
            return "boolean"
        case None:
            return "null"
    return "number"
