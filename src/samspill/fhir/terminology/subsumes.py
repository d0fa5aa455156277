"""$subsumes: how two codes of a system stand to each other.

https://hl7.org/fhir/R4/codesystem-operation-subsumes.html
"""

from typing import Any, Literal

from samspill.base.errors import InvalidTerminology
from samspill.fhir.terminology import issues
from samspill.fhir.terminology.systems import System

Outcome = Literal["equivalent", "subsumes", "subsumed-by", "not-subsumed"]


def subsumes(system: System, a: str, b: str) -> dict[str, Any]:
    """The Parameters to answer with; raises `InvalidTerminology` when a code is not known."""
    return {
        "resourceType": "Parameters",
        "parameter": [{"name": "outcome", "valueCode": compare(system, a, b)}],
    }


def compare(system: System, a: str, b: str) -> Outcome:
    """How `a` stands to `b`."""
    one, other = (_code(system, code, where) for code, where in ((a, "codeA"), (b, "codeB")))
    if one == other:
        return "equivalent"
    if system.is_under(other, one):
        return "subsumes"
    return "subsumed-by" if system.is_under(one, other) else "not-subsumed"


def _code(system: System, code: str, where: str) -> str:
    found = system.find(code)
    if found is None:
        raise InvalidTerminology([issues.unknown_code(code, system.url, system.version, where)])
    return found.code
