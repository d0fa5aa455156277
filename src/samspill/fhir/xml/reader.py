"""XML to a resource, in one pass and with no tree in between. https://hl7.org/fhir/R4/xml.html

Any document type declaration is refused, so no entity, file or address is ever looked up. The
narrative is taken over as it stands, to the byte.
"""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from xml.parsers import expat

from samspill.base.errors import InvalidContent, InvalidResource, Issue, TooLarge
from samspill.base.texts import Text
from samspill.fhir.definitions import Definitions, Property
from samspill.fhir.xml.narrative import XHTML, self_contained

FHIR = "http://hl7.org/fhir"
SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

LARGEST = 5 * 1024 * 1024
DEPTH = 64
MAX_ELEMENTS = 200_000
MAX_ISSUES = 100
MAX_DIGITS = 40
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read, and what does not fit FHIR in it."""

    resource: Resource
    issues: tuple[Issue, ...]


def parse(data: bytes, definitions: Definitions, *, at_most: int = LARGEST) -> Resource:
    """The resource. `InvalidContent`: no well-formed XML; `InvalidResource`: not FHIR's XML."""
    reading = read(data, definitions, at_most=at_most)
    if reading.issues:
        raise InvalidResource(reading.issues)
    return reading.resource


def read(data: bytes, definitions: Definitions, *, at_most: int = LARGEST) -> Reading:
    """As `parse`, but goes on after what does not fit, and tells all of it."""
    if len(data) > at_most:
        raise TooLarge(f"More than {at_most} bytes of XML", f"Mer enn {at_most} byte XML")
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise InvalidContent(
            "FHIR's XML is written in UTF-8", "XML i FHIR skrives i UTF-8", expected="UTF-8"
        ) from error
    reader = _Reader(data, definitions)
    reader.run()
    if reader.resource is None:
        raise InvalidContent("There is no resource", "Det er ingen ressurs")
    return Reading(reader.resource, tuple(reader.issues))


@dataclass(slots=True)
class _Open:
    """An element whose end has not come yet."""

    name: str
    type: str
    """The type key; "" of an element that does not exist, whose content is passed over."""
    property: Property | None = None
    content: Resource = field(default_factory=dict)
    value: Any = None
    """Of a primitive."""
    last: int = -1
    """The place of the child that came last, in the order of the definition."""
    counts: dict[str, int] = field(default_factory=dict)


