"""Patient and RelatedPerson as the Population Register would fill them (no-basis profiles).

https://github.com/HL7Norway/basisprofiler-r4
"""

from samspill.base.json import Resource
from samspill.norway import confidentiality, identifiers
from samspill.norway.identifiers import Kind
from samspill.population import chart
from samspill.population.chart import Chart
from samspill.population.people import Address, Number, Person

HL7_NORWAY = "http://hl7.no/fhir"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def patient(chart: Chart) -> Resource:
    person, care = chart.person, chart.care
    resource: Resource = {
        "resourceType": "Patient",
        "id": person.id,
        **_labels(person),
        "extension": [_citizenship(person.citizenship)],
        "identifier": [identifier(number) for number in person.numbers],
        "active": True,
        "name": [name(person)],
        "telecom": [
            {"system": "phone", "value": f"+47 00 {person.key % 10**6:06d}", "use": "mobile"}
        ],
        "gender": person.sex,
        "birthDate": person.born_on.isoformat(),
        "address": [address(person)],
        "communication": [{"language": language(person.language), "preferred": True}],
        "generalPractitioner": [
            chart_role(chart),
            {
                "reference": f"Organization/{care.gp.organisation.id}",
                "display": care.gp.organisation.name,
            },
        ],
        "managingOrganization": {
            "reference": f"Organization/{care.gp.organisation.id}",
            "display": care.gp.organisation.name,
        },
    }
    if person.died_on:
        resource["deceasedDateTime"] = person.died_on.isoformat()
    if confidentiality.is_hidden(person.protection):
        del resource["telecom"]
    return resource


def chart_role(of: Chart) -> Resource:
    return chart.role(of.care.gp)


def related(
    of: Chart, other: Person, relation: str, *, custody: str = "", phone: bool = True
) -> Resource:
    """Adds someone who is close to the patient; relations and custody as in the no-basis lists."""
    relationship = [_relation("no-basis-family-relation", relation)]
    if custody:
        relationship.append(_relation("no-basis-parental-responsibility", custody))
    is_hidden = confidentiality.is_hidden(other.protection)
    return of.add(
        "RelatedPerson",
        identifier=[identifier(number) for number in other.numbers[-1:]],
        active=True,
        patient=of.patient,
        relationship=relationship,
        name=[name(other)],
        telecom=[{"system": "phone", "value": f"+47 00 {other.key % 10**6:06d}", "use": "mobile"}]
        if phone and not is_hidden
        else None,
        gender=other.sex,
        birthDate=other.born_on.isoformat(),
    )


def identifier(number: Number) -> Resource:
    element = identifiers.fhir(number.kind, number.value)
    period = {
        name: day.isoformat()
        for name, day in (("start", number.from_on), ("end", number.until_on))
        if day
    }
    if number.until_on:
        element["use"] = "old"
    if number.kind in {Kind.NATIONAL, Kind.D}:
        element["type"] = {
            "coding": [{"system": "urn:oid:2.16.578.1.12.4.1.1.8327", "code": number.kind.value}]
        }
    return {**element, "period": period} if period else element


def name(person: Person) -> Resource:
    given = person.given.split(" ")
    return {
        "use": "official",
        "text": person.name,
        "family": person.family,
        "given": given,
    }


def address(person: Person) -> Resource:
    """The registered address; of people with a confidential one it only says that it is masked."""
    official = {"url": f"{HL7_NORWAY}/StructureDefinition/no-basis-address-official"}
    if confidentiality.is_hidden(person.protection):
        masked = {"url": ABSENT, "valueCode": "masked"}
        return {"use": "home", "extension": [{**official, "valueBoolean": True}, masked]}
    return {
        "extension": [{**official, "valueBoolean": True}],
        "use": "home",
        "type": "physical",
        **place(person.address),
    }


def place(where: Address) -> Resource:
    code = {
        "system": identifiers.KINDS[Kind.MUNICIPALITY].system,
        "code": where.municipality.number,
        "display": where.municipality.name,
    }
    url = f"{HL7_NORWAY}/StructureDefinition/no-basis-municipalitycode"
    return {
        "line": [f"{where.street} {where.house}"],
        "city": where.place,
        "district": where.municipality.name,
        "_district": {"extension": [{"url": url, "valueCoding": code}]},
        "postalCode": where.postcode,
        "country": "NO",
    }


def language(code: str) -> Resource:
    return {
        "coding": [{"system": "urn:ietf:bcp:47", "code": code, "display": LANGUAGES[code]}],
        "text": LANGUAGES[code],
    }


def _labels(person: Person) -> Resource:
    labels = confidentiality.labels(person.protection)
    return {"meta": {"security": labels}} if labels else {}


def _citizenship(country: str) -> Resource:
    code = {"coding": [{"system": "urn:iso:std:iso:3166", "code": country}]}
    return {
        "url": "http://hl7.org/fhir/StructureDefinition/patient-citizenship",
        "extension": [{"url": "code", "valueCodeableConcept": code}],
    }


def _relation(system: str, code: str) -> Resource:
    return {
        "coding": [
            {
                "system": f"{HL7_NORWAY}/CodeSystem/{system}",
                "code": code,
                "display": RELATIONS[code],
            }
        ]
    }


RELATIONS = {
    "mor": "Mor",
    "far": "Far",
    "medmor": "Medmor",
    "barn": "Barn",
    "søsken": "Søsken",
    "ektefelleEllerPartner": "Ektefelle eller partner",
    "felles": "Felles",
}
LANGUAGES = {
    "nb": "Bokmål",
    "nn": "Nynorsk",
    "se": "Nordsamisk",
    "en": "Engelsk",
    "pl": "Polsk",
    "so": "Somali",
    "uk": "Ukrainsk",
    "ar": "Arabisk",
    "ur": "Urdu",
}
