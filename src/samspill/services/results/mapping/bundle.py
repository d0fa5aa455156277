"""The resources of a report as a transaction, with what the record holds already put in place.

https://hl7.org/fhir/R4/http.html#transaction
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from samspill.base.json import Resource
from samspill.services.results.mapping import parties
from samspill.services.results.mapping.report import Mapped

Current = Callable[[str], Resource | None]
"""The resource at an address of the record, if it is there."""
Find = Callable[[str, Resource], str]
"""Address of the one resource of a type with an identifier, or ""."""


def places(mapped: Mapped, current: Current, find: Find) -> dict[str, str]:
    """Where people and organisations of the message stand in the record; "" if nowhere yet."""
    found = {}
    for address, resource in mapped.cast.items():
        type = resource["resourceType"]
        if not address.startswith("urn:") and current(address) is not None:
            found[address] = address
            continue
        known = [each for each in resource.get("identifier", ()) if parties.is_public(each)]
        found[address] = next(filter(None, (find(type, each) for each in known)), "")
    return found


def entries(
    mapped: Mapped, placed: Mapping[str, str], current: Current, base: int
) -> Iterator[Resource]:
    """What must be written; `base` is the version of the report that this rests on, 0 for none."""
    moved = {address: place for address, place in placed.items() if place}
    for address, resource in mapped.cast.items():
        if address in moved:
            continue
        resource = _moved(resource, moved)
        ids = [each for each in resource.get("identifier", ()) if parties.is_public(each)]
        if resource["resourceType"] == "Patient" and not ids:
            # Nothing to find it again by: it belongs to this report alone.
            resource = {**resource, "id": parties.stable_id("Patient", mapped.id, address)}
            moved[address] = f"Patient/{resource['id']}"
            address = moved[address]
        yield _put(resource) if "id" in resource else _post(resource, address, ids[0])
    labels = (current(f"DiagnosticReport/{mapped.id}") or {}).get("meta", {}).get("security")
    for resource in mapped.resources:
        made = _moved(resource, moved)
        if labels:
            made["meta"] = {"security": labels}
        is_report = made["resourceType"] == "DiagnosticReport"
        before = current(f"{made['resourceType']}/{made['id']}") if base else None
        if before is None or _told(before) != _told(made):
            entry = _put(made)
            if is_report:
                entry["request"] |= {"ifMatch": f'W/"{base}"'} if base else {"ifNoneMatch": "*"}
            yield entry


def _told(resource: Resource) -> Resource:
    """What a resource says, apart from when and in which version."""
    security = resource.get("meta", {}).get("security")
    return {**{key: value for key, value in resource.items() if key != "meta"}, "meta": security}


def _put(resource: Resource) -> Resource:
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": f"urn:samspill:{url}", "resource": resource,
            "request": {"method": "PUT", "url": url}}  # fmt: skip


def _post(resource: Resource, address: str, by: Resource) -> Resource:
    type = resource["resourceType"]
    condition = f"identifier={by['system']}|{by['value']}"
    return {"fullUrl": address, "resource": resource,
            "request": {"method": "POST", "url": type, "ifNoneExist": condition}}  # fmt: skip


def put(resources: Iterable[Resource]) -> list[Resource]:
    """Entries that write resources as they are."""
    return [_put(each) for each in resources]


def placed(resource: Resource, moved: Mapping[str, str]) -> Resource:
    """The resource with its references to where things stand in the record."""
    made: Resource = _moved(resource, {a: place for a, place in moved.items() if place})
    return made


def _moved(value: Any, moved: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: moved.get(inner, inner) if key == "reference" else _moved(inner, moved)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_moved(each, moved) for each in value]
    return value


def of(entries: Iterable[Resource]) -> Resource:
    """The transaction; what two reports of one message share is written once."""
    once: dict[str, Resource] = {}
    for each in entries:
        request = each["request"]
        once.setdefault(request.get("ifNoneExist") or request["url"], each)
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(once.values())}
