"""Narrative: the XHTML that may stand in `text.div`. https://hl7.org/fhir/R4/narrative.html

The text is read as a stream by expat; a document type, an entity or a processing instruction ends
the reading, so that nothing is fetched and nothing grows.
"""

import re
from xml.parsers import expat

from samspill.base.texts import Text
from samspill.fhir.validation import messages
from samspill.fhir.validation.findings import Finding, Findings

NAMESPACE = "http://www.w3.org/1999/xhtml"
RULE = "http://hl7.org/fhir/StructureDefinition/Narrative#txt-1"
EMPTY_RULE = "http://hl7.org/fhir/StructureDefinition/Narrative#txt-2"
MOST_LEVELS = 200

_ELEMENT_LIST = """
a abbr acronym address b bdo big blockquote br caption center cite code col colgroup dd
del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li map area ol p pre q s samp
small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var font
"""
ELEMENTS = frozenset(_ELEMENT_LIST.split())

_GENERAL_LIST = """
id class style title lang xml:lang dir xml:space align valign
"""
GENERAL = frozenset(_GENERAL_LIST.split())
ATTRIBUTES = {
    "a": "name href rel rev charset hreflang type tabindex accesskey shape coords target",
    "area": "shape coords href nohref alt tabindex accesskey",
    "bdo": "dir",
    "blockquote": "cite",
    "br": "clear",
    "caption": "align",
    "col": "span width char charoff align valign",
    "colgroup": "span width char charoff align valign",
    "del": "cite datetime",
    "dl": "compact",
    "font": "size color face",
    "hr": "noshade size width align",
    "img": "src alt longdesc name height width usemap ismap border hspace vspace",
    "ins": "cite datetime",
    "li": "type value",
    "map": "name",
    "ol": "type start compact",
    "pre": "width",
    "q": "cite",
    "table": "summary width border frame rules cellspacing cellpadding bgcolor",
    "tbody": "char charoff",
    "td": "abbr axis headers scope rowspan colspan nowrap bgcolor width height char charoff",
    "tfoot": "char charoff",
    "th": "abbr axis headers scope rowspan colspan nowrap bgcolor width height char charoff",
    "thead": "char charoff",
    "tr": "bgcolor char charoff",
    "ul": "type compact",
}
ALLOWED = {name: GENERAL | frozenset(ATTRIBUTES.get(name, "").split()) for name in ELEMENTS}
LINKS = frozenset({"href", "src", "cite", "longdesc"})
SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel", "ftp"})


class _Stop(Exception):
    """The reading ends here."""


class _Reader:
    """Gathers what is wrong with one narrative."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self.depth = 0
        self.has_content = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        self.depth += 1
        if self.depth > MOST_LEVELS:
            raise _Stop
        if namespace != NAMESPACE:
            self._add("namespace", f'xmlns="{NAMESPACE}"')
        if self.depth == 1 and local != "div":
            self._add("root", "one <div> around all")
        if local not in ELEMENTS:
            self._add("element", "the elements of basic HTML formatting, no scripts, forms, frames")
            return
        if local == "img":
            self.has_content = True
        for attribute, value in attributes.items():
            self._attribute(local, attribute, value)

    def _attribute(self, element: str, attribute: str, value: str) -> None:
        namespace, _, local = attribute.rpartition(" ")
        name = f"xml:{local}" if namespace else local
        if name not in ALLOWED[element]:
            self._add("attribute", "the attributes of basic HTML formatting, no events")
        elif name in LINKS and not _is_safe_link(value, is_image=element == "img"):
            self._add("link", "a link to http, https, mailto, tel or within the resource")
        elif name == "style" and _is_active_style(value):
            self._add("style", "a style without scripts and fetches")

    def end(self, name: str) -> None:
        self.depth -= 1

    def text(self, text: str) -> None:
        if not self.has_content and text.strip():
            self.has_content = True

    def refuse(self, *_: object) -> None:
        raise _Stop

    def _add(self, kind: str, expected: str) -> None:
        english, norwegian = FAULTS[kind]
        self.found.append(Finding("invalid", Text(english, norwegian), RULE, expected))


FAULTS = {
    "namespace": (
        "The narrative is not in the namespace of XHTML",
        "Den lesbare teksten er ikke i navnerommet til XHTML",
    ),
    "root": ("The narrative is not one <div>", "Den lesbare teksten er ikke én <div>"),
    "element": (
        "The narrative holds an element that is not allowed",
        "Den lesbare teksten har et element som ikke er tillatt",
    ),
    "attribute": (
        "The narrative holds an attribute that is not allowed",
        "Den lesbare teksten har et attributt som ikke er tillatt",
    ),
    "link": (
        "The narrative holds a link that is not allowed",
        "Den lesbare teksten har en lenke som ikke er tillatt",
    ),
    "style": (
        "The narrative holds a style that is not allowed",
        "Den lesbare teksten har en stil som ikke er tillatt",
    ),
}


_is_plain = re.compile(
    f'<div xmlns="{NAMESPACE}"(?: (?:xml:)?lang="[A-Za-z-]+")*+>([^<&>\\x00-\\x1f]++)</div>'
).fullmatch
"""The most frequent narrative: one div with text and nothing else."""


def check(text: str) -> Findings | None:
    """What is wrong with a narrative, or None."""
    if not text:
        return [messages.empty(text)]
    plain = _is_plain(text)
    if plain and not plain[1].isspace():
        return None
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.ProcessingInstructionHandler = reader.refuse
    parser.buffer_text = True
    try:
        parser.Parse(text.strip(), True)
    except (expat.ExpatError, _Stop):
        return [
            Finding(
                "invalid",
                Text("The narrative is not well-formed XHTML", "Teksten er ikke velformet XHTML"),
                RULE,
                "XHTML without document type, instructions and named entities such as &nbsp;",
            )
        ]
    if not reader.has_content and not reader.found:
        return [
            Finding(
                "invariant",
                Text("The narrative is without content", "Den lesbare teksten er uten innhold"),
                EMPTY_RULE,
                "some text or an image",
                # The rule says "shall", but the standard's own examples break it.
                severity="warning",
            )
        ]
    return reader.found or None


def _is_safe_link(link: str, *, is_image: bool) -> bool:
    scheme, colon, _ = link.strip().partition(":")
    scheme = "".join(scheme.split()).lower()
    if not colon or any(each in scheme for each in "/?#"):
        return True
    is_picture = is_image and "".join(link[:32].split()).lower().startswith("data:image/")
    return scheme in SAFE_SCHEMES or is_picture


def _is_active_style(style: str) -> bool:
    squeezed = "".join(style.split()).lower()
    return any(
        each in squeezed for each in ("expression(", "javascript:", "@import", "behavior:", "\\")
    )
