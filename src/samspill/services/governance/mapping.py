"""Cases and statements to FHIR and back: Task. https://hl7.org/fhir/R4/task.html"""

from datetime import date, datetime

from samspill.access import facts
from samspill.base.clock import instant, to_micros
from samspill.base.json import Resource
from samspill.norway import withholding
from samspill.services.governance.model import Case, CaseKind, Statement, Traits

CASES = "urn:samspill:access-case"
"""Code system of the Tasks of questions and complaints."""
LINES = "urn:samspill:access-log"
"""The positions of lines of the access log."""


def statement(task: Resource) -> Statement:
    codes = {each.get("code") for each in task["code"].get("coding", ())}
    reason: Resource = task.get("reasonCode", {})
    given: Resource = next(iter(reason.get("coding", ())), {})
    is_emergency = "emergency" in codes
    period = task["executionPeriod"]
    return Statement(
        task=task["id"],
        who=task["requester"]["reference"],
        is_emergency=is_emergency,
        purpose="BTG" if is_emergency else given.get("code", ""),
        reason=reason.get("text", ""),
        at=_micros(period["start"]),
        until=_micros(period["end"]),
    )


def case(
    patient: str, by: str, kind: CaseKind, position: int, about: str, text: str, at: int,
    deadline: date,
) -> Resource:  # fmt: skip
    """Locked for personnel: it may be about one of them."""
    return {
        "resourceType": "Task",
        "meta": {"security": [{"system": withholding.SYSTEM, "code": withholding.LOCKED}]},
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": CASES, "code": kind}]},
        "focus": {"identifier": {"system": LINES, "value": str(position)}, "display": about},
        "for": {"reference": f"Patient/{patient}"},
        "requester": {"reference": by},
        "authoredOn": instant(at),
        "restriction": {"period": {"end": deadline.isoformat()}},
        "description": text,
    }


def answered(task: Resource, answer: str, by: str) -> Resource:
    return {
        **task,
        "status": "completed",
        "businessStatus": {"text": answer},
        "owner": {"reference": by},
    }


def read_case(task: Resource) -> Case:
    focus = task.get("focus", {})
    codes = {each.get("code") for each in task["code"]["coding"]}
    return Case(
        id=task["id"],
        patient=task["for"]["reference"].partition("/")[2],
        kind="complaint" if "complaint" in codes else "question",
        position=int(focus.get("identifier", {}).get("value", "0")),
        about=focus.get("display", ""),
        text=task.get("description", ""),
        at=task["authoredOn"],
        deadline=task["restriction"]["period"]["end"],
        answer=task.get("businessStatus", {}).get("text", ""),
        answered_by=task.get("owner", {}).get("reference", ""),
    )


def traits(person: Resource, workplaces: frozenset[str] = frozenset()) -> Traits:
    """Of a Patient or a Practitioner; a protected address is no trait."""
    name: Resource = next(iter(person.get("name", ())), {})
    family = str(name.get("family", ""))
    homes = [each for each in person.get("address", ()) if each.get("use", "home") == "home"]
    home: Resource = next(iter(homes), {})
    line = str(next(iter(home.get("line", ())), ""))
    street = " ".join(word for word in line.split() if not word[:1].isdigit())
    return Traits(
        family=family.casefold(),
        name=" ".join((*name.get("given", ()), family)).casefold(),
        born_on=str(person.get("birthDate", "")),
        street=f"{street} {home.get('postalCode', '')}".casefold() if street else "",
        workplaces=workplaces,
    )


def _micros(instant: str) -> int:
    return to_micros(datetime.fromisoformat(instant))


EMERGENCY, STATED = f"{facts.ACCESS_TASK}|emergency", f"{facts.ACCESS_TASK}|stated"
