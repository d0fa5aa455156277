"""References as text: where they point, and all that a resource refers to.

https://hl7.org/fhir/R4/references.html
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from samspill.base.json import Resource

_REST = re.compile(
    r"(?P<base>https?://[^?#|]+/)?"
    r"(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})"
    r"(?:/_history/(?P<version>[A-Za-z0-9\-.]{1,64}))?"
)


@dataclass(frozen=True, slots=True)
class Address:
    """A reference taken apart.

    A RESTful one has `type`, `id` and perhaps `version`, and when it is absolute also `url`, the
    text without the version, and `base`, the part before the type. Any other has `url` only:
    "#contained", "urn:uuid:…", or a canonical, whose version stands apart.
    """

    type: str = ""
    id: str = ""
    version: str = ""
    base: str = ""
    url: str = ""

    def within(self, bases: Iterable[str]) -> "Address":
        """The same, made relative if its base is one of this server's own addresses."""
        if self.base and any(self.base.rstrip("/") == own.rstrip("/") for own in bases):
            return Address(self.type, self.id, self.version)
        return self


@lru_cache(maxsize=8192)
def parse(text: str) -> Address:
    """
    >>> parse("Patient/1/_history/2")
    Address(type='Patient', id='1', version='2', base='', url='')
    >>> parse("http://example.org/fhir/Patient/1").base
    'http://example.org/fhir/'
    """
    found = _REST.fullmatch(text)
    if not found:
        return canonical(text)
    base = found["base"] or ""
    url = f"{base}{found['type']}/{found['id']}" if base else ""
    return Address(found["type"], found["id"], found["version"] or "", base, url)


def canonical(text: str) -> Address:
    """A canonical address, which never counts as RESTful.

    >>> canonical("http://example.org/ValueSet/a|2.0")
    Address(type='', id='', version='2.0', base='', url='http://example.org/ValueSet/a')
    """
    url, _, version = text.partition("|")
    return Address(url=url, version=version)


def contained(resource: Resource, reference: str) -> Resource | None:
    """The resource inside `resource` that a reference such as "#p1" means; "#" is itself."""
    if reference == "#":
        return resource
    for each in resource.get("contained", ()):
        if isinstance(each, dict) and "#" + str(each.get("id", "")) == reference:
            return each
    return None


def target_type(reference: Resource, resource: Resource) -> str:
    """The resource type that a Reference points to, as far as it tells; "" if it does not.

    Without a look at the target: from the address, the contained resource or Reference.type.
    """
    text = reference.get("reference")
    if isinstance(text, str):
        if text.startswith("#"):
            inside = contained(resource, text)
            if inside is not None:
                return str(inside.get("resourceType", ""))
        elif found := parse(text).type:
            return found
    stated = reference.get("type", "")
    return stated.rpartition("/")[2] if isinstance(stated, str) else ""


def walk(value: Any) -> Iterator[Resource]:
    """Every Reference in a resource and in what it contains, as JSON objects, in no order."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if type(each) is dict:
            if ("reference" in each or "identifier" in each) and _is_reference(each):
                yield each
            each = each.values()
        # Written out, since this is run over every element of every resource that is written.
        for part in each:
            kind = type(part)
            if kind is dict or kind is list:
                waiting.append(part)


def _is_reference(value: Resource) -> bool:
    """Reference is the only type with `reference`, `identifier` and `display` alone."""
    if isinstance(value.get("reference"), str):
        return True
    return isinstance(value.get("identifier"), dict) and value.keys() <= _REFERENCE


_REFERENCE = frozenset({"id", "extension", "reference", "type", "identifier", "display"})


def replace(value: Any, change: Callable[[str], str]) -> Any:
    """A copy in which `change` has been applied to every Reference.reference.

    What needs no change is shared with the original, which stays as it is.
    """
    if isinstance(value, list):
        changed_list = [replace(each, change) for each in value]
        same = all(new is old for new, old in zip(changed_list, value, strict=True))
        return value if same else changed_list
    if not isinstance(value, dict):
        return value
    changed = {
        name: change(each)
        if name == "reference" and isinstance(each, str)
        else replace(each, change)
        for name, each in value.items()
    }
    return value if all(changed[name] is each for name, each in value.items()) else changed
