"""People and organisations of a message as Patient, Practitioner and Organization.

Those with a public number are found again by it; others have an id that follows from their place.
https://hl7.org/fhir/R4/administration-module.html
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from samspill.base.json import Resource
from samspill.norway import identifiers, kith
from samspill.services.results.mapping import values
from samspill.services.results.mapping.tree import NOTHING, Node

NAMESPACE = uuid.UUID("5f0c9a51-6c36-4d53-9d8e-6c1b7d1f2a10")
PERSON = "urn:uuid:00000000-0000-4000-8000-{:012}"
LOCAL = "urn:samspill:kith:id:"
"""Start of the systems of identifiers that hold within one organisation, by their type."""


def stable_id(*parts: str) -> str:
    """An id that is the same whenever it is asked for the same."""
    return str(uuid.uuid5(NAMESPACE, "\n".join(parts)))


@dataclass(slots=True)
class Cast:
    """The people and organisations of one message, each once."""

    resources: dict[str, Resource] = field(default_factory=dict)
    """By address: "Organization/…", or "urn:uuid:…" for patients, whose id the record gives."""

    def add(self, type: str, id: str, elements: Resource, display: str) -> Resource:
        """Keeps the resource; a reference to it."""
        reference = f"{type}/{id}"
        kept = self.resources.setdefault(reference, {"resourceType": type, "id": id})
        for key, value in elements.items():
            if isinstance(value, list):
                # Named again with further numbers or another name: all of them are kept.
                was = kept.get(key, [])
                if added := [each for each in value if each not in was]:
                    kept[key] = [*was, *added]
            elif value and kept.setdefault(key, value) != value and key == "name":
                kept["alias"] = [*dict.fromkeys([*kept.get("alias", ()), value])]
        return {"reference": reference, "display": display} if display else {"reference": reference}

    def add_patient(self, elements: Resource) -> Resource:
        address = PERSON.format(sum(each.startswith("urn:") for each in self.resources))
        self.resources[address] = {"resourceType": "Patient", **elements}
        return {"reference": address}


def identifier(type: str, value: str) -> Resource:
    """An identifier of a KITH type such as HER or LAV."""
    value = value.strip()
    kind = identifiers.find_kind(type)
    if kind is not None:
        return {"system": identifiers.KINDS[kind].system, "value": value}
    return {"system": f"{LOCAL}{type}", "value": value} if type else {"value": value}


def is_public(given: Resource) -> bool:
    system = given.get("system", "")
    return bool(system) and not system.startswith(LOCAL)


def _identifiers(node: Node) -> list[Resource]:
    found = [(node.get("TypeId"), node.get("Id"))]
    found += [(each.get("Type"), each.get("Id")) for each in node.all("AdditionalId")]
    made = [identifier(type, value) for type, value in found if value]
    return [each for n, each in enumerate(made) if each not in made[:n]]


def provider(cast: Cast, holder: Node) -> list[Resource]:
    """References to whom a HCP names: the innermost organisation first, then people."""
    hcp = holder.one("HCP")
    contact = _telecom(hcp)
    if person := hcp.one("HCProf"):
        return [made for made in [_practitioner(cast, person, "", contact, hcp)] if made]
    inst = hcp.one("Inst")
    if not inst:
        return []
    outer = _organization(cast, inst, "", contact, hcp.one("MedSpeciality"))
    place = outer.get("reference", "")
    inner = [_organization(cast, dept, place, [], NOTHING) for dept in inst.all("Dept")]
    people = [_practitioner(cast, each, place, [], hcp) for each in inst.all("HCPerson")]
    return [each for each in (*(inner[:1] or [outer]), *inner[1:], *people) if each]


def involved(cast: Cast, holder: Node) -> Iterator[Resource]:
    """References to those whom a holder names, with the part they had."""
    part = values.concept(holder.one("Relation"), table=8254)
    for reference in provider(cast, holder):
        if part:
            reference = {
                **reference, "extension": [values.extension("relation", valueCodeableConcept=part)]
            }  # fmt: skip
        yield reference


def _telecom(hcp: Node) -> list[Resource]:
    return [_contact(each.value) for each in hcp.one("Address").all("TeleAddress") if each.value]


def _contact(address: str) -> Resource:
    scheme, colon, rest = address.partition(":")
    system = {"tel": "phone", "mailto": "email", "fax": "fax"}.get(scheme.lower(), "other")
    return {"system": system, "value": rest if colon and system != "other" else address}


def _organization(
    cast: Cast, node: Node, within: str, telecom: list[Resource], speciality: Node
) -> Resource:
    """A reference to an organisation; only words where it has no number and no name."""
    name, ids = node.get("Name"), _identifiers(node)
    if not name and not ids:
        return {}
    elements: Resource = {"identifier": ids, "name": name or "?", "telecom": telecom}
    if within:
        elements["partOf"] = {"reference": within}
    kinds = (values.concept(node.one("Type"), table=8242), values.concept(speciality))
    elements["type"] = [kind for kind in kinds if kind]
    return cast.add("Organization", _place("Organization", ids, name, within), elements, name)


def _practitioner(
    cast: Cast, node: Node, within: str, telecom: list[Resource], hcp: Node
) -> Resource:
    name, ids = node.get("Name"), _identifiers(node)
    if not name and not ids:
        return {}
    qualifications = [
        {"code": found}
        for found in (
            values.concept(node.one("Type"), table=9060),
            values.concept(hcp.one("MedSpeciality")),
        )
        if found
    ]
    elements: Resource = {
        "identifier": ids,
        "name": [values.name(name)] if name else [],
        "telecom": telecom,
        "qualification": qualifications,
    }
    return cast.add("Practitioner", _place("Practitioner", ids, name, within), elements, name)


def _place(type: str, ids: list[Resource], name: str, within: str) -> str:
    """The id: by a public number, else by local number or name within the organisation."""
    for each in ids:
        if is_public(each):
            return stable_id(type, each["system"], each["value"])
    if ids:
        return stable_id(type, within, ids[0].get("system", ""), ids[0]["value"])
    return stable_id(type, within, name)


def person(cast: Cast, node: Node) -> Resource:
    """A reference to the patient, as the message knows them."""
    kind = node.get("TypeOffId")
    ids = [identifier(kind, node.get("OffId"))] if node.get("OffId") else []
    ids += [identifier(e.get("Type"), e.get("Id")) for e in node.all("AdditionalId") if e.get("Id")]
    elements: Resource = {
        "identifier": ids,
        "name": [values.name(node.get("Name"))] if node.get("Name") else [],
        "gender": kith.SEXES.get(node.get("Sex"), ""),
        "birthDate": values.moment(node.get("DateOfBirth"))[:10],
        "deceasedDateTime": values.moment(node.get("DateOfDeath")),
    }
    return cast.add_patient({key: value for key, value in elements.items() if value})


def animal(cast: Cast, node: Node) -> Resource:
    """An animal is a Patient with its species. https://hl7.org/fhir/R4/extension-patient-animal.html"""
    species = {"url": "species", "valueCodeableConcept": {"text": node.get("Species") or "?"}}
    url = "http://hl7.org/fhir/StructureDefinition/patient-animal"
    elements: Resource = {
        "extension": [{"url": url, "extension": [species]}],
        "identifier": list(_own_ids(node)),
        "name": [{"text": node.get("Name")}] if node.get("Name") else [],
        "contact": [{"name": {"text": node.get("NameOwner")}}] if node.get("NameOwner") else [],
    }
    return cast.add_patient({key: value for key, value in elements.items() if value})


def material(cast: Cast, node: Node, report: str) -> Resource:
    """A material that belongs to nobody, such as water from a well."""
    elements: Resource = {
        "identifier": list(_own_ids(node)),
        "type": "device",
        "actual": True,
        "name": node.get("InvMaterial"),
    }
    return cast.add("Group", stable_id("Group", report), elements, node.get("InvMaterial"))


def _own_ids(node: Node) -> Iterator[Resource]:
    for name in ("IdByServProvider", "IdByRequester"):
        if node.get(name):
            yield {"system": f"{LOCAL}{name}", "value": node.get(name)}
