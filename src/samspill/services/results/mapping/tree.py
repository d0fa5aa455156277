"""XML of a KITH message as a tree that fits the shapes of `norway.kith`, and what does not fit.

No document type is let in, nothing outside the text is looked up, and size and depth are bounded.
https://www.w3.org/TR/xml/ · https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from lxml import etree

from samspill.base.texts import Text
from samspill.norway import kith

LARGEST = 20 * 1024 * 1024
MOST_NODES = 100_000
DEEPEST = 60
MOST_FAULTS = 20
SCHEMA_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
DECLARED = re.compile(rb"""^(<\?xml[^>]*?encoding=["'])([A-Za-z0-9._-]+)(["'])""")
DAY = r"-?\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
TIME = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d)(\.\d+)?"
ZONE = r"(Z|[+-](0\d|1[0-4]):[0-5]\d)?"
FORMS = {
    "TS": re.compile(
        rf"{DAY}T{TIME}{ZONE}|{DAY}{ZONE}|-?\d{{4}}(-(0[1-9]|1[0-2]))?{ZONE}|{TIME}{ZONE}"
    ),
    "PQ": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?INF|NaN"),
    "BL": re.compile("true|false"),
    "INT": re.compile(r"[+-]?\d+"),
    "B64": re.compile(r"(?:[A-Za-z0-9+/]\s*)*(?:=\s*){0,2}"),
    "OID": re.compile(r"(\d+\.?)*\d+"),
}  # fmt: skip
EXPECTED = {
    "TS": Text("a date or time such as 2026-01-31", "en dato eller et tidspunkt som 2026-01-31"),
    "PQ": Text("a number with a point: 4.2", "et tall med punktum: 4.2"),
    "BL": Text("true or false", "true eller false"),
    "INT": Text("a whole number", "et heltall"),
    "B64": Text("base64", "base64"),
    "OID": Text("an OID: digits and points", "en OID: tall og punktum"),
}


UNSAID = Text("", "")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a message, where, and what was expected; `code` is of Volven 8221."""

    code: str
    text: Text
    where: str = ""
    expected: Text = UNSAID
    refuses: bool = True
    """Whether the message cannot be taken in; otherwise it is, and this is told."""


@dataclass(frozen=True, slots=True)
class Node:
    """An element: its text, its attributes, and its children by name."""

    name: str
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: Mapping[str, Sequence["Node"]] = field(default_factory=dict)

    def all(self, name: str) -> Sequence["Node"]:
        return self.children.get(name, ())

    def one(self, name: str) -> "Node":
        """The first child of the name, or an empty node."""
        found = self.children.get(name)
        return found[0] if found else NOTHING

    def get(self, name: str) -> str:
        """The value of the first child of the name: its V, else its text."""
        return self.one(name).value

    @property
    def value(self) -> str:
        return self.attributes.get("V", "").strip() or self.text.strip()

    @property
    def unit(self) -> str:
        return self.attributes.get("U", "").strip()

    def __bool__(self) -> bool:
        return self is not NOTHING


NOTHING = Node("")


@dataclass(frozen=True, slots=True)
class Particle:
    """One place in a shape: the names that may stand there with the type of each ("" = a shape)."""

    names: Mapping[str, str]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Tree:
    """What was read: version of the report ("" if it is none), root, and all faults."""

    version: str
    root: Node
    head: etree._Element | None
    faults: tuple[Fault, ...]


def read(data: bytes) -> Tree:
    """Reads a message, alone or in its envelope. Never raises for what is in the bytes."""
    root, faults = _parsed(data)
    if root is None:
        return Tree("", NOTHING, None, tuple(faults))
    message = _message(root)
    if message is None:
        return Tree("", NOTHING, None, (*faults, _unsupported(root)))
    version = kith.VERSIONS[etree.QName(message).namespace or ""]
    reader = _Reader(version, faults)
    node = reader.read(message, "Message", "Message", 0)
    head = root if root is not message else None
    return Tree(version, node, head, tuple(reader.faults))


def _parsed(data: bytes) -> tuple[etree._Element | None, list[Fault]]:
    if len(data) > LARGEST:
        largest = Text(f"at most {LARGEST} bytes", f"høyst {LARGEST} byte")
        return None, [
            Fault("T01", Text("The message is too large", "Meldingen er for stor"), "", largest)
        ]
    data, faults = _in_true_encoding(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        told = Text("This is not well-formed XML", "Dette er ikke velformet XML")
        where = f"line {line}" if line else ""
        right = Text("every tag closed, one root, the encoding that is declared",
                     "alle elementer avsluttet, én rot, det tegnsettet som er oppgitt")  # fmt: skip
        return None, [*faults, Fault("T01", told, where, right)]
    if b"<!DOCTYPE" in data or _has_type(root):
        told = Text("A document type is not let in", "En dokumenttype slippes ikke inn")
        return None, [Fault("T01", told, "<!DOCTYPE", Text("none", "ingen"))]
    return root, faults


def _in_true_encoding(data: bytes) -> tuple[bytes, list[Fault]]:
    """A text declared as Latin-1 whose bytes are UTF-8 is read as what it is, and that is told."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    declared = DECLARED.match(data)
    is_latin = declared and declared[2].lower() in (b"iso-8859-1", b"windows-1252", b"us-ascii")
    if not declared or not is_latin or data.isascii():
        return data, []
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data, []
    told = Text("The bytes are UTF-8, not what is declared", "Bytene er UTF-8, ikke det oppgitte")
    right = Text('encoding="UTF-8"', 'encoding="UTF-8"')
    fault = Fault("T99", told, "<?xml encoding", right, refuses=False)
    return DECLARED.sub(rb"\1UTF-8\3", data, count=1), [fault]


def _message(root: etree._Element) -> etree._Element | None:
    for namespace in kith.VERSIONS:
        tag = f"{{{namespace}}}Message"
        if root.tag == tag:
            return root
        if (
            root.tag == f"{{{kith.HEAD}}}MsgHead"
            and (found := next(root.iter(tag), None)) is not None
        ):
            return found
    return None


def _unsupported(root: etree._Element) -> Fault:
    return Fault(
        "T10",
        Text("This message is of no kind that is read here", "Denne meldingstypen leses ikke her"),
        etree.QName(root).localname,
        Text("Message of svarrapport 1.3 or 1.4", "Message i svarrapport 1.3 eller 1.4"),
    )


@cache
def shape(version: str, name: str) -> tuple[Particle, ...]:
    """The places in the shape of an element."""
    source = kith.OLDER[version].get(name) or kith.SHAPES[name]
    return tuple(_particle(each) for each in source.split())


def _particle(source: str) -> Particle:
    last = source[-1]
    least, most = {"?": (0, 1), "*": (0, MOST_NODES), "+": (1, MOST_NODES)}.get(last, (1, 1))
    names = (each.partition(":") for each in source.rstrip("?*+").split("|"))
    return Particle({name: type for name, _, type in names}, least, most)


class _Reader:
    """Reads one message; gathers what does not fit."""

    def __init__(self, version: str, faults: Sequence[Fault]) -> None:
        self.version = version
        self.faults = list(faults)
        self._nodes = 0

    def read(self, element: etree._Element, name: str, where: str, depth: int) -> Node:
        """An element that has a shape."""
        self._nodes += 1
        if depth > DEEPEST or self._nodes > MOST_NODES:
            self._fault(
                where, Text("The message is too deep or large", "Meldingen er for dyp/stor")
            )
            return NOTHING
        self._attributes(element, frozenset(), where)
        if _own_text(element):
            self._fault(where, Text("No text may stand here", "Her kan det ikke stå tekst"))
        namespace = f"{{{etree.QName(element).namespace}}}"
        waiting = [each for each in element if isinstance(each.tag, str)]
        children: dict[str, list[Node]] = {}
        at = 0
        for particle in shape(self.version, name):
            count = 0
            while at < len(waiting) and count < particle.most:
                found = _name(waiting[at], namespace)
                if found not in particle.names:
                    break
                inner = f"{where}/{found}"
                node = self._child(waiting[at], found, particle.names[found], inner, depth)
                children.setdefault(found, []).append(node)
                at, count = at + 1, count + 1
            if count < particle.least:
                missing = " | ".join(particle.names)
                self._fault(where, Text(f"{missing} is missing", f"{missing} mangler"),
                            Text(missing, missing))  # fmt: skip
        if at < len(waiting):
            self._unexpected(waiting[at], name, where)
        return Node(name, "", {}, children)

    def _child(self, element: etree._Element, name: str, type: str, where: str, depth: int) -> Node:
        if not type:
            return self.read(element, name, where, depth + 1)
        self._nodes += 1
        if type == "ANY":
            return Node(name, _whole_text(element), _values(element), {})
        self._attributes(element, kith.ATTRIBUTES.get(type, frozenset()), where)
        text = element.text or ""
        if len(element):
            self._fault(where, Text("No elements may stand here", "Her kan det ikke stå elementer"))
        if type in kith.ATTRIBUTES and text:
            self._fault(where, Text("No text may stand here", "Her kan det ikke stå tekst"),
                        Text("a value in the attribute V", "en verdi i attributtet V"))  # fmt: skip
        attributes = _values(element)
        value = attributes.get("V") if type in kith.ATTRIBUTES else text
        self._form(type, value, where)
        if "S" in attributes:
            self._form("OID", attributes["S"], f"{where}/@S")
        return Node(name, text, attributes, {})

    def _form(self, type: str, value: str | None, where: str) -> None:
        if value is not None and type in FORMS and not FORMS[type].fullmatch(value.strip()):
            told = Text("The value does not have the right form", "Verdien har ikke riktig form")
            self._fault(where, told, EXPECTED[type])

    def _attributes(self, element: etree._Element, known: frozenset[str], where: str) -> None:
        for key in element.attrib:
            if key not in known and not str(key).startswith(SCHEMA_INSTANCE):
                told = Text("An attribute is not known here", "Et attributt er ikke kjent her")
                right = ", ".join(sorted(known)) or "-"
                self._fault(f"{where}/@{str(key)[:40]}", told, Text(right, right))

    def _unexpected(self, element: etree._Element, name: str, where: str) -> None:
        names = [each for particle in shape(self.version, name) for each in particle.names]
        right = ", ".join(names)
        self._fault(
            f"{where}/{etree.QName(element).localname[:60]}",
            Text("An element stands where it may not", "Et element står der det ikke kan stå"),
            Text(f"in this order: {right}", f"i denne rekkefølgen: {right}"),
        )

    def _fault(self, where: str, text: Text, expected: Text = UNSAID) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault("T02", text, where, expected))


def _has_type(root: etree._Element) -> bool:
    # In UTF-16 the bytes of the declaration look otherwise.
    return bool(getattr(root.getroottree().docinfo, "doctype", ""))


def _values(element: etree._Element) -> dict[str, str]:
    return {str(key): str(value) for key, value in element.attrib.items()}


def _name(element: etree._Element, namespace: str) -> str:
    """The name of an element of the report; of others only files have a place in it."""
    if element.tag == f"{{{kith.BASE64}}}Base64Container":
        return "Base64Container"
    name = str(element.tag).removeprefix(namespace)
    return "" if name == "Base64Container" else name


def _own_text(element: etree._Element) -> str:
    parts = [element.text or "", *(each.tail or "" for each in element)]
    return "".join(parts).strip()


def _whole_text(element: etree._Element) -> str:
    """All text inside; parts that are markup are joined as paragraphs."""
    if not len(element):
        return element.text or ""
    return "\n".join(part.strip() for part in _texts(element) if part.strip())


def _texts(element: etree._Element) -> Iterator[str]:
    for part in element.itertext():
        yield str(part)
