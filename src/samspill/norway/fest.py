"""FEST, the catalogue for prescribing (M30): what of it becomes codes, and what interactions.

Every entry with an id becomes a concept of one code system: substances, medicines by substance,
brands, doses and packages, each under what it is made of. Interactions become resources of the
record, for later checks. Names of elements count, not the namespace, which changes by the version.
https://www.dmp.no/om-oss/distribusjon-av-legemiddeldata/fest
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from samspill.base.errors import InvalidContent, TooLarge
from samspill.base.texts import Text
from samspill.fhir.terminology import entries
from samspill.fhir.terminology.entries import Code
from samspill.fhir.terminology.formats import table
from samspill.fhir.terminology.formats.lines import File
from samspill.fhir.terminology.formats.table import Table
from samspill.fhir.terminology.systems import Concept
from samspill.norway import codes

Resource = dict[str, Any]

URL = "http://ehelse.no/fhir/CodeSystem/FEST"
NOT_ASSESSED = "urn:samspill:fest:ikke-vurdert"
"""The value set of ATC codes whose interactions nobody has looked at."""
MOST_DEPTH = 40
MOST_OF_ENTRY = 2 << 20
"""Characters of one entry."""
RETIRED = "U"


@dataclass(slots=True)
class Node:
    """An element of one entry, with the local names of its children."""

    name: str
    attributes: Mapping[str, str]
    children: "list[Node]" = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> "list[Node]":
        return [each for each in self.children if each.name == name]

    def first(self, *path: str) -> "Node | None":
        """The first element down a path of names."""
        found: Node | None = self
        for name in path:
            found = next(iter(found.all(name)), None) if found else None
        return found

    def value(self, *path: str) -> str:
        """The text of the first element down a path; "" where there is none."""
        found = self.first(*path)
        return found.text.strip() if found else ""

    def coded(self, *path: str) -> str:
        """The code (`V`) of the first element down a path."""
        found = self.first(*path)
        return found.attributes.get("V", "") if found else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One `Oppf…`: its catalogue's name, and the line that it begins at."""

    kind: str
    node: Node
    line: int


def read(file: File, version: str = "") -> Table:
    """The catalogue as codes, then its interactions. Raises InvalidContent, with line and column,
    for what is no M30, and for any document type declaration."""
    others: list[Resource] = []
    unassessed: list[str] = []
    head = table.head(URL, version, "FEST", language="nb", properties=PROPERTIES)
    return Table(head, _concepts(file, others, unassessed), _others(others, unassessed))


def _concepts(file: File, others: list[Resource], unassessed: list[str]) -> Iterator[Concept]:
    """The concepts; what is no concept is put aside meanwhile."""
    for entry in _entries(file):
        if entry.kind == "OppfInteraksjon":
            for each in entry.node.all("Interaksjon"):
                others.append(_interaction(entry, each))
            unassessed += [each.coded("Atc") for each in entry.node.all("InteraksjonIkkeVurdert")]
        is_active = entry.node.coded("Status") != RETIRED
        for node in entry.node.children:
            make = MAKERS.get(node.name)
            if make:
                yield make(node, is_active)


def _others(others: Iterable[Resource], unassessed: Iterable[str]) -> Iterator[Resource]:
    yield from others
    concepts = [{"code": code} for code in dict.fromkeys(unassessed) if code]
    if concepts:
        yield {
            "resourceType": "ValueSet",
            "id": "fest-ikke-vurdert",
            "url": NOT_ASSESSED,
            "title": "ATC-koder uten vurderte interaksjoner i FEST",
            "status": "active",
            "compose": {"include": [{"system": codes.ATC, "concept": concepts}]},
        }


def _substance(node: Node, is_active: bool) -> Concept:
    english = node.value("NavnEngelsk")
    return entries.concept(
        node.value("Id"),
        node.value("Navn"),
        designations=[entries.designation(english, "en")] if english else [],
        properties=[("kind", "virkestoff")],
        is_active=is_active,
    )


