"""The XHTML of a narrative as a text that stands on its own.

https://hl7.org/fhir/R4/narrative.html
"""

import re
from collections.abc import Mapping
from xml.parsers import expat

from samspill.base.errors import InvalidContent

XHTML = "http://www.w3.org/1999/xhtml"

START_TAG = re.compile(r"<([^\s/>]+)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")


def self_contained(source: str, in_scope: Mapping[str, str]) -> str:
    """The source of a `div`, with the namespaces that it takes from around it declared in it."""
    found = START_TAG.match(source)
    if found is None:
        return source
    name, attributes = found.groups()
    missing = ""
    for prefix, uri in in_scope.items():
        declaration = f"xmlns:{prefix}" if prefix else "xmlns"
        is_used = f"{prefix}:" in source if prefix else ":" not in name
        if is_used and not re.search(rf"\s{re.escape(declaration)}\s*=", attributes):
            missing += f' {declaration}="{uri}"'
    return f"<{name}{missing}{source[len(name) + 1 :]}"


def check(text: str) -> None:
    """Raises `InvalidContent` if a text is not one XHTML `div` that can stand inside XML."""
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    depth = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth == 0 and name != f"{XHTML} div":
            raise _refusal("the root is no div of XHTML", "roten er ingen div i XHTML")
        depth += 1

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_: object) -> None:
        raise _refusal("it has a document type", "den har en dokumenttype")

    def declaration(*_: object) -> None:
        raise _refusal("it has an XML declaration", "den har en XML-deklarasjon")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    parser.XmlDeclHandler = declaration
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise _refusal(expat.ErrorString(error.code), "den er ikke velformet") from error


def _refusal(en: str, nb: str) -> InvalidContent:
    return InvalidContent(
        f"The narrative cannot be written as XML: {en}",
        f"Fortellingen kan ikke skrives som XML: {nb}",
        where="text.div",
    )
