"""Bundles: addresses of entries, links, search results, documents and messages.

https://hl7.org/fhir/R4/bundle.html, https://hl7.org/fhir/R4/documents.html
"""

import re
from collections.abc import Iterator
from typing import Any

from samspill.base.texts import Text
from samspill.fhir import references
from samspill.fhir.validation import places, resolution
from samspill.fhir.validation import references as own_references
from samspill.fhir.validation.conformance import Conformance
from samspill.fhir.validation.findings import Finding, Findings
from samspill.fhir.validation.places import Place

Resource = dict[str, Any]

RULE = "http://hl7.org/fhir/R4/bundle.html"
DOCUMENT_RULE = "http://hl7.org/fhir/R4/documents.html"
WITHOUT_ADDRESS = frozenset(
    {"batch", "transaction", "batch-response", "transaction-response", "history"}
)
"""Types of Bundles whose entries need no fullUrl."""
ONCE = frozenset({"self", "first", "previous", "prev", "next", "last"})
IN_DOCUMENT = frozenset(
    {"subject", "encounter", "author", "attester", "custodian", "event", "section"}
)
"""Elements of a Composition whose references must be found in the document."""

_is_absolute = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:").match


def check(bundle: Place, look: Conformance) -> Findings:
    """What the standard asks of a Bundle as a whole."""
    entries = [
        each
        for each in places.children(bundle, "entry", look.definitions)
        if isinstance(each.value, dict)
    ]
    found = _check_links(bundle)
    for entry in entries:
        found += _check_address(entry, bundle.value.get("type", ""))
        found += _check_targets(entry, look)
    match bundle.value.get("type"):
        case "searchset":
            found += _check_results(bundle, entries)
        case "document":
            found += _check_document(entries, look)
        case "message":
            found += _check_message(entries, look)
    return found


def _check_links(bundle: Place) -> Findings:
    seen: set[str] = set()
    found: Findings = []
    for index, link in enumerate(bundle.value.get("link", ())):
        relation = link.get("relation", "")
        if relation in seen & ONCE:
            found += bundle.found(_repeated_link(), "link", index)
        seen.add(relation)
    return found


def _check_address(entry: Place, bundle_type: str) -> Findings:
    resource, full_url = entry.value.get("resource"), entry.value.get("fullUrl")
    if not isinstance(resource, dict):
        return []
    if full_url is None:
        is_outcome = resource.get("resourceType") == "OperationOutcome"
        is_right = is_outcome or bundle_type in WITHOUT_ADDRESS
        return [] if is_right else entry.found(_no_address())
    if not _is_absolute(full_url):
        return entry.found(_relative_address(), "fullUrl")
    found = references.parse(full_url)
    is_other = (found.type, found.id) != (resource.get("resourceType"), resource.get("id"))
    if found.type and "id" in resource and is_other and _is_type(found.type, entry):
        return entry.found(_wrong_address(), "fullUrl")
    return []


def _is_type(name: str, place: Place) -> bool:
    types: Any = place.item.types
    return bool(types.is_resource(name))


def _check_targets(entry: Place, look: Conformance) -> Findings:
    """A relative reference is Type/id, and means an entry at urn:uuid:id only if of that type."""
    found: Findings = []
    resource = _resource(entry, look)
    for place, text in _references(resource, look) if resource else ():
        if not own_references.is_usual(text):
            found += place.found(_unresolvable())
        address = references.parse(text)
        if not address.type or address.base:
            continue
        for index in look.bundles.entries(entry.resource, f"urn:uuid:{address.id}"):
            held = entry.resource["entry"][index].get("resource", {})
            if held.get("resourceType") != address.type:
                found += place.found(_other_type(address.type))
    return found


def _check_results(bundle: Place, entries: list[Place]) -> Findings:
    """Results have ids, and are of the type that was sought."""
    sought = _sought_type(bundle)
    found: Findings = []
    for entry in entries:
        resource = entry.value.get("resource")
        mode = entry.value.get("search", {}).get("mode")
        if not isinstance(resource, dict) or resource.get("resourceType") == "OperationOutcome":
            continue
        if "id" not in resource:
            found += entry.found(_no_id(), "resource")
        if mode == "match" and sought and resource.get("resourceType") != sought:
            found += entry.found(_wrong_result(sought), "resource")
    return found


def _sought_type(bundle: Place) -> str:
    """The type in the address of the search; "" if it is not told, or of all types."""
    for link in bundle.value.get("link", ()):
        if link.get("relation") == "self":
            path = link.get("url", "").partition("?")[0].rstrip("/").removesuffix("/_search")
            name = path.rpartition("/")[2]
            return name if _is_type(name, bundle) else ""
    return ""


def _check_document(entries: list[Place], look: Conformance) -> Findings:
    """What the Composition points to is in the document, and nothing else is."""
    first = _resource(entries[0], look) if entries else None
    if first is None or first.type != "Composition":
        return []
    found: Findings = []
    for place, text in _references(first, look):
        top = place.steps[len(first.steps)]
        if top in IN_DOCUMENT:
            found += _check_found(place, text, look)
    return found + _check_reachable(entries, look)


