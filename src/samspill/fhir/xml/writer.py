"""A resource to XML, in the order of the definitions. https://hl7.org/fhir/R4/xml.html"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from samspill.base.errors import InvalidContent
from samspill.fhir.definitions import Definitions, Property
from samspill.fhir.xml import narrative
from samspill.fhir.xml.reader import FHIR

Resource = dict[str, Any]

# Line ends and tabs would come back as spaces if they stood as they are in an attribute.
ESCAPES = {
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord('"'): "&quot;",
    ord("\t"): "&#9;",
    ord("\n"): "&#10;",
    ord("\r"): "&#13;",
}
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def format(resource: Resource, definitions: Definitions) -> bytes:
    """The resource as UTF-8. `InvalidContent` if something in it cannot be said in XML."""
    parts: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>']
    _Writer(definitions, parts).resource(resource, f' xmlns="{FHIR}"')
    return "".join(parts).encode()


class _Writer:
    def __init__(self, definitions: Definitions, parts: list[str]) -> None:
        self.definitions = definitions
        self.write = parts.append

    def resource(self, resource: Resource, namespace: str = "") -> None:
        type = resource.get("resourceType")
        if not isinstance(type, str) or not self.definitions.is_resource(type):
            raise _impossible(
                "The type of a resource is unknown", "Typen til en ressurs er ukjent", ""
            )
        content = {key: value for key, value in resource.items() if key != "resourceType"}
        self.element(type, type, content, namespace)

    def element(self, name: str, type: str, content: Resource, attributes: str = "") -> None:
        """An element with all that is below it."""
        properties = self.definitions.properties(type)
        self.refuse_unknown(type, content)
        written = list(_in_order(properties.values(), content))
        for each in written:
            if each.element.is_xml_attribute:
                attributes += f' {each.json_name}="{_escaped(content[each.json_name], name)}"'
        inner = [each for each in written if not each.element.is_xml_attribute]
        if not inner:
            self.write(f"<{name}{attributes}/>")
            return
        self.write(f"<{name}{attributes}>")
        for each in inner:
            self.property(each, content)
        self.write(f"</{name}>")

    def property(self, found: Property, content: Resource) -> None:
        name = found.json_name
        if found.is_primitive:
            values, companions = _listed(content.get(name)), _listed(content.get("_" + name))
            for at in range(max(len(values), len(companions))):
                value = values[at] if at < len(values) else None
                beside = companions[at] if at < len(companions) else None
                self.primitive(found, value, beside or {})
            return
        for value in _listed(content.get(name)):
            if not isinstance(value, dict):
                raise _impossible("This is not an object", "Dette er ikke et objekt", name)
            if found.type == "Resource":
                self.write(f"<{name}>")
                self.resource(value)
                self.write(f"</{name}>")
            else:
                self.element(name, found.type, value)

    def primitive(self, found: Property, value: Any, beside: Resource) -> None:
        if found.type == "xhtml":
            narrative.check(str(value))
            self.write(str(value))
            return
        attribute = "" if value is None else f' value="{_escaped(value, found.json_name)}"'
        self.element(found.json_name, found.type, beside, attribute)

    def refuse_unknown(self, type: str, content: Resource) -> None:
        """What is not defined would be lost."""
        properties = self.definitions.properties(type)
        for key in content:
            if key.removeprefix("_") not in properties:
                raise _impossible(
                    f"{type} has no element {key[:60]}",
                    f"{type} har ikke noe element {key[:60]}",
                    key,
                )


def _in_order(properties: Any, content: Resource) -> Iterator[Property]:
    for each in properties:
        if each.json_name in content or "_" + each.json_name in content:
            yield each


def _listed(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _escaped(value: Any, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise _impossible("This is not a single value", "Dette er ikke én enkelt verdi", where)
    text = str(value)
    if NO_XML.search(text):
        raise _impossible(
            "A text has a character that XML does not allow",
            "En tekst har et tegn som XML ikke tillater",
            where,
        )
    return text.translate(ESCAPES)


def _impossible(en: str, nb: str, where: str) -> InvalidContent:
    return InvalidContent(en, nb, where=where)
