"""What `$validate` looks at beyond the base: the profiles a resource claims, and extensions.

https://hl7.org/fhir/R4/resource-operation-validate.html
"""

from collections.abc import Iterator

from samspill.fhir.validation import extensions, places
from samspill.fhir.validation.conformance import Conformance
from samspill.fhir.validation.findings import Findings
from samspill.fhir.validation.places import Place


def check(root: Place, look: Conformance) -> Findings:
    """Everything in a resource, those in it included."""
    found: Findings = []
    for place in _walk(root, look):
        if place.type == "Extension":
            found += extensions.check(place, look)
        elif look.definitions.is_resource(place.type):
            found += _claimed(place, look)
    return found


def _walk(root: Place, look: Conformance) -> Iterator[Place]:
    waiting = [root]
    while waiting:
        place = waiting.pop()
        yield place
        waiting += reversed(list(places.all_children(place, look.definitions)))


def _claimed(place: Place, look: Conformance) -> Findings:
    """The profiles that a resource itself says it conforms to."""
    found: Findings = []
    for profile in place.value.get("meta", {}).get("profile", ()):
        if isinstance(profile, str):
            found += look.check(place, profile)
    return found
