"""Graded addresses (adressegradering): who may know where a person lives.

The four grades of the Population Register, as FHIR security labels of the v3 Confidentiality code
system (https://hl7.org/fhir/R4/v3/Confidentiality/cs.html) beside the register's own code.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from samspill.base.json import Resource
from samspill.base.texts import Text

SYSTEM = "urn:samspill:address-protection"
"""Norway has published no address for the register's four codes; this one is ours."""
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"


class Protection(StrEnum):
    """The register's codes, from open to hidden."""

    UNGRADED = "ugradert"
    CLIENT_ADDRESS = "klientadresse"
    CONFIDENTIAL = "fortrolig"
    STRICTLY_CONFIDENTIAL = "strengtFortrolig"


NAMES: Mapping[Protection, Text] = MappingProxyType(
    {
        Protection.UNGRADED: Text("Open address", "Ugradert adresse"),
        Protection.CLIENT_ADDRESS: Text("Client address", "Klientadresse"),
        Protection.CONFIDENTIAL: Text(
            "Confidential address (code 7)", "Fortrolig adresse (kode 7)"
        ),
        Protection.STRICTLY_CONFIDENTIAL: Text(
            "Strictly confidential address (code 6)", "Strengt fortrolig adresse (kode 6)"
        ),
    }
)

LABELS: Mapping[Protection, str] = MappingProxyType(
    {
        Protection.UNGRADED: "N",
        Protection.CLIENT_ADDRESS: "R",
        Protection.CONFIDENTIAL: "R",
        Protection.STRICTLY_CONFIDENTIAL: "V",
    }
)


def labels(protection: Protection) -> list[Resource]:
    """The security labels (meta.security) of a person's own resources; none for an open address."""
    if protection is Protection.UNGRADED:
        return []
    return [
        {"system": SYSTEM, "code": protection.value, "display": NAMES[protection].nb},
        {"system": CONFIDENTIALITY, "code": LABELS[protection]},
    ]


def of(resource: Resource) -> Protection:
    """The grade that a person's resource carries; an unknown code counts as the strictest."""
    for label in resource.get("meta", {}).get("security", ()):
        if label.get("system") == SYSTEM:
            code = label.get("code")
            return next(
                (grade for grade in Protection if grade.value == code),
                Protection.STRICTLY_CONFIDENTIAL,
            )
    return Protection.UNGRADED


def is_hidden(protection: Protection) -> bool:
    """Whether street, place, municipality and phone must be kept from all but those who need it."""
    return protection in {Protection.CONFIDENTIAL, Protection.STRICTLY_CONFIDENTIAL}


def without_whereabouts(resource: Resource) -> Resource:
    """A copy of a resource about a person without anything that tells where to find them: neither
    the elements, nor the narrative that repeats them, nor places among those taking part."""
    hidden = WHEREABOUTS.get(resource.get("resourceType", ""), frozenset()) | {"text"}
    kept = {name: value for name, value in resource.items() if name.lstrip("_") not in hidden}
    if "participant" in kept:
        kept["participant"] = [each for each in kept["participant"] if not _is_place(each)]
    return {name: value for name, value in kept.items() if value != []}


def _is_place(participant: Resource) -> bool:
    reference = participant.get("actor", {}).get("reference", "")
    return "Location/" in reference or "Organization/" in reference


def tells(type: str, parameter: str) -> bool:
    """Whether finding a resource by the search parameter can tell where its patient is."""
    return parameter in TOLD_BY.get(type, frozenset()) or parameter in ("_text", "_content")


_ADDRESSES = frozenset(
    {"address", "address-city", "address-country", "address-postalcode", "address-state",
     "address-use", "telecom", "phone", "email"}
)  # fmt: skip

WHEREABOUTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Appointment": frozenset({"description", "comment", "patientInstruction"}),
        "CareTeam": frozenset({"managingOrganization"}),
        "Device": frozenset({"location", "contact"}),
        "Encounter": frozenset({"hospitalization", "location", "serviceProvider"}),
        "EpisodeOfCare": frozenset({"managingOrganization"}),
        "Immunization": frozenset({"location"}),
        "MedicationDispense": frozenset({"destination", "location", "receiver"}),
        "Patient": frozenset(
            {
                "address",
                "contact",
                "generalPractitioner",
                "managingOrganization",
                "photo",
                "telecom",
            }
        ),
        "Procedure": frozenset({"location"}),
        "RelatedPerson": frozenset({"address", "photo", "telecom"}),
        "ServiceRequest": frozenset({"locationCode", "locationReference"}),
        "SupplyDelivery": frozenset({"destination"}),
    }
)
"""The elements of each type that tell where a patient is."""

TOLD_BY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Appointment": frozenset({"actor", "location"}),
        "Device": frozenset({"location"}),
        "Encounter": frozenset({"location", "location-period", "service-provider"}),
        "EpisodeOfCare": frozenset({"organization"}),
        "Immunization": frozenset({"location"}),
        "MedicationDispense": frozenset({"destination", "receiver"}),
        "Patient": _ADDRESSES | {"general-practitioner", "organization"},
        "Procedure": frozenset({"location"}),
        "RelatedPerson": _ADDRESSES,
    }
)
"""The search parameters of these elements."""
