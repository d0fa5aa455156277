"""References between the entries of a transaction: temporary and conditional ones made real.

https://hl7.org/fhir/R4/http.html#trules
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from samspill.base.errors import InvalidRequest
from samspill.base.json import Resource
from samspill.base.texts import Text
from samspill.fhir.bundle import Request
from samspill.fhir.definitions import Definitions

URIS = frozenset({"uri", "url", "oid", "uuid", "canonical"})


@dataclass(frozen=True, slots=True)
class Links:
    """What the references of a transaction become."""

    definitions: Definitions
    targets: Mapping[str, str]
    """From a full URL of an entry to its place in the record: "urn:uuid:…" → "Patient/1"."""
    find: Callable[[str, str], str]
    """From a conditional reference and its place to "Patient/1"; raises when there is none."""

    def resolved(self, resource: Resource, request: Request) -> Resource:
        """The resource with all its references made real; the resource itself is not changed."""
        return _Walk(self, f"{request.expression}.resource").of_object(resource, "Resource")


@dataclass(frozen=True, slots=True)
class _Walk:
    """One way through a resource, which copies only what changes."""

    links: Links
    where: str

    def of_object(self, node: Resource, type: str) -> Resource:
        definitions = self.links.definitions
        if type == "Resource":
            type = str(node.get("resourceType"))
            if not definitions.is_resource(type):
                return node
        properties = definitions.properties(type)
        changed = {}
        for name, value in node.items():
            if (known := properties.get(name)) is None:
                continue
            new = self._of_value(value, known.type, is_reference=type == "Reference")
            if new is not value:
                changed[name] = new
        return {**node, **changed} if changed else node

    def _of_value(self, value: Any, type: str, *, is_reference: bool) -> Any:
        match value:
            case dict():
                return self.of_object(value, type)
            case list():
                new = [self._of_value(item, type, is_reference=is_reference) for item in value]
                return value if all(a is b for a, b in zip(new, value, strict=True)) else new
            case str() if is_reference and type == "string":
                return self._of_reference(value)
            case str() if type in URIS:
                return self.links.targets.get(value, value)
            case str() if type == "xhtml" and "urn:" in value:
                return _LINK.sub(self._of_markup, value)
            case _:
                return value

    def _of_reference(self, text: str) -> str:
        if not text or text[0] == "#":
            return text
        url, mark, fragment = text.partition("#")
        if (target := self.links.targets.get(url)) is not None:
            return target + mark + fragment
        if text.startswith(("urn:uuid:", "urn:oid:")):
            raise InvalidRequest(
                "A reference points to an entry that is not in the bundle",
                "En referanse peker på en entry som ikke er i bunten",
                where=self.where,
                expected=Text("the fullUrl of an entry", "fullUrl for en oppføring"),
            )
        return self.links.find(text, self.where) if _CONDITIONAL.match(text) else text

    def _of_markup(self, found: "re.Match[str]") -> str:
        return found[1] + self.links.targets.get(found[2], found[2]) + found[3]


_CONDITIONAL = re.compile(r"[A-Z][A-Za-z]+\?")
_LINK = re.compile(r"((?:href|src)\s*=\s*[\"'])(urn:(?:uuid|oid):[^\"'#]+)([\"'#])")
