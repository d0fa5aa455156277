"""How much of a resource is checked before it is written: a setting decides.

https://hl7.org/fhir/R4/validation.html
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from samspill.base.errors import InvalidResource, Issue
from samspill.base.json import Resource
from samspill.interactions.platform import Platform
from samspill.interactions.session import Session

T = TypeVar("T")

COMMON = (
    "AllergyIntolerance", "Appointment", "Binary", "Bundle", "CarePlan", "Communication",
    "Composition", "Condition", "Consent", "DiagnosticReport", "DocumentReference", "Encounter",
    "Immunization", "Location", "MedicationDispense", "MedicationRequest",
    "MedicationStatement", "Observation", "OperationOutcome", "Organization", "Parameters",
    "Patient", "Practitioner", "PractitionerRole", "Procedure", "Provenance", "Questionnaire",
    "QuestionnaireResponse", "ServiceRequest", "Task",
)  # fmt: skip
"""Types that most records hold. What they need is compiled when the program starts."""

RELIED_ON = frozenset({"SearchParameter", "CodeSystem", "ValueSet", "ConceptMap", "NamingSystem"})
"""Types that the platform itself works by, which are always checked."""


def warm(platform: Platform) -> None:
    """Compiles the checks and index of common types, so that no first request waits for them."""
    platform.validator.warm(COMMON)
    for each in COMMON:
        platform.extractor.extract({"resourceType": each})


def check(session: Session, resource: Resource) -> Sequence[Issue]:
    """What is found and let pass. Raises `InvalidResource` when there is an error among it."""
    settings = session.platform.settings
    if settings.validation == "off" and resource["resourceType"] not in RELIED_ON:
        return ()
    profiles = demanded(settings.demanded_profiles).get(resource["resourceType"], ())
    issues = session.platform.validator.validate(
        resource,
        profiles=profiles,
        is_thorough=settings.validation == "profiles",
        codes=session.codes,
    )
    if any(issue.severity in ("error", "fatal") for issue in issues):
        raise InvalidResource(issues)
    return issues


@lru_cache(maxsize=4)
def demanded(setting: str) -> Mapping[str, tuple[str, ...]]:
    """The profiles of the setting `demanded_profiles` by resource type."""
    found: dict[str, tuple[str, ...]] = {}
    for each in filter(None, setting.split(",")):
        type, _, profile = each.strip().partition("=")
        found[type] = (*found.get(type, ()), profile)
    return found


def explained(session: Session, resource: Resource, work: Callable[[], T]) -> T:
    """What is made of a resource that perhaps was not checked.

    Raises `InvalidResource` where its shape is so wrong that nothing can be made of it.
    """
    try:
        return work()
    except (AttributeError, LookupError, TypeError, ValueError) as fault:
        issues = session.platform.validator.validate(resource)
        if session.platform.settings.validation != "off" or not issues:
            raise
        raise InvalidResource(issues) from fault
