"""What of a record goes into which section of the International Patient Summary.

https://hl7.org/fhir/uv/ips/
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from samspill.base.json import Resource
from samspill.services import elements

Choose = Callable[[Sequence[Resource]], list[Resource]]
MOST = 30
"""Results and measurements in a section: the newest of each kind."""
FINAL = {"final", "amended", "corrected"}
ACTIVE = {"active", "recurrence", "relapse"}
UNTRUE = {"refuted", "entered-in-error"}


def in_force(flags: Sequence[Resource]) -> list[Resource]:
    return [one for one in flags if one.get("status") == "active"]


def allergies(found: Sequence[Resource]) -> list[Resource]:
    """Those that hold; what is refuted is no allergy."""
    return [one for one in found if _holds(one) and _is_active(one)]


def problems(found: Sequence[Resource]) -> list[Resource]:
    """Active ones; what a single visit was about is no standing problem."""
    return [one for one in found if is_standing(one) and _is_active(one)]


def past_problems(found: Sequence[Resource]) -> list[Resource]:
    return [one for one in found if is_standing(one) and not _is_active(one)]


def medicines(found: Sequence[Resource]) -> list[Resource]:
    """One for each medicine in use: a statement before an order, and the newest of each."""
    in_use = [one for one in found if one.get("status") in {"active", "on-hold"}]
    ordered = sorted(in_use, key=lambda one: one["resourceType"] != "MedicationStatement")
    return [*{_medicine(one): one for one in reversed(ordered)}.values()][::-1]


def vaccines(found: Sequence[Resource]) -> list[Resource]:
    return [one for one in found if one.get("status") == "completed"]


def results(found: Sequence[Resource]) -> list[Resource]:
    return _newest(found, "laboratory")


def measurements(found: Sequence[Resource]) -> list[Resource]:
    return _newest(found, "vital-signs")


def done(found: Sequence[Resource]) -> list[Resource]:
    return [one for one in found if one.get("status") in {"completed", "in-progress"}]


def is_standing(condition: Resource) -> bool:
    """Whether a diagnosis belongs to the person, and not just to one visit (a cold)."""
    categories = [elements.codes(each) for each in condition.get("category") or []]
    of_visit = any("encounter-diagnosis" in each for each in categories)
    is_listed = any("problem-list-item" in each for each in categories)
    return _holds(condition) and (is_listed or not of_visit)


def is_in_error(resource: Resource) -> bool:
    """Whether it was never so: deleted, as opposed to refuted."""
    return "entered-in-error" in elements.codes(resource.get("verificationStatus"))


def _holds(resource: Resource) -> bool:
    return not UNTRUE & {*elements.codes(resource.get("verificationStatus"))}


def _is_active(resource: Resource) -> bool:
    statuses = elements.codes(resource.get("clinicalStatus"))
    return not statuses or bool(ACTIVE & {*statuses})


def _medicine(resource: Resource) -> str:
    concept = resource.get("medicationCodeableConcept")
    return elements.concept(concept) or elements.displays(resource.get("medicationReference"))


def _newest(found: Sequence[Resource], category: str) -> list[Resource]:
    """The newest of each kind of observation; they come with the newest first."""
    chosen: dict[str, Resource] = {}
    for one in found:
        categories = [elements.codes(each) for each in one.get("category") or []]
        if one.get("status") in FINAL and any(category in each for each in categories):
            key = next(iter(elements.codes(one.get("code"))), elements.concept(one.get("code")))
            chosen.setdefault(key, one)
    return [*chosen.values()][:MOST]


SECTIONS: Mapping[str, tuple[tuple[str, ...], Choose]] = MappingProxyType(
    {
        "104605-1": (("Flag",), in_force),
        "48765-2": (("AllergyIntolerance",), allergies),
        "10160-0": (("MedicationStatement", "MedicationRequest"), medicines),
        "11450-4": (("Condition",), problems),
        "11369-6": (("Immunization",), vaccines),
        "30954-2": (("Observation",), results),
        "8716-3": (("Observation",), measurements),
        "47519-4": (("Procedure",), done),
        "46264-8": (("DeviceUseStatement",), in_force),
        "11348-0": (("Condition",), past_problems),
        "18776-5": (("CarePlan",), in_force),
    }
)
"""By the LOINC code of the section: the types that are looked at, and what is taken of them."""
ASKED: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "Observation": (("_sort", "-date"), ("category", "laboratory,vital-signs")),
        "MedicationRequest": (("_sort", "-authoredon"), ("status", "active,on-hold")),
        "Immunization": (("_sort", "-date"),),
        "Condition": (("_sort", "-onset-date"),),
    }
)