def _check_message(entries: list[Place], look: Conformance) -> Findings:
    first = _resource(entries[0], look) if entries else None
    if first is None or first.type != "MessageHeader":
        return []
    found: Findings = []
    for focus in places.children(first, "focus", look.definitions):
        text = focus.value.get("reference")
        if isinstance(text, str):
            found += _check_found(focus, text, look)
    return found


def _check_found(place: Place, text: str, look: Conformance) -> Findings:
    if text.startswith("#"):
        return []
    count = len(_targets(place, text, look))
    if count == 1:
        return []
    return place.found(_several_found() if count else _not_found())


def _check_reachable(entries: list[Place], look: Conformance) -> Findings:
    """Every entry is reached from the Composition by references, followed either way."""
    links: dict[int, set[int]] = {index: set() for index in range(len(entries))}
    for index, entry in enumerate(entries):
        resource = _resource(entry, look)
        for place, text in _references(resource, look) if resource else ():
            for target in resolution.matches(
                text, place.entries[-1], look.definitions, look.bundles
            ):
                other = target.steps[-2]
                if isinstance(other, int) and other in links:
                    links[index].add(other)
                    links[other].add(index)
    reached, waiting = {0}, [0]
    while waiting:
        new = links[waiting.pop()] - reached
        reached |= new
        waiting += new
    lost = [entry for index, entry in enumerate(entries) if index not in reached]
    return [finding for entry in lost for finding in entry.found(_unreachable())]


def _targets(place: Place, text: str, look: Conformance) -> list[Place]:
    """The entries that a reference points to."""
    entry = place.entries[-1]
    return list(resolution.matches(text, entry, look.definitions, look.bundles))


def _resource(entry: Place, look: Conformance) -> Place | None:
    held = places.children(entry, "resource", look.definitions)
    return held[0] if held and isinstance(held[0].value, dict) else None


def _references(place: Place, look: Conformance) -> Iterator[tuple[Place, str]]:
    """Every Reference in a resource, with its text."""
    waiting = [place]
    while waiting:
        each = waiting.pop()
        if each.type == "Reference" and isinstance(each.value.get("reference"), str):
            yield each, each.value["reference"]
        waiting += reversed(list(places.all_children(each, look.definitions)))


def _repeated_link() -> Finding:
    return Finding(
        "invalid",
        Text(
            "A link of this relation is given twice", "En lenke av dette slaget er gitt to ganger"
        ),
        RULE,
        "at most one link each of self, first, previous, next and last",
    )


def _no_address() -> Finding:
    return Finding(
        "required",
        Text("The entry has no fullUrl", "Oppføringen har ingen fullUrl"),
        RULE,
        "the absolute address of the resource; only batches and transactions go without",
    )


def _relative_address() -> Finding:
    return Finding(
        "invalid",
        Text("The fullUrl is not absolute", "fullUrl er ikke absolutt"),
        RULE,
        "an address with a scheme, such as https: or urn:uuid:",
    )


def _wrong_address() -> Finding:
    return Finding(
        "invalid",
        Text(
            "The fullUrl does not end with the type and id of the resource",
            "fullUrl slutter ikke med ressursens type og id",
        ),
        RULE,
        "…/Type/id",
        # The standard says SHALL NOT, and has it in an example of its own.
        "warning",
    )


def _unresolvable() -> Finding:
    return Finding(
        "value",
        Text(
            "The reference has no form by which an entry could be found",
            "Referansen har ingen form som en oppføring kan finnes ved",
        ),
        RULE,
        "Type/id, an absolute address, urn:uuid:… or #id",
    )


def _other_type(expected: str) -> Finding:
    return Finding(
        "invalid",
        Text(
            "The entry with the id of the reference is of another type",
            "Oppføringen med referansens id er av en annen type",
        ),
        RULE,
        expected,
    )


def _no_id() -> Finding:
    return Finding(
        "required",
        Text("A search result has no id", "Et søkeresultat har ingen id"),
        RULE,
        "the id of the resource",
    )


def _wrong_result(sought: str) -> Finding:
    return Finding(
        "invalid",
        Text(
            "The resource is not of the type that was sought",
            "Ressursen er ikke av typen det ble søkt etter",
        ),
        RULE,
        f"{sought}, or search.mode include or outcome",
    )


def _not_found() -> Finding:
    return Finding(
        "not-found",
        Text(
            "What the reference points to is not in the Bundle",
            "Det referansen peker på er ikke i samlingen",
        ),
        DOCUMENT_RULE,
        "an entry whose fullUrl is the absolute form of the reference",
    )


def _several_found() -> Finding:
    return Finding(
        "multiple-matches",
        Text(
            "The reference fits more than one entry of the Bundle",
            "Referansen passer på mer enn én oppføring i samlingen",
        ),
        DOCUMENT_RULE,
        "a reference with version, or one entry only",
    )


def _unreachable() -> Finding:
    return Finding(
        "informational",
        Text(
            "Nothing leads from the Composition to this entry",
            "Ingenting fører fra Composition til denne oppføringen",
        ),
        DOCUMENT_RULE,
        "an entry that is referred to, or refers to one that is",
    )