class _Reader:
    """Handlers of the XML parser; `stack` is the path from the root to where it is."""

    def __init__(self, data: bytes, definitions: Definitions) -> None:
        self.data = data
        self.definitions = definitions
        self.resource: Resource | None = None
        self.issues: list[Issue] = []
        self.stack: list[_Open] = []
        self.elements = 0
        self.narrative_at = -1
        self.narrative_depth = 0
        self.namespaces: dict[str, list[str]] = {}
        self.orders: dict[str, dict[str, int]] = {}
        self.expat = expat.ParserCreate("utf-8", namespace_separator=" ")

    def run(self) -> None:
        parser = self.expat
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self.doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.StartNamespaceDeclHandler = self.start_namespace
        parser.EndNamespaceDeclHandler = self.end_namespace
        try:
            parser.Parse(self.data, True)
        except expat.ExpatError as error:
            raise InvalidContent(
                f"This is not well-formed XML: {expat.ErrorString(error.code)}",
                "Dette er ikke velformet XML",
                line=error.lineno,
                column=error.offset + 1,
            ) from error

    def doctype(self, *_: object) -> None:
        raise self.refusal(
            "A document type declaration is not allowed",
            "En dokumenttypedeklarasjon er ikke tillatt",
        )

    def start_namespace(self, prefix: str | None, uri: str | None) -> None:
        self.namespaces.setdefault(prefix or "", []).append(uri or "")

    def end_namespace(self, prefix: str | None) -> None:
        self.namespaces[prefix or ""].pop()

    def start(self, full_name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise TooLarge(
                f"More than {MAX_ELEMENTS} elements", f"Mer enn {MAX_ELEMENTS} elementer"
            )
        if self.narrative_at >= 0:
            self.narrative_depth += 1
            if self.narrative_depth > DEPTH:
                raise self.too_deep()
            return
        if len(self.stack) >= DEPTH:
            raise self.too_deep()
        uri, _, name = full_name.rpartition(" ")
        opened = self.opened(uri, name)
        self.stack.append(opened)
        if opened.type == "xhtml":
            self.narrative_at, self.narrative_depth = self.expat.CurrentByteIndex, 0
        elif opened.type:
            self.take_attributes(opened, attributes)

    def opened(self, uri: str, name: str) -> _Open:
        """What a start tag begins."""
        parent = self.stack[-1] if self.stack else None
        if parent is not None and not parent.type:
            return _Open(name, "")
        if parent is None or parent.type == "Resource":
            return self.opened_resource(uri, name)
        found = self.definitions.properties(parent.type).get(name)
        expected = XHTML if found is not None and found.type == "xhtml" else FHIR
        if found is None or found.element.is_xml_attribute or uri != expected:
            self.fault(
                f"{parent.type} has no element {name[:60]}",
                f"{parent.type} har ikke noe element {name[:60]}",
            )
            return _Open(name, "")
        self.check_order(parent, found)
        return _Open(name, found.type, found)

    def opened_resource(self, uri: str, name: str) -> _Open:
        if uri != FHIR or name not in self.definitions.resource_types:
            if not self.stack:
                raise self.refusal(
                    "The root is no FHIR resource",
                    "Roten er ingen FHIR-ressurs",
                    expected=Text(
                        f"the name of a resource type in the namespace {FHIR}",
                        f"navnet på en ressurstype i navnerommet {FHIR}",
                    ),
                )
            self.fault(f"{name[:60]} is no resource type", f"{name[:60]} er ingen ressurstype")
            return _Open(name, "")
        return _Open(name, name, content={"resourceType": name})

    def check_order(self, parent: _Open, found: Property) -> None:
        """Elements stand in the order of the definition, a list in one piece."""
        order = self.orders.get(parent.type)
        if order is None:
            names = self.definitions.elements(parent.type)
            order = self.orders[parent.type] = {name: at for at, name in enumerate(names)}
        place = order[found.name]
        if place == parent.last and not found.is_list:
            # A choice is one element too, whatever its types.
            self.fault(f"{found.json_name} is given twice", f"{found.json_name} er gitt to ganger")
        if place < parent.last:
            self.fault(
                f"{found.json_name} is out of order", f"{found.json_name} står i feil rekkefølge"
            )
        parent.last = max(place, parent.last)

    def take_attributes(self, opened: _Open, attributes: dict[str, str]) -> None:
        properties = self.definitions.properties(opened.type)
        for name, value in attributes.items():
            found = properties.get(name)
            if opened.property is not None and opened.property.is_primitive and name == "value":
                opened.value = self.typed(opened, value)
            elif found is not None and found.element.is_xml_attribute:
                opened.content[name] = value
            elif not name.startswith(SCHEMA_INSTANCE):
                shown = name.rpartition(" ")[2][:60]
                self.fault(
                    f"{opened.name} has no attribute {shown}",
                    f"{opened.name} har ikke noe attributt {shown}",
                )

    def typed(self, opened: _Open, text: str) -> Any:
        """The JSON value of a primitive; the text itself if it is none, for validation to tell."""
        match opened.type:
            case "boolean":
                return {"true": True, "false": False}.get(text, text)
            case "integer" | "positiveInt" | "unsignedInt":
                return int(text) if INTEGER.fullmatch(text) else text
            case "decimal":
                return _decimal(text)
        return text

    def text(self, data: str) -> None:
        if self.narrative_at < 0 and data.strip() and self.stack and self.stack[-1].type:
            name = self.stack[-1].name
            self.fault(f"Text is not allowed in {name}", f"Tekst er ikke tillatt i {name}")

    def end(self, full_name: str) -> None:
        if self.narrative_at >= 0:
            if self.narrative_depth:
                self.narrative_depth -= 1
                return
            self.stack[-1].value = self.narrative()
            self.narrative_at = -1
        closed = self.stack.pop()
        if not self.stack:
            self.resource = closed.content
        elif closed.type and self.stack[-1].type:
            _attach(self.stack[-1], closed)

    def narrative(self) -> str:
        """The source from the start tag to the end tag, which begins where the parser is now."""
        end = self.data.index(b">", self.expat.CurrentByteIndex) + 1
        source = self.data[self.narrative_at : end].decode()
        in_scope = {prefix: uris[-1] for prefix, uris in self.namespaces.items() if uris}
        return self_contained(source, in_scope)

    def fault(self, en: str, nb: str) -> None:
        if len(self.issues) < MAX_ISSUES:
            place = ".".join(each.name for each in self.stack)
            line, column = self.expat.CurrentLineNumber, self.expat.CurrentColumnNumber + 1
            issue = Issue("error", "structure", Text(en, nb), expression=place)
            self.issues.append(replace(issue, line=line, column=column))

    def refusal(self, en: str, nb: str, expected: Text | str = "") -> InvalidContent:
        line, column = self.expat.CurrentLineNumber, self.expat.CurrentColumnNumber + 1
        return InvalidContent(en, nb, expected=expected, line=line, column=column)

    def too_deep(self) -> InvalidContent:
        return self.refusal(
            f"Elements are nested more than {DEPTH} levels deep",
            f"Elementer er nøstet mer enn {DEPTH} nivåer",
        )


def _decimal(text: str) -> Any:
    """The number as JSON would have it, with all its digits; the text itself if it is none."""
    if len(text) > MAX_DIGITS or not DECIMAL.fullmatch(text):
        return text
    return int(text) if text.lstrip("-").isdigit() and text != "-0" else Decimal(text)


def _attach(parent: _Open, closed: _Open) -> None:
    """Puts a closed element where JSON has it."""
    found = closed.property
    if found is None:
        # The resource inside `contained`, `resource` and the like takes the place of its wrapper.
        parent.content = closed.content
        return
    name = found.json_name
    if not found.is_primitive:
        if found.is_list:
            parent.content.setdefault(name, []).append(closed.content)
        else:
            parent.content[name] = closed.content
        return
    beside = closed.content or None
    if not found.is_list:
        if closed.value is not None:
            parent.content[name] = closed.value
        if beside or closed.value is None:
            parent.content["_" + name] = beside or {}
        return
    _attach_to_lists(parent, name, closed.value, beside)


def _attach_to_lists(parent: _Open, name: str, value: Any, beside: Resource | None) -> None:
    """The values and what stands beside them run in step, with null where one has nothing."""
    place = parent.counts.get(name, 0)
    parent.counts[name] = place + 1
    for key, one in ((name, value), ("_" + name, beside)):
        if one is not None:
            several = parent.content.setdefault(key, [])
            several += [None] * (place - len(several))
            several.append(one)
        elif key in parent.content:
            parent.content[key].append(None)
