"""The content of a document as plain paragraphs, whatever form it was sent in.

Markup is never passed on to a page: only its text is taken.
"""

import base64
import binascii
import re
from html.parser import HTMLParser

from samspill.base.json import Resource

SHOWN = ("text/plain", "text/html", "application/xhtml+xml")
"""The kinds of content that can be read here, the best first."""
BREAK = "\n\n"
BLOCKS = {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "br"}
SILENT = {"script", "style", "head", "title"}


def attachment(document: Resource) -> Resource:
    """The attachment that reads best; an empty one when the document has none."""
    found: list[Resource] = [
        content.get("attachment") or {} for content in document.get("content") or []
    ]
    ranked = sorted(found, key=lambda one: _rank(str(one.get("contentType", ""))))
    return ranked[0] if ranked else {}


def paragraphs(data: str, content_type: str) -> tuple[str, ...]:
    """Text from base64 data; nothing for kinds that we cannot show."""
    try:
        text = base64.b64decode(data, validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ()
    if _rank(content_type) >= len(SHOWN) or not text.strip():
        return ()
    if not content_type.startswith("text/plain"):
        text = _text_of(text)
    return tuple(part.strip() for part in re.split(r"\n\s*\n", text) if part.strip())


def _text_of(markup: str) -> str:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return "".join(reader.text)


class _Reader(HTMLParser):
    """Gathers the text of a page, with a break where a block begins; scripts are not text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent += tag in SILENT
        if tag in BLOCKS:
            self.text.append(BREAK)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text.append(data)


def _rank(content_type: str) -> int:
    plain = content_type.partition(";")[0].strip().lower()
    return SHOWN.index(plain) if plain in SHOWN else len(SHOWN)
