"""What `$validate` looks at beyond the base: claimed profiles, extensions, Bundles and forms.

https://hl7.org/fhir/R4/resource-operation-validate.html
"""

from collections.abc import Iterator

from samspill.base.errors import NotFound, SamspillError
from samspill.fhir.definitions import snapshot
from samspill.fhir.validation import (
    attachments,
    bundles,
    codings,
    extensions,
    measures,
    messages,
    places,
    published,
    questionnaires,
    vital_signs,
)
from samspill.fhir.validation.conformance import Conformance
from samspill.fhir.validation.findings import Findings
from samspill.fhir.validation.places import Place


def check(root: Place, look: Conformance) -> Findings:
    """Everything in a resource, those in it included."""
    found: Findings = []
    ids: dict[int, set[str]] = {}
    for place in _walk(root, look):
        match place.type:
            case "Extension":
                found += extensions.check(place, look)
            case "Coding" | "Quantity" | "Identifier":
                found += codings.check(place, look)
            case "Attachment":
                found += attachments.check(place)
            case name if look.definitions.is_resource(name):
                found += _check_resource(place, look)
        # The elements of a snapshot have the ids of those of the differential.
        if place.type != "ElementDefinition" and not look.definitions.is_resource(place.type):
            found += _check_id(place, ids.setdefault(id(place.resource), set()))
    return found


def _walk(root: Place, look: Conformance) -> Iterator[Place]:
    waiting = [root]
    while waiting:
        place = waiting.pop()
        yield place
        waiting += reversed(list(places.all_children(place, look.definitions)))


def _check_resource(place: Place, look: Conformance) -> Findings:
    found = _check_claims(place)
    for profile in {**_claimed(place), **look.profiles.of_all(place.type)}:
        found += look.check(place, profile, is_claim=True)
    found += _check_contained(place)
    match place.type:
        case "Bundle":
            found += bundles.check(place, look)
        case "MeasureReport":
            found += measures.check(place, look)
        case "StructureDefinition":
            found += _check_differential(place, look) + published.check_profile(place, look)
        case "CodeSystem":
            found += published.check_code_system(place)
        case "Questionnaire":
            found += published.check_questionnaire(place)
        case "SearchParameter":
            found += published.check_parameter(place)
        case "Observation":
            found += vital_signs.check(place, look)
        case "QuestionnaireResponse":
            found += questionnaires.check(place, look)
    return found


def _check_claims(place: Place) -> Findings:
    """A profile is claimed by its whole address."""
    claimed = list(_claimed(place))
    return [
        each
        for index, profile in enumerate(claimed)
        if ":" not in profile and not profile.startswith("#")
        for each in place.found(messages.relative_profile(), "meta", "profile", index)
    ]


def _check_contained(place: Place) -> Findings:
    """The ids of what a resource contains are unique in it."""
    found: Findings = []
    seen: set[str] = set()
    for index, each in enumerate(place.value.get("contained", ())):
        own = each.get("id") if isinstance(each, dict) else None
        if own in seen:
            found += place.found(messages.repeated_id(), "contained", index, "id")
        if isinstance(own, str):
            seen.add(own)
    return found


def _check_differential(place: Place, look: Conformance) -> Findings:
    """A profile whose differential does not fit its base cannot be used."""
    definition = place.value
    if definition.get("derivation") != "constraint" or "differential" not in definition:
        return []
    try:
        snapshot.generate(definition, look.definitions.snapshot)
    except NotFound:
        return []
    except SamspillError as fault:
        return place.found(messages.unfit_differential(fault.text), "differential")
    return []


def _claimed(place: Place) -> dict[str, None]:
    """The profiles that a resource itself says it conforms to, in their order."""
    listed = place.value.get("meta", {}).get("profile", ())
    return {each: None for each in listed if isinstance(each, str)}


def _check_id(place: Place, seen: set[str]) -> Findings:
    """The ids of elements are unique in their resource."""
    holder = place.value if isinstance(place.value, dict) else place.item.companion
    own = holder.get("id") if holder else None
    if own is None:
        return []
    if own in seen:
        return place.found(messages.repeated_id(), "id")
    seen.add(own)
    return []
