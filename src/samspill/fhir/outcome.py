"""Issues as an OperationOutcome in one language. https://hl7.org/fhir/R4/operationoutcome.html"""

from collections.abc import Iterable
from typing import Any

from samspill.base.errors import Issue
from samspill.base.texts import Text

Resource = dict[str, Any]

EXPECTED = Text("Expected", "Forventet")
TIMES = Text("times", "ganger")
LINE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line"
COLUMN = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col"
MESSAGE_ID = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id"
TX_ISSUE_TYPE = "http://hl7.org/fhir/tools/CodeSystem/tx-issue-type"
ISSUE_SOURCE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-source"


def to_fhir(issues: Iterable[Issue], language: str = "en") -> Resource:
    """The outcome that tells of these issues; of none, that all is well."""
    found = [_issue(each, language) for each in issues]
    return {"resourceType": "OperationOutcome", "issue": found or [_all_well(language)]}


def _issue(issue: Issue, language: str) -> Resource:
    details: Resource = {"text": _text(issue, language)}
    if issue.topic:
        details = {"coding": [{"system": TX_ISSUE_TYPE, "code": issue.topic}], **details}
    written: Resource = {"severity": issue.severity, "code": issue.code, "details": details}
    extensions: list[Resource] = []
    if issue.key:
        extensions.append({"url": MESSAGE_ID, "valueString": issue.key})
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
    said = issue.text.said_in(language)
    if issue.expected:
        expected = issue.expected
        wanted = expected.said_in(language) if isinstance(expected, Text) else expected
        said += f". {EXPECTED.said_in(language)}: {wanted}"
    return f"{said} ({issue.count} {TIMES.said_in(language)})" if issue.count > 1 else said


def _all_well(language: str) -> Resource:
    text = Text("No faults found", "Ingen feil funnet").said_in(language)
    return {"severity": "information", "code": "informational", "details": {"text": text}}