def _strength(node: Node, is_active: bool) -> Concept:
    amounts = [_amount(node.first(name)) for name in ("Styrke", "StyrkeNevner")]
    return entries.concept(
        node.value("Id"),
        " / ".join(each for each in amounts if each) or node.value("Id"),
        parents=_refs(node, "RefVirkestoff"),
        properties=[("kind", "virkestoff-med-styrke")],
        is_active=is_active,
    )


def _medicine(kind: str, name: str, *parents: str) -> "Callable[[Node, bool], Concept]":
    """Maker of the concepts of one kind of medicine; `parents` are the paths of references."""

    def make(node: Node, is_active: bool) -> Concept:
        above = [ref for path in parents for ref in _refs(node, *path.split("/"))]
        told = [
            ("kind", kind),
            ("atc", node.coded("Atc")),
            ("form", node.coded("LegemiddelformKort")),
            ("group", node.coded("Reseptgruppe")),
            ("itemNumber", node.value("Varenr")),
            ("exchangeGroup", node.value("PakningByttegruppe", "RefByttegruppe")),
        ]
        trade_name = node.value("Varenavn")
        return entries.concept(
            node.value("Id"),
            node.value("NavnFormStyrke") or node.value(name) or trade_name,
            parents=tuple(dict.fromkeys(above)),
            designations=[entries.designation(trade_name, "nb", TRADE_NAME)] if trade_name else [],
            properties=[(key, _typed(key, value)) for key, value in told if value],
            is_active=is_active,
        )

    return make


def _typed(key: str, value: str) -> str:
    return Code(value) if key == "exchangeGroup" else value


def _refs(node: Node, *path: str) -> tuple[str, ...]:
    """The ids at the end of a path, all that stand there."""
    found = [node]
    for name in path:
        found = [child for each in found for child in each.all(name)]
    return tuple(each.text.strip() for each in found if each.text.strip())


def _amount(node: Node | None) -> str:
    return f"{node.attributes.get('V', '')} {node.attributes.get('U', '')}".strip() if node else ""


def _interaction(entry: Entry, node: Node) -> Resource:
    """A MedicinalProductInteraction; each interactant is a group of substances.

    https://hl7.org/fhir/R4/medicinalproductinteraction.html
    """
    id = node.value("Id")
    is_active = entry.node.coded("Status") != RETIRED
    resource: Resource = {
        "resourceType": "MedicinalProductInteraction",
        "id": "fest-" + "".join(c for c in id if c.isalnum() or c in "-.")[-59:],
        "description": node.value("KliniskKonsekvens"),
        "interactant": [
            {"itemCodeableConcept": _group(each)} for each in node.all("Substansgruppe")
        ],
        "type": _concept_of(node.first("Relevans")),
        "effect": {"text": node.value("KliniskKonsekvens")},
        "management": {"text": node.value("Handtering")},
    }
    if not is_active:
        resource["meta"] = {"tag": [{"system": URL, "code": "retired"}]}
    return {
        key: value for key, value in resource.items() if value not in ("", {"text": ""}, {}, [])
    }


def _group(node: Node) -> Resource:
    """A group of substances by all their codes: ATC, and those of the catalogue."""
    coding: list[Resource] = []
    for each in node.all("Substans"):
        if each.coded("Atc"):
            coding.append({"system": codes.ATC, "code": each.coded("Atc")})
        coding += [{"system": URL, "code": ref} for ref in _refs(each, "RefVirkestoff")]
    named = [each.value("Substans") for each in node.all("Substans")]
    text = node.value("Navn") or ", ".join(each for each in named if each)
    return {**({"coding": coding} if coding else {}), "text": text}


def _concept_of(node: Node | None) -> Resource:
    """A coded element of the message (`V`, `DN`, `S`) as a CodeableConcept."""
    if node is None:
        return {}
    coding = {"code": node.attributes.get("V", ""), "display": node.attributes.get("DN", "")}
    system = node.attributes.get("S", "")
    if system:
        coding["system"] = codes.canonical(system)
    return {"coding": [{key: value for key, value in coding.items() if value}]}


