"""From findings to issues: FHIRPath locations, lines and columns, equal ones folded.

https://hl7.org/fhir/R4/operationoutcome-definitions.html#OperationOutcome.issue.expression
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from samspill.base.errors import Issue
from samspill.base.texts import Text
from samspill.fhir.definitions import Definitions
from samspill.fhir.validation import bokmaal, positions
from samspill.fhir.validation.findings import Finding, Step

Resource = dict[str, Any]
MOST = 200
"""Issues that are told of one resource."""
ORDER = ("fatal", "error", "warning", "information")


def issues(
    resource: Resource, found: Iterable[Finding], definitions: Definitions, data: bytes | None
) -> list[Issue]:
    """The findings as issues, the worst first; equal ones become one with a count."""
    places = positions.Places(data) if data else None
    folded: dict[tuple[object, ...], Issue] = {}
    for each in sorted(found, key=lambda finding: ORDER.index(finding.severity)):
        steps = each.steps[::-1]
        key = (each.severity, each.text, each.rule, *(s for s in steps if isinstance(s, str)))
        known = folded.get(key)
        if known:
            folded[key] = replace(known, count=known.count + 1)
            continue
        if len(folded) == MOST:
            break
        line, column = places.find(steps) if places else (0, 0)
        folded[key] = Issue(
            each.severity,
            each.code,
            each.text,
            expression(resource, steps, definitions),
            each.rule,
            each.expected if isinstance(each.expected, Text) else bokmaal.expected(each.expected),
            line,
            column,
        )
    return list(folded.values())


def expression(resource: Resource, steps: Sequence[Step], definitions: Definitions) -> str:
    """The FHIRPath of an element that is reached by these JSON names and indexes."""
    type_key = _type_of(resource, definitions)
    path = [type_key or "Resource"]
    value: Any = resource
    for step in steps:
        value = _inside(value, step)
        if isinstance(step, int):
            path.append(f"[{step}]")
            if type_key in ("Resource", "DomainResource"):
                type_key = _type_of(value, definitions)
            continue
        known = definitions.properties(type_key) if type_key else {}
        found = known.get(step)
        if found is None:
            path.append(f".{step[:64]}" if step.isprintable() else ".?")
            type_key = ""
            continue
        path.append(f".{found.name}")
        if found.json_name != found.name:
            path.append(f".ofType({found.type})")
        type_key = found.type
        if type_key == "Resource" and isinstance(value, dict):
            type_key = _type_of(value, definitions)
    return "".join(path)


def _inside(value: Any, step: Step) -> Any:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else None
    return value.get(step) if isinstance(value, dict) else None


def _type_of(value: Any, definitions: Definitions) -> str:
    name = value.get("resourceType") if isinstance(value, dict) else None
    return name if isinstance(name, str) and definitions.is_resource(name) else ""
