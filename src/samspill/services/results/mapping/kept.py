"""Messages that could not be taken in, as Task for the integrator. https://hl7.org/fhir/R4/task.html"""

from collections.abc import Sequence

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.services.results.mapping import parties, receipt
from samspill.services.results.mapping.tree import Fault, Tree

SYSTEM = "urn:samspill:task"
CODE = "message-refused"


def id(source: str) -> str:
    """Id of the task of a message."""
    return parties.stable_id("Task", source)


def task(source: str, tree: Tree, faults: Sequence[Fault], at: str) -> Resource:
    """What is wrong with the message, and where it lies. Holds nothing of a person."""
    number = tree.root.get("MsgId")
    made: Resource = {
        "resourceType": "Task",
        "id": id(source),
        "contained": [
            {"resourceType": "OperationOutcome", "id": "faults", "issue": _issues(faults)}
        ],
        "identifier": [{"value": number}] if number else [],
        "status": "rejected",
        "intent": "order",
        "code": {"coding": [{"system": SYSTEM, "code": CODE}]},
        "description": receipt.said(faults[0], "nb"),
        "focus": {"reference": f"Binary/{source}"},
        "authoredOn": at,
        "output": [{"type": {"text": "faults"}, "valueReference": {"reference": "#faults"}}],
    }
    return {key: value for key, value in made.items() if value}


def _issues(faults: Sequence[Fault]) -> list[Resource]:
    return [
        {
            "severity": "error" if each.refuses else "warning",
            "code": "structure" if each.code.startswith("T") else "invalid",
            "details": {
                "coding": [{"system": codes.volven(8221), "code": each.code}],
                "text": receipt.said(each, "nb"),
            },
            "diagnostics": receipt.said(each, "en"),
        }
        for each in faults
    ]
