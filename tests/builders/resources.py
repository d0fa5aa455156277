"""Small valid resources, made as a test needs them."""

from typing import Any

Resource = dict[str, Any]

LOINC = "http://loinc.org"


def a_patient(family: str = "Hansen", **elements: Any) -> Resource:
    return {"resourceType": "Patient", "name": [{"family": family}], **elements}


def an_observation(of: str = "", code: str = "8867-4", **elements: Any) -> Resource:
    """A final observation; `of` is the reference of its subject."""
    subject = {"subject": {"reference": of}} if of else {}
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        **subject,
        **elements,
    }


def an_identifier(value: str, system: str = "urn:oid:2.16.578.1.12.4.1.4.1") -> Resource:
    return {"system": system, "value": value}


def an_entry(method: str, url: str, resource: Resource | None = None, **more: Any) -> Resource:
    """An entry of a batch or transaction; `full_url` and fields of request are optional."""
    entry: Resource = {"request": {"method": method, "url": url}}
    if full_url := more.pop("full_url", ""):
        entry["fullUrl"] = full_url
    entry["request"].update(more)
    return {**entry, "resource": resource} if resource else entry


def a_bundle(type: str, *entries: Resource) -> Resource:
    return {"resourceType": "Bundle", "type": type, "entry": list(entries)}
