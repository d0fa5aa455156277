"""Issues as an OperationOutcome in one language. https://hl7.org/fhir/R4/operationoutcome.html"""

from collections.abc import Iterable
from typing import Any

from samspill.base.errors import Issue

Resource = dict[str, Any]

LINE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line"
COLUMN = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col"
ISSUE_SOURCE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-source"


def to_fhir(issues: Iterable[Issue], language: str = "en") -> Resource:
    """The outcome that tells of these issues; of none, that all is well."""
    found = [_issue(each, language) for each in issues]
    return {"resourceType": "OperationOutcome", "issue": found or [_all_well(language)]}


def _issue(issue: Issue, language: str) -> Resource:
    written: Resource = {
        "severity": issue.severity,
        "code": issue.code,
        "details": {"text": _text(issue, language)},
    }
    extensions: list[Resource] = []
    if issue.line:
        extensions += [
            {"url": LINE, "valueInteger": issue.line},
            {"url": COLUMN, "valueInteger": issue.column},
        ]
    if issue.rule:
        extensions.append({"url": ISSUE_SOURCE, "valueString": issue.rule})
    if extensions:
        written = {"extension": extensions, **written}
    if issue.expression:
        written["expression"] = [issue.expression]
    return written


def _text(issue: Issue, language: str) -> str:
    is_english = issue.text.said_in(language) == issue.text.en
    expected, times = ("Expected", "times") if is_english else ("Forventet", "ganger")
    parts = [issue.text.said_in(language)]
    if issue.expected:
        parts.append(f"{expected}: {issue.expected}")
    if issue.count > 1:
        parts.append(f"({issue.count} {times})")
    return ". ".join(parts[:2]) + "".join(f" {part}" for part in parts[2:])


def _all_well(language: str) -> Resource:
    text = "No faults found" if language[:2] == "en" else "Ingen feil funnet"
    return {"severity": "information", "code": "informational", "details": {"text": text}}
