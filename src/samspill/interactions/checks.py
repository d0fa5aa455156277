"""How much of a resource is checked before it is written: a setting decides.

https://hl7.org/fhir/R4/validation.html
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from samspill.base.errors import InvalidResource, Issue
from samspill.base.json import Resource
from samspill.interactions.session import Session

T = TypeVar("T")

RELIED_ON = frozenset({"SearchParameter", "CodeSystem", "ValueSet", "ConceptMap", "NamingSystem"})
"""Types that the platform itself works by, which are always checked."""


def check(session: Session, resource: Resource) -> Sequence[Issue]:
    """What is found and let pass. Raises `InvalidResource` when there is an error among it."""
    settings = session.platform.settings
    if settings.validation == "off" and resource["resourceType"] not in RELIED_ON:
        return ()
    profiles = settings.demands.get(resource["resourceType"], ()) if settings.demands else ()
    issues = session.platform.validator.validate(
        resource, profiles=profiles, is_thorough=settings.validation == "profiles"
    )
    if any(issue.severity in ("error", "fatal") for issue in issues):
        raise InvalidResource(issues)
    return issues


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
