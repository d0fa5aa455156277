"""Norwegian code systems: the address that Samspill writes, its aliases, and small tables.

Volven systems are numbered under one OID; FHIR packages give the same system two more addresses.
Whole code systems come from packages; the tables here hold what pages and the seed write.
https://www.ehelse.no/kodeverk-og-terminologi
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from samspill.base.json import Resource
from samspill.base.texts import Text

VOLVEN = "urn:oid:2.16.578.1.12.4.1.1."
VOLVEN_ALIAS = re.compile(
    r"(?:https?://(?:helsedir|ehelse|helsedirektoratet)\.no/fhir/CodeSystem/no-kodeverk-"
    # One basis profile fixes "urn:uid:" where "urn:oid:" is meant: both are in live use.
    r"|urn:uid:2\.16\.578\.1\.12\.4\.1\.1\.|2\.16\.578\.1\.12\.4\.1\.1\.)(\d{4})(?:\.\d+)?"
)


def volven(number: int) -> str:
    """The address of a Volven system: 8432 is the type of contact."""
    return f"{VOLVEN}{number}"


def canonical(system: str) -> str:
    """The one address under which codes of the system are compared; unknown ones stay as they are.

    >>> canonical("http://helsedir.no/fhir/CodeSystem/no-kodeverk-9603")
    'urn:oid:2.16.578.1.12.4.1.1.9603'
    """
    alias = VOLVEN_ALIAS.fullmatch(system)
    address = volven(int(alias[1])) if alias else system
    return ALIASES.get(address, address)


def aliases(address: str) -> tuple[str, ...]:
    """Other addresses under which the system of a canonical address is published.

    >>> aliases("urn:oid:2.16.578.1.12.4.1.1.9603")[0]
    'http://helsedir.no/fhir/CodeSystem/no-kodeverk-9603'
    """
    found = [alias for alias, main in ALIASES.items() if main == address]
    for each in (address, *found):
        number = each.removeprefix(VOLVEN)
        if each.startswith(VOLVEN) and number.isdecimal():
            hosts = ("helsedir.no", "ehelse.no", "helsedirektoratet.no")
            found += [f"http://{host}/fhir/CodeSystem/no-kodeverk-{number}" for host in hosts]
    return tuple(found)


def coding(system: str, code: str, *, language: str = "nb") -> Resource:
    """The Coding of a code in one of the small tables below, with its display."""
    return {"system": system, "code": code, "display": TABLES[system][code].said_in(language)}


ICPC_2 = "urn:oid:2.16.578.1.12.4.1.1.7170"
ICD_10 = "urn:oid:2.16.578.1.12.4.1.1.7110"
ATC = "http://www.whocc.no/atc"
NLK = "urn:oid:2.16.578.1.12.4.1.1.7280"
"""Norsk laboratoriekodeverk: the NPU codes and the Norwegian ones."""
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "http://hl7.org/fhir/sid/icpc-2": ICPC_2,
        "urn:oid:2.16.840.1.113883.6.139": ICPC_2,
        "2.16.840.1.113883.6.139": ICPC_2,
        "http://hl7.org/fhir/sid/icd-10-no": ICD_10,
        volven(7180): ATC,
        "urn:oid:2.16.840.1.113883.6.73": ATC,
        "urn:oid:1.2.208.176.2.1": NLK,
        "urn:oid:2.16.840.1.113883.6.96": SNOMED,
        "urn:oid:2.16.840.1.113883.6.1": LOINC,
        "urn:oid:2.16.840.1.113883.6.8": UCUM,
    }
)

DEVIATION = volven(8244)
CRITICAL_REACTION = volven(7497)
CRITICAL_SOURCE = volven(7498)
ONGOING_TREATMENT = volven(7517)
IMPLANT = volven(7518)
INFECTION = volven(7519)
SEVERITY = volven(7520)
CERTAINTY = volven(7521)
CHANGED_PROCEDURE = volven(7522)
PRESCRIPTION_GROUP = volven(7421)
REPRESENTATION = volven(7611)
PRIVACY_SCOPE = volven(7608)
PERSONNEL = volven(9060)
DUTIES = "urn:samspill:duty"
"""What a person does besides the profession: `leader` reviews access."""
ROLE_TO_PATIENT = volven(9034)
MUNICIPAL_SERVICE = volven(9151)
DOCUMENT_TYPE = volven(9602)
DOCUMENT_RESTRICTION = volven(9603)
USE_AREA = volven(9101)

TABLES: Mapping[str, Mapping[str, Text]] = MappingProxyType(
    {
        DEVIATION: MappingProxyType(
            {
                "1": Text("Above the upper reference limit", "Over øvre referansegrense"),
                "2": Text("Below the lower reference limit", "Under nedre referansegrense"),
                "3": Text("Outside the reference limits", "Utenfor referansegrensene"),
            }
        ),
        CRITICAL_REACTION: MappingProxyType(
            {
                "1": Text("Anaphylactic reaction", "Anafylaktisk reaksjon"),
                "4": Text("Laryngeal oedema", "Larynxødem"),
                "5": Text("Asthma", "Astma"),
                "10": Text("Severe skin reaction", "Alvorlig hudreaksjon"),
                "11": Text("Less severe skin reaction", "Mindre alvorlig hudreaksjon"),
                "13": Text("Vomiting, diarrhoea, stomach pain", "Oppkast, diaré, magesmerter"),
                "20": Text("Unknown reaction", "Ukjent reaksjon"),
            }
        ),
        CRITICAL_SOURCE: MappingProxyType(
            {
                "1": Text("Result of tests", "Resultat av tester/analyser"),
                "2": Text("Observed by the treating doctor", "Observert av behandlende lege"),
                "3": Text("Told by the patient", "Pasientens egne opplysninger"),
                "5": Text("From an earlier record", "Hentet fra tidligere journal"),
            }
        ),
        ONGOING_TREATMENT: MappingProxyType(
            {
                "1": Text("Cytostatics", "Cytostatika"),
                "2": Text("Immunosuppressive treatment", "Immunhemmende/-modulerende behandling"),
                "3": Text("Radiotherapy", "Strålebehandling"),
                "4": Text("Important anticoagulation", "Viktig blodfortynnende behandling"),
                "5": Text("Dialysis", "Dialyse"),
            }
        ),
        IMPLANT: MappingProxyType(
            {
                "9": Text("Pacemaker", "Pacemaker"),
                "10": Text("Implanted defibrillator (ICD)", "Implantert hjertestarter (ICD)"),
                "13": Text("Coronary stent", "Coronar stent"),
                "19": Text(
                    "Orthopaedic prosthesis or implant", "Ortopedisk protese eller implantat"
                ),
            }
        ),
        INFECTION: MappingProxyType(
            {
                "1": Text("Disease caused by MRSA", "Sykdom forårsaket av MRSA"),
                "3": Text("Disease caused by ESBL", "Sykdom forårsaket av ESBL"),
            }
        ),
        SEVERITY: MappingProxyType(
            {
                "1": Text("Severe", "Alvorlig"),
                "2": Text("Less severe", "Mindre alvorlig"),
            }
        ),
        CERTAINTY: MappingProxyType(
            {
                "1": Text("Suspected", "Mistenkt"),
                "2": Text("Probable", "Sannsynlig"),
                "3": Text("Confirmed", "Bekreftet"),
            }
        ),
        CHANGED_PROCEDURE: MappingProxyType(
            {
                "1": Text("Refuses blood products", "Reservert mot blodprodukter"),
                "2": Text("Agreed open return", "Avtale om åpen retur"),
                "3": Text(
                    "Contact a given doctor or ward if worse",
                    "Spesifikk lege/avdeling bør kontaktes ved forverring",
                ),
                "4": Text(
                    "Recommended procedure of treatment",
                    "Anbefalt spesifisert behandlingsprosedyre",
                ),
            }
        ),
        PRESCRIPTION_GROUP: MappingProxyType(
            {
                "A": Text("Group A", "Reseptgruppe A"),
                "B": Text("Group B", "Reseptgruppe B"),
                "C": Text("Group C", "Reseptgruppe C"),
                "CF": Text("Group CF", "Reseptgruppe CF"),
                "F": Text("Group F", "Reseptgruppe F"),
            }
        ),
        REPRESENTATION: MappingProxyType(
            {
                "FO": Text("Parental responsibility", "Foreldreansvar"),
                "VE": Text("Guardianship", "Vergemål"),
                "FU": Text("Power of attorney", "Fullmakt"),
                "TD": Text("Assigned power of attorney", "Tildelt fullmakt"),
            }
        ),
        PRIVACY_SCOPE: MappingProxyType(
            {
                "DT": Text("Digital access", "Digital tilgang"),
                "SP": Text("Lock access to health data", "Sperre tilgang til helseopplysninger"),
                "BL": Text("Block access to health data", "Blokkere tilgang til helseopplysninger"),
            }
        ),
        PERSONNEL: MappingProxyType(
            {
                "LE": Text("Doctor", "Lege"),
                "SP": Text("Nurse", "Sykepleier"),
                "JO": Text("Midwife", "Jordmor"),
                "PS": Text("Psychologist", "Psykolog"),
                "HF": Text("Health worker", "Helsefagarbeider"),
                "FT": Text("Physiotherapist", "Fysioterapeut"),
                "BI": Text("Biomedical scientist", "Bioingeniør"),
                "FA1": Text("Pharmacist", "Provisorfarmasøyt"),
                "HE": Text("Health secretary", "Helsesekretær"),
            }
        ),
        ROLE_TO_PATIENT: MappingProxyType(
            {
                "3": Text("Responsible doctor", "Behandlingsansvarlig lege"),
                "6": Text("Regular GP", "Fastlege"),
                "8": Text("Coordinator of the individual plan", "Koordinator Individuell plan"),
                "9": Text("Primary contact", "Primærkontakt"),
                "14": Text("Responsible midwife", "Ansvarlig jordmor"),
                "17": Text("Cancer pathway coordinator", "Forløpskoordinator kreft"),
                "19": Text("Contact doctor", "Kontaktlege"),
            }
        ),
        MUNICIPAL_SERVICE: MappingProxyType(
            {
                "5": Text("Meals on wheels", "Matombringing"),
                "6": Text("Safety alarm", "Trygghetsalarm"),
                "4": Text("Day activity", "Dagaktivitetstilbud"),
                "15": Text("Health care at home", "Helsetjenester i hjemmet"),
                "21": Text("Long stay in a nursing home", "Langtidsopphold i institusjon"),
            }
        ),
        DOCUMENT_TYPE: MappingProxyType(
            {
                "A03-2": Text("Discharge summary", "Epikrise"),
                "A04-2": Text("Nursing summary", "Sykepleiesammenfatning"),
                "A07-2": Text("Psychologist's summary", "Psykologsammenfatning"),
                "B00-1": Text("Running notes", "Kontinuerlig/løpende journal"),
                "E01-2": Text("Diagnostic images", "Diagnostiske bilder"),
                "C04-2": Text("Pathology", "Patologi, histologi og cytologi"),
            }
        ),
        DOCUMENT_RESTRICTION: MappingProxyType(
            {
                "N": Text("Normal", "Normal"),
                "NORN_FORANS": Text("Denied to parents", "Nektet, foreldreansvarlig"),
                "NORN_UNGDOM": Text("Denied to the youth", "Nektet, ungdom"),
                "NORN_KUT": Text("Denied, clearly inadvisable", "Nektet, klart utilrådelig"),
                "NORN_EPO": Text("Denied, own wish", "Nektet, eget ønske"),
                "NORU": Text("Delayed for the citizen", "Utsatt innsyn for innbygger"),
                "NORS": Text("Locked", "Sperret"),
            }
        ),
        USE_AREA: MappingProxyType(
            {
                "1": Text("Fixed", "Fast"),
                "2": Text("Course", "Kur"),
                "3": Text("As needed", "Ved behov"),
                "4": Text("Vaccine", "Vaksine"),
                "5": Text("Nutrition, vitamins", "Næringsmiddel/vitaminer"),
            }
        ),
    }
)
