"""Organization, Practitioner, PractitionerRole, Location, Schedule and Slot of the institutions."""

from collections.abc import Iterator
from datetime import date, timedelta

from samspill.base.json import Resource
from samspill.norway import codes, identifiers
from samspill.norway.identifiers import Kind
from samspill.population.chart import at, organisation, role
from samspill.population.institutions import Clinician, Institutions, Organisation

WORKING_DAYS_OF_SLOTS = 5


LEADERS = frozenset({"nurse-south"})
"""Those who review access to records."""


def all_resources(institutions: Institutions, today: date) -> Iterator[Resource]:
    """Every resource of the institutions, those that are referred to first."""
    for each in institutions.organisations():
        yield organization(each)
    for clinician in institutions.clinicians():
        yield practitioner(clinician)
        yield practitioner_role(clinician)
    for offices in institutions.gp_offices.values():
        for gp in offices:
            yield from calendar(gp, today)


def organization(of: Organisation) -> Resource:
    numbers = [identifiers.fhir(Kind.ORGANISATION, of.organisation_number)]
    numbers.append(identifiers.fhir(Kind.HER, of.her_id))
    if of.kind in {"hospital", "department", "laboratory"}:
        numbers.append(identifiers.fhir(Kind.RESH, of.resh_id))
    postcode, place = of.municipality.postcodes[0]
    resource: Resource = {
        "resourceType": "Organization",
        "id": of.id,
        "identifier": numbers,
        "active": True,
        "type": [{"coding": [TYPES[of.kind]], "text": KIND_NAMES[of.kind]}],
        "name": of.name,
        "telecom": [{"system": "phone", "value": f"+47 00 9{of.serial:05d}", "use": "work"}],
        "address": [
            {
                "type": "physical",
                "line": [of.street],
                "city": place,
                "district": of.municipality.name,
                "postalCode": postcode,
                "country": "NO",
            }
        ],
    }
    if of.part_of:
        resource["partOf"] = {"reference": f"Organization/{of.part_of}"}
    return resource


def practitioner(of: Clinician) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": of.practitioner,
        "identifier": [identifiers.fhir(Kind.HPR, of.hpr)],
        "active": True,
        "name": [
            {"use": "official", "text": of.name, "family": of.family, "given": of.given.split(" ")}
        ],
        "gender": of.sex,
        "qualification": [
            {
                "code": {
                    "coding": [
                        codes.coding(codes.PERSONNEL, of.category),
                        {"system": codes.volven(7704), "code": "1", "display": "Autorisasjon"},
                    ]
                }
            }
        ],
    }


def practitioner_role(of: Clinician) -> Resource:
    resource: Resource = {
        "resourceType": "PractitionerRole",
        "id": of.role,
        "active": True,
        "practitioner": {
            "reference": f"Practitioner/{of.practitioner}",
            "display": of.name,
        },
        "organization": organisation(of.organisation),
        "code": [{"coding": _duties(of), "text": of.title}],
    }
    if of.organisation.specialty:
        code, display = of.organisation.specialty
        resource["specialty"] = [
            {"coding": [{"system": codes.volven(8451), "code": code, "display": display}]}
        ]
    return resource


def _duties(of: Clinician) -> list[Resource]:
    profession = codes.coding(codes.PERSONNEL, of.category)
    if of.practitioner not in LEADERS:
        return [profession]
    return [profession, {"system": codes.DUTIES, "code": "leader", "display": "Leder"}]


def calendar(gp: Clinician, today: date) -> Iterator[Resource]:
    """A GP's schedule for the coming days with some free slots."""
    schedule = f"{gp.practitioner}-schedule"
    yield {
        "resourceType": "Schedule",
        "id": schedule,
        "active": True,
        "serviceType": [{"text": "Legetime"}],
        "actor": [role(gp)],
        "planningHorizon": {
            "start": today.isoformat(),
            "end": (today + timedelta(days=28)).isoformat(),
        },
    }
    days = (today + timedelta(days=ahead) for ahead in range(1, 15))
    working_days = [day for day in days if day.weekday() < 5][:WORKING_DAYS_OF_SLOTS]
    for number, day in enumerate(working_days):
        yield {
            "resourceType": "Slot",
            "id": f"{schedule}-{number + 1}",
            "schedule": {"reference": f"Schedule/{schedule}"},
            "status": "free" if number % 3 else "busy",
            "start": at(day, 9 + number),
            "end": at(day, 9 + number, 20),
        }


_TYPE = "http://terminology.hl7.org/CodeSystem/organization-type"
TYPES: dict[str, Resource] = {
    "hospital": {"system": _TYPE, "code": "prov", "display": "Healthcare Provider"},
    "department": {"system": _TYPE, "code": "dept", "display": "Hospital Department"},
    "gp": {"system": _TYPE, "code": "prov", "display": "Healthcare Provider"},
    "home-care": {"system": _TYPE, "code": "prov", "display": "Healthcare Provider"},
    "laboratory": {"system": _TYPE, "code": "prov", "display": "Healthcare Provider"},
    "pharmacy": {"system": _TYPE, "code": "other", "display": "Other"},
}
KIND_NAMES = {
    "hospital": "Sykehus",
    "department": "Sykehusavdeling",
    "gp": "Legekontor",
    "home-care": "Hjemmetjeneste",
    "laboratory": "Laboratorium",
    "pharmacy": "Apotek",
}
