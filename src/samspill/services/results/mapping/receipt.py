"""The application receipt (applikasjonskvittering, AppRec 1.1) that answers a message.

https://www.ehelse.no/standardisering/standarder/applikasjonskvittering
"""

from collections.abc import Iterable, Iterator

from lxml import etree

from samspill.base.texts import Text
from samspill.norway import codes, kith
from samspill.services.results.mapping.tree import Fault, Node, Tree
from samspill.services.results.model import Outcome, Told

ACCEPTED: Outcome = "1"
REFUSED: Outcome = "2"
WITH_FAULTS: Outcome = "3"
STATUSES = {ACCEPTED: "OK", REFUSED: "Avvist", WITH_FAULTS: "OK, feil i delmelding"}
"""Volven 8258."""
CODES = {
    "T01": "Ikke XML / ikke 'well formed' / uleselig",
    "T02": "XML validerer ikke",
    "T10": "Støtter ikke meldingsformatet",
    "T99": "Annen feil på format",
    "E10": "Ugyldig meldingsidentifikator",
    "E20": "Lege finnes ikke",
    "E30": "Pasientens fødselsnummer mangler",
    "E31": "Pasientens fødselsnummer er feil",
    "E32": "Pasientens navn mangler",
    "E35": "Pasienten finnes ikke i mottakersystemet",
    "E36": "Pasientopplysninger er utilstrekkelige",
    "X99": "Annen feil",
}
"""Volven 8221."""
SYSTEM = codes.volven(8221).removeprefix("urn:oid:")


def outcome(faults: Iterable[Fault]) -> Outcome:
    found = list(faults)
    if any(each.refuses for each in found):
        return REFUSED
    return WITH_FAULTS if found else ACCEPTED


def write(tree: Tree, faults: Iterable[Fault], *, id: str, at: str, software: str) -> bytes:
    """The receipt as XML; whoever sent gets it, in the name of the one it was sent to."""
    found = list(faults)
    root = etree.Element(_tag("AppRec"), nsmap={None: kith.RECEIPT})  # type: ignore[dict-item]
    _value(root, "MsgType", "APPREC", "Applikasjonskvittering")
    _text(root, "MIGversion", "v1.1 2012-02-15")
    _text(root, "SoftwareName", software)
    _text(root, "GenDate", at)
    _text(root, "Id", id)
    report = tree.root.one("ServReport")
    _party(root, "Sender", report.one("Requester"))
    _party(root, "Receiver", report.one("ServProvider"))
    status = outcome(found)
    _value(root, "Status", status, STATUSES[status])
    for each in found:
        error = etree.SubElement(root, _tag("Error"))
        error.set("V", each.code)
        error.set("S", SYSTEM)
        error.set("DN", CODES[each.code])
        error.set("OT", f"{said(each, 'nb')} / {said(each, 'en')}")
    original = etree.SubElement(root, _tag("OriginalMsgId"))
    kind, made, number = _original(tree)
    _value(original, "MsgType", kind, "Svarrapport")
    _text(original, "IssueDate", made or at)
    _text(original, "Id", number)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def told(fault: Fault) -> Told:
    return Told(fault.code, Text(said(fault, "en"), said(fault, "nb")), fault.refuses)


def said(fault: Fault, language: str) -> str:
    """What is wrong, where, and what was expected, in a line."""
    line = fault.text.said_in(language)
    if fault.where:
        line += f" ({fault.where})"
    if expected := fault.expected.said_in(language):
        line += f" – {'ventet' if language == 'nb' else 'expected'}: {expected}"
    return line


def _original(tree: Tree) -> tuple[str, str, str]:
    """Type, time and id of what is answered: the envelope's where there is one."""
    root = tree.root
    kind, made, number = root.get("Type"), root.get("GenDate"), root.get("MsgId")
    if tree.head is not None:
        number = _of_head(tree.head, "MsgId") or number
        made = _of_head(tree.head, "GenDate") or made
    return kind or "SVAR", made if "T" in made else "", number


def _of_head(head: etree._Element, name: str) -> str:
    found = head.find(f"{{{kith.HEAD}}}MsgInfo/{{{kith.HEAD}}}{name}")
    return (found.text or "").strip() if found is not None else ""


def _party(root: etree._Element, name: str, holder: Node) -> None:
    hcp = etree.SubElement(etree.SubElement(root, _tag(name)), _tag("HCP"))
    given = holder.one("HCP")
    if person := given.one("HCProf"):
        _identified(etree.SubElement(hcp, _tag("HCProf")), person)
        return
    inst = given.one("Inst")
    made = etree.SubElement(hcp, _tag("Inst"))
    _identified(made, inst)
    for dept in inst.all("Dept"):
        _identified(etree.SubElement(made, _tag("Dept")), dept)


def _identified(element: etree._Element, node: Node) -> None:
    for name, text in _names(node):
        _text(element, name, text)
    if kind := node.get("TypeId"):
        _value(element, "TypeId", kind, node.one("TypeId").attributes.get("DN", ""))


def _names(node: Node) -> Iterator[tuple[str, str]]:
    for name in ("Name", "Id"):
        if text := node.get(name):
            yield name, text


def _tag(name: str) -> str:
    return f"{{{kith.RECEIPT}}}{name}"


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, _tag(name)).text = text


def _value(parent: etree._Element, name: str, code: str, display: str) -> None:
    element = etree.SubElement(parent, _tag(name))
    element.set("V", code)
    if display:
        element.set("DN", display)
