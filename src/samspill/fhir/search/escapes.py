r"""The backslash in search values: `\,` `\$` `\|` `\\`. https://hl7.org/fhir/R4/search.html#escaping"""

import re

_ESCAPED = re.compile(r"\\([,$|\\])")
_SPECIAL = re.compile(r"[,$|\\]")


def split(text: str, separator: str) -> list[str]:
    r"""The parts between separators that no backslash stands before; escapes stay in them.

    >>> split(r"a\,b,c", ",")
    ['a\\,b', 'c']
    """
    if separator not in text:
        return [text]
    if "\\" not in text:
        return text.split(separator)
    parts, start, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] == separator:
            parts.append(text[start:at])
            start = at + 1
        at += 1
    return [*parts, text[start:]]


def unescape(text: str) -> str:
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)