def _entries(file: File) -> Iterator[Entry]:
    """The entries of the catalogues, each as soon as it ends."""
    reader = _Reader(file.name)
    for line in file.lines:
        reader.feed(line)
        yield from reader.taken()
    reader.close()
    yield from reader.taken()


class _Reader:
    """Handlers of the XML parser, which keep one entry at a time."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.stack: list[Node] = []
        self.depth = 0
        self.size = 0
        self.line = 0
        self.ready: list[Entry] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def feed(self, data: bytes, is_last: bool = False) -> None:
        try:
            self.parser.Parse(data, is_last)
        except expat.ExpatError as fault:
            raise self.refusal(Text("well-formed XML", "velformet XML")) from fault

    def close(self) -> None:
        self.feed(b"", is_last=True)

    def taken(self) -> list[Entry]:
        ready, self.ready = self.ready, []
        return ready

    def refusal(self, expected: Text) -> InvalidContent:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        return InvalidContent(
            f"{self.name} cannot be read at line {line}, column {column}",
            f"{self.name} kan ikke leses ved linje {line}, kolonne {column}",
            where=self.name,
            expected=expected,
            line=line,
            column=column,
        )

    def doctype(self, *_: object) -> None:
        raise self.refusal(
            Text("XML without a document type declaration", "XML uten dokumenttypedeklarasjon")
        )

    def start(self, full_name: str, attributes: dict[str, str]) -> None:
        name = full_name.rpartition(" ")[2]
        self.depth += 1
        if self.depth == 1 and name != "FEST":
            raise self.refusal(Text("FEST as the root", "FEST som rot"))
        if self.depth > MOST_DEPTH:
            raise self.refusal(Text("fewer levels", "færre nivåer"))
        if self.stack:
            node = Node(name, attributes)
            self.stack[-1].children.append(node)
            self.stack.append(node)
            self.grow(len(name) + 64)
        elif self.depth == 3 and name.startswith("Oppf"):
            self.line, self.size = self.parser.CurrentLineNumber, 0
            self.stack.append(Node(name, attributes))

    def text(self, data: str) -> None:
        if self.stack:
            self.grow(len(data))
            self.stack[-1].text += data

    def grow(self, size: int) -> None:
        self.size += size
        if self.size > MOST_OF_ENTRY:
            raise TooLarge(
                f"An entry of {self.name} is too long",
                f"En oppføring i {self.name} er for lang",
                where=self.name,
            )

    def end(self, full_name: str) -> None:
        self.depth -= 1
        if not self.stack:
            return
        node = self.stack.pop()
        if node.name in MAKERS and len(self.stack) == 1 and not node.value("Id"):
            raise self.refusal(Text(f"an Id in {node.name}", f"en Id i {node.name}"))
        if not self.stack:
            self.ready.append(Entry(node.name, node, self.line))


TRADE_NAME = {"display": "Varenavn"}
PROPERTIES = {
    "inactive": "boolean",
    "kind": "string",
    "atc": "string",
    "form": "string",
    "group": "string",
    "itemNumber": "string",
    "exchangeGroup": "code",
}
MAKERS: Mapping[str, Callable[[Node, bool], Concept]] = {
    "Virkestoff": _substance,
    "VirkestoffMedStyrke": _strength,
    "LegemiddelVirkestoff": _medicine(
        "legemiddelVirkestoff",
        "NavnFormStyrke",
        "SortertVirkestoffMedStyrke/RefVirkestoffMedStyrke",
        "SortertVirkestoffUtenStyrke/RefVirkestoff",
    ),
    "OrdineringVirkestoff": _medicine("ordinering", "NavnVirkestoffOrdinering"),
    "LegemiddelMerkevare": _medicine(
        "merkevare",
        "Varenavn",
        "SortertVirkestoffMedStyrke/RefVirkestoffMedStyrke",
        "SortertVirkestoffUtenStyrke/RefVirkestoff",
    ),
    "Legemiddelpakning": _medicine("pakning", "Varenr", "Pakningsinfo/RefLegemiddelMerkevare"),
    "Legemiddeldose": _medicine("dose", "LmrLopenr", "RefLegemiddelMerkevare"),
}
