"""Compartments: the resources around a patient, an encounter, a practitioner and so on.

https://hl7.org/fhir/R4/compartmentdefinition.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from samspill.base.errors import NotFound
from samspill.base.json import Resource
from samspill.fhir import references
from samspill.fhir.search import lower
from samspill.fhir.search.parameters import Registry
from samspill.fhir.search.query import Clause, Match, ReferenceIs, TokenIs, any_of
from samspill.fhir.search.types import token
from samspill.fhir.search.values import Token


class Compartments:
    """By name ("Patient"): which parameters of which types put a resource there."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._members: dict[str, Mapping[str, tuple[str, ...]]] = {}
        for each in registry.definitions.all("CompartmentDefinition"):
            if each["url"].rpartition("/")[2] != "example":
                self._members[each["code"]] = {
                    member["code"]: tuple(member["param"])
                    for member in each["resource"]
                    if member.get("param")
                }

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._members))

    def parameters(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """The parameters by resource type; types that are never in the compartment are left out."""
        found = self._members.get(name)
        if found is None:
            raise NotFound(
                f"There is no compartment {name}",
                f"Det finnes intet område {name}",
                expected=" | ".join(self.names),
            )
        return found

    def clause(self, name: str, id: str, type: str) -> Clause:
        """What a search of `type` in the compartment of one resource adds; Nothing if no member."""
        matches: list[Clause] = []
        if type == name:
            matches.append(Match("_id", TokenIs(None, id)))
        for code in self.parameters(name).get(type, ()):
            parameter = self._registry.find(type, code)
            if parameter and (not parameter.targets or name in parameter.targets):
                matches.append(Match(code, ReferenceIs((name,), id)))
        return lower.clause(any_of(matches), (type,), self._registry)


@dataclass(frozen=True, slots=True)
class Patients:
    """The patients that a resource is about or names, by id and by identifier."""

    ids: frozenset[str]
    identifiers: frozenset[Token]
    """Of references without an address, and of patients contained in the resource: whoever of the
    record has such an identifier is meant."""


def patients(resource: Resource, bases: Iterable[str] = ()) -> Patients:
    """All patients that a resource refers to anywhere, so also in what it contains.

    A reference by identifier that does not say its type may mean a patient, and counts.
    """
    ids: set[str] = set()
    identifiers: set[Token] = set()
    if resource.get("resourceType") == "Patient" and "id" in resource:
        ids.add(resource["id"])
    for each in references.walk(resource):
        text = each.get("reference")
        if text:
            address = references.parse(text)
            if address.type == "Patient" and not address.within(bases).base:
                ids.add(address.id)
        elif each.get("type", "Patient").rpartition("/")[2] == "Patient" and "identifier" in each:
            identifiers.update(token.extract("Identifier", each["identifier"]))
    for inside in resource.get("contained", ()):
        if inside.get("resourceType") == "Patient":
            for identifier in inside.get("identifier", ()):
                identifiers.update(token.extract("Identifier", identifier))
    return Patients(frozenset(ids), frozenset(each for each in identifiers if each.code))
