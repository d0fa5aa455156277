"""What a reference points to: in the container, in the Bundle around, or outside.

https://hl7.org/fhir/R4/bundle.html#references
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from samspill.fhir import references
from samspill.fhir.definitions import Definitions
from samspill.fhir.items import Item
from samspill.fhir.validation.places import Place

Resource = dict[str, Any]
Fetch = Callable[[str], Resource | None]
"""Finds a resource outside of the one that is validated; None if it cannot be had."""


def nowhere(reference: str) -> None:
    """A fetch where nothing outside is to be looked at."""


class Bundles:
    """The entries of Bundles by their addresses, gathered when first asked for."""

    def __init__(self) -> None:
        self._by_address: dict[int, dict[str, list[int]]] = {}

    def entries(self, bundle: Resource, address: str) -> list[int]:
        """The places of the entries with a fullUrl, in a Bundle that outlives this."""
        known = self._by_address.get(id(bundle))
        if known is None:
            known = self._by_address[id(bundle)] = {}
            for index, each in enumerate(bundle.get("entry", ())):
                known.setdefault(each.get("fullUrl", ""), []).append(index)
        return known.get(address, [])


def resolve(
    text: str, place: Place, definitions: Definitions, bundles: Bundles, fetch: Fetch
) -> Place | None:
    """The place of the resource that a reference at a place points to, or None."""
    if text.startswith("#"):
        return _contained(text, place, definitions)
    for entry in reversed(place.entries):
        found = next(matches(text, entry, definitions, bundles), None)
        if found is not None:
            return found
    fetched = fetch(text)
    if not isinstance(fetched, dict) or not definitions.is_resource(_type(fetched)):
        return None
    return _whole(fetched, (), place, definitions)


def _contained(text: str, place: Place, definitions: Definitions) -> Place | None:
    found = references.contained(place.container, text)
    if found is None or not definitions.is_resource(_type(found)):
        return None
    made = _whole(found, place.steps, place, definitions)
    return replace(made, container=place.container, entries=place.entries)


def matches(text: str, entry: Place, definitions: Definitions, bundles: Bundles) -> Iterator[Place]:
    """The entries of a Bundle that a reference in one of its entries points to."""
    sought = absolute(text, entry.value.get("fullUrl", ""))
    url, _, version = sought.partition("/_history/")
    bundle = entry.resource
    for index in sorted({i for a in (sought, url) for i in bundles.entries(bundle, a)}):
        each = bundle["entry"][index]
        resource = each.get("resource")
        if not isinstance(resource, dict):
            continue
        if version and resource.get("meta", {}).get("versionId") != version:
            continue
        if definitions.is_resource(_type(resource)):
            steps = (*entry.steps[:-1], index)
            item = Item(each, "Bundle.entry", entry.item.types)
            around = replace(entry, item=item, steps=steps)
            made = _whole(resource, (*steps, "resource"), entry, definitions)
            yield replace(made, entries=(*entry.entries, around))


def absolute(text: str, full_url: str) -> str:
    """A relative reference made absolute by the address of the entry that it stands in."""
    if ":" in text.partition("/")[0]:
        return text
    found = references.parse(full_url)
    return found.base + text if found.base else text


def stated_type(place: Place) -> str:
    """The type that a reference itself tells of; "" if it does not."""
    return references.target_type(place.value, place.container)


def _whole(
    resource: Resource, steps: tuple[str | int, ...], place: Place, definitions: Definitions
) -> Place:
    return Place(Item(resource, _type(resource), definitions), steps, resource, resource)


def _type(resource: Resource) -> str:
    return str(resource.get("resourceType", ""))
