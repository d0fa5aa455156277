"""Small profiles for tests, written as their differential."""

from typing import Any

from builders import validation
from samspill.fhir.validation import Validator

Resource = dict[str, Any]
URL = "http://example.org/StructureDefinition/profile"


def profile(type: str, *elements: Resource, url: str = URL, **more: Any) -> Resource:
    """A profile on a type; `path` of an element is written without the type."""
    return {
        "resourceType": "StructureDefinition",
        "url": url,
        "name": "Profile",
        "status": "draft",
        "kind": "resource",
        "abstract": False,
        "type": type,
        "derivation": "constraint",
        "baseDefinition": f"http://hl7.org/fhir/StructureDefinition/{type}",
        "differential": {
            "element": [
                {**each, "path": f"{type}.{each['path']}" if each["path"] else type}
                for each in elements
            ]
        },
        **more,
    }


def extension(url: str, *elements: Resource, context: str = "Element", **more: Any) -> Resource:
    """The definition of an extension."""
    fixed = {"path": "url", "fixedUri": url}
    made = profile("Extension", fixed, *elements, url=url, **more)
    return {**made, "context": [{"type": "element", "expression": context}]}


def validator(*resources: Resource) -> Validator:
    """A validator that knows these resources besides the core."""
    return Validator(validation.core().definitions.with_resources(resources))


def errors(resource: Resource, *known: Resource, profile: str = URL) -> list[str]:
    """The places of the errors that a resource has against the profile, thoroughly looked at."""
    profiles = [profile] if profile else []
    found = validator(*known).validate(resource, profiles=profiles, is_thorough=True)
    return [each.expression for each in found if each.severity == "error"]
