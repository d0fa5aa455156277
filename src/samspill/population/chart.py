"""One person's record in the making: gives ids, times and references, and keeps what is added."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from samspill.base.json import Resource
from samspill.population.draws import Draws
from samspill.population.institutions import Care, Clinician, Organisation
from samspill.population.people import Person

OSLO = ZoneInfo("Europe/Oslo")


@dataclass(slots=True)
class Chart:
    """Opened for one person; what is added stays in the order in which it was added."""

    person: Person
    care: Care
    today: date
    draws: Draws
    entries: list[Resource] = field(default_factory=list)
    avoided: dict[str, date] = field(default_factory=dict)
    """What the person does not tolerate: ATC groups, each since the day it became known."""
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def patient(self) -> Resource:
        return {"reference": f"Patient/{self.person.id}", "display": self.person.name}

    def add(self, type: str, /, **elements: object) -> Resource:
        """Adds a resource and returns the reference to it. Elements that are None are left out."""
        number = self._numbers.get(type, 0) + 1
        self._numbers[type] = number
        resource: Resource = {
            "resourceType": type,
            "id": f"{self.person.id}-{SHORT[type]}{number}",
            **{name: value for name, value in elements.items() if value is not None},
        }
        self.entries.append(resource)
        return {"reference": f"{type}/{resource['id']}"}

    def tolerates(self, atc: str, day: date) -> bool:
        """Whether nothing known by that day speaks against the medicine."""
        return not any(
            atc.startswith(group) and since <= day for group, since in self.avoided.items()
        )

    @property
    def end(self) -> date:
        """The last day that the record tells of: today, or the day of death."""
        died_on = self.person.died_on
        return min(self.today, died_on) if died_on else self.today


def practitioner(clinician: Clinician) -> Resource:
    return {"reference": f"Practitioner/{clinician.practitioner}", "display": clinician.name}


def role(clinician: Clinician) -> Resource:
    return {"reference": f"PractitionerRole/{clinician.role}", "display": clinician.name}


def organisation(of: Organisation) -> Resource:
    return {"reference": f"Organization/{of.id}", "display": of.name}


def at(day: date, hour: int = 12, minute: int = 0) -> str:
    """A dateTime in Norway: 2026-11-23T08:15:00+01:00."""
    return (datetime.combine(day, time(hour), OSLO) + timedelta(minutes=minute)).isoformat()


def before(day: date, days: float) -> date:
    return day - timedelta(days=round(days))


def after(day: date, days: float) -> date:
    return day + timedelta(days=round(days))


def working_day(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day


SHORT = {
    "AllergyIntolerance": "al", "Appointment": "ap", "Binary": "bi", "CarePlan": "cp",
    "CareTeam": "ct", "Communication": "cm", "Composition": "co", "Condition": "cn",
    "Consent": "cs", "Device": "de", "DiagnosticReport": "dr", "DocumentReference": "do",
    "Encounter": "en", "EpisodeOfCare": "ep", "Flag": "fl", "Goal": "go", "Immunization": "im",
    "MedicationDispense": "md", "MedicationRequest": "mr", "MedicationStatement": "ms",
    "Observation": "ob", "Procedure": "pr", "Provenance": "pv", "QuestionnaireResponse": "qr",
    "RelatedPerson": "rp", "ServiceRequest": "sr", "Specimen": "sp", "Task": "ta",
}  # fmt: skip
"""Letters that make ids short and readable: p000017-ob12."""
