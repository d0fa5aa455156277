"""PATCH: JSON Patch and FHIRPath Patch. https://hl7.org/fhir/R4/http.html#patch"""

from typing import Any

from samspill.base.errors import InvalidRequest
from samspill.fhir.definitions import Definitions
from samspill.fhir.patch import fhirpath_patch, json_patch
from samspill.fhir.patch.documents import pruned

Resource = dict[str, Any]


def apply(
    resource: Resource, patch: Resource | list[Resource], definitions: Definitions
) -> Resource:
    """The patched resource; the given one stays as it is.

    A list is a JSON Patch, a Parameters resource a FHIRPath Patch. `InvalidRequest`: it is no
    patch; `InvalidResource`: it cannot be applied to this resource, and nothing of it was.
    """
    if isinstance(patch, list):
        patched = json_patch.apply(resource, patch)
        if not isinstance(patched, dict):
            raise InvalidRequest(
                "The patch leaves no resource", "Endringen etterlater ingen ressurs"
            )
    else:
        patched = fhirpath_patch.apply(resource, patch, definitions)
    whole: Resource = pruned(patched)
    return whole
