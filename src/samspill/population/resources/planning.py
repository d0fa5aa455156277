"""Appointment, ServiceRequest, Goal, CarePlan, CareTeam and EpisodeOfCare: what is to come."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from samspill.base.json import Resource
from samspill.norway import codes
from samspill.population import chart
from samspill.population.chart import Chart
from samspill.population.institutions import Clinician, Organisation
from samspill.population.resources.laboratory import quantity

AppointmentStatus = Literal["booked", "fulfilled", "cancelled", "noshow"]


def appointment(
    of: Chart, day: date, with_: Clinician, what: str, *, hour: int = 10, minutes: int = 20,
    instruction: str = "", is_video: bool = False,
    status: AppointmentStatus | None = None,
) -> Resource:  # fmt: skip
    """An appointment on the day, or on the Monday after it."""
    day = chart.working_day(day)
    come = status or ("booked" if day > of.today else "fulfilled")
    kind = "Videokonsultasjon" if is_video else "Oppmøte"
    return of.add(
        "Appointment",
        status=come,
        serviceType=[{"text": what}],
        appointmentType={"text": kind},
        description=what,
        start=chart.at(day, hour),
        end=chart.at(day, hour, minutes),
        created=chart.at(chart.before(day, 14), 9),
        patientInstruction=instruction or None,
        participant=[
            {"actor": of.patient, "status": "accepted"},
            {"actor": chart.practitioner(with_), "status": "accepted"},
            {"actor": {"display": with_.organisation.name}, "status": "accepted"},
        ],
    )


def referral(
    of: Chart, day: date, to: Clinician, why: str, *, code: Resource | None = None,
    status: Literal["active", "completed"] = "completed",
    priority: Literal["routine", "urgent"] = "routine", note: str = "",
) -> Resource:  # fmt: skip
    """A referral (henvisning) from the GP to a hospital department."""
    return of.add(
        "ServiceRequest",
        status=status,
        intent="order",
        category=[{"coding": [REFERRAL], "text": "Henvisning"}],
        priority=priority,
        code={"text": f"Henvisning til {to.organisation.name}"},
        subject=of.patient,
        authoredOn=chart.at(day, 11),
        requester=chart.practitioner(of.care.gp),
        performer=[chart.practitioner(to), chart.organisation(to.organisation)],
        reasonCode=[{"coding": [code], "text": why} if code else {"text": why}],
        note=[{"text": note}] if note else None,
    )


def goal(
    of: Chart, since: date, text: str, analysis: tuple[str, str], below: float, unit: str
) -> Resource:
    code, name = analysis
    return of.add(
        "Goal",
        lifecycleStatus="active",
        description={"text": text},
        subject=of.patient,
        startDate=since.isoformat(),
        target=[
            {
                "measure": {
                    "coding": [{"system": codes.NLK, "code": code, "display": name}],
                    "text": name,
                },
                "detailQuantity": {**quantity(below, unit), "comparator": "<"},
            }
        ],
    )


def care_plan(
    of: Chart, since: date, title: str, activities: Sequence[str], *,
    team: Resource | None = None, author: Clinician | None = None,
) -> Resource:  # fmt: skip
    return of.add(
        "CarePlan",
        status="active",
        intent="plan",
        title=title,
        subject=of.patient,
        period={"start": since.isoformat()},
        created=since.isoformat(),
        author=chart.practitioner(author or of.care.gp),
        careTeam=[team] if team else None,
        activity=[
            {"detail": {"status": "in-progress", "description": activity}}
            for activity in activities
        ],
    )


def care_team(
    of: Chart, since: date, name: str, members: Sequence[tuple[Clinician, str]]
) -> Resource:
    """Members with their role to the patient, a code of Volven 9034."""
    return of.add(
        "CareTeam",
        status="active",
        name=name,
        subject=of.patient,
        period={"start": since.isoformat()},
        participant=[
            {
                "role": [{"coding": [codes.coding(codes.ROLE_TO_PATIENT, code)]}],
                "member": chart.practitioner(member),
                "onBehalfOf": chart.organisation(member.organisation),
            }
            for member, code in members
        ],
    )


def episode(
    of: Chart, since: date, by: Organisation, service: str, *, until: date | None = None
) -> Resource:
    """A municipal service (Volven 9151) over time, such as health care at home."""
    period = {"start": since.isoformat()}
    if until:
        period["end"] = until.isoformat()
    return of.add(
        "EpisodeOfCare",
        status="finished" if until else "active",
        type=[{"coding": [codes.coding(codes.MUNICIPAL_SERVICE, service)]}],
        patient=of.patient,
        managingOrganization=chart.organisation(by),
        period=period,
    )


def device(of: Chart, name: str) -> Resource:
    return of.add(
        "Device",
        status="active",
        deviceName=[{"name": name, "type": "user-friendly-name"}],
        patient=of.patient,
    )


REFERRAL = {"system": codes.SNOMED, "code": "3457005", "display": "Patient referral"}
