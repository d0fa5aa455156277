"""Parts of a resource: `_summary` and `_elements`. https://hl7.org/fhir/R4/search.html#summary

The tag SUBSETTED tells that something is left out. Elements that must be there stay, and so do
modifiers, without which the rest could be misread.
"""

from collections.abc import Sequence
from typing import Any, Literal

from samspill.base.json import Resource
from samspill.fhir.definitions import Definitions, Property

SUBSETTED = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
}
_ALWAYS = ("resourceType", "id", "meta")


def summary(
    resource: Resource, mode: Literal["true", "text", "data"], definitions: Definitions
) -> Resource:
    """ "true": the elements that the standard marks as summary; "text": narrative and what must be
    there; "data": all but the narrative."""
    match mode:
        case "data":
            return _tagged({name: value for name, value in resource.items() if name != "text"})
        case "text":
            return _tagged(_kept(resource, definitions, ("text",)))
        case "true":
            return _tagged(_in_summary(resource, str(resource["resourceType"]), definitions))


def elements(resource: Resource, names: Sequence[str], definitions: Definitions) -> Resource:
    """The named elements of the top level, as "name" or "Patient.name", and what must be there."""
    type = str(resource["resourceType"])
    wanted = tuple(name.removeprefix(f"{type}.") for name in names)
    return _tagged(_kept(resource, definitions, wanted))


def _kept(resource: Resource, definitions: Definitions, wanted: Sequence[str]) -> Resource:
    """Top-level elements that are wanted, mandatory or modifiers."""
    properties = definitions.properties(str(resource["resourceType"]))

    def is_kept(name: str) -> bool:
        known = properties.get(name.removeprefix("_"))
        if name in _ALWAYS or known is None:
            return name in _ALWAYS
        return known.name in wanted or known.min > 0 or known.element.is_modifier

    return {name: value for name, value in resource.items() if is_kept(name)}


def _in_summary(node: Resource, type: str, definitions: Definitions) -> Resource:
    """The summary elements of an object, and of the backbone elements within."""
    properties = definitions.properties(type)
    kept = {}
    for name, value in node.items():
        known = properties.get(name.removeprefix("_"))
        if name in _ALWAYS:
            kept[name] = value
        elif known is not None and (known.element.is_summary or known.min > 0):
            kept[name] = _inner(value, known, definitions)
    return kept


def _inner(value: Any, property: Property, definitions: Definitions) -> Any:
    # Data types come whole; backbone elements have summary marks of their own.
    if "." not in property.type:
        return value
    if isinstance(value, list):
        return [_inner(each, property, definitions) for each in value]
    return _in_summary(value, property.type, definitions) if isinstance(value, dict) else value


def _tagged(resource: Resource) -> Resource:
    """With the tag that tells that this is not all."""
    meta = resource.get("meta", {})
    tags = [tag for tag in meta.get("tag", ()) if tag.get("code") != SUBSETTED["code"]]
    type, id = resource["resourceType"], resource.get("id")
    head = {"resourceType": type, **({"id": id} if id else {})}
    return {**head, "meta": {**meta, "tag": [*tags, SUBSETTED]}, **_without(resource, _ALWAYS)}


def _without(resource: Resource, names: Sequence[str]) -> Resource:
    return {name: value for name, value in resource.items() if name not in names}
